"""The rules of a call: what is better, when an attempt ends, what must stay as it is, what is remembered."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.attacks.constraints import Constraints
from holdfast.attacks.engine.sample import SAMPLE_SIZE
from holdfast.attacks.objective import ObjectiveName
from holdfast.attacks.proposals.mask import Mask

LIVE = 128
"""Attempts under way at once; the models' batches are made of all their candidates."""

FAILURES_KEPT = 32
"""Distinct failures remembered for one attempt: the first, the most egregious, and the best of the others."""


@dataclass(frozen=True)
class Rules:
    """What an attack and its caller ask of the session; `mask` holds its spans as positions of each seed."""

    objective: ObjectiveName = "egregious"
    stop_at_first: bool = True
    mask: Mask = Mask()  # noqa: RUF009 (frozen)
    constraints: Constraints = Constraints()  # noqa: RUF009 (frozen)
    sample_size: int = SAMPLE_SIZE
    keep: int = FAILURES_KEPT
    live: int = LIVE
