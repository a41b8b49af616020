"""Failures per attack hour: exact limits on Poisson rates, and on two of them compared.

They need hours that are alike: a constant rate, failures that come independently, and an amount of work
that was fixed beforehand, in hours (not "until three were found"). Any other unit of effort does as well.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, RateRatio, rate_ratio_of_poisson
from holdfast.evaluation.buehler import Comparison, upper_limit
from holdfast.evaluation.differences import RateDifference, sum_of_rates
from holdfast.evaluation.two_counts import PoissonRates


@dataclass(frozen=True)
class HourlyRate:
    """`events` in `hours` of attack, with exact limits on the events per hour.

    Raises UserError unless there are hours, ValueError for a negative count.
    """

    events: int
    hours: float

    def __post_init__(self) -> None:
        if self.events < 0:
            raise ValueError(f"{self.events} events cannot be")
        if not 0 < self.hours < math.inf:
            raise UserError(f"a rate per hour needs hours of attack, got {self.hours}")

    @property
    def rate(self) -> float:
        """Events per hour, as observed."""
        return self.events / self.hours

    def upper(self, confidence: float = 0.95) -> float:
        """The one-sided exact upper limit: χ²(confidence; 2k + 2) / 2 over the hours (Garwood 1936)."""
        from scipy.special import chdtri

        _check(confidence)
        return float(chdtri(2 * self.events + 2, 1 - confidence)) / 2 / self.hours

    def lower(self, confidence: float = 0.95) -> float:
        """The one-sided exact lower limit: χ²(1 − confidence; 2k) / 2 over the hours."""
        from scipy.special import chdtri

        _check(confidence)
        return float(chdtri(2 * self.events, confidence)) / 2 / self.hours if self.events else 0.0

    def interval(self, confidence: float = 0.95) -> Interval:
        """The two-sided exact interval, with equal tails."""
        _check(confidence)
        each = (1 + confidence) / 2
        return Interval(self.lower(each), self.upper(each))


def _check(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")


def hours_needed(rate: float, events: int = 0, confidence: float = 0.95) -> float:
    """The hours at which that many events still bound the rate by `rate` an hour."""
    if not 0 < rate < math.inf:
        raise UserError(f"the rate per hour must be more than 0, got {rate}")
    return HourlyRate(events, 1.0).upper(confidence) / rate


def hourly_ratio(first: HourlyRate, second: HourlyRate, confidence: float = 0.95) -> RateRatio:
    """The first rate over the second, exact: given their sum, the first count is binomial."""
    _check(confidence)
    exposure = second.hours / first.hours
    return rate_ratio_of_poisson(first.events, second.events, exposure, confidence)


def equal_rates_p_value(first: HourlyRate, second: HourlyRate) -> float:
    """The two-sided exact test of equal rates (conditional binomial; Przyborowski and Wilenski 1940)."""
    from scipy.stats import binomtest

    total = first.events + second.events
    share = first.hours / (first.hours + second.hours)
    return float(binomtest(first.events, total, share).pvalue) if total else 1.0


def hourly_difference(first: HourlyRate, second: HourlyRate, confidence: float = 0.95) -> RateDifference:
    """The first rate less the second, with exact limits (see `buehler`)."""
    _check(confidence)
    limits = Interval(-_upper(second, first, confidence), _upper(first, second, confidence))
    return RateDifference(first.rate - second.rate, limits, confidence)


def _upper(first: HourlyRate, second: HourlyRate, confidence: float) -> float:
    law = PoissonRates(first.events, first.hours, second.events, second.hours)
    each = (1 + confidence) / 2
    start = first.rate - second.rate
    step = (first.upper(each) - second.lower(each) - start) / 2
    return upper_limit(Comparison(law, sum_of_rates), each, start, step, math.inf)
