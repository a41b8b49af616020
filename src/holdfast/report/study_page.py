"""The page of a study: its sentence, its table and its figure, and all rows in a folder beside it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from holdfast.campaign.study.findings import StudyFound, sentence
from holdfast.campaign.study.rows import CellResult
from holdfast.report.pages import by_name, page_text, write_page
from holdfast.report.study_figures import study_panels
from holdfast.report.study_rows import cost, header, left, rows, value_table, whole_table


def write_study_report(found: StudyFound, done: Sequence[CellResult], path: Path) -> Path:
    """Write the page, and its tables into a folder of its name; the same rows give the same bytes."""
    folder = path.with_suffix("")
    data = f"{folder.name}-data"
    page = page_text(
        "study",
        found=found,
        sentence=sentence(found),
        header=header(found),
        rows=rows(found),
        left=left(found),
        cost=cost(done),
        panels=by_name(study_panels(found, data)),
        versions=sorted({one.version for one in done}),
        machines=sorted({one.machine for one in done}),
        folder=data,
    )
    return write_page(path, page, path.with_name(data), [value_table(found), whole_table(done)])
