"""What it means that attacks found no failure of the last model, by planted holes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from holdfast.campaign.holes.table import HolesTable
from holdfast.campaign.records import CampaignRecord
from holdfast.evaluation.silence import Silence, what_silence_says

UNKNOWN = (
    "That is no sign that there is none: it depends on what such a search would have found. Studies of"
    " planted holes measure that; give the table of one with holdfast report RUN --holes TABLE.csv"
    " (docs/holes.md)."
)


def silences(campaign: CampaignRecord, tables: Sequence[HolesTable] = ()) -> tuple[Silence, ...]:
    """For each attack that found nothing against the last model, what that says by tables of planted holes.

    Where no table has the attack on the campaign's task, the sentence says how it can be known.
    """
    return tuple(_silences(campaign, tables))


def _silences(campaign: CampaignRecord, tables: Sequence[HolesTable]) -> Iterator[Silence]:
    rows = [row for table in tables if table.task == campaign.task for row in table.rows]
    for attack in campaign.rounds[-1].attacks:
        if not attack.success.trials or attack.success.events:
            continue
        queries = float(attack.cost.queries)
        said = what_silence_says(rows, [attack.attack], queries)
        yield said or Silence(f"No failure in {queries:,.0f} queries of {attack.attack}", (), (), UNKNOWN)
