"""The report of a campaign as one HTML file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import add
from pathlib import Path

from holdfast.campaign.attempt_rows import Columns, write_attempts
from holdfast.campaign.editions import edition_sentence
from holdfast.campaign.holes.table import HolesTable
from holdfast.campaign.records import CampaignRecord, PhenomenonRecord, RateRecord, SpendRecord
from holdfast.core.budget import Spend
from holdfast.report import numbers, rounds, vetoes
from holdfast.report.answer import answer
from holdfast.report.comparison import apart
from holdfast.report.figure_data import all_data
from holdfast.report.figures import panels
from holdfast.report.hardness import SEVERITY_HEADER, hardness_rows, intent_rows, severity_rows
from holdfast.report.objectives import objective_rows, objective_sentence
from holdfast.report.pages import by_name, page_text, write_page
from holdfast.report.shortage import shortage_sentence
from holdfast.report.silence import silences
from holdfast.report.snippets import worst_failures
from holdfast.report.table import HEADER, summary

ATTEMPTS = "figures/attempts.csv"
"""Where the attempts of the evaluations' attacks lie beside the report."""


def write_report(
    campaign: CampaignRecord,
    folder: Path,
    attempts: Sequence[Columns] = (),
    holes: Sequence[HolesTable] = (),
) -> Path:
    """Write `report.html` and `figures/*.csv` into `folder`; raises UserError when there is no round."""
    page = page_of(campaign, ATTEMPTS if attempts else None, holes)
    if attempts:
        write_attempts(folder / ATTEMPTS, attempts)
    tables = (*all_data(campaign), *vetoes.veto_data(campaign))
    return write_page(folder / "report.html", page, folder / "figures", tables)


def page_of(campaign: CampaignRecord, attempts: str | None = None, holes: Sequence[HolesTable] = ()) -> str:
    """The HTML text of the report; `attempts` is where those lie as rows, `holes` what attacks find of
    planted ones.
    """
    answered, rows = answer(campaign), summary(campaign)  # first: they refuse a run without rounds
    drawn = panels(campaign, all_data(campaign))
    return page_text(
        "report",
        campaign=campaign,
        edition=edition_sentence(campaign.run, campaign.task, campaign.task_edition),
        attempts=attempts,
        answer=answered,
        header=HEADER,
        rows=rows,
        panels=by_name(panel for some in drawn.values() for panel in some),
        worst=worst_failures(campaign),
        phenomena=tuple(_phenomena(campaign)),
        round_header=rounds.HEADER,
        round_rows=rounds.round_rows(campaign),
        rounds_ended=rounds.end_sentence(campaign),
        hardness=hardness_rows(campaign),
        severity_header=SEVERITY_HEADER,
        severity=severity_rows(campaign),
        intents=intent_rows(campaign),
        shortage=shortage_sentence(campaign),
        silences=silences(campaign, holes),
        objectives=objective_rows(campaign),
        told=objective_sentence(campaign),
        vetoes=vetoes.names(campaign),
        acceptance=vetoes.acceptance_rows(campaign),
        vetoed=vetoes.vetoed_rows(campaign),
        costs=tuple(_costs(campaign)),
        config=tuple(flat(campaign.config)),
    )


@dataclass(frozen=True)
class _PhenomenonRow:
    name: str
    first: PhenomenonRecord | None
    last: PhenomenonRecord
    change: str


def _phenomena(campaign: CampaignRecord) -> Iterator[_PhenomenonRow]:
    """One row a phenomenon, what the last model misses most first."""
    before = {one.phenomenon: one for one in campaign.rounds[0].phenomena}
    rows = sorted(
        campaign.rounds[-1].phenomena,
        key=lambda one: (-(one.missed.rate or 0), -one.missed.trials, one.phenomenon),
    )
    for last in rows:
        first = before.get(last.phenomenon) if len(campaign.rounds) > 1 else None
        yield _PhenomenonRow(
            last.phenomenon,
            first,
            last,
            _change(first.missed, last.missed) if first else "",
        )


def _change(first: RateRecord, last: RateRecord) -> str:
    if not first.trials or not last.trials:
        return numbers.NONE
    if not apart(first, last):
        return "no clear change"
    return "lower" if (last.rate or 0) < (first.rate or 0) else "higher"


@dataclass(frozen=True)
class _CostRow:
    part: str
    spend: Spend


def _costs(campaign: CampaignRecord) -> Iterator[_CostRow]:
    """Totals by part, then of all parts."""
    parts = {
        "attack": [one.attack_cost for one in campaign.rounds],
        "training": [one.training_cost for one in campaign.rounds],
        "evaluation": [one.evaluation_cost for one in campaign.rounds],
    }
    if campaign.objectives:
        parts["objectives compared"] = [one.cost for one in campaign.objectives]
    if campaign.generator:
        parts["generator"] = [campaign.generator.cost]
    totals = {part: _total(records) for part, records in parts.items()}
    yield from (_CostRow(part, spend) for part, spend in totals.items())
    yield _CostRow("all", reduce(add, totals.values(), Spend()))


def _total(records: list[SpendRecord]) -> Spend:
    return reduce(add, (Spend(**record.model_dump()) for record in records), Spend())


def flat(value: object, path: str = "") -> Iterator[tuple[str, str]]:
    """A nested configuration as dotted names with their values."""
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            yield from flat(inner, f"{path}.{key}" if path else str(key))
    elif isinstance(value, list | tuple) and any(isinstance(inner, dict) for inner in value):
        for number, inner in enumerate(value):
            yield from flat(inner, f"{path}[{number}]")
    elif path:
        yield path, ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
