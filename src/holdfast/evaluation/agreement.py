"""How far people who label the same items agree: Krippendorff's alpha.

alpha = 1 − observed disagreement / expected disagreement (K. Krippendorff, 'Computing Krippendorff's
alpha-reliability', 2011): 1 is perfect agreement, 0 what chance would give, below 0 is worse than chance. It
takes any number of raters, of whom any may have left any item out; an item with one rating says nothing.

Both metrics are the mean squared distance of points: with a category as a unit vector, two different ones lie
√2 apart, so nominal data are points like any others.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval

Metric = Literal["nominal", "interval"]
Floats = NDArray[np.float64]

_RESAMPLES = 2000
_BLOCK = 200
"""Resamples worked out at once, which bounds the memory."""

_LEAST_DEFINED = 0.5
"""Share of the resamples in which alpha must be defined for there to be an interval."""


@dataclass(frozen=True)
class Agreement:
    """Alpha over the items with two ratings or more; None where all ratings are equal, or there are none.

    `interval` holds between the quantiles of a bootstrap over items; None where alpha is rarely defined.
    """

    items: int
    ratings: int
    alpha: float | None
    interval: Interval | None


def nominal_agreement(
    items: Sequence[Sequence[Hashable]], stream: Stream, confidence: float = 0.95
) -> Agreement:
    """Alpha of categories; each item is the labels that it was given, in any order, missing ones left out."""
    categories = {label: i for i, label in enumerate(dict.fromkeys(x for item in items for x in item))}
    unit = np.eye(len(categories))
    return _agreement([unit[[categories[label] for label in item]] for item in items], stream, confidence)


def interval_agreement(
    items: Sequence[Sequence[float]], stream: Stream, confidence: float = 0.95
) -> Agreement:
    """Alpha of numbers whose differences mean something; each item is the numbers that it was given."""
    points = [np.asarray(item, dtype=np.float64).reshape(-1, 1) for item in items]
    return _agreement(points, stream, confidence)


def _agreement(items: Sequence[Floats], stream: Stream, confidence: float) -> Agreement:
    if not 0 < confidence < 1:
        raise ValueError(f"confidence must lie between 0 and 1, got {confidence}")
    rated = [points for points in items if len(points) > 1]
    if not rated:
        return Agreement(0, 0, None, None)
    sums = _Sums.of(rated)
    (alpha,) = _alphas(sums, np.ones((1, len(rated)))).tolist()
    defined = alpha if np.isfinite(alpha) else None
    interval = None if defined is None else _bootstrap(sums, stream, confidence)
    return Agreement(len(rated), sum(map(len, rated)), defined, interval)


@dataclass(frozen=True)
class _Sums:
    """What each item adds to alpha; all are sums over items, so resampling items only weighs them anew."""

    ratings: Floats
    """(items,) m."""
    points: Floats
    """(items, D) the sum of its points."""
    squares: Floats
    """(items,) the sum of their squared lengths."""
    apart: Floats
    """(items,) the squared distances of all ordered pairs of its points, over m − 1."""

    @classmethod
    def of(cls, items: Sequence[Floats]) -> _Sums:
        # Distances stay the same when all points move; near the mean they lose fewest digits.
        centre = np.concatenate(items).mean(axis=0)
        moved = [points - centre for points in items]
        ratings = np.array([len(points) for points in moved], dtype=np.float64)
        points = np.stack([each.sum(axis=0) for each in moved])
        squares = np.array([float((each**2).sum()) for each in moved])
        pairs = np.array([float(((each[:, None] - each[None]) ** 2).sum()) for each in moved])
        return cls(ratings, points, squares, pairs / (ratings - 1))


def _alphas(sums: _Sums, weights: Floats) -> Floats:
    """Alpha for each row of weights (R, items); NaN where the ratings are all equal."""
    ratings = weights @ sums.ratings
    expected = 2 * (ratings * (weights @ sums.squares) - ((weights @ sums.points) ** 2).sum(axis=1))
    observed = (ratings - 1) * (weights @ sums.apart)
    varied = expected > 1e-9 * ratings**2
    found: Floats = np.full(len(weights), np.nan)
    found[varied] = 1 - observed[varied] / expected[varied]
    return found


def _bootstrap(sums: _Sums, stream: Stream, confidence: float) -> Interval | None:
    random, count = stream.numpy(), len(sums.ratings)
    alphas = []
    for _ in range(0, _RESAMPLES, _BLOCK):
        weights = random.multinomial(count, np.full(count, 1 / count), size=_BLOCK)
        alphas.append(_alphas(sums, weights.astype(np.float64)))
    defined = np.concatenate(alphas)
    defined = defined[np.isfinite(defined)]
    if len(defined) < _LEAST_DEFINED * _RESAMPLES:
        return None
    low, high = np.quantile(defined, [(1 - confidence) / 2, (1 + confidence) / 2]).tolist()
    return Interval(low, high)
