"""The claim itself: a limit on a rate that cannot be had without the evidence that carries it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Self

from pydantic import ValidationError, model_validator

from holdfast.core.errors import UserError
from holdfast.evaluation.claims.distribution import Distribution
from holdfast.evaluation.claims.evidence import Evidence
from holdfast.evaluation.claims.judgement import JudgeRecord
from holdfast.evaluation.claims.limits import Method
from holdfast.evaluation.claims.refusal import InvalidClaim
from holdfast.evaluation.claims.rules import check
from holdfast.evaluation.claims.sentence import assumptions_of, sentence
from holdfast.evaluation.claims.telling import text
from holdfast.evaluation.claims.terms import FORMAT, Terms, offered

_ROUNDING = 1e-9
"""By which a limit worked out on another machine may differ, relative."""


class Claim(Terms):
    """With stated confidence, a rate is at most `bound`: for whom, by which method, under which assumptions.

    However it is made, by `Claim.of`, by its fields or from JSON, every rule is checked and the bound worked
    out anew, so one that exists is valid for the evidence that it states; whether that evidence is true is
    for `holdfast claim verify` to say. `sentence` is the bound, and `str(claim)` all of it on several lines.

    `confidence` is that of the whole claim, the judge's audit and the correction included. `target` belongs
    to the e-process, `above` (egregiousness) to a search, whose `bound` and `confidence` are None. The chance
    of error is divided by `corrected_for` models; `audit_share` of it goes to the judge's audit. `evaluation`
    is the number of this one among those of its filter, which share it; None where none is counted. `family`
    claims hold all at once with the confidence stated. In deployment no kind of prompt is more than `shift`
    times as frequent as in the test; 1 where both are distributed alike. The bound is per trial, or per hour
    for `FAILURES_PER_ATTACK_HOUR`.

    Raises InvalidClaim, which says what to do instead.
    """

    bound: float | None

    @classmethod
    def of(
        cls,
        evidence: Evidence,
        distribution: Distribution,
        *,
        method: Method,
        confidence: float | None,
        judge: JudgeRecord,
        target: float | None = None,
        above: float | None = None,
        corrected_for: int = 1,
        evaluation: int | None = None,
        audit_share: float = 0.5,
        family: int = 1,
        shift: float = 1.0,
        assumptions: Sequence[str] = (),
    ) -> Self:
        """The claim that evidence carries; `assumptions` are added to those that its kind always makes.

        Raises InvalidClaim where it carries none.
        """
        counted = offered(evidence)
        usual = assumptions_of(counted.quantity, method, judge, shift)
        terms = Terms(
            quantity=counted.quantity,
            distribution=distribution,
            method=method,
            confidence=confidence,
            judge=judge,
            evidence=counted,
            target=target,
            above=above,
            corrected_for=corrected_for,
            evaluation=evaluation,
            audit_share=audit_share,
            family=family,
            shift=shift,
            assumptions=(*usual, *(a for a in dict.fromkeys(assumptions) if a not in usual)),
        )
        check(terms)
        return cls(**{name: getattr(terms, name) for name in Terms.model_fields}, bound=terms.limit)

    @model_validator(mode="after")
    def _valid(self) -> Self:
        if self.format != FORMAT:
            raise InvalidClaim(
                f"this claim has format {self.format}; this Holdfast reads {FORMAT}, take another"
            )
        check(self)
        usual = assumptions_of(self.quantity, self.method, self.judge, self.shift)
        left_out = set(usual) - set(self.assumptions)
        if left_out:
            raise InvalidClaim(f"the claim leaves out that {min(left_out)}; state every assumption")
        if not _same(self.bound, self.limit):
            raise InvalidClaim(
                f"the claim states a limit of {self.bound} where its evidence gives {self.limit}; state that"
                " one"
            )
        return self

    def weakened(self, *, family: int | None = None, shift: float | None = None) -> Claim:
        """The same evidence for less: one of a family of so many claims, or of prompts that may shift so far.

        A target that is no longer certified at the smaller share of the error gives way to the limit. Raises
        InvalidClaim where nothing is left to claim.
        """
        fewer, further = family or self.family, shift or self.shift
        usual = assumptions_of(self.quantity, self.method, self.judge, self.shift)
        added = tuple(each for each in self.assumptions if each not in usual)
        terms = {
            name: getattr(self, name)
            for name in Terms.model_fields
            if name not in ("format", "quantity", "distribution", "evidence", "assumptions")
        }
        terms |= {"family": fewer, "shift": further, "assumptions": added}
        try:
            return Claim.of(self.evidence, self.distribution, **terms)
        except InvalidClaim:
            if self.target is None:
                raise
            return Claim.of(self.evidence, self.distribution, **{**terms, "target": None})

    def weakened_as(self, other: Claim) -> Claim:
        """This claim, one of as large a family and for prompts that may shift as far as another's."""
        if (other.family, other.shift) == (self.family, self.shift):
            return self
        return self.weakened(family=other.family, shift=other.shift)

    @property
    def sentence(self) -> str:
        """The bound in one sentence."""
        return sentence(self)

    def __str__(self) -> str:
        return text(self)

    def to_json(self) -> str:
        """The claim as JSON, which `from_json` reads back equal."""
        return self.model_dump_json(indent=2) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The claim that `to_json` wrote; UserError for what is none, and InvalidClaim as `of` raises it."""
        try:
            return cls.model_validate_json(text)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise UserError(f"this is no claim: {place or 'the whole'}: {first['msg']}") from None


def _same(stated: float | None, found: float | None) -> bool:
    if stated is None or found is None:
        return stated is found
    return math.isclose(stated, found, rel_tol=_ROUNDING, abs_tol=0)
