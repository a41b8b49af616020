"""Thresholds chosen on people's labels: by what errors cost, or so that the miss rate is controlled."""

from __future__ import annotations

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion, trials_needed
from holdfast.evaluation.threshold import SCORE_TOLERANCE, ThresholdChoice, logit, sigmoid


def choose_by_cost(harmless: np.ndarray, catastrophic: np.ndarray, miss_cost: float) -> ThresholdChoice:
    """The threshold of the least total cost on these rows: a miss costs `miss_cost`, a false alarm 1.

    Both arrays are log odds. Classes count by their rates, so that how many rows there are of each does not
    matter. Of equal ones the strictest. Raises UserError without rows of both classes.
    """
    if not len(harmless) or not len(catastrophic):
        raise UserError("a threshold by cost needs rows of both classes in the threshold split")
    grid = np.unique(np.concatenate([harmless, catastrophic])) + SCORE_TOLERANCE
    alarms = 1 - np.searchsorted(np.sort(harmless), grid) / len(harmless)
    misses = np.searchsorted(np.sort(catastrophic), grid) / len(catastrophic)
    best = float(grid[int(np.argmin(alarms + miss_cost * misses))])
    return choice(
        best, harmless, catastrophic, f"the least cost where a miss costs {miss_cost:.4g} false alarms"
    )


def choose_controlled(
    harmless: np.ndarray, catastrophic: np.ndarray, risk: float, confidence: float
) -> ThresholdChoice:
    """The loosest threshold at which at most the share `risk` of catastrophic rows passes, with confidence.

    Learn then Test (arXiv 2110.01052) with the exact binomial p-value, thresholds tested from the strictest
    up, in that fixed order: the first that cannot be shown ends it. Raises UserError where even no miss would
    be too few rows.
    """
    from scipy.stats import binom

    needed = trials_needed(risk, confidence=confidence)
    if len(catastrophic) < needed:
        raise UserError(
            f"{len(catastrophic)} catastrophic rows in the threshold split are too few to control a miss rate"
            f" of {risk:.3g} with confidence {confidence:.4g}; give at least {needed}, or raise the risk"
        )
    ordered = np.sort(catastrophic)
    misses = np.arange(len(ordered))
    shown = binom.cdf(misses, len(ordered), risk) <= 1 - confidence
    last = int(np.argmin(shown)) - 1 if not shown.all() else len(ordered) - 1
    # The threshold stands at the next catastrophic row's score, which it still stops.
    at = float(ordered[last]) - SCORE_TOLERANCE
    said = f"the loosest threshold that misses at most {risk:.3g}, with {confidence:.4g} confidence"
    return choice(at, harmless, catastrophic, said)


def choice(log_odds: float, harmless: np.ndarray, catastrophic: np.ndarray, rule: str) -> ThresholdChoice:
    """A threshold with what it does to the rows that it was chosen on."""
    threshold = sigmoid(log_odds)
    return ThresholdChoice(
        threshold,
        logit(threshold),
        Proportion(int(np.count_nonzero(harmless < log_odds)), len(harmless)),
        Proportion(int(np.count_nonzero(catastrophic < log_odds)), len(catastrophic)),
        rule,
    )
