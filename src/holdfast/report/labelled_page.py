"""The page of `holdfast evaluate -c`: one HTML file, and its tables in a folder beside it."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.labelled.record import LabelledRecord
from holdfast.report.evaluation_page import HEADER
from holdfast.report.labelled_figures import labelled_panels, labelled_tables
from holdfast.report.labelled_rows import (
    ATTACK_HEADER,
    CURVE_HEADER,
    SLICE_HEADER,
    attack_rows,
    attack_slice_rows,
    curve_rows,
    headline,
    rows,
    second_line,
    shared_lines,
    slice_rows,
)
from holdfast.report.pages import by_name, page_text, write_page

__all__ = ["HEADER", "SLICE_HEADER", "rows", "slice_rows", "write_labelled_report"]

PAGE, DATA = "evaluation.html", "data"
SLICES_SHOWN = 60
"""Values of a slice on the page; the table beside it has them all."""


def write_labelled_report(record: LabelledRecord, folder: Path) -> Path:
    """Write `evaluation.html` and its tables into an evaluation's folder; returns the page's path.

    The same record gives the same bytes.
    """
    page = labelled_page(record)
    return write_page(folder / PAGE, page, folder / DATA, labelled_tables(record))


def labelled_page(record: LabelledRecord) -> str:
    """The HTML text."""
    return page_text(
        "labelled",
        record=record,
        plan=record.plan,
        headline=headline(record),
        second=second_line(record),
        header=HEADER,
        rows=rows(record),
        panels=by_name(labelled_panels(record, DATA)),
        slice_header=SLICE_HEADER,
        slices=slice_rows(record, SLICES_SHOWN),
        curve_header=CURVE_HEADER,
        curve=curve_rows(record),
        attack_header=ATTACK_HEADER,
        attacks=attack_rows(record),
        attack_slices=attack_slice_rows(record, SLICES_SHOWN),
        shared=shared_lines(record),
        folder=DATA,
    )
