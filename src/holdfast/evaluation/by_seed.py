"""Means and differences over training seeds: the seed is the unit, whatever was counted within it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from holdfast.evaluation.bounds import Interval

Scale = Literal["difference", "ratio"]


@dataclass(frozen=True)
class SeedMean:
    """A mean over training seeds with Student's limits; None where they cannot be given, and why."""

    mean: float
    limits: Interval | None
    seeds: int
    why: str = ""


def seed_mean(values: Sequence[float], confidence: float = 0.95) -> SeedMean:
    """The mean of one value a training seed, shape (n,), with Student's limits of n − 1 degrees of freedom.

    Two seeds are needed, and they must not all agree: a spread of zero over a few seeds does not mean that
    there is none. Raises ValueError without a value.
    """
    from scipy.stats import t

    if not values:
        raise ValueError("a mean over seeds needs a value")
    count = len(values)
    mean = math.fsum(values) / count
    if count < 2:
        return SeedMean(mean, None, count, "one seed has no limits")
    if max(values) - min(values) <= 1e-12 * max(abs(value) for value in values):
        return SeedMean(mean, None, count, "all seeds agree, so Student's limits cannot be given")
    variance = math.fsum((value - mean) ** 2 for value in values) / (count - 1)
    spread = float(t.ppf((1 + confidence) / 2, count - 1)) * math.sqrt(variance / count)
    return SeedMean(mean, Interval(mean - spread, mean + spread), count)


@dataclass(frozen=True)
class SeedEffect:
    """Treated against control over the seeds that both have: a mean difference, or a mean ratio."""

    scale: Scale
    effect: SeedMean
    """On its own scale: differences, or ratios (their geometric mean)."""
    detectable: float | None
    """An effect larger than this would have shown: a difference, or a factor; None without
    limits."""

    @property
    def shown(self) -> bool | None:
        """Whether the limits leave out no effect; None without limits."""
        if self.effect.limits is None:
            return None
        return (1.0 if self.scale == "ratio" else 0.0) not in self.effect.limits


def seed_effect(
    control: Mapping[int, float],
    treated: Mapping[int, float],
    scale: Scale = "difference",
    confidence: float = 0.95,
) -> SeedEffect | None:
    """Treated minus (or over) control, paired by training seed; None where no seed has both.

    Ratios are compared on the logarithm; a ratio needs values above 0, and raises ValueError for another.
    """
    both = [seed for seed in control if seed in treated]
    if not both:
        return None
    if scale == "difference":
        found = seed_mean([treated[seed] - control[seed] for seed in both], confidence)
        return SeedEffect(scale, found, _half_width(found))
    if any(value <= 0 for seed in both for value in (control[seed], treated[seed])):
        raise ValueError("a ratio needs values above 0")
    logs = seed_mean([math.log(treated[seed] / control[seed]) for seed in both], confidence)
    limits = logs.limits and Interval(math.exp(logs.limits.lower), math.exp(logs.limits.upper))
    factor = _half_width(logs)
    ratio = SeedMean(math.exp(logs.mean), limits, logs.seeds, logs.why)
    return SeedEffect(scale, ratio, None if factor is None else math.exp(factor))


def _half_width(found: SeedMean) -> float | None:
    return None if found.limits is None else (found.limits.upper - found.limits.lower) / 2
