"""What two models stop of the same cases: the gain, and the share of it that is found in a part of the cases.

Cases of one seed stand or fall together, so variances are taken over seeds (the sandwich estimator; Liang
and Zeger, Biometrika 73, 1986) and quantiles from Student's law. No interval is narrower than that of no
exception among so many seeds, ln(2 / δ) / seeds either side: a sample without exceptions does not make a
rate certain.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval, Proportion

Booleans = NDArray[np.bool_]
Floats = NDArray[np.float64]

FEWEST_SEEDS = 10
"""Seeds that approximate limits need; with fewer, none are given."""

_NONE_TOLD = "the discriminator took every failure for clean: it could not tell any, so the test has no power"


@dataclass(frozen=True)
class Gain:
    """The share of cases stopped, before and after; `change` is their difference, `spread` half its limits'
    width.

    `seeds` counts the independent origins. With fewer than ten the limits say nothing (-1 to 1).
    """

    before: Proportion
    after: Proportion
    seeds: int
    change: float
    spread: float

    @property
    def limits(self) -> Interval:
        """Approximate limits on the change."""
        return Interval(max(-1.0, self.change - self.spread), min(1.0, self.change + self.spread))


@dataclass(frozen=True)
class SurvivingShare:
    """The gain on the chosen cases as a share of the gain on all of them.

    `share` may lie above 1 (the chosen gained more) or below 0. It is None where it has no meaning, and
    `limits` where they have none; `why` then says so.
    """

    share: float | None
    limits: Interval | None
    confidence: float
    why: str = ""


def gain_of(before: Booleans, after: Booleans, seeds: Sequence[Hashable], confidence: float = 0.95) -> Gain:
    """The gain on cases that both models met, (n,) whether each was stopped; ValueError without cases."""
    if not len(before):
        raise ValueError("there are no cases to gain on")
    change = after.astype(np.float64) - before.astype(np.float64)
    sums, owners = _by_seed(_centred(change, np.ones(len(change), dtype=bool)), seeds)
    variance = _floored(float((sums**2).sum()), owners, confidence)
    spread = 2.0 if owners < FEWEST_SEEDS else _quantile(owners, confidence) * math.sqrt(variance)
    return Gain(_count(before), _count(after), owners, float(change.mean()), spread)


def surviving_share(
    before: Booleans,
    after: Booleans,
    chosen: Booleans,
    seeds: Sequence[Hashable],
    confidence: float = 0.95,
) -> SurvivingShare:
    """The ratio of the gain on the `chosen` cases to that on all, with Fieller's limits (JRSS B 16, 1954).

    Choosing all of them says nothing: a share of 1 would be certain whatever the truth, so none is given.
    """
    change = after.astype(np.float64) - before.astype(np.float64)
    origins = len({seed for seed, kept in zip(seeds, chosen.tolist(), strict=True) if kept})
    if not chosen.any():
        return SurvivingShare(None, None, confidence, "every failure carries signs of the attack")
    part, whole = float(change[chosen].mean()), float(change.mean())
    if whole <= 0:
        return SurvivingShare(None, None, confidence, "there is no gain to share out")
    if chosen.all():
        return SurvivingShare(None, None, confidence, _NONE_TOLD)
    if origins < FEWEST_SEEDS:
        why = f"only {origins} seeds have failures without signs; limits need {FEWEST_SEEDS}"
        return SurvivingShare(part / whole, None, confidence, why)
    own, _ = _by_seed(_centred(change, chosen), seeds)
    all_, owners = _by_seed(_centred(change, np.ones(len(change), dtype=bool)), seeds)
    limits = _fieller(
        (part, whole),
        (
            _floored(float((own**2).sum()), origins, confidence),
            _floored(float((all_**2).sum()), owners, confidence),
        ),
        float((own * all_).sum()),
        _quantile(origins, confidence),
    )
    why = "" if limits else "the gain cannot be told from none, so a share of it has no limits"
    return SurvivingShare(part / whole, limits, confidence, why)


def _fieller(
    means: tuple[float, float], variances: tuple[float, float], covariance: float, quantile: float
) -> Interval | None:
    """Ratios r for which mean₁ − r · mean₂ is within its limits of 0; None where these are unbounded."""
    (first, second), square = means, quantile**2
    a = second**2 - square * variances[1]
    b = first * second - square * covariance
    c = first**2 - square * variances[0]
    if a <= 0:
        return None
    root = math.sqrt(max(b * b - a * c, 0.0))
    return Interval((b - root) / a, (b + root) / a)


def _centred(change: Floats, chosen: Booleans) -> Floats:
    """By how much each case moves the mean of the chosen ones."""
    moved: Floats = np.where(chosen, change - change[chosen].mean(), 0.0) / chosen.sum()
    return moved


def _by_seed(influence: Floats, seeds: Sequence[Hashable]) -> tuple[Floats, int]:
    """The sums within seeds, scaled for their number, and that number."""
    numbers: dict[Hashable, int] = {}
    owner = [numbers.setdefault(seed, len(numbers)) for seed in seeds]
    sums: Floats = np.bincount(owner, weights=influence).astype(np.float64)
    return sums * math.sqrt(len(sums) / max(len(sums) - 1, 1)), len(sums)


def _floored(variance: float, seeds: int, confidence: float) -> float:
    least = math.log(2 / (1 - confidence)) / seeds
    return max(variance, (least / _quantile(seeds, confidence)) ** 2)


def _quantile(seeds: int, confidence: float) -> float:
    from scipy.stats import t

    return float(t.ppf((1 + confidence) / 2, max(seeds - 1, 1)))


def _count(outcomes: Booleans) -> Proportion:
    return Proportion(int(np.count_nonzero(outcomes)), len(outcomes))
