"""The page of `holdfast evaluate -c --prompts`: one HTML file, and its tables in a folder beside it."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.prompted.costs import CostsRecord
from holdfast.campaign.prompted.record import PromptedRecord
from holdfast.core.files import write_text
from holdfast.report.evaluation_page import HEADER
from holdfast.report.html import templates, trusted
from holdfast.report.prompted_figures import prompted_panels, prompted_tables
from holdfast.report.prompted_rows import (
    COST_HEADER,
    DRAW_HEADER,
    PROMPT_HEADER,
    QUALITY_HEADER,
    cost_rows,
    draw_rows,
    headline,
    memory,
    prompt_rows,
    quality_rows,
    rows,
    second_line,
)

PAGE, DATA = "evaluation.html", "data"


def write_prompted_report(record: PromptedRecord, costs: CostsRecord, folder: Path) -> Path:
    """Write `evaluation.html` and its tables into an evaluation's folder; returns the page's path.

    The same records give the same bytes.
    """
    page = prompted_page(record, costs)
    for table in prompted_tables(record, costs):
        write_text(folder / DATA / f"{table.name}.csv", table.csv())
    write_text(folder / PAGE, page)
    return folder / PAGE


def prompted_page(record: PromptedRecord, costs: CostsRecord) -> str:
    """The HTML text."""
    page = (
        templates()
        .get_template("prompted.html.jinja")
        .render(
            record=record,
            plan=record.plan,
            headline=headline(record),
            second=second_line(record),
            header=HEADER,
            rows=rows(record),
            panels={panel.name: [trusted(panel)] for panel in prompted_panels(record, DATA)},
            draw_header=DRAW_HEADER,
            draw_rows=draw_rows(record),
            quality_header=QUALITY_HEADER,
            quality_rows=quality_rows(record),
            prompt_header=PROMPT_HEADER,
            prompt_rows=prompt_rows(record),
            cost_header=COST_HEADER,
            cost_rows=cost_rows(costs),
            memory=memory(costs),
            folder=DATA,
        )
    )
    return page.replace(" %", "\u00a0%")  # a number and its percent sign stay on one line
