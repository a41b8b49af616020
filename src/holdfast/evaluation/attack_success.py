"""How long attacks take: queries to the first failure, censored where the budget ran out first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.medians import order_statistic_limits


@dataclass(frozen=True)
class AtLeast:
    """A value known only from below, because the budget ended first."""

    value: float


@dataclass(frozen=True)
class SurvivalCurve:
    """Share of attempts without a failure after so many queries (Kaplan–Meier), a step function from (0, 1).

    `lower` and `upper` are pointwise approximate limits (Greenwood's variance on the log-log scale;
    Kalbfleisch and Prentice 1980), not exact ones. Where the curve is 0 that variance is undefined: the lower
    limit is 0 and the upper is carried on from the step before.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class AttackSuccess:
    """A run of one attack over many seeds, at `budget` queries a seed.

    `median` is the least number of queries within which half of the attempts succeed; `median_limits` its
    exact, distribution-free limits (order statistics), whose upper end is infinite where it lies beyond the
    budget; `restricted_mean` the mean queries spent, stopping at the budget.
    """

    success: Proportion
    budget: int
    median: float | AtLeast
    median_limits: Interval
    restricted_mean: float
    curve: SurvivalCurve

    @property
    def median_or_none(self) -> float | None:
        """The median, or None when it lies beyond the budget."""
        return None if isinstance(self.median, AtLeast) else self.median


def summarise_attempts(
    first_failure_queries: Sequence[int | None], budget: int, confidence: float = 0.95
) -> AttackSuccess:
    """Summarise attempts: for each the queries to its first failure, or None if `budget` ran out first.

    Raises ValueError without attempts, or when a failure came after the budget.
    """
    times, found = _observations(first_failure_queries, budget)
    if not len(times):
        raise ValueError("an attack that made no attempt has no success rate")
    median = _median(times, found)
    return AttackSuccess(
        Proportion(int(found.sum()), len(found)),
        budget,
        AtLeast(float(budget)) if math.isinf(median) else median,
        median_limits(first_failure_queries, budget, confidence),
        float(times.mean()),
        survival_curve(first_failure_queries, budget, confidence),
    )


def _observations(first_failure_queries: Sequence[int | None], budget: int) -> tuple[np.ndarray, np.ndarray]:
    times = np.array([budget if q is None else q for q in first_failure_queries], dtype=np.float64)
    found = np.array([q is not None for q in first_failure_queries], dtype=bool)
    if (times > budget).any():
        raise ValueError(
            f"a failure was found after {times.max():.0f} queries, beyond the budget of {budget}"
        )
    return times, found


def _ordered(times: np.ndarray, found: np.ndarray) -> np.ndarray:
    return np.sort(np.where(found, times, np.inf))


def _median(times: np.ndarray, found: np.ndarray) -> float:
    return float(_ordered(times, found)[(len(times) - 1) // 2])


def median_limits(
    first_failure_queries: Sequence[int | None], budget: int, confidence: float = 0.95
) -> Interval:
    """Exact, distribution-free limits on the median: order statistics at binomial(n, 1/2) ranks.

    Too few attempts give (0, ∞). A lower limit that is itself censored is the budget.
    """
    times, found = _observations(first_failure_queries, budget)
    limits = order_statistic_limits(_ordered(times, found).tolist(), confidence)
    return Interval(min(limits.lower, float(budget)), limits.upper)


def survival_curve(
    first_failure_queries: Sequence[int | None], budget: int, confidence: float = 0.95
) -> SurvivalCurve:
    """The Kaplan–Meier curve at the distinct times of failure, from (0, 1) to the budget."""
    from scipy.special import ndtri

    times, found = _observations(first_failure_queries, budget)
    z = float(ndtri((1 + confidence) / 2))
    points, survival, lower, upper = [0.0], [1.0], [1.0], [1.0]
    share, variance = 1.0, 0.0
    for time in np.unique(times[found]):
        at_risk = int(np.count_nonzero(times >= time))
        deaths = int(np.count_nonzero((times == time) & found))
        share *= 1 - deaths / at_risk
        if share > 0:
            variance += deaths / (at_risk * (at_risk - deaths))
            spread = z * math.sqrt(variance) / abs(math.log(share))
            low, high = share ** math.exp(spread), share ** math.exp(-spread)
        else:
            low, high = 0.0, upper[-1]
        points.append(float(time))
        survival.append(share)
        lower.append(low)
        upper.append(high)
    if points[-1] < budget:
        points.append(float(budget))
        survival.append(survival[-1])
        lower.append(lower[-1])
        upper.append(upper[-1])
    return SurvivalCurve(tuple(points), tuple(survival), tuple(lower), tuple(upper))


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
    before: Sequence[int | None],
    before_budget: int,
    after: Sequence[int | None],
    after_budget: int,
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


@dataclass(frozen=True)
class LogRank:
    """A comparison of two whole survival curves: approximate, for many attempts.

    `hazard_ratio` is the failures found per query and live attempt, after / before (Peto's one-step estimate,
    biased towards 1 for large effects); below 1 the attack has become harder. None when no attempt failed.
    """

    statistic: float
    p_value: float
    hazard_ratio: float | None
    limits: Interval


def log_rank(
    before: Sequence[int | None],
    before_budget: int,
    after: Sequence[int | None],
    after_budget: int,
    confidence: float = 0.95,
) -> LogRank:
    """The log-rank test (Mantel 1966) that an attack finds failures equally fast before and after."""
    from scipy.special import ndtr, ndtri

    excess, variance = _excess(_observations(before, before_budget), _observations(after, after_budget))
    if variance == 0:
        return LogRank(0.0, 1.0, None, Interval(0.0, math.inf))
    statistic = excess**2 / variance
    z = float(ndtri((1 + confidence) / 2))
    log_ratio, spread = excess / variance, z / math.sqrt(variance)
    return LogRank(
        statistic,
        float(2 * ndtr(-math.sqrt(statistic))),
        math.exp(log_ratio),
        Interval(math.exp(log_ratio - spread), math.exp(log_ratio + spread)),
    )


def _excess(
    before: tuple[np.ndarray, np.ndarray], after: tuple[np.ndarray, np.ndarray]
) -> tuple[float, float]:
    """Failures of `after` beyond what equal hazards would give, and the hypergeometric variance of that."""
    excess = variance = 0.0
    for time in np.unique(np.concatenate([times[found] for times, found in (before, after)])):
        risk = [int(np.count_nonzero(times >= time)) for times, _ in (before, after)]
        deaths = [int(np.count_nonzero((times == time) & found)) for times, found in (before, after)]
        total, died = sum(risk), sum(deaths)
        excess += deaths[1] - died * risk[1] / total
        if total > 1:
            variance += died * (risk[0] / total) * (risk[1] / total) * (total - died) / (total - 1)
    return excess, variance
