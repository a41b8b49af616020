"""How far two floats may lie apart that are the same on paper: stated here once.

A sum of floats of 32 bits ends in other digits where its terms are added in another order: in a batch of
another size, with another number of threads, on another processor. No test may rest on those digits.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from numpy.typing import ArrayLike

SAME_LOG_ODDS = 1e-4
"""Between log odds or log-likelihoods of one text. They are some tens at most, and differ by some 1e-6."""

SAME_SCORE = 1e-5
"""Between probabilities of one text: a quarter of the above at most."""


def alike(one: object, other: object, tolerance: float = SAME_LOG_ODDS) -> bool:
    """Whether two values are equal but for the last digits of floats, in whatever they are nested."""
    if isinstance(one, float) and isinstance(other, float):
        return one == pytest.approx(other, rel=1e-5, abs=tolerance, nan_ok=True)
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(alike(one[key], other[key], tolerance) for key in one)
    if isinstance(one, Sequence) and isinstance(other, Sequence) and not isinstance(one, str):
        pairs = zip(one, other, strict=False)
        return len(one) == len(other) and all(alike(*pair, tolerance) for pair in pairs)
    return one == other


def in_a_gap(values: ArrayLike, share: float = 0.5) -> float:
    """A threshold with about that share of the values below it, and none of them near it: in their widest gap
    within a tenth of the values about the quantile.
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64))
    first, last = (round((share + step) * (len(ordered) - 1)) for step in (-0.1, 0.1))
    middle = ordered[max(0, first) : last + 1]
    at = int(np.diff(middle).argmax())
    return float(middle[at : at + 2].mean())
