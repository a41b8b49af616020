"""How well a score tells two kinds apart: the area under its ROC curve, with limits."""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.normal import two_sided_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class AreaUnderCurve:
    """The chance that a positive scores above a negative, ties counted half; 0.5 tells nothing apart."""

    value: float
    limits: Interval
    positives: int
    negatives: int
    confidence: float

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude a coin."""
        return 0.5 not in self.limits


def area_under_curve(
    positive: NDArray[np.bool_],
    scores: Floats,
    *,
    folds: Sequence[int] | None = None,
    clusters: Sequence[Hashable] | None = None,
    confidence: float = 0.95,
) -> AreaUnderCurve | None:
    """The area, from (n,) labels and (n,) scores; None when some kind is missing from every fold.

    `folds`: scores of different folds come from different models and are never compared; folds weigh by their
    pairs. `clusters`: cases of one origin, which are not independent. The variance is DeLong's (Biometrics
    44, 1988), its components summed within clusters (Obuchowski, Biometrics 53, 1997); the limits are
    normal on the log odds of the area. Where the kinds are apart altogether that variance is 0, and the
    limit is the exact one for that many disjoint pairs of clusters, all in order.
    """
    truth, values = np.asarray(positive, dtype=bool), np.asarray(scores, dtype=np.float64)
    which = np.zeros(len(truth), dtype=np.int64) if folds is None else np.asarray(folds)
    owner = np.arange(len(truth)) if clusters is None else _numbered(clusters)
    if not truth.shape == values.shape == which.shape == owner.shape:
        raise ValueError("labels, scores, folds and clusters must be of one length")
    usable = [fold for fold in np.unique(which) if 0 < truth[which == fold].mean() < 1]
    if not usable:
        return None
    inside = np.isin(which, usable)
    truth, values, which, owner = truth[inside], values[inside], which[inside], owner[inside]
    area, influence = _components(truth, values, which)
    sums = np.bincount(np.unique(owner, return_inverse=True)[1], weights=influence)
    pairs = min(len(np.unique(owner[truth])), len(np.unique(owner[~truth])))
    limits = _limits(area, float((sums**2).sum()), pairs, confidence)
    return AreaUnderCurve(float(area), limits, int(truth.sum()), int((~truth).sum()), confidence)


def _numbered(names: Sequence[Hashable]) -> NDArray[np.int64]:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)


def _components(truth: NDArray[np.bool_], values: Floats, folds: NDArray[np.int64]) -> tuple[float, Floats]:
    """The area, and by how much each case moves it."""
    weights = {
        fold: truth[folds == fold].sum() * (~truth[folds == fold]).sum() for fold in np.unique(folds).tolist()
    }
    total, area, influence = sum(weights.values()), 0.0, np.zeros(len(truth))
    for fold, weight in weights.items():
        place = np.flatnonzero(folds == fold)
        own, share = _beaten(truth[place], values[place]), weight / total
        for kind in (True, False):
            members = truth[place] == kind
            centred = own[members] - own[members].mean()
            count = len(centred)
            influence[place[members]] = share * centred / count * math.sqrt(count / max(count - 1, 1))
        area += share * float(own[truth[place]].mean())
    return round(area, 12), influence  # folds' shares may add up to a little less than 1


def _beaten(truth: NDArray[np.bool_], values: Floats) -> Floats:
    """For each case the share of the other kind that it is rightly ordered with: DeLong's V10 and V01."""
    from scipy.stats import rankdata

    ranks = rankdata(values)
    shares = np.zeros(len(truth))
    for kind in (True, False):
        members = truth == kind
        below = (ranks[members] - rankdata(values[members])) / (~members).sum()
        shares[members] = below if kind else 1 - below
    return shares


def _limits(area: float, variance: float, pairs: int, confidence: float) -> Interval:
    if area in (0.0, 1.0):
        exact = ((1 - confidence) / 2) ** (1 / pairs)
        return Interval(0.0, 1 - exact) if area == 0 else Interval(exact, 1.0)
    if variance == 0:
        spread = math.log(2 / (1 - confidence)) / pairs
        return Interval(max(0.0, area - spread), min(1.0, area + spread))
    centre = math.log(area / (1 - area))
    spread = two_sided_quantile(confidence) * math.sqrt(variance) / (area * (1 - area))
    return Interval(1 / (1 + math.exp(spread - centre)), 1 / (1 + math.exp(-spread - centre)))
