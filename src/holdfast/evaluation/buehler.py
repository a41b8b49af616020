"""Exact upper limits on a comparison of two counts, whatever the rate that is not asked about.

Buehler's method (Journal of the American Statistical Association 52, 1957; for two proportions Wang, Annals
of Statistics 38, 2010): rank all results that could have come out by some statistic, and take the largest
value of the parameter under which results ranked no higher than the one seen still have probability δ. Any
ranking gives a valid limit; a good one gives a tight one. The ranking here is by an approximate limit,
Newcombe's (Statistics in Medicine 17, 1998), which rises with the first count and falls with the second.
Therefore the probability falls as the first rate rises and as the second falls, and so

- it falls as the parameter rises, and bisection finds the limit;
- over a whole cell of second rates it is at most its value at the cell's upper end with the first rate at its
  least: the supremum over the second rate is bounded from above, not searched for on a grid.

The second rate is first confined to an exact interval, at the price of its own small error (Berger and Boos,
Journal of the American Statistical Association 89, 1994).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

CONFINING_SHARE = 0.02
"""The share of δ that is spent on confining the second rate."""

_MOST_ROWS = 200
_CELLS, _SPLITS, _PARTS = 24, 3, 3
_PRECISION = 2e-3


class TwoCounts(Protocol):
    """The joint law of two counts under two rates.

    For a rising a, the probability of "first ≤ a(second)" must fall with the first rate and rise with the
    second.
    """

    def confine_second(self, error: float) -> tuple[float, float]:
        """An exact interval for the second rate, wrong with at most that probability."""
        ...

    def likely_second(self, second: float) -> tuple[int, int]:
        """Second counts below and above which next to nothing lies, under that second rate."""
        ...

    def largest_second(self, first: Floats) -> Floats:
        """The largest second rate that is possible beside the first."""
        ...

    def second_at_most(self, counts: Counts, second: Floats) -> Floats:
        """P(second count ≤ counts)."""
        ...

    def first_at_most(self, counts: Counts, second_counts: Counts, first: Floats, second: Floats) -> Floats:
        """P(first count ≤ counts | second count), which must not fall with the second count."""
        ...

    def ranked_no_higher(self, second_counts: Counts, confidence: float) -> Counts:
        """For each second count, the largest first count that ranks no higher than the result seen (or
        −1)."""
        ...


@dataclass(frozen=True)
class _Table:
    """Results ranked no higher than the one seen: row i holds second counts above ends[i - 1], up to
    ends[i]."""

    ends: Counts
    most_first: Counts


@dataclass(frozen=True)
class Comparison:
    """Two counts, and the parameter that compares their rates.

    `first_rate(parameter, second)` must rise with both. A first rate below 0, or beside which the second is
    not possible, makes the pair impossible.
    """

    law: TwoCounts
    first_rate: Callable[[float, Floats], Floats]


def upper_limit(
    comparison: Comparison, confidence: float, start: float, step: float, greatest: float
) -> float:
    """The one-sided upper limit of the parameter, at least `start`, to 1/500 of `step`, rounded up.

    It is sought from `start`, by growing steps, up to `greatest`, which is the answer if nothing up to
    there is excluded.
    """
    error = 1 - confidence
    confined = comparison.law.confine_second(CONFINING_SHARE * error)
    level = error * (1 - CONFINING_SHARE)
    table = _table(comparison.law, confined, confidence)

    def excluded(parameter: float) -> bool:
        return _excluded(comparison, table, parameter, confined, level)

    low, high, stride = start, min(start + step, greatest), step
    while not excluded(high):
        if high >= greatest:
            return greatest
        stride *= 2
        low, high = high, min(high + stride, greatest)
    while high - low > _PRECISION * step:
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (low, middle) if excluded(middle) else (middle, high)
    return high


def _table(law: TwoCounts, confined: tuple[float, float], confidence: float) -> _Table:
    """Second counts that can well come about; where there are many, in blocks.

    A block takes the most that any of its rows allows, so that its probability is not understated.
    """
    low, high = law.likely_second(confined[0])[0], law.likely_second(confined[1])[1]
    ends = np.unique(np.linspace(low, high, min(high - low + 1, _MOST_ROWS)).astype(np.int64))
    return _Table(ends, np.maximum.accumulate(law.ranked_no_higher(ends, confidence)))


def _excluded(
    comparison: Comparison, table: _Table, parameter: float, confined: tuple[float, float], level: float
) -> bool:
    """Whether results ranked no higher have at most probability `level`, whatever the second rate.

    Cells that bound it too loosely are split; a single second rate that exceeds it settles the matter, and
    what is still open after the last split counts as not excluded.
    """
    law, edges = comparison.law, np.linspace(*confined, _CELLS + 1)
    low, high = edges[:-1], edges[1:]
    for _ in range(_SPLITS):
        least, most = comparison.first_rate(parameter, low), comparison.first_rate(parameter, high)
        first = np.maximum(least, 0.0)
        top = np.minimum(high, law.largest_second(first))
        open_ = (most >= 0.0) & (top >= low)
        open_[open_] = _chance(law, table, first[open_], top[open_]) > level
        if not open_.any():
            return True
        exact = open_ & (least >= 0.0)
        if (_chance(law, table, least[exact], low[exact]) > level).any():
            return False
        low, high = _split(low[open_], high[open_])
    return False


def _split(low: Floats, high: Floats) -> tuple[Floats, Floats]:
    edges = np.linspace(low, high, _PARTS + 1)
    return edges[:-1].ravel(), edges[1:].ravel()


def _chance(law: TwoCounts, table: _Table, first: Floats, second: Floats) -> Floats:
    """(cells,) the probability of the results in the table and of second counts beyond it, bounded from
    above."""
    reached = law.second_at_most(table.ends, second[:, None])
    mass = np.diff(reached, axis=1, prepend=0.0)
    within = law.first_at_most(table.most_first, table.ends, first[:, None], second[:, None])
    chance: Floats = (mass * within).sum(axis=1) + (1 - reached[:, -1])
    return chance
