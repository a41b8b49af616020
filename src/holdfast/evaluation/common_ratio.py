"""One ratio of two rates over several strata, each with a pace of its own, with exact limits.

In each stratum (a writer, say) failures come at one rate under the first condition and at another under the
second; the strata may differ as they like, but the ratio of the two rates is supposed to be the same in all.
Given how many failures a stratum had in all, those under the first condition are binomial, and the stratum's
own pace drops out. Their sum over the strata says all about the ratio that the counts can say: its estimate
is the conditional maximum of likelihood, its limits are those of the exact tests on that sum (Martin and
Austin, 'Exact estimates for a rate ratio', Epidemiology 7, 1996). With one stratum they are those of
`hourly.hourly_ratio`.

Within a stratum they need what `hourly` needs: a constant rate under each condition and failures that come
independently.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval, RateRatio
from holdfast.evaluation.hourly import HourlyRate

Floats = NDArray[np.float64]

_WIDEST = 700.0
"""Of the logarithms of ratios: beyond, numbers overflow."""


def common_ratio(strata: Sequence[tuple[HourlyRate, HourlyRate]], confidence: float = 0.95) -> RateRatio:
    """How many times the first rate of every stratum is its second; None where there are no second events.

    A stratum without events says nothing, and changes nothing. Raises UserError unless 0 < confidence < 1.
    """
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    told = [pair for pair in strata if pair[0].events + pair[1].events]
    counts = np.array([first.events + second.events for first, second in told], dtype=np.int64)
    exposures = np.array([math.log(first.hours / second.hours) for first, second in told])
    seen, total = sum(first.events for first, _ in told), int(counts.sum())
    each = (1 - confidence) / 2

    def mean(log_ratio: float) -> float:
        return float((counts * _shares(log_ratio, exposures)).sum())

    def at_least(log_ratio: float) -> float:
        return float(_law(counts, _shares(log_ratio, exposures))[seen:].sum())

    def more(log_ratio: float) -> float:
        return float(_law(counts, _shares(log_ratio, exposures))[seen + 1 :].sum())

    lower = math.exp(_where(at_least, each)) if seen else 0.0
    upper = math.exp(_where(more, 1 - each)) if seen < total else math.inf
    estimate = None
    if seen < total:
        estimate = math.exp(_where(mean, seen)) if seen else 0.0
    return RateRatio(estimate, Interval(lower, upper), confidence)


def _shares(log_ratio: float, exposures: Floats) -> Floats:
    """(strata,) the chance that an event falls under the first condition."""
    from scipy.special import expit

    shares: Floats = expit(log_ratio + exposures)
    return shares


def _law(counts: NDArray[np.int64], shares: Floats) -> Floats:
    """(events + 1,) the law of the sum of binomials."""
    from scipy.stats import binom

    law = np.ones(1)
    for count, share in zip(counts.tolist(), shares.tolist(), strict=True):
        law = np.convolve(law, binom.pmf(np.arange(count + 1), count, share))
    return law


def _where(rising: Callable[[float], float], value: float) -> float:
    """The log ratio at which a rising function has that value."""
    from scipy.optimize import brentq

    return float(brentq(lambda at: rising(at) - value, -_WIDEST, _WIDEST, xtol=1e-12, rtol=1e-12))
