"""Everything that a claim states but its limit."""

from __future__ import annotations

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.claims.distribution import Distribution
from holdfast.evaluation.claims.evidence import Evidence, Quantity
from holdfast.evaluation.claims.judgement import JudgeRecord
from holdfast.evaluation.claims.limits import (
    Allotment,
    Method,
    allot,
    count_limit,
    independent_trials,
    true_rate_limit,
)
from holdfast.evaluation.claims.refusal import Closed, InvalidClaim
from holdfast.evaluation.shift import shifted_upper

FORMAT = 2
"""Of the JSON; another one is not read."""

ON_ROWS = "labelled"
"""The task whose texts are rows that people labelled, drawn by nobody."""


class Terms(Closed):
    """What is claimed, of what, from what, how: not checked yet (see `Claim` for the fields)."""

    format: int = FORMAT
    quantity: Quantity
    distribution: Distribution
    method: Method
    confidence: float | None
    judge: JudgeRecord
    evidence: Evidence
    target: float | None = None
    above: float | None = None
    corrected_for: int = 1
    evaluation: int | None = None
    audit_share: float = 0.5
    family: int = 1
    shift: float = 1.0
    assumptions: tuple[str, ...]

    @property
    def allotment(self) -> Allotment:
        """How the chance of error is shared out; for a search, which has none, ValueError."""
        if self.confidence is None:
            raise ValueError("a search shares out no confidence")
        return allot(
            self.confidence,
            self.quantity,
            self.judge,
            self.audit_share,
            self.corrected_for,
            self.evaluation,
            self.family,
        )

    @property
    def fresh_prompts(self) -> bool:
        """Whether a planned evaluation drew each prompt afresh by a program, so that repeats are draws."""
        return self.evidence.plan is not None and self.distribution.task != ON_ROWS

    @property
    def counted(self) -> Proportion:
        """The trials that the limit takes for independent."""
        return independent_trials(self.evidence, self.fresh_prompts)

    @property
    def limit(self) -> float | None:
        """The limit on the rate; None for a search."""
        if self.method is Method.SEARCH:
            return None
        allotment = self.allotment
        counted = count_limit(self.method, self.evidence, self.counted, allotment.count, self.target)
        tested = true_rate_limit(counted, self.judge, allotment)
        return tested if self.shift == 1 else shifted_upper(tested, self.shift)


def offered(evidence: object) -> Evidence:
    """The evidence, if that is what it is; raises InvalidClaim for an estimate, or for a bare count."""
    if isinstance(evidence, Evidence):
        return evidence
    kind = type(evidence).__name__
    if kind == "Estimate":
        raise InvalidClaim(
            "an estimate is no evidence: nothing guarantees its interval; print it as an estimate, or judge"
            " fresh draws of the distribution itself and claim from their count (evidence_of)"
        )
    raise InvalidClaim(
        f"a {kind} is no evidence: it does not say what else was done with the data; build Evidence, with the"
        " planned number, the looks, the uses and the files (evidence_of counts it from stored outcomes)"
    )
