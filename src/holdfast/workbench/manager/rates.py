"""Failures per active hour, with exact limits, as the API tells them."""

from __future__ import annotations

import math

from holdfast.evaluation.bounds import RateRatio
from holdfast.evaluation.hourly import HourlyRate
from holdfast.workbench.manager.shapes import RateShape

CONFIDENCE = 0.95
NOTHING = RateShape(value=None, low=None, high=None)


def failures_per_hour(failures: int, hours: float) -> RateShape:
    """The rate with its two-sided exact limits; all None without hours.

    Writers need not be alike: the sum of their counts is Poisson, and its mean over the hours is the mean of
    their rates, each weighed by the hours it was worked.
    """
    if not hours > 0:
        return NOTHING
    rate = HourlyRate(failures, hours)
    limits = rate.interval(CONFIDENCE)
    return RateShape(value=rate.rate, low=limits.lower, high=limits.upper)


def ratio_shape(ratio: RateRatio) -> RateShape:
    """A ratio with its limits; an end that is infinite is None."""
    upper = ratio.limits.upper
    high = None if math.isinf(upper) else upper
    if ratio.estimate is None and high is None and ratio.limits.lower == 0:
        return NOTHING
    return RateShape(value=ratio.estimate, low=ratio.limits.lower, high=high)
