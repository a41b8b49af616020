"""Exact limits on rates of rare events (Clopper and Pearson, Biometrika 26, 1934).

Every limit here holds with at least the stated confidence for independent trials whose number was fixed
beforehand and an exact judge. Looking at the data before deciding when to stop, or reusing it, voids them.
"""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class Interval:
    """A closed range; `upper` may be infinite."""

    lower: float
    upper: float

    def __contains__(self, value: float) -> bool:
        return self.lower <= value <= self.upper


def _check_confidence(confidence: float) -> None:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")


@dataclass(frozen=True)
class Proportion:
    """`events` of `trials`, with exact limits on the rate behind them.

    Raises ValueError unless 0 <= events <= trials. With no trials the limits are 0 and 1.
    """

    events: int
    trials: int

    def __post_init__(self) -> None:
        if not 0 <= self.events <= self.trials:
            raise ValueError(f"{self.events} events of {self.trials} trials is no proportion")

    @property
    def rate(self) -> float | None:
        """The observed share; None with no trials."""
        return self.events / self.trials if self.trials else None

    def upper(self, confidence: float = 0.95) -> float:
        """The one-sided exact upper limit: Beta⁻¹(confidence; k + 1, n − k)."""
        from scipy.special import betaincinv

        _check_confidence(confidence)
        if self.events == self.trials:
            return 1.0
        return float(betaincinv(self.events + 1, self.trials - self.events, confidence))

    def lower(self, confidence: float = 0.95) -> float:
        """The one-sided exact lower limit: Beta⁻¹(1 − confidence; k, n − k + 1)."""
        from scipy.special import betaincinv

        _check_confidence(confidence)
        if self.events == 0:
            return 0.0
        return float(betaincinv(self.events, self.trials - self.events + 1, 1 - confidence))

    def interval(self, confidence: float = 0.95) -> Interval:
        """The two-sided exact (Clopper–Pearson) interval, with equal tails."""
        _check_confidence(confidence)
        one_sided = (1 + confidence) / 2
        return Interval(self.lower(one_sided), self.upper(one_sided))


def trials_needed(rate: float, events: int = 0, confidence: float = 0.95) -> int:
    """The fewest trials at which that many events still give a one-sided upper limit of at most `rate`."""
    if not 0 < rate < 1:
        raise ValueError(f"the rate must lie between 0 and 1, got {rate}")
    low, high = events, events + 1
    while Proportion(events, high).upper(confidence) > rate:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if Proportion(events, middle).upper(confidence) <= rate:
            high = middle
        else:
            low = middle
    return high


@dataclass(frozen=True)
class RateRatio:
    """How many times larger the first rate is than the second.

    `estimate` is None when the second count is zero (or both are), `limits` are two-sided; their upper end is
    then infinite. Limits on one side of 1 mean that the data tell the rates apart.
    """

    estimate: float | None
    limits: Interval
    confidence: float

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude equal rates."""
        return 1.0 not in self.limits


def rate_ratio(first: Proportion, second: Proportion, confidence: float = 0.95) -> RateRatio:
    """The ratio first rate / second rate, with limits exact for rare, independent counts.

    Given the sum of two Poisson counts, the first is binomial with odds (trials₁ rate₁) : (trials₂ rate₂), so
    a Clopper–Pearson interval on that share becomes one on the ratio (Przyborowski and Wilenski, Biometrika
    31, 1940). For binomial counts the Poisson law is the rare-event limit, and the interval is the wider one.
    """
    if not first.trials or not second.trials:
        return RateRatio(None, Interval(0.0, math.inf), confidence)
    return rate_ratio_of_poisson(first.events, second.events, second.trials / first.trials, confidence)


def rate_ratio_of_poisson(first: int, second: int, exposure: float, confidence: float = 0.95) -> RateRatio:
    """The ratio of the rates of two Poisson counts; `exposure` is the second's effort over the first's."""
    total = first + second
    if total == 0:
        return RateRatio(None, Interval(0.0, math.inf), confidence)
    share = Proportion(first, total).interval(confidence)
    limits = Interval(_odds(share.lower) * exposure, _odds(share.upper) * exposure)
    return RateRatio(first / second * exposure if second else None, limits, confidence)


def _odds(share: float) -> float:
    return share / (1 - share) if share < 1 else math.inf
