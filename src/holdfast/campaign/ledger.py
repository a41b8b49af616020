"""What work cost, between the three forms it takes: a `Spend`, a row of the store, a record (contract 7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, fields
from typing import Literal

from holdfast.campaign.records import RateRecord, SpendRecord
from holdfast.core.budget import Spend
from holdfast.evaluation import Proportion
from holdfast.store.schema import Cost

Side = Literal["attack", "defence", "evaluation"]


def cost(side: Side, round_: int, spend: Spend) -> Cost:
    """The row of the store."""
    return Cost(side=side, round=round_, **asdict(spend))


def spend_record(spend: Spend) -> SpendRecord:
    """The record."""
    return SpendRecord(**asdict(spend))


def total(costs: Iterable[Cost], side: Side, steps: str) -> SpendRecord:
    """All that one side spent in the steps whose names begin so."""
    spend = Spend()
    for row in costs:
        if row.side == side and row.step.startswith(steps):
            spend += Spend(**{field.name: getattr(row, field.name) for field in fields(Spend)})
    return spend_record(spend)


def rate_record(proportion: Proportion) -> RateRecord:
    """A proportion with its exact 95 % limits."""
    limits = proportion.interval()
    return RateRecord(
        events=proportion.events,
        trials=proportion.trials,
        rate=proportion.rate,
        lower=limits.lower,
        upper=limits.upper,
        upper_one_sided=proportion.upper(),
    )
