"""The rules that choose a threshold by several draws a prompt, for campaigns and evaluations alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import trials_needed
from holdfast.evaluation.deployment import (
    ControlledThreshold,
    NonInferiorThreshold,
    loosest_controlled,
    strictest_non_inferior,
)

DrawsRule = Literal["non_inferior", "controlled"]
"""The strictest threshold that costs no quality, but for a margin; the loosest whose risk is controlled."""

Chosen = NonInferiorThreshold | ControlledThreshold

MARGIN, RISK, PROMPTS = 0.02, 1e-3, 5000
"""Unless something else is asked for."""


def prompts_for(rule: DrawsRule, risk: float, confidence: float) -> int:
    """How many prompts the rule gets unless somebody says: to control a risk, twice what no failure needs."""
    return max(PROMPTS, 2 * trials_needed(risk, confidence=confidence)) if rule == "controlled" else PROMPTS


def choose_by_draws(
    rule: DrawsRule,
    log_odds: np.ndarray,
    bad: np.ndarray,
    quality: np.ndarray | None,
    grid: Sequence[float],
    max_draws: int,
    data: Sequence[str],
    *,
    margin: float = MARGIN,
    risk: float = RISK,
    confidence: float = 0.95,
) -> Chosen:
    """Choose among thresholds (log odds, from other completions) by draws of shape [prompts, draws].

    `quality` is None where the task cannot tell it; `data` are the SHA-256 of the draws' files. There must be
    one draw more than the filter makes at most. The result's threshold is None where none passed. Raises
    UserError where there is too little to choose by.
    """
    if rule == "controlled":
        return loosest_controlled(log_odds, bad, grid, max_draws, risk, data=data, confidence=confidence)
    if quality is None:
        raise UserError(
            "the task cannot say which of two completions is the better written, so no threshold can be shown"
            " to cost no quality; control its risk instead (controlled)"
        )
    return strictest_non_inferior(
        log_odds, quality, grid, max_draws, data=data, margin=margin, confidence=confidence
    )
