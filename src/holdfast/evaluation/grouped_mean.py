"""A mean of values that come in groups, with limits by group."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval

FEWEST_GROUPS = 10
"""Groups that approximate limits need; with fewer, none are given."""


@dataclass(frozen=True)
class GroupedMean:
    """The mean of some values; None without any. `limits` are approximate, None with too few groups."""

    mean: float | None
    limits: Interval | None
    values: int
    groups: int


def grouped_mean(
    values: NDArray[np.float64], groups: Sequence[Hashable], confidence: float = 0.95
) -> GroupedMean:
    """The mean of values (n,), those of one group standing or falling together.

    The variance is that of the sums within groups (the sandwich estimator; Liang and Zeger, Biometrika 73,
    1986), the quantile Student's.
    """
    from scipy.stats import t

    owners, owner = np.unique(np.array([str(group) for group in groups]), return_inverse=True)
    count = len(owners)
    if not len(values):
        return GroupedMean(None, None, 0, 0)
    mean = float(values.mean())
    if count < FEWEST_GROUPS:
        return GroupedMean(mean, None, len(values), count)
    sums = np.bincount(owner, weights=values - mean) / len(values)
    variance = float((sums**2).sum()) * count / (count - 1)
    spread = float(t.ppf((1 + confidence) / 2, count - 1)) * math.sqrt(variance)
    return GroupedMean(mean, Interval(mean - spread, mean + spread), len(values), count)
