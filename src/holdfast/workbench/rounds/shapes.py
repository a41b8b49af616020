"""Rounds live."""

from __future__ import annotations

from typing import Literal

from holdfast.workbench.shapes import Shape

State = Literal["queued", "training", "ready", "serving", "retired", "failed"]


class RoundShape(Shape):
    """A round and its model; round 0 is the model that the workbench began with."""

    round: int
    state: State
    failures: int
    """Accepted failures that it was trained on, those of earlier rounds with them."""
    created: str
    finished: str | None
    model_hash: str | None
    threshold: float | None
    natural_failures: int | None
    natural_prompts: int | None
    recall_new: float | None
    """Share of the failures it was trained on last that the new model catches at its threshold."""
    recall_held_back: float | None
    """The same of failures that were kept from training; None if none were."""
    seconds: float | None
    error: str | None


class RoundsShape(Shape):
    """All rounds, and how far it is to the next."""

    rounds: tuple[RoundShape, ...]
    waiting: int
    """Accepted failures that no round has been trained on yet."""
    needed: int
    progress: float | None
    """0 to 1 while a model is trained."""
