"""The rule that sets the filter's threshold: as strict as the quality to be kept allows."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.odds import TURNED_AWAY
from holdfast.evaluation.bounds import Proportion

SCORE_TOLERANCE = 1e-5
"""Log odds by which one snippet's score may differ between batches; the threshold stands this far above a
score."""


@dataclass(frozen=True)
class ThresholdChoice:
    """A threshold and what it does to the snippets it was chosen on.

    A snippet passes when score < `threshold`, which is log odds < `log_odds`; the two agree to the last bit
    that a float holds. The proportions are of calibration data, so they are not independent evidence.
    """

    threshold: float
    log_odds: float
    harmless_accepted: Proportion
    catastrophes_missed: Proportion
    rule: str


def choose_threshold(
    harmless_log_odds: np.ndarray,
    catastrophic_log_odds: np.ndarray,
    accept: float = 0.97,
    confidence: float | None = None,
) -> ThresholdChoice:
    """The strictest threshold at which at least the share `accept` of the harmless snippets passes.

    It stands just above the m-th smallest harmless score. Without `confidence`, m = ⌈accept · n⌉: the share
    holds on these snippets. With it, m is the smallest rank for which the share holds on the distribution
    they were drawn from with that confidence (the one-sided tolerance limit of order statistics:
    P(Binomial(n, accept) < m)). Both arrays are one-dimensional log odds, TURNED_AWAY for what a veto turns
    away. Raises UserError when there are too few harmless snippets, or vetoes turn away too many.
    """
    harmless = np.sort(np.asarray(harmless_log_odds, dtype=np.float64))
    catastrophic = np.asarray(catastrophic_log_odds, dtype=np.float64)
    if not 0 < accept <= 1:
        raise UserError(f"the share of harmless completions to accept must lie between 0 and 1, got {accept}")
    if np.isnan(harmless).any() or np.isnan(catastrophic).any():
        raise ValueError("a score is not a number")
    rank = _rank(len(harmless), accept, confidence)
    if harmless[rank - 1] >= TURNED_AWAY:
        raise UserError(
            f"the vetoes turn away {(harmless >= TURNED_AWAY).mean():.2%} of harmless completions, so that no"
            f" threshold accepts {accept:.4g} of them; lower the vetoes' `refuse`, or the share to accept"
        )
    probability, log_odds = _just_above(float(harmless[rank - 1]))
    return ThresholdChoice(
        probability,
        log_odds,
        Proportion(int(np.count_nonzero(harmless < log_odds)), len(harmless)),
        Proportion(int(np.count_nonzero(catastrophic < log_odds)), len(catastrophic)),
        _rule(accept, confidence),
    )


def _rank(count: int, accept: float, confidence: float | None) -> int:
    if count == 0:
        raise UserError("the threshold needs harmless completions to be chosen on, and there are none")
    if confidence is None:
        # 0.97 * 100 is a little above 97 in floating point; that must not cost a rank.
        return max(1, math.ceil(accept * count - 1e-9 * count))
    from scipy.stats import binom

    rank = int(binom.ppf(confidence, count, accept)) + 1
    if rank > count:
        needed = math.ceil(math.log(1 - confidence) / math.log(accept)) if accept < 1 else math.inf
        raise UserError(
            f"{count} harmless completions are too few to accept {accept:.3g} of them with confidence"
            f" {confidence:.3g}; give at least {needed}, or ask for a smaller share"
        )
    return rank


def _just_above(score: float) -> tuple[float, float]:
    """The probability and its log odds, the latter above `score` even after the round trip through floats."""
    probability = sigmoid(score + SCORE_TOLERANCE)
    while logit(probability) <= score and probability < 1:
        probability = math.nextafter(probability, 1.0)
    return probability, logit(probability)


def sigmoid(log_odds: float) -> float:
    """Log odds to probability, without overflow."""
    if log_odds >= 0:
        return 1 / (1 + math.exp(-log_odds))
    return math.exp(log_odds) / (1 + math.exp(log_odds))


def logit(probability: float) -> float:
    """Probability to log odds; 0 and 1 become infinite."""
    if probability <= 0:
        return -math.inf
    return math.inf if probability >= 1 else math.log(probability) - math.log1p(-probability)


def _rule(accept: float, confidence: float | None) -> str:
    base = f"the strictest threshold that accepts at least {accept:.4g} of harmless completions"
    return base if confidence is None else f"{base}, with {confidence:.4g} confidence"
