"""Limits on a failure rate that hold at all times at once, so that one may look after every outcome."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.e_process import Side, log_evidence

_HALVINGS = 60
_LEAST_LOG_RATE = -60.0


def upper_limits(failures: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> NDArray[np.float64]:
    """The one-sided upper limit of a confidence sequence after `failures` of `trials`; arrays broadcast.

    The chance that the limit ever falls below the rate is at most 1 − confidence. It is the least rate at
    which the evidence for a lower one reaches 1/(1 − confidence), found to a part in 10¹⁵ and rounded up:
    the monitor of a target certifies just when this limit reaches the target.
    """
    return _limits(failures, trials, confidence, Side.BELOW)


def lower_limits(failures: ArrayLike, trials: ArrayLike, confidence: float = 0.95) -> NDArray[np.float64]:
    """The one-sided lower limit, as `upper_limits`; 0 until there is a failure."""
    return _limits(failures, trials, confidence, Side.ABOVE)


def _limits(failures: ArrayLike, trials: ArrayLike, confidence: float, side: Side) -> NDArray[np.float64]:
    """Bisect the logarithm of the rate between certainly held and, at 1, certainly not known to be excluded.

    Evidence for a lower rate grows with the rate, evidence for a higher one falls.
    """
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    k, n = np.broadcast_arrays(np.asarray(failures, np.float64), np.asarray(trials, np.float64))
    if (k < 0).any() or (k > n).any():
        raise ValueError("failures must lie between 0 and the number of trials")
    needed = -math.log1p(-confidence)
    below = side is Side.BELOW
    low, high = np.full(k.shape, _LEAST_LOG_RATE), np.zeros(k.shape)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        excluded = log_evidence(k, n, np.exp(middle), side) >= needed
        move_high = excluded if below else ~excluded
        high, low = np.where(move_high, middle, high), np.where(move_high, low, middle)
    if below:
        return np.where(high == 0.0, 1.0, np.exp(high))
    return np.where(low == _LEAST_LOG_RATE, 0.0, np.exp(low))


@dataclass(frozen=True)
class ConfidenceSequence:
    """Two-sided limits on a rate that hold at every peek, each end at half of 1 − confidence.

    Limits never widen: what was excluded once stays excluded. Under a constant rate (or one probability of
    failure whatever came before) the chance that the rate ever lies outside is at most 1 − confidence. Limits
    that cross, so that `limits` is empty, say that the rate has not been constant.
    """

    confidence: float = 0.95
    trials: int = 0
    failures: int = 0
    lower: float = 0.0
    upper: float = 1.0

    @property
    def limits(self) -> Interval:
        """The limits as they stand."""
        return Interval(self.lower, self.upper)

    def add(self, failures: int, trials: int) -> ConfidenceSequence:
        """The sequence after one more batch of outcomes, with one peek at its end."""
        k, n = self.failures + failures, self.trials + trials
        each = (1 + self.confidence) / 2
        lower = max(self.lower, float(lower_limits(k, n, each)))
        upper = min(self.upper, float(upper_limits(k, n, each)))
        return replace(self, trials=n, failures=k, lower=lower, upper=upper)
