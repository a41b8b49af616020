"""One row for one attack on one target: how often and how fast it broke seeds, how much, how badly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.core.budget import Spend
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.duplicates import SIMILARITY, SnippetWords, distinct
from holdfast.evaluation.medians import CensoredMedian, censored_median
from holdfast.evaluation.survival import FailureTimes

Unit = Literal["queries", "seconds", "flops"]


@dataclass(frozen=True)
class FoundFailure:
    """One failure: its words, how bad it is, and what its attempt had spent when it came."""

    words: SnippetWords
    egregiousness: float
    query: int
    seconds: float
    flops: float


@dataclass(frozen=True)
class AttemptOutcome:
    """One seed under attack: what was spent on it, and the failures found, in any order."""

    queries: int
    failures: tuple[FoundFailure, ...] = ()
    seconds: float = 0.0
    flops: float = 0.0

    @property
    def first(self) -> FoundFailure | None:
        """The failure that took the fewest queries."""
        return min(self.failures, key=lambda failure: failure.query, default=None)


def failure_times(
    attempts: Sequence[AttemptOutcome], unit: Unit = "queries", budget: int | None = None
) -> FailureTimes:
    """What the first failure of each attempt took; one without a failure is censored where it ended.

    Where all attempts had the same `budget` in queries, one that gave up is censored there: no larger part of
    it would have helped. It is of no use for another unit.

    In seconds and FLOPs attempts of one budget in queries end at different times, which hang on the length of
    their texts and on the machine, and hardly on how near they were to a failure.
    """
    firsts = [attempt.first for attempt in attempts]
    taken = {
        "queries": [None if first is None else float(first.query) for first in firsts],
        "seconds": [None if first is None else first.seconds for first in firsts],
        "flops": [None if first is None else first.flops for first in firsts],
    }[unit]
    if budget is not None and unit == "queries":
        return FailureTimes.within(taken, budget)
    return FailureTimes.until(taken, [float(getattr(attempt, unit)) for attempt in attempts], unit)


@dataclass(frozen=True)
class AttackSummary:
    """What an attack did to a target.

    `success` counts seeds broken of those that were attacked. `queries`, `seconds` and `flops` are
    medians over seeds of what the attempt itself took to its first failure; seconds are its share of the
    machine's time, as many attempts run side by side. `failures` counts those kept and confirmed, `distinct`
    leaves near duplicates out (see `holdfast.evaluation.duplicates`). `spend` is of the whole call.
    Egregiousness is None without failures.
    """

    attack: str
    target: str
    success: Proportion
    queries: CensoredMedian
    seconds: CensoredMedian
    flops: CensoredMedian
    failures: int
    distinct: int
    worst_egregiousness: float | None
    mean_egregiousness: float | None
    spend: Spend
    skipped: int = 0
    """Seeds from which no attempt could be made; `success` leaves them out."""
    clean_misses: int = 0
    """Seeds among the broken ones that passed as they stand."""
    pending: int = 0
    """Seeds whose attempts wait for people's verdicts; `success` leaves them out."""

    @property
    def distinct_per_second(self) -> float:
        """Distinct failures found in a second of the whole call; 0 where it took no time."""
        return self.distinct / self.spend.seconds if self.spend.seconds > 0 else 0.0

    @property
    def seconds_per_distinct(self) -> float | None:
        """Seconds of the whole call for each distinct failure; None without one."""
        return self.spend.seconds / self.distinct if self.distinct else None


def summarise_attack(
    attack: str,
    target: str,
    attempts: Sequence[AttemptOutcome],
    spend: Spend,
    *,
    confidence: float = 0.95,
    similarity: float = SIMILARITY,
) -> AttackSummary:
    """Summarise the attempts of one call, or of several calls put together (then `spend` is their sum).

    Medians count a seed without a failure as beyond any number (see `censored_median`). Limits take seeds
    for independent draws; where attempts share one budget, so that a dear one takes from the others, that is
    an approximation.
    """
    firsts = [attempt.first for attempt in attempts]
    found = [failure for attempt in attempts for failure in attempt.failures]
    grades = [failure.egregiousness for failure in found]
    return AttackSummary(
        attack=attack,
        target=target,
        success=Proportion(sum(first is not None for first in firsts), len(firsts)),
        queries=censored_median([first.query if first else None for first in firsts], confidence),
        seconds=censored_median([first.seconds if first else None for first in firsts], confidence),
        flops=censored_median([first.flops if first else None for first in firsts], confidence),
        failures=len(found),
        distinct=len(distinct([failure.words for failure in found], similarity)),
        worst_egregiousness=max(grades, default=None),
        mean_egregiousness=sum(grades) / len(grades) if grades else None,
        spend=spend,
    )
