"""Intervals for the mean of weighted failures: what sampling unevenly costs in certainty.

Every draw contributes `x = weight` where it failed and 0 elsewhere; the mean of `x` is the rate. Weights are
bounded, so that a betting interval holds at every sample size; a normal one would say 0 ± 0 without failures.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval, Proportion

Floats = NDArray[np.float64]

_BETS = np.array([1.0, 0.93, *(0.8 * 0.75 ** np.arange(13))])
"""Bets against large rates, as shares of the boldest: that one is best where nothing fails, the last, 2.5 %,
at some thousand failures."""

_LOG_PRIOR = np.log([0.35, *(0.65 * _BETS[1:] / _BETS[1:].sum())])
"""Their shares of the money at the start."""


@dataclass(frozen=True)
class WeightedFailures:
    """`draws` independent draws, of which some failed, with these `weights`; no weight is above `largest`.

    Within a stratum draws may be without replacement, and strata may have draws of fixed numbers each: then
    the average of the expectations is the rate. Raises ValueError on impossible parts.
    """

    weights: Floats
    draws: int
    largest: float

    def __post_init__(self) -> None:
        if not len(self.weights) <= self.draws:
            raise ValueError(f"{len(self.weights)} failures in {self.draws} draws")
        if len(self.weights) and not 0 <= self.weights.min() <= self.weights.max() <= self.largest * (
            1 + 1e-9
        ):
            raise ValueError(f"a weight lies outside 0 to {self.largest}")

    @property
    def rate(self) -> float:
        """The unbiased estimate: the mean over all draws."""
        return float(self.weights.sum()) / self.draws if self.draws else 0.0

    @property
    def variance(self) -> float:
        """Of the estimate, as for a weighted sum of Poisson counts: right where failures are rare."""
        return float(np.square(self.weights).sum()) / self.draws**2 if self.draws else 0.0


def betting_interval(sample: WeightedFailures, confidence: float) -> Interval:
    """Limits on the rate that hold at every sample size, however few failures there are.

    A rate m is refuted when a gambler who bets against it multiplies his money by 2 / (1 − confidence); a
    mixture over constant bets (Waudby-Smith and Ramdas, arXiv 2010.09686, section 4). For draws of unlike
    expectations whose average is m, the product of expected factors is at most 1 by the inequality of
    arithmetic and geometric means; for draws without replacement, by negative association (Joag-Dev and
    Proschan, Annals of Statistics 11, 1983). Without failures the upper limit is about
    largest · ln(4 / (1 − confidence)) / draws: the label floor, which no weighting evades.
    """
    if not sample.draws:
        return Interval(0.0, sample.largest)
    needed = math.log(2 / (1 - confidence))
    return Interval(_lower(sample, needed), _upper(sample, needed))


def betting_upper(sample: WeightedFailures, confidence: float) -> float:
    """The upper limit alone, at the whole chance of error; as `betting_interval` otherwise."""
    return _upper(sample, -math.log1p(-confidence)) if sample.draws else sample.largest


def _upper(sample: WeightedFailures, needed: float) -> float:
    """The largest rate that is not refuted; the money against m only grows with m."""
    low, high = sample.rate, float(sample.largest)
    for _ in range(50):
        middle = (low + high) / 2
        if _log_money_against_more(sample, middle) >= needed:
            high = middle
        else:
            low = middle
    return high


def _lower(sample: WeightedFailures, needed: float) -> float:
    """The smallest rate that is not refuted; the money against m only shrinks with m."""
    if not len(sample.weights):
        return 0.0
    low, high = math.log(sample.rate) - 60, math.log(sample.rate)
    for _ in range(50):
        middle = (low + high) / 2
        if _log_money_against_less(sample, math.exp(middle)) >= needed:
            low = middle
        else:
            high = middle
    return math.exp(low)


def _log_money_against_more(sample: WeightedFailures, rate: float) -> float:
    """Log of the gambler's money after bets λ (m − x), λ up to 1 / (largest − m)."""
    if rate >= sample.largest:
        return math.inf
    scale = sample.largest - rate
    quiet = (sample.draws - len(sample.weights)) * np.log1p(_BETS * rate / scale)
    stakes = np.maximum(_BETS[:, None] * (rate - sample.weights[None, :]) / scale, -1.0)
    with np.errstate(divide="ignore"):
        money = quiet + np.log1p(stakes).sum(axis=1)
    return float(np.logaddexp.reduce(money + _LOG_PRIOR))


def _log_money_against_less(sample: WeightedFailures, rate: float) -> float:
    """Log of the gambler's money after bets φ (x / m − 1), φ from 1 / draws upwards by doubling."""
    bets = 2.0 ** -np.arange(1, max(2, math.ceil(math.log2(sample.draws)) + 1))
    quiet = (sample.draws - len(sample.weights)) * np.log1p(-bets)
    gains = np.log1p(bets[:, None] * (sample.weights[None, :] / rate - 1.0)).sum(axis=1)
    return float(np.logaddexp.reduce(quiet + gains)) - math.log(len(bets))


def poisson_interval(rate: float, variance: float, failures: int, confidence: float) -> Interval:
    """Approximate limits for a weighted sum of Poisson counts: exact ones for the count, rescaled.

    Dobson, Kuulasmaa, Eberle and Scherer, Statistics in Medicine 10 (1991). They are exact where weights are
    equal, and believe that what was not seen to fail does not: with few failures and unequal weights they
    are too narrow. Raises ValueError without failures, where they do not exist.
    """
    from scipy.special import gammaincinv

    if failures < 1:
        raise ValueError("without failures there is no approximate interval: use betting_interval")
    tail = (1 - confidence) / 2
    scale = math.sqrt(variance / failures)
    below = float(gammaincinv(failures, tail)) - failures
    above = float(gammaincinv(failures + 1, 1 - tail)) - failures
    return Interval(max(0.0, rate + scale * below), rate + scale * above)


def interval_beyond_pool(interval: Interval, pool: int, confidence: float) -> Interval:
    """From limits on the share of failures in a pool to limits on the rate it was drawn at.

    The pool's own count is binomial; both hold together when each holds at its own share of the error. Exact
    (Clopper and Pearson, 1934), given `pool` independent draws.
    """
    tail = (1 - confidence) / 2
    fewest = min(pool, math.ceil(interval.lower * pool - 1e-6))
    most = min(pool, math.floor(interval.upper * pool + 1e-6))
    return Interval(Proportion(fewest, pool).lower(1 - tail), Proportion(most, pool).upper(1 - tail))
