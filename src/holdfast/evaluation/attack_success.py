"""How long attacks take: queries to the first failure, censored where the budget ran out first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.hazard import LogRank, log_rank_test
from holdfast.evaluation.medians import censored_median
from holdfast.evaluation.survival import FailureTimes, SurvivalCurve, kaplan_meier


@dataclass(frozen=True)
class AtLeast:
    """A value known only from below, because the budget ended first."""

    value: float


@dataclass(frozen=True)
class AttackSuccess:
    """A run of one attack over many seeds, at `budget` queries a seed.

    `median` is the least number of queries within which half of the attempts succeed; `median_limits` its
    exact, distribution-free limits (order statistics), whose upper end is infinite where it lies beyond the
    budget; `restricted_mean` the mean queries spent, stopping at the budget.
    """

    success: Proportion
    budget: float
    median: float | AtLeast
    median_limits: Interval
    restricted_mean: float
    curve: SurvivalCurve

    @property
    def median_or_none(self) -> float | None:
        """The median, or None when it lies beyond the budget."""
        return None if isinstance(self.median, AtLeast) else self.median


def summarise_attempts(
    first_failures: Sequence[float | None], budget: float, confidence: float = 0.95
) -> AttackSuccess:
    """Summarise attempts: for each what its first failure took, or None if `budget` ran out first.

    Queries by default; seconds or FLOPs serve as well, where the budget is in them. Raises ValueError without
    attempts, or when a failure came after the budget.
    """
    times = FailureTimes.within(first_failures, budget)
    if not len(times):
        raise ValueError("an attack that made no attempt has no success rate")
    median = censored_median(first_failures, confidence).value
    return AttackSuccess(
        Proportion(times.failures, len(times)),
        budget,
        AtLeast(float(budget)) if median is None else median,
        median_limits(first_failures, budget, confidence),
        sum(times.observed) / len(times),
        kaplan_meier(times, confidence),
    )


def median_limits(
    first_failures: Sequence[float | None], budget: float, confidence: float = 0.95
) -> Interval:
    """Exact, distribution-free limits on the median: order statistics at binomial(n, 1/2) ranks.

    Too few attempts give (0, ∞). A lower limit that is itself censored is the budget.
    """
    FailureTimes.within(first_failures, budget)  # refuses what came after the budget
    limits = censored_median(first_failures, confidence).limits
    return Interval(min(limits.lower, float(budget)), limits.upper)


def survival_curve(
    first_failures: Sequence[float | None], budget: float, confidence: float = 0.95
) -> SurvivalCurve:
    """The Kaplan–Meier curve at the distinct times of failure, from (0, 1) to the budget."""
    return kaplan_meier(FailureTimes.within(first_failures, budget), confidence)


@dataclass(frozen=True)
class TimesHarder:
    """The ratio of median queries, after / before.

    `ratio` is AtLeast when only the later median lies beyond its budget, and None when the earlier one does
    (then nothing can be said). `limits` hold with at least `confidence`, whatever the distributions.
    """

    ratio: float | AtLeast | None
    limits: Interval
    confidence: float

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude equal medians."""
        return 1.0 not in self.limits


def times_harder(
    before: Sequence[float | None],
    before_budget: float,
    after: Sequence[float | None],
    after_budget: float,
    confidence: float = 0.95,
) -> TimesHarder:
    """How many times more queries the median attempt needs after than before, from independent runs.

    The limits divide exact limits on each median, each at √confidence, so that both hold together.
    """
    first = summarise_attempts(before, before_budget)
    second = summarise_attempts(after, after_budget)
    each = math.sqrt(confidence)
    low, high = median_limits(before, before_budget, each), median_limits(after, after_budget, each)
    limits = Interval(
        0.0 if math.isinf(low.upper) else high.lower / low.upper,
        high.upper / low.lower if low.lower > 0 else math.inf,
    )
    return TimesHarder(_ratio(first, second), limits, confidence)


def _ratio(before: AttackSuccess, after: AttackSuccess) -> float | AtLeast | None:
    if isinstance(before.median, AtLeast):
        return None
    if isinstance(after.median, AtLeast):
        return AtLeast(after.median.value / before.median)
    return after.median / before.median


def log_rank(
    before: Sequence[float | None],
    before_budget: float,
    after: Sequence[float | None],
    after_budget: float,
    confidence: float = 0.95,
) -> LogRank:
    """The log-rank test that an attack finds failures equally fast before and after, in queries."""
    first, second = FailureTimes.within(before, before_budget), FailureTimes.within(after, after_budget)
    return log_rank_test(first, second, confidence)
