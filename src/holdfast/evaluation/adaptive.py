"""Limits for an auditor who chooses what to try next by what was seen, and stops when it suits.

Cases come in strata (topics, tactics, bands of score). Whichever stratum the auditor picks, and for whatever
reason, the next case is drawn from it at random and fails with a probability pᵢ of that stratum's own. Then
for every x the product of likelihood ratios over all draws, each against the rate of the stratum it was drawn
from, is a supermartingale from 1 as long as no stratum fails less often than was supposed: a draw multiplies
one factor of conditional expectation at most 1. So is its average over x (`e_process`), and by Ville's
inequality it ever reaches 1/δ with probability at most δ, however strata are chosen (testing by betting;
audits as such a bet: arXiv 2605.07002; several streams: Cho, Gan and Kallus, ICML 2024).

- **The average** Σ wᵢ pᵢ, with known weights: a rate r is refuted when even those pᵢ of Σ wᵢ pᵢ ≥ r that
  explain the outcomes best leave evidence of 1/δ. They are sought for each x apart, which can only lower the
  evidence, and found exactly: at the optimum pᵢ = 1/c − nᵢu/wᵢ, cut to [0, 1], with c = 1 − x, and the sum is
  piecewise linear in u.
- **The worst stratum**, from above: "some stratum fails at r or more" is refuted when each of them is, and no
  correction for their number is due, since one of them is the worst.
- **The worst stratum**, from below: where no stratum exceeds r, the pooled count of all draws, whatever was
  chosen, is evidence against r; so is the average of the strata's own. Half of the money is bet on each.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.confidence_sequence import upper_limits
from holdfast.evaluation.e_process import Side, log_evidence, mixture_of

Floats = NDArray[np.float64]

_WEIGHT_SLACK = 1e-9
_HALVINGS = 60
_LEAST_LOG_RATE = -60.0
_ROUNDING = 1 + 1e-9


@dataclass(frozen=True)
class AdaptiveAudit:
    """What was seen so far of each stratum; `weights` are its known shares of deployment, None if not known.

    Every limit holds at all times at once: choose the next stratum, and stop, by whatever was seen. Strata
    are fixed before the first draw. Raises UserError where the weights do not sum to 1 or do not fit.
    """

    seen: tuple[Proportion, ...]
    weights: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.seen:
            raise UserError("an audit needs at least one stratum to choose cases from")
        if self.weights is None:
            return
        if len(self.weights) != len(self.seen):
            raise UserError(
                f"there are {len(self.weights)} weights for {len(self.seen)} strata; give one each"
            )
        if min(self.weights) <= 0 or abs(sum(self.weights) - 1) > _WEIGHT_SLACK:
            raise UserError(
                f"the weights of the strata must be positive and sum to 1, not {sum(self.weights):.9g}"
            )

    @classmethod
    def of(cls, strata: int, weights: Sequence[float] | None = None) -> AdaptiveAudit:
        """An audit that has not begun."""
        return cls((Proportion(0, 0),) * strata, None if weights is None else tuple(weights))

    def add(self, stratum: int, failures: int, trials: int) -> AdaptiveAudit:
        """The audit after draws from one stratum, by its number from 0."""
        if not 0 <= stratum < len(self.seen):
            raise UserError(f"there is no stratum {stratum}; they are numbered 0 to {len(self.seen) - 1}")
        old = self.seen[stratum]
        new = Proportion(old.events + failures, old.trials + trials)
        return replace(self, seen=(*self.seen[:stratum], new, *self.seen[stratum + 1 :]))

    def average_upper(self, confidence: float = 0.95) -> float:
        """The upper limit of the average rate of the strata, by their weights.

        Raises UserError where the weights are not known, or the confidence lies outside (0, 1).
        """
        needed = _needed(confidence)
        failures, trials, weights = self._counts()
        return _least_refuted(lambda rate: average_evidence(failures, trials, weights, rate), needed)

    def worst_upper(self, confidence: float = 0.95) -> float:
        """The upper limit of the rate of the worst stratum; 1 while one has no trial."""
        _needed(confidence)
        counts = np.array([(one.events, one.trials) for one in self.seen])
        return float(upper_limits(counts[:, 0], counts[:, 1], confidence).max())

    def worst_lower(self, confidence: float = 0.95) -> float:
        """The lower limit of the rate of the worst stratum: what the auditor has proved to fail at least."""
        needed = _needed(confidence)
        events = np.array([float(one.events) for one in self.seen])
        trials = np.array([float(one.trials) for one in self.seen])
        if not events.sum():
            return 0.0
        low, high = _LEAST_LOG_RATE, 0.0
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            refuted = worst_evidence(events, trials, math.exp(middle)) >= needed
            low, high = (middle, high) if refuted else (low, middle)
        return 0.0 if low == _LEAST_LOG_RATE else math.exp(low)

    def _counts(self) -> tuple[Floats, Floats, Floats]:
        if self.weights is None:
            raise UserError("the average over the strata needs their weights: the shares that deployment has")
        events = np.array([float(one.events) for one in self.seen])
        return events, np.array([float(one.trials) for one in self.seen]), np.array(self.weights)


def average_evidence(failures: Floats, trials: Floats, weights: Floats, rate: float) -> float:
    """Log of the evidence that the average Σ wᵢ pᵢ of the strata (S,) lies below `rate`, in (0, 1)."""
    mixture = mixture_of(Side.BELOW)
    losses = -mixture.ratios_less_one
    spent = least_spent(trials, weights, losses, rate)
    terms = mixture.log_weights + failures.sum() * mixture.log_ratios + spent
    greatest = float(terms.max())
    return greatest + math.log(np.exp(terms - greatest).sum())


def least_spent(trials: Floats, weights: Floats, losses: Floats, rate: float) -> Floats:
    """The least Σ nᵢ ln(1/(1 − c pᵢ)) with Σ wᵢ pᵢ ≥ rate and 0 ≤ pᵢ ≤ 1, for each c of `losses` (X,)."""
    each = trials / weights
    slopes = np.where(each > 0, each, 1.0)
    # Where a stratum's rate leaves 1, and where it reaches 0, as the multiplier u grows.
    inverse = 1 / losses
    leaves, ends = (inverse - 1)[:, None] / slopes, inverse[:, None] / slopes
    knots = np.sort(np.concatenate([np.zeros((len(losses), 1)), leaves, ends], axis=1), axis=1)
    sums = (_rates(knots, each, inverse) * weights).sum(axis=-1)
    # The sum falls from 1; the last knot at which it is still `rate` begins the piece that is wanted.
    last = np.count_nonzero(sums >= rate, axis=1) - 1
    last = np.clip(last, 0, knots.shape[1] - 2)
    rows = np.arange(len(losses))
    start, stop = knots[rows, last], knots[rows, last + 1]
    above, below = sums[rows, last], sums[rows, last + 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(above > below, (above - rate) / (above - below), 0.0)
    multiplier = start + np.clip(share, 0.0, 1.0) * (stop - start)
    found = _rates(multiplier[:, None], each, inverse)[:, 0]
    spent: Floats = -(trials * np.log1p(-losses[:, None] * found)).sum(axis=-1)
    return spent


def _rates(multipliers: Floats, each: Floats, inverse: Floats) -> Floats:
    """Rates (X, K, S) at multipliers (X, K); a stratum without trials takes all, since nothing bounds it."""
    rates: Floats = np.clip(inverse[:, None, None] - each * multipliers[..., None], 0.0, 1.0)
    return np.where(each > 0, rates, 1.0)


def worst_evidence(failures: Floats, trials: Floats, rate: float) -> float:
    """Log of the evidence that some stratum (S,) fails more often than `rate`."""
    own = log_evidence(failures, trials, rate, Side.ABOVE)
    pooled = float(log_evidence(failures.sum(), trials.sum(), rate, Side.ABOVE))
    return float(np.logaddexp(pooled, np.logaddexp.reduce(own) - math.log(len(own)))) - math.log(2)


def _least_refuted(evidence: Callable[[float], float], needed: float) -> float:
    """The least rate at which the evidence for a lower one is enough; 1 where none is."""
    low, high = _LEAST_LOG_RATE, 0.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if evidence(math.exp(middle)) >= needed else (middle, high)
    return min(1.0, math.exp(high) * _ROUNDING)


def _needed(confidence: float) -> float:
    if not 0 < confidence < 1:
        raise UserError(f"the confidence must lie between 0 and 1, both excluded; got {confidence}")
    return -math.log1p(-confidence)
