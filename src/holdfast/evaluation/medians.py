"""Medians of times that some attempts never reached, with exact limits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.evaluation.bounds import Interval


@dataclass(frozen=True)
class CensoredMedian:
    """The least amount within which half of the attempts got there; None when fewer than half ever did.

    `limits` are two-sided; an end is infinite where it falls on an attempt that never got there.
    """

    value: float | None
    limits: Interval


def censored_median(amounts: Sequence[float | None], confidence: float = 0.95) -> CensoredMedian:
    """The median of amounts (queries, seconds, FLOPs) to an event; None stands for one that never came.

    One that never came counts as beyond every number. The usual alternative, Kaplan and Meier's curve, takes
    what was cut short to fare like the rest; an attack that gives a seed up, or spends all it was given, says
    the contrary. Limits are those of order statistics (see `order_statistic_limits`). With no amounts the
    median is None and the limits are 0 and infinity.
    """
    ordered = sorted(math.inf if amount is None else float(amount) for amount in amounts)
    if not ordered:
        return CensoredMedian(None, Interval(0.0, math.inf))
    middle = ordered[(len(ordered) - 1) // 2]
    return CensoredMedian(None if math.isinf(middle) else middle, order_statistic_limits(ordered, confidence))


@dataclass(frozen=True)
class MedianRatio:
    """How many times the median before the median after is; None where either is beyond all that was spent.

    `limits` hold with at least the confidence asked for, whatever the distributions.
    """

    ratio: float | None
    limits: Interval

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude equal medians."""
        return 1.0 not in self.limits


def median_ratio(
    before: Sequence[float | None],
    after: Sequence[float | None],
    confidence: float = 0.95,
    *,
    watched: float = 0.0,
) -> MedianRatio:
    """The ratio of two independent medians, after / before; None stands for an event that never came.

    Those after that saw none were watched for `watched` at least. The limits divide exact limits on each
    median, each at √confidence, so that both hold together.
    """
    each = math.sqrt(confidence)
    first, second = censored_median(before, each), censored_median(after, each)
    low, high = first.limits, second.limits
    # A limit that fell on an attempt without an event is known to lie behind what was watched, no more.
    least = watched if math.isinf(high.lower) else high.lower
    lower = 0.0 if math.isinf(low.upper) or not low.upper else least / low.upper
    upper = high.upper / low.lower if 0 < low.lower < math.inf else math.inf
    known = first.value is not None and second.value is not None and first.value > 0
    ratio = second.value / first.value if known else None  # type: ignore[operator]
    return MedianRatio(ratio, Interval(lower, upper))


def order_statistic_limits(ordered: Sequence[float], confidence: float = 0.95) -> Interval:
    """Exact limits on the median behind a sorted sample, whatever the distribution; (0, ∞) for too few.

    They are the sample's own values at the ranks that a Binomial(n, 1/2) count of values below the median
    leaves out in each tail with probability at most (1 - confidence) / 2 (Thompson, Annals of Mathematical
    Statistics 7, 1936; Conover, Practical Nonparametric Statistics, section 3.2).
    """
    from scipy.stats import binom

    count = len(ordered)
    rank = int(binom.ppf((1 - confidence) / 2, count, 0.5)) if count else 0
    if binom.cdf(rank - 1, count, 0.5) > (1 - confidence) / 2:
        rank -= 1
    if rank < 1:
        return Interval(0.0, math.inf)
    return Interval(float(ordered[rank - 1]), float(ordered[count - rank]))
