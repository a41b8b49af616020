"""What was measured of the model of a live round, as the database keeps it."""

from __future__ import annotations

from holdfast.campaign.records import NaturalRecord, RateRecord, Record, SpendRecord


class LiveRecord(Record):
    """A live round: what it learned from, and what its model does at its threshold."""

    failures: int
    """Accepted failures that it was trained on, those of earlier rounds with them."""
    new_failures: int
    """Of these, the ones that no model was trained on before."""
    harmless: int
    """Texts of writers that were judged harmless, which it learned from too."""
    natural: NaturalRecord
    recall_new: RateRecord
    """Of the new failures."""
    recall_held_back: RateRecord
    """Of all failures so far that were kept from training."""
    losses: tuple[float, ...]
    """Mean loss over equal stretches of the training."""
    training_cost: SpendRecord
    evaluation_cost: SpendRecord
    seconds: float
    """Of the worker's clock, from its start to its end."""
