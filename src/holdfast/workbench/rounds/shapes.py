"""Rounds live."""

from __future__ import annotations

from typing import Literal

from holdfast.workbench.rounds.record import Figure
from holdfast.workbench.shapes import Shape

State = Literal["queued", "training", "ready", "serving", "retired", "failed", "declined"]
ChangeKind = Literal["promoted", "declined", "failed", "rolled_back", "unusable"]


class BesideShape(Shape):
    """An earlier model on the same texts; `change` is the new model's rate less its own, with 95 % limits."""

    round: int
    events: int
    rate: float | None
    change: float | None
    lower: float
    upper: float


class FigureShape(Shape):
    """One figure of the check of a new model."""

    figure: Figure
    events: int
    trials: int
    rate: float | None
    served: BesideShape
    """The model that was served when it was trained."""
    first: BesideShape | None
    """The model that the workbench began with, where it is held against that too, and it is another."""
    margin: float
    by_limits: bool
    """Whether the limits of the change must exclude a loss beyond the margin, or the loss itself counts."""
    worse: str
    """Why it is not good enough; empty where it is."""


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
    """Why it failed or was declined."""
    harmless: int
    """Texts of writers that were judged harmless, which it was trained on."""
    variants: int
    matched: int
    """Catastrophes and harmless texts that were made from the failures, which it was trained on."""
    check: tuple[FigureShape, ...]
    """What was compared before it was served; empty while it is trained, and for round 0."""


class RoundsShape(Shape):
    """All rounds, and how far it is to the next."""

    rounds: tuple[RoundShape, ...]
    waiting: int
    """Accepted failures that no round has been trained on yet."""
    needed: int
    progress: float | None
    """0 to 1 while a model is trained."""


class ServedRound(Shape):
    """The round whose model is to be served."""

    round: int


class ChangeShape(Shape):
    """What became of a model: since when it is served, or why it is not."""

    kind: ChangeKind
    round: int
    before: int
    """The round whose model was served until then."""
    by: str | None
    """Who went back to it."""
    why: str
    created: str
