"""Learning curves: how a classifier's errors fall with examples, steps and size.

What the curves say of a model, `holdfast.evaluation.diagnosis` puts into words.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from holdfast.evaluation.bounds import Interval, Proportion

Axis = Literal["steps", "parameters", "examples"]


@dataclass(frozen=True)
class CurvePoint:
    """One trained model: what went into it, and its errors.

    `examples` are different ones to learn from, `steps` those of the optimiser. `train` are errors on those
    it learnt from or some of them, `held_out` on fresh ones of the same kind: misses of catastrophes, at
    one and the same rule for the threshold (0.5, or the filter's).
    """

    examples: int
    steps: int
    parameters: int
    train: Proportion
    held_out: Proportion

    def __post_init__(self) -> None:
        if min(self.examples, self.steps, self.parameters) < 1:
            raise ValueError("a trained model has at least one example, one step and one parameter")


@dataclass(frozen=True)
class Doubling:
    """What twice as much of a thing multiplies the error by, and limits on that; below 1 it helps.

    `falls` says whether the limits exclude no change. The curve is a power law, error = a · thing^-b.
    """

    axis: Axis
    factor: float
    limits: Interval
    points: int

    @property
    def falls(self) -> bool:
        """Whether more of it lowers the error, beyond chance."""
        return self.limits.upper < 1


def doubling(
    points: Sequence[CurvePoint],
    axis: Axis,
    error: Literal["train", "held_out"] = "held_out",
    confidence: float = 0.95,
) -> Doubling | None:
    """Fit a power law to errors along one axis; None with fewer than three amounts, or without errors.

    A binomial regression with log link (McCullagh and Nelder, Generalized Linear Models, 4), its variance
    scaled by the points' own scatter about the curve where that is larger than chance's (models differ by
    their seeds), with Student's quantile. The caller picks points that differ in this axis alone.
    """
    from scipy.stats import t

    kept = [(getattr(point, axis), getattr(point, error)) for point in points if getattr(point, error).trials]
    amounts = np.log2([float(amount) for amount, _ in kept])
    events = np.array([float(rate.events) for _, rate in kept])
    trials = np.array([float(rate.trials) for _, rate in kept])
    if len(np.unique(amounts)) < 3 or not events.any() or (events == trials).all():
        return None
    slope, variance = _log_binomial(amounts, events, trials)
    spread = float(t.ppf((1 + confidence) / 2, len(kept) - 2)) * math.sqrt(variance)
    return Doubling(axis, 2**slope, Interval(2 ** (slope - spread), 2 ** (slope + spread)), len(kept))


def _log_binomial(amounts: np.ndarray, events: np.ndarray, trials: np.ndarray) -> tuple[float, float]:
    """Slope of log2 error on log2 amount by maximum likelihood, and its (scaled) variance."""
    from scipy.optimize import minimize

    centred = (amounts - amounts.mean()) * math.log(2)
    design = np.column_stack([np.ones(len(centred)), centred])

    def loss(theta: np.ndarray) -> float:
        log_rate = np.minimum(design @ theta, -1e-9)
        return -float((events * log_rate + (trials - events) * np.log1p(-np.exp(log_rate))).sum())

    start = np.array([math.log(events.sum() / trials.sum()), 0.0])
    found = minimize(
        loss, start, method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-9, "maxiter": 4000}
    )
    rates = np.exp(np.minimum(design @ found.x, -1e-9))
    information = (design.T * (trials * rates / (1 - rates))) @ design
    scatter = float(((events - trials * rates) ** 2 / (trials * rates * (1 - rates))).sum()) / (
        len(events) - 2
    )
    return float(found.x[1]), max(scatter, 1.0) * float(np.linalg.inv(information)[1, 1])


@dataclass(frozen=True)
class LossTrend:
    """Where the training loss was heading at the end.

    `fall` is what as many steps again as the last half had would take off, at the pace of that half, as a
    share of the loss at the end; with limits. A learning rate that has decayed to nothing flattens any
    curve: then this says only that this schedule was done.
    """

    fall: float
    limits: Interval

    @property
    def still_falling(self) -> bool:
        """Whether it was falling, beyond chance."""
        return self.limits.lower > 0


def loss_trend(losses: Sequence[float], confidence: float = 0.95) -> LossTrend | None:
    """The trend over the last half of equal stretches of training; None with fewer than ten stretches.

    The slope is the median of all pairs' (Theil 1950, Sen 1968), with their rank limits.
    """
    from scipy.stats import theilslopes

    last = np.asarray(losses, dtype=np.float64)[len(losses) // 2 :]
    if len(losses) < 10:
        return None
    slope = theilslopes(last, alpha=confidence)
    level = slope.intercept + slope.slope * (len(last) - 1)
    if level <= 0:
        return None
    scale = -len(last) / level
    return LossTrend(slope.slope * scale, Interval(slope.high_slope * scale, slope.low_slope * scale))
