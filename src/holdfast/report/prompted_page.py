"""The page of `holdfast evaluate -c --prompts`: one HTML file, and its tables in a folder beside it."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.prompted.costs import CostsRecord
from holdfast.campaign.prompted.record import PromptedRecord
from holdfast.report.evaluation_page import HEADER
from holdfast.report.pages import by_name, page_text, write_page
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
    return write_page(folder / PAGE, page, folder / DATA, prompted_tables(record, costs))


def prompted_page(record: PromptedRecord, costs: CostsRecord) -> str:
    """The HTML text."""
    return page_text(
        "prompted",
        record=record,
        plan=record.plan,
        headline=headline(record),
        second=second_line(record),
        header=HEADER,
        rows=rows(record),
        panels=by_name(prompted_panels(record, DATA)),
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
