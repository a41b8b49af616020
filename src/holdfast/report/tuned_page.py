"""The report of a generator trained in rounds: one HTML file, and its tables as CSV beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from holdfast.campaign.attempt_rows import Columns, write_attempts
from holdfast.campaign.generators.record import TunedRecord
from holdfast.report.figure_data import Data
from holdfast.report.html import flat
from holdfast.report.pages import page_text, write_page
from holdfast.report.tuned_rows import HEADER, ROUND_HEADER, cost_sentence, headline, round_rows, rows

PAGE = "report.html"
TABLES = "figures"


def write_tuned_report(record: TunedRecord, folder: Path, attempts: Sequence[Columns] = ()) -> Path:
    """Write `report.html` and `figures/*.csv` into a folder; raises UserError where no round is finished.

    `attempts` are tables of attempts, which go into one file beside. The same record gives the same bytes.
    """
    page = tuned_page(record)
    if attempts:
        write_attempts(folder / TABLES / "attempts.csv", attempts)
    return write_page(folder / PAGE, page, folder / TABLES, tuned_tables(record))


def tuned_tables(record: TunedRecord) -> tuple[Data, ...]:
    """The tables of the page."""
    return (
        Data("generator", HEADER, tuple(rows(record))),
        Data("rounds", ROUND_HEADER, tuple(round_rows(record))),
    )


def tuned_page(record: TunedRecord) -> str:
    """The HTML text."""
    told = headline(record)  # first: it refuses a run without rounds
    last = record.rounds[-1]
    return page_text(
        "tuned",
        record=record,
        last=last,
        headline=told,
        cost=cost_sentence(record),
        header=HEADER,
        rows=rows(record),
        round_header=ROUND_HEADER,
        rounds=round_rows(record),
        worst=last.generator.worst,
        config=list(flat(record.config)),
    )
