"""Between scores, which are probabilities, and the log odds that everything inside works with."""

from __future__ import annotations

import numpy as np

TURNED_AWAY = 100.0
"""Log odds of what a veto turns away, where there is no threshold yet: above every threshold below 1."""


def probability(log_odds: np.ndarray) -> np.ndarray:
    """The score that belongs to log odds: the logistic function, in float64."""
    from scipy.special import expit

    result: np.ndarray = expit(np.asarray(log_odds, dtype=np.float64))
    return result


def log_odds_of(threshold: float) -> float:
    """The log odds that belong to a threshold on scores; minus or plus infinity at 0 or 1."""
    from scipy.special import logit

    return float(logit(threshold))
