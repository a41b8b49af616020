"""What the vetoes of a filter turn away: harmless text, split by split, and what attacks tried."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.campaign.records import AcceptanceRecord, CampaignRecord, RateRecord, VetoedRecord
from holdfast.report.figure_data import Cell, Data
from holdfast.report.numbers import NONE, percent, queries


@dataclass(frozen=True)
class AcceptanceRow:
    """Harmless snippets of one split; `cost` is in percentage points, `refused` the share by each veto."""

    split: str
    whole: RateRecord
    classifier: RateRecord
    cost: str
    refused: tuple[str, ...]


@dataclass(frozen=True)
class VetoedRow:
    """One attack on one round's model: medians to the first failure without and with what was turned away."""

    attack: str
    round: int
    median: str
    median_with: str
    turned_away: tuple[str, ...]


def names(campaign: CampaignRecord) -> tuple[str, ...]:
    """The filter's vetoes, in order; none where it has none."""
    accepted = campaign.rounds[-1].acceptance
    return tuple(accepted[0].turned_away) if accepted else ()


def acceptance_rows(campaign: CampaignRecord) -> tuple[AcceptanceRow, ...]:
    """One row a split, of the last round's filter."""
    return tuple(_accepted(one) for one in campaign.rounds[-1].acceptance)


def _accepted(one: AcceptanceRecord) -> AcceptanceRow:
    whole, alone = one.accepted, one.by_classifier
    cost = NONE if not whole.trials else f"{100 * (alone.events - whole.events) / whole.trials:.1f}"
    shares = (count / whole.trials if whole.trials else None for count in one.turned_away.values())
    return AcceptanceRow(one.split.replace("_", " "), whole, alone, cost, tuple(map(percent, shares)))


def vetoed_rows(campaign: CampaignRecord) -> tuple[VetoedRow, ...]:
    """Each attack on the first model and on the last."""
    ends = campaign.rounds[:1] + campaign.rounds[1:][-1:]
    return tuple(
        VetoedRow(
            f"{each.attack} (held out)" if each.held_out else each.attack,
            round_.index,
            _median(each.median_queries),
            _median(each.vetoes.median_candidates),
            tuple(f"{count:,}" for count in each.vetoes.turned_away.values()),
        )
        for round_ in ends
        for each in round_.attacks
        if each.vetoes is not None
    )


def _median(value: float | None) -> str:
    return "not half" if value is None else queries(value)


def veto_data(campaign: CampaignRecord) -> tuple[Data, ...]:
    """The tables beside the page; none for a filter without vetoes."""
    if not names(campaign):
        return ()
    return (
        Data("acceptance", _ACCEPTANCE, tuple(_acceptance_cells(campaign))),
        Data("turned-away", _TURNED_AWAY, tuple(_turned_away_cells(campaign))),
    )


_ACCEPTANCE = ("round", "split", "harmless", "accepted", "accepted_by_classifier", "veto", "turned_away")
_TURNED_AWAY = ("round", "attack", "held_out", "attempt", "first_failure_query", "first_failure_candidate")


def _acceptance_cells(campaign: CampaignRecord) -> Iterator[tuple[Cell, ...]]:
    for round_ in campaign.rounds:
        for one in round_.acceptance:
            counts = (one.accepted.trials, one.accepted.events, one.by_classifier.events)
            yield from ((round_.index, one.split, *counts, *each) for each in one.turned_away.items())


def _turned_away_cells(campaign: CampaignRecord) -> Iterator[tuple[Cell, ...]]:
    for round_ in campaign.rounds:
        for each in round_.attacks:
            found: VetoedRecord | None = each.vetoes
            if found is not None:
                pairs = zip(each.first_failure_queries, found.first_failure_candidates, strict=True)
                for place, pair in enumerate(pairs):
                    yield (round_.index, each.attack, each.held_out, place, *pair)
