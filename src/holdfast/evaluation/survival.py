"""Time to failure: how long attempts go on without one, in queries, seconds, FLOPs or any other measure.

An attempt that was stopped, or gave up, before it found anything is *censored*: all that is known is that its
failure lies further out. Kaplan and Meier's curve takes such attempts to fare afterwards as the others do.
That is right where a budget stopped them, and too hopeful for the attack where it gave up by itself;
counting those to the full budget (`FailureTimes.within`) is right for them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.medians import CensoredMedian
from holdfast.evaluation.normal import two_sided_quantile

_ROUNDING = 1e-12
"""By how much a product of shares may miss the share that it stands for."""


@dataclass(frozen=True)
class FailureTimes:
    """For each attempt how long it was watched, and whether that ended with its first failure.

    `horizon` is how far anybody would have watched: curves are drawn to there. Raises ValueError on times
    that are negative, infinite or beyond the horizon, and on unequal lengths.
    """

    observed: tuple[float, ...]
    found: tuple[bool, ...]
    horizon: float
    unit: str = "queries"

    def __post_init__(self) -> None:
        if len(self.observed) != len(self.found):
            raise ValueError(f"unequal lengths: {len(self.observed)} times, {len(self.found)} outcomes")
        if any(not 0 <= time < math.inf for time in self.observed):
            raise ValueError("a time to failure must be a finite number, 0 or more")
        if self.observed and max(self.observed) > self.horizon:
            raise ValueError(
                f"a failure was found after {max(self.observed):g} {self.unit}, beyond the budget of"
                f" {self.horizon:g}"
            )

    @classmethod
    def within(cls, firsts: Sequence[float | None], budget: float, unit: str = "queries") -> FailureTimes:
        """Attempts that each had the same budget: what the first failure took, or None where it ran out."""
        observed = tuple(float(budget) if first is None else float(first) for first in firsts)
        return cls(observed, tuple(first is not None for first in firsts), float(budget), unit)

    @classmethod
    def until(
        cls, firsts: Sequence[float | None], ends: Sequence[float], unit: str = "queries"
    ) -> FailureTimes:
        """Attempts that each ended in their own time: `ends` is all that an attempt spent."""
        if len(firsts) != len(ends):
            raise ValueError(f"unequal lengths: {len(firsts)} first failures, {len(ends)} ends")
        pairs = zip(firsts, ends, strict=True)
        observed = tuple(float(end) if first is None else float(first) for first, end in pairs)
        return cls(observed, tuple(first is not None for first in firsts), max(observed, default=0.0), unit)

    def __len__(self) -> int:
        return len(self.observed)

    @property
    def failures(self) -> int:
        """How many attempts found one."""
        return sum(self.found)

    def at_risk(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many attempts were still being watched, without a failure, right before each time."""
        return len(self) - np.searchsorted(np.sort(self.observed), times, side="left").astype(np.int64)

    def failures_at(self, times: NDArray[np.float64]) -> NDArray[np.int64]:
        """How many attempts found their first failure at each time."""
        ordered = np.sort(self.failure_times())
        after = np.searchsorted(ordered, times, side="right")
        return (after - np.searchsorted(ordered, times, side="left")).astype(np.int64)

    def failure_times(self) -> NDArray[np.float64]:
        """When failures were found, in the order of the attempts."""
        return np.array(
            [t for t, found in zip(self.observed, self.found, strict=True) if found], dtype=np.float64
        )


@dataclass(frozen=True)
class SurvivalCurve:
    """Share of attempts without a failure after so long (Kaplan–Meier), a step function from (0, 1).

    `lower` and `upper` are pointwise approximate limits (Greenwood's variance on the log-log scale;
    Kalbfleisch and Prentice 1980), not exact ones. Where the curve is 0 that variance is undefined: the lower
    limit is 0 and the upper is carried on from the step before.
    """

    times: tuple[float, ...]
    survival: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]

    @property
    def median(self) -> CensoredMedian:
        """When half have failed; the limits are those of Brookmeyer and Crowley (Biometrics 38, 1982)."""
        value = self._reaches(self.survival)
        limits = Interval(self._reaches(self.lower), self._reaches(self.upper))
        return CensoredMedian(None if math.isinf(value) else value, limits)

    def at(self, time: float) -> float:
        """The share without a failure after that long; beyond the last time, what it was there."""
        return self.survival[int(np.searchsorted(self.times, time, side="right")) - 1]

    def _reaches(self, shares: Sequence[float]) -> float:
        below = (time for time, share in zip(self.times, shares, strict=True) if share <= 0.5 + _ROUNDING)
        return next(below, math.inf)


def kaplan_meier(times: FailureTimes, confidence: float = 0.95) -> SurvivalCurve:
    """The product-limit curve, a step at each distinct time of failure, from (0, 1) to the horizon.

    Kaplan and Meier, JASA 53 (1958).
    """
    z = two_sided_quantile(confidence)
    points, survival, lower, upper = [0.0], [1.0], [1.0], [1.0]
    share, variance = 1.0, 0.0
    for time, deaths, at_risk in _steps(times):
        share *= 1 - deaths / at_risk
        if deaths < at_risk:
            variance += deaths / (at_risk * (at_risk - deaths))
            spread = z * math.sqrt(variance) / abs(math.log(share))
            low, high = share ** math.exp(spread), share ** math.exp(-spread)
        else:
            share, low, high = 0.0, 0.0, upper[-1]
        points.append(time)
        survival.append(share)
        lower.append(low)
        upper.append(high)
    if points[-1] < times.horizon:
        points.append(times.horizon)
        for values in (survival, lower, upper):
            values.append(values[-1])
    return SurvivalCurve(tuple(points), tuple(survival), tuple(lower), tuple(upper))


def _steps(times: FailureTimes) -> list[tuple[float, int, int]]:
    """Each distinct time of failure with the failures then and the attempts at risk."""
    distinct = np.unique(times.failure_times())
    columns = distinct, times.failures_at(distinct), times.at_risk(distinct)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@dataclass(frozen=True)
class RestrictedMean:
    """The mean time spent without a failure, of the first `upto`; no shape of the curve is assumed.

    The limits are approximate (normal, with Greenwood's variance), and end at 0 and `upto`.
    """

    value: float
    limits: Interval
    upto: float


def restricted_mean(times: FailureTimes, upto: float, confidence: float = 0.95) -> RestrictedMean:
    """The area under the survival curve up to a time that was fixed beforehand, at most the horizon.

    The variance is Σ (area beyond tᵢ)² dᵢ / (nᵢ (nᵢ − dᵢ)) (Klein and Moeschberger, Survival Analysis, 4.5).
    Raises ValueError where `upto` lies beyond the horizon: nothing is known there.
    """
    if not 0 < upto <= times.horizon:
        raise ValueError(f"the mean up to {upto:g} {times.unit} needs attempts of that budget at least")
    steps = [step for step in _steps(times) if step[0] < upto]
    starts = np.array([0.0, *(time for time, _, _ in steps)])
    shares = np.cumprod([1.0, *(1 - deaths / at_risk for _, deaths, at_risk in steps)])
    areas = shares * np.diff([*starts, upto])
    beyond = np.cumsum(areas[::-1])[::-1]
    variance = sum(
        area**2 * deaths / (at_risk * (at_risk - deaths))
        for area, (_, deaths, at_risk) in zip(beyond[1:], steps, strict=True)
        if deaths < at_risk
    )
    value, spread = float(areas.sum()), two_sided_quantile(confidence) * math.sqrt(variance)
    return RestrictedMean(value, Interval(max(0.0, value - spread), min(upto, value + spread)), upto)
