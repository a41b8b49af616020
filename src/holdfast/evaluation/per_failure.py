"""What a failure costs: all that attempts spent, those that found nothing too, over the failures found.

It is the long-run cost of one who goes from start to start, and gives each up at its limit. Limits are
approximate, on the logarithm: each attempt's influence on it (the delta method), summed within starts, so
that attempts from one start under two conditions are compared with each other (`grouped_mean`). Going on
until so many failures are found, rather than for a number of attempts, moves the estimate by less than one
attempt in that many.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.grouped_mean import grouped_mean


@dataclass(frozen=True)
class Efforts:
    """For each attempt what it spent, whether it found a failure, and where it started.

    Raises ValueError on unequal lengths, and on amounts that are negative or infinite.
    """

    spent: tuple[float, ...]
    found: tuple[bool, ...]
    starts: tuple[Hashable, ...]

    def __post_init__(self) -> None:
        if not len(self.spent) == len(self.found) == len(self.starts):
            raise ValueError(
                f"unequal lengths: {len(self.spent)} amounts, {len(self.found)} outcomes,"
                f" {len(self.starts)} starts"
            )
        if any(not 0 <= amount < math.inf for amount in self.spent):
            raise ValueError("what an attempt spent must be a finite number, 0 or more")

    @property
    def failures(self) -> int:
        """How many attempts found one."""
        return sum(self.found)

    @property
    def each(self) -> float | None:
        """The amount for each failure; None where none was found."""
        return sum(self.spent) / self.failures if self.failures else None

    def _influence(self) -> NDArray[np.float64]:
        """(attempts,) by how much each moves the logarithm of the amount for each failure."""
        spent, found = np.array(self.spent, dtype=np.float64), np.array(self.found, dtype=np.float64)
        moved: NDArray[np.float64] = spent / spent.sum() - found / found.sum()
        return moved


@dataclass(frozen=True)
class CostRatio:
    """How many times the first amount for each failure the second is.

    `ratio` is None where either side found nothing or spent nothing; `limits` are then 0 to infinity, as they
    are with fewer starts than approximate limits need.
    """

    ratio: float | None
    limits: Interval

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude equal amounts."""
        return 1.0 not in self.limits


_NOTHING_KNOWN = Interval(0.0, math.inf)


def cost_limits(efforts: Efforts, confidence: float = 0.95) -> Interval:
    """Approximate limits on the amount for each failure; 0 to infinity where nothing can be said."""
    if not efforts.each:
        return _NOTHING_KNOWN
    return _around(efforts.each, efforts._influence(), efforts.starts, confidence)


def cost_ratio(before: Efforts, after: Efforts, confidence: float = 0.95) -> CostRatio:
    """The amount for each failure after / before; attempts from one start are compared with each other."""
    if not before.each or not after.each:
        return CostRatio(None, _NOTHING_KNOWN)
    moved = np.concatenate([after._influence(), -before._influence()])
    ratio = after.each / before.each
    return CostRatio(ratio, _around(ratio, moved, (*after.starts, *before.starts), confidence))


def _around(
    value: float, moved: NDArray[np.float64], starts: Sequence[Hashable], confidence: float
) -> Interval:
    """The value times and over the same factor; `moved` sums to 0."""
    limits = grouped_mean(len(moved) * moved, starts, confidence).limits
    if limits is None:
        return _NOTHING_KNOWN
    spread = (limits.upper - limits.lower) / 2
    return Interval(value * math.exp(-spread), value * math.exp(spread))
