"""Two rates compared, exactly at any number of events: independent samples, and pairs.

Before and after an update on fresh samples each: `rate_difference` (and `rate_ratio` of `bounds`). The same
prompts put to both: `compare_pairs`, which leaves out what both have in common, and so tells smaller
differences apart. All limits are exact in the sense of `buehler`: they hold with at least the stated
confidence, for numbers fixed beforehand.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, Proportion, RateRatio
from holdfast.evaluation.buehler import Comparison, Floats, upper_limit
from holdfast.evaluation.two_counts import IndependentRates, PairedRates

_GREATEST_LOG_RATIO = math.log(1e12)


@dataclass(frozen=True)
class RateDifference:
    """The first rate less the second, with two-sided limits; `estimate` is None where a side has no
    trials."""

    estimate: float | None
    limits: Interval
    confidence: float

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude equal rates."""
        return 0.0 not in self.limits


def rate_difference(first: Proportion, second: Proportion, confidence: float = 0.95) -> RateDifference:
    """The difference of two rates from independent samples.

    Raises UserError unless the confidence lies between 0 and 1.
    """
    one_sided = _one_sided(confidence)
    if first.rate is None or second.rate is None:
        return RateDifference(None, Interval(-1.0, 1.0), confidence)
    limits = Interval(
        -_difference_upper(IndependentRates(second, first), second.rate - first.rate, one_sided),
        _difference_upper(IndependentRates(first, second), first.rate - second.rate, one_sided),
    )
    return RateDifference(first.rate - second.rate, limits, confidence)


def _one_sided(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    return (1 + confidence) / 2


def sum_of_rates(difference: float, second: Floats) -> Floats:
    """The first rate, given the difference and the second."""
    return np.asarray(second + difference, dtype=np.float64)


def _difference_upper(law: IndependentRates | PairedRates, estimate: float, confidence: float) -> float:
    """The search starts at the estimate, with steps of the length of a rough limit."""
    if isinstance(law, IndependentRates):
        rough = law.first.upper(confidence) - law.second.lower(confidence) - estimate
    else:
        kinds = (Proportion(law.first_only, law.pairs), Proportion(law.second_only, law.pairs))
        rough = kinds[0].upper(confidence) - kinds[1].lower(confidence) - estimate
    return upper_limit(Comparison(law, sum_of_rates), confidence, estimate, rough / 2, 1.0)


@dataclass(frozen=True)
class Pairs:
    """The same prompts put to two models: how many pairs, and in how many both, or only one, failed.

    Raises ValueError for counts that cannot be.
    """

    pairs: int
    both: int
    first_only: int
    second_only: int

    def __post_init__(self) -> None:
        counts = (self.both, self.first_only, self.second_only)
        if min(counts) < 0 or sum(counts) > self.pairs:
            raise ValueError(f"{counts} failures in {self.pairs} pairs cannot be")

    @property
    def first(self) -> Proportion:
        """Failures of the first."""
        return Proportion(self.both + self.first_only, self.pairs)

    @property
    def second(self) -> Proportion:
        """Failures of the second."""
        return Proportion(self.both + self.second_only, self.pairs)

    def turned(self) -> Pairs:
        """The same with first and second exchanged."""
        return Pairs(self.pairs, self.both, self.second_only, self.first_only)


@dataclass(frozen=True)
class PairedComparison:
    """Two rates on the same prompts.

    `p_value` is that of the exact McNemar test, two-sided: given how many pairs differ, as many of one kind
    as of the other are expected. `difference` and `ratio` are first less, and first over, second.
    """

    difference: RateDifference
    ratio: RateRatio
    p_value: float


def compare_pairs(pairs: Pairs, confidence: float = 0.95) -> PairedComparison:
    """Compare two rates measured on the same prompts.

    Raises UserError unless the confidence lies between 0 and 1.
    """
    from scipy.stats import binomtest

    differing = pairs.first_only + pairs.second_only
    p_value = float(binomtest(pairs.first_only, differing, 0.5).pvalue) if differing else 1.0
    return PairedComparison(paired_difference(pairs, confidence), paired_ratio(pairs, confidence), p_value)


def paired_difference(pairs: Pairs, confidence: float = 0.95) -> RateDifference:
    """The first rate less the second, from the pairs that differ (and the number of all pairs)."""
    one_sided = _one_sided(confidence)
    if not pairs.pairs:
        return RateDifference(None, Interval(-1.0, 1.0), confidence)
    estimate = (pairs.first_only - pairs.second_only) / pairs.pairs
    law = PairedRates(pairs.pairs, pairs.first_only, pairs.second_only)
    turned = PairedRates(pairs.pairs, pairs.second_only, pairs.first_only)
    limits = Interval(
        -_difference_upper(turned, -estimate, one_sided), _difference_upper(law, estimate, one_sided)
    )
    return RateDifference(estimate, limits, confidence)


def paired_upper(pairs: Pairs, confidence: float = 0.95) -> float:
    """The one-sided upper limit on the first rate less the second; 1 without pairs."""
    if not pairs.pairs:
        return 1.0
    law = PairedRates(pairs.pairs, pairs.first_only, pairs.second_only)
    return _difference_upper(law, (pairs.first_only - pairs.second_only) / pairs.pairs, confidence)


def paired_ratio(pairs: Pairs, confidence: float = 0.95) -> RateRatio:
    """The first rate over the second, from the pairs in which at least one fails.

    Given how many those are, the counts of their kinds are multinomial. With a and b the shares of those in
    which only the first, or only the second, fails, the ratio of rates is (1 − b)/(1 − a).
    """
    one_sided = _one_sided(confidence)
    failing = pairs.both + pairs.first_only + pairs.second_only
    if not failing:
        return RateRatio(None, Interval(0.0, math.inf), confidence)
    upper = _ratio_upper(pairs, failing, one_sided)
    turned = _ratio_upper(pairs.turned(), failing, one_sided)
    limits = Interval(0.0 if math.isinf(turned) else 1 / turned, upper)
    estimate = pairs.first.events / pairs.second.events if pairs.second.events else None
    return RateRatio(estimate, limits, confidence)


def _ratio_upper(pairs: Pairs, failing: int, confidence: float) -> float:
    def first_rate(log_ratio: float, second: Floats) -> Floats:
        return np.asarray(1 - (1 - second) * math.exp(-log_ratio), dtype=np.float64)

    law = PairedRates(failing, pairs.first_only, pairs.second_only)
    start = math.log(max(pairs.first.events, 0.01) / max(pairs.second.events, 0.01))
    step = 1 / math.sqrt(1 + min(pairs.first.events, pairs.second.events))
    found = upper_limit(Comparison(law, first_rate), confidence, start, step, _GREATEST_LOG_RATIO)
    return math.inf if found >= _GREATEST_LOG_RATIO else math.exp(found)
