"""Failures told again in plain words: whether the filter knows them then."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.attacks.results import Failure
from holdfast.attacks.target import Target
from holdfast.tasks.base import Restater


def plain_log_odds(target: Target, failures: Sequence[Failure | None]) -> np.ndarray:
    """Log odds of the plain restatement of each failure, float64; NaN where there is none."""
    found = np.full(len(failures), np.nan)
    if isinstance(target.task, Restater):
        told = [None if f is None else target.task.restate(f.snippet) for f in failures]
        places = [place for place, one in enumerate(told) if one is not None]
        if places:
            tokens = target.scorer.codec.encode([one for one in told if one is not None])
            found[places] = target.scorer.log_odds(tokens)
    return found
