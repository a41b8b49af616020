"""What was measured of the model of a live round, as the database keeps it."""

from __future__ import annotations

from typing import Literal

from holdfast.campaign.records import NaturalRecord, RateRecord, Record, SpendRecord

Figure = Literal["harmless_accepted", "recall", "held_back", "natural_failures"]


class BesideRecord(Record):
    """An earlier model on the same texts, and the later one's rate less its own with 95 % limits (paired)."""

    round: int
    rate: RateRecord
    change: float | None
    lower: float
    upper: float


class FigureRecord(Record):
    """One figure of a new model, beside the model that was served and the one that the workbench began with.

    `by_limits`: the limits of the change have to exclude a loss beyond the margin, against both; otherwise
    the counts are few: the loss itself must not exceed it, and the limits must not show one, against the
    model that was served. `worse` says why it is not good enough, and is empty where it is.
    """

    figure: Figure
    rate: RateRecord
    served: BesideRecord
    first: BesideRecord | None
    margin: float
    by_limits: bool
    worse: str


class CheckRecord(Record):
    """The check of a new model at the end of a live round; it may be served where nothing is worse."""

    figures: tuple[FigureRecord, ...]

    @property
    def worse(self) -> tuple[str, ...]:
        """Why it must not be served; empty where it may."""
        return tuple(each.worse for each in self.figures if each.worse)


class LiveRecord(Record):
    """A live round: what it learned from, and what its model does at its threshold."""

    failures: int
    """Accepted failures that it was trained on, those of earlier rounds with them."""
    new_failures: int
    """Of these, the ones that no model was trained on before."""
    harmless: int
    """Texts of writers that were judged harmless, which it learned from too."""
    variants: int = 0
    """Catastrophes that were made from the failures by small edits, which it learned from too."""
    matched: int = 0
    """Harmless texts that were made by the same edits."""
    natural: NaturalRecord
    recall_new: RateRecord
    """Of the new failures."""
    recall_held_back: RateRecord
    """Of all failures so far that were kept from training."""
    check: CheckRecord | None = None
    """None of rounds that were trained by earlier versions, which served every model."""
    losses: tuple[float, ...]
    """Mean loss over equal stretches of the training."""
    training_cost: SpendRecord
    evaluation_cost: SpendRecord
    seconds: float
    """Of the worker's clock, from its start to its end."""
