"""The joint laws of two counts that are compared: independent binomials, paired outcomes, Poisson counts.

Each ranks results by Newcombe's upper limit on the difference of the two rates (Statistics in Medicine 17,
1998, method 10): first − second + √((u₁ − first)² + (second − l₂)²), where u₁ and l₂ are Wilson's score
limits. It rises with the first count and falls with the second.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.buehler import Counts, Floats

_TAIL = 1e-8
_SLACK = 1e-9


def newcombe_upper(
    first: Floats, second: Floats, first_trials: float, second_trials: float, z: float
) -> Floats:
    """Newcombe's upper limit on a difference of two rates, from counts; approximate, used to rank results."""
    rise = _wilson(first, first_trials, z, 1) - first / first_trials
    drop = second / second_trials - _wilson(second, second_trials, z, -1)
    limit: Floats = first / first_trials - second / second_trials + np.hypot(rise, drop)
    return limit


def _wilson(events: Floats, trials: float, z: float, sign: int) -> Floats:
    spread = z * np.sqrt(events * (trials - events) / trials + z * z / 4)
    limit: Floats = (events + z * z / 2 + sign * spread) / (trials + z * z)
    return limit


def _binomial_at_most(counts: Counts | Floats, trials: Counts | float, rate: Floats) -> Floats:
    from scipy.special import betainc

    inside: Floats = np.clip(counts, 0.0, np.maximum(np.asarray(trials, dtype=np.float64) - 1, 0.0))
    # The same as the complement at `rate`, and several times as quick.
    chance = betainc(np.maximum(trials - inside, 1.0), inside + 1.0, 1.0 - rate)
    return np.where(counts < 0, 0.0, np.where(counts >= trials, 1.0, chance))


def _ranked(
    limit: Callable[[Floats, Floats], Floats], seen: tuple[int, int], second_counts: Counts, most: int
) -> Counts:
    """By bisection, for each second count the largest first count whose limit is no higher than that seen."""
    at = float(limit(np.array(float(seen[0])), np.array(float(seen[1]))))
    at += _SLACK * abs(at)  # rounding must not leave out a tie
    second = second_counts.astype(np.float64)
    low, high = np.full(len(second), -1.0), np.full(len(second), most + 1.0)
    while (high - low > 1).any():
        middle = np.floor((low + high) / 2)
        fits = (limit(np.maximum(middle, 0.0), second) <= at) & (middle >= 0)
        low, high = np.where(fits, middle, low), np.where(fits, high, middle)
    return np.where(second_counts >= seen[1], np.maximum(low, seen[0]), low).astype(np.int64)


@dataclass(frozen=True)
class IndependentRates:
    """Two independent binomial counts."""

    first: Proportion
    second: Proportion

    def confine_second(self, error: float) -> tuple[float, float]:
        """Clopper and Pearson's interval."""
        limits = self.second.interval(1 - error)
        return limits.lower, limits.upper

    def likely_second(self, second: float) -> tuple[int, int]:
        """From the binomial's quantiles."""
        return _likely_binomial(self.second.trials, second)

    def largest_second(self, first: Floats) -> Floats:
        """Any, if the first is a rate at all."""
        return np.where(first <= 1.0, 1.0, -1.0)

    def second_at_most(self, counts: Counts, second: Floats) -> Floats:
        """The binomial distribution function."""
        return _binomial_at_most(counts, self.second.trials, second)

    def first_at_most(self, counts: Counts, second_counts: Counts, first: Floats, second: Floats) -> Floats:
        """The binomial distribution function; the second count says nothing of the first."""
        return _binomial_at_most(counts, self.first.trials, first)

    def ranked_no_higher(self, second_counts: Counts, confidence: float) -> Counts:
        """By Newcombe's limit."""
        z = _z(confidence)

        def limit(first: Floats, second: Floats) -> Floats:
            return newcombe_upper(first, second, self.first.trials, self.second.trials, z)

        seen = (self.first.events, self.second.events)
        return _ranked(limit, seen, second_counts, self.first.trials)


@dataclass(frozen=True)
class PairedRates:
    """Of `pairs` pairs, `first_only` in which only the first fails and `second_only` in which only the
    second.

    The two rates are those of the two kinds of pairs; together they are at most 1.
    """

    pairs: int
    first_only: int
    second_only: int

    def confine_second(self, error: float) -> tuple[float, float]:
        """Clopper and Pearson's interval."""
        limits = Proportion(self.second_only, self.pairs).interval(1 - error)
        return limits.lower, limits.upper

    def likely_second(self, second: float) -> tuple[int, int]:
        """From the binomial's quantiles."""
        return _likely_binomial(self.pairs, second)

    def largest_second(self, first: Floats) -> Floats:
        """What the first kind leaves."""
        return np.asarray(1.0 - first, dtype=np.float64)

    def second_at_most(self, counts: Counts, second: Floats) -> Floats:
        """The binomial distribution function."""
        return _binomial_at_most(counts, self.pairs, second)

    def first_at_most(self, counts: Counts, second_counts: Counts, first: Floats, second: Floats) -> Floats:
        """Binomial among the pairs that are not of the second kind."""
        share = np.minimum(first / np.maximum(1.0 - second, 1e-300), 1.0)
        return _binomial_at_most(counts, self.pairs - second_counts, share)

    def ranked_no_higher(self, second_counts: Counts, confidence: float) -> Counts:
        """By Newcombe's limit for independent counts, which ranks rare pairs well enough."""
        z = _z(confidence)

        def limit(first: Floats, second: Floats) -> Floats:
            return newcombe_upper(first, second, self.pairs, self.pairs, z)

        return _ranked(limit, (self.first_only, self.second_only), second_counts, self.pairs)


def _likely_binomial(trials: int, rate: float) -> tuple[int, int]:
    from scipy.stats import binom

    return int(binom.ppf(_TAIL, trials, rate)) if rate > 0 else 0, int(binom.isf(_TAIL, trials, rate))


def _z(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(confidence))


@dataclass(frozen=True)
class PoissonRates:
    """Two independent Poisson counts, each over so many hours; the rates are per hour."""

    first_events: int
    first_hours: float
    second_events: int
    second_hours: float

    def confine_second(self, error: float) -> tuple[float, float]:
        """Garwood's interval."""
        from scipy.special import gammaincinv

        lower = gammaincinv(self.second_events, error / 2) if self.second_events else 0.0
        upper = gammaincinv(self.second_events + 1, 1 - error / 2)
        return float(lower) / self.second_hours, float(upper) / self.second_hours

    def likely_second(self, second: float) -> tuple[int, int]:
        """From the Poisson law's quantiles."""
        from scipy.stats import poisson

        mean = second * self.second_hours
        return int(poisson.ppf(_TAIL, mean)) if mean > 0 else 0, int(poisson.isf(_TAIL, mean))

    def largest_second(self, first: Floats) -> Floats:
        """Any."""
        return np.full(np.shape(first), math.inf)

    def second_at_most(self, counts: Counts, second: Floats) -> Floats:
        """The Poisson distribution function."""
        return _poisson_at_most(counts, second * self.second_hours)

    def first_at_most(self, counts: Counts, second_counts: Counts, first: Floats, second: Floats) -> Floats:
        """The Poisson distribution function; the second count says nothing of the first."""
        return _poisson_at_most(counts, first * self.first_hours)

    def ranked_no_higher(self, second_counts: Counts, confidence: float) -> Counts:
        """By Newcombe's limit with the score limits of Poisson means."""
        z = _z(confidence)

        def limit(first: Floats, second: Floats) -> Floats:
            rise = (z * z / 2 + z * np.sqrt(first + z * z / 4)) / self.first_hours
            drop = (-z * z / 2 + z * np.sqrt(second + z * z / 4)) / self.second_hours
            ranked: Floats = first / self.first_hours - second / self.second_hours + np.hypot(rise, drop)
            return ranked

        # With so many the first rate alone exceeds the limit seen, whatever the second.
        scale = self.first_hours / self.second_hours * float(second_counts.max(initial=0) + 1)
        seen = (self.first_events, self.second_events)
        most = math.ceil(4 * (self.first_events + scale) + 40 * z * z + 40)
        return _ranked(limit, seen, second_counts, most)


def _poisson_at_most(counts: Counts, mean: Floats) -> Floats:
    from scipy.special import gammaincc

    return np.where(counts < 0, 0.0, gammaincc(np.maximum(counts, 0) + 1.0, mean))
