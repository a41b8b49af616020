"""What people's labels say of an attack: the precision of the judge that called its finds failures."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.core.snippet import Snippet
from holdfast.evaluation.bounds import Interval, Proportion


@dataclass(frozen=True)
class Decision:
    """A text that the attack's judge called catastrophic, its seed, and whether people call it so too."""

    text: Snippet
    seed: Snippet
    confirmed: bool


@dataclass(frozen=True)
class Audit:
    """Counts of an audit; finds that do not reproduce are no failures, and no part of it.

    `attempts` are those that needed a search, `found` the ones in which the attack reported a failure that
    reproduces, `queued` those that people are asked about, `decided` those that they have decided.
    """

    attempts: int
    found: int
    queued: int
    decided: int
    confirmed: int
    """Decided ones that people call catastrophic."""
    decisions: tuple[Decision, ...] = ()
    """The decided ones, in the order asked."""

    @property
    def pending(self) -> int:
        """How many wait for people."""
        return self.queued - self.decided

    @property
    def precision(self) -> Proportion:
        """Confirmed ones of those decided: how often the attack's judge was right about a failure."""
        return Proportion(self.confirmed, self.decided)

    @property
    def reported(self) -> Proportion:
        """The attack's success as its judge has it."""
        return Proportion(self.found, self.attempts)

    @property
    def success(self) -> float | None:
        """The attack's success as people have it; None while nobody has decided anything."""
        rates = self.reported.rate, self.precision.rate
        return None if rates[0] is None or (rates[1] is None and self.found) else rates[0] * (rates[1] or 0.0)

    def success_interval(self, confidence: float = 0.95) -> Interval:
        """Limits of it: exact where all finds are decided.

        Otherwise those of the two shares multiplied, each at half of the error (Bonferroni), as the finds
        that were decided are a sample of all.
        """
        if self.decided == self.found:
            return Proportion(self.confirmed, self.attempts).interval(confidence)
        each = (1 + confidence) / 2
        reported, precision = self.reported.interval(each), self.precision.interval(each)
        return Interval(reported.lower * precision.lower, reported.upper * precision.upper)
