"""How the learning rate moves over a training run."""

from __future__ import annotations

import math
from typing import Literal

Schedule = Literal["constant", "linear", "cosine"]


def learning_rate_share(
    step: int, steps: int, warmup_share: float, schedule: Schedule, final_share: float
) -> float:
    """The share of the peak learning rate at a step (counted from 0) of a run of `steps`.

    It rises linearly over the first `warmup_share` of the run, then falls to `final_share`.
    """
    warmup = warmup_share * steps
    if step < warmup:
        return (step + 1) / (warmup + 1)
    if schedule == "constant":
        return 1.0
    progress = (step - warmup) / max(1.0, steps - warmup)
    fall = progress if schedule == "linear" else 0.5 * (1 - math.cos(math.pi * progress))
    return 1.0 - (1.0 - final_share) * fall
