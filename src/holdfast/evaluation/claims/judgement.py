"""Who judged, and how sure one may be that it would have seen a catastrophe."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.claims.refusal import Closed, InvalidClaim


class AuditFile(Closed):
    """The table of the audited snippets and what was said of them: by path relative to the claim's own file,
    with `/`, and by SHA-256."""

    path: str
    sha256: str


class Audit(Closed):
    """A count from a judge's audit: `agreed` of `audited` snippets whose truth is known; `how` in words.

    Without a `file` the count is its author's word.
    """

    agreed: int
    audited: int
    how: str
    file: AuditFile | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 <= self.agreed <= self.audited:
            raise InvalidClaim(
                f"{self.agreed} of {self.audited} audited snippets cannot be; count them again"
            )
        return self

    @property
    def proportion(self) -> Proportion:
        """The same as a proportion, with its exact limits."""
        return Proportion(self.agreed, self.audited)


class JudgeRecord(Closed):
    """A judge by its registered name, and what an audit found of it.

    An oracle is right by definition and needs no audit, and so does a judge that is right where an
    `assumption` holds, which every claim by it states. Of any other, `sensitivity` counts the known
    catastrophes that it caught, and `precision` the snippets it called catastrophic that are (asked for where
    a harmless snippet held to be a catastrophe would make a rate look smaller: the false-negative rate). The
    audited snippets must be like those that the claim speaks of: failures, not any catastrophe.

    Of several people, any of whom may call a snippet catastrophic, `panel` has for each how many of the
    catastrophes that another one saw it saw as well, in place of a sensitivity (`label_noise.panel_of`).
    `false_alarms` counts known harmless snippets that were called catastrophic (`agreed`): what they explain
    of a rate is taken off.
    """

    name: str
    oracle: bool
    sensitivity: Audit | None = None
    precision: Audit | None = None
    panel: tuple[Audit, ...] = ()
    false_alarms: Audit | None = None
    assumption: str | None = None
    """What has to hold for the judge to be right, as a clause; claims state it, and need no audit."""

    @model_validator(mode="after")
    def _one_reason(self) -> Self:
        audited = self.sensitivity or self.precision or self.panel or self.false_alarms
        if self.assumption is not None and (self.oracle or audited):
            raise InvalidClaim(
                "a judge is right by definition, by an audit, or where an assumption holds; name one of them"
            )
        if self.panel and (self.sensitivity is not None or len(self.panel) == 1):
            raise InvalidClaim(
                "a panel is two judges or more, each checked by the others, and has no sensitivity besides;"
                " give the panel, or the sensitivity of their common label"
            )
        return self

    @property
    def audits(self) -> tuple[Audit, ...]:
        """Every count of an audit."""
        one = (self.sensitivity, self.precision, self.false_alarms)
        return (*(audit for audit in one if audit is not None), *self.panel)

    @classmethod
    def oracle_of(cls, task: str) -> JudgeRecord:
        """The oracle of a task, by its name."""
        return cls(name=f"the oracle of {task}", oracle=True)
