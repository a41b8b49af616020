"""The page of `holdfast check`: one HTML file, and its tables in a folder beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.checking.records import CheckRecord, SliceRecord
from holdfast.core.snippet import Label
from holdfast.report.check_figures import check_panels, check_tables
from holdfast.report.check_tables import (
    RATE_HEADER,
    ROWS_HEADER,
    cost_header,
    cost_rows,
    guard_rows,
    headline,
    rate_rows,
    rows_rows,
    score,
    second_line,
)
from holdfast.report.pages import by_name, page_text, write_page
from holdfast.tasks.labelled.results import Mention

VALUES_SHOWN = 60
"""Of one slice, the values with most texts."""

EXAMPLES_SHOWN = 5


def write_check_report(record: CheckRecord, path: Path) -> Path:
    """Write the page to `path`, and its tables as CSV into a folder `NAME-data` beside; returns the path."""
    folder = path.with_name(f"{path.stem}-data")
    page = check_page(record, folder.name)
    return write_page(path, page, folder, check_tables(record))


def check_page(record: CheckRecord, folder: str) -> str:
    """The HTML text, whose tables lie in `folder`."""
    return page_text(
        "check",
        record=record,
        headline=headline(record),
        second=second_line(record),
        threshold=score(record.measure.threshold),
        guard=guard_rows(record),
        rate_header=RATE_HEADER,
        rates=rate_rows(record),
        panels=by_name(check_panels(record, folder)),
        rows_header=ROWS_HEADER,
        rows=rows_rows(record),
        slices=list(_slices(record)),
        oddities=[one for one in _oddities(record) if one.examples],
        cost_header=cost_header(record),
        costs=cost_rows(record),
        folder=folder,
    )


@dataclass(frozen=True)
class _Value:
    """A value of a slice: its distinct texts in the data and what the guard makes of those measured."""

    value: str
    catastrophic: int
    harmless: int
    measured: SliceRecord | None


@dataclass(frozen=True)
class _Slice:
    name: str
    values: tuple[_Value, ...]
    left_out: int


def _slices(record: CheckRecord) -> Iterator[_Slice]:
    """Each slice with its values, those with most texts first."""
    measured = {(one.slice, one.value): one for one in record.measure.slices}
    counted: dict[str, dict[str, dict[Label, int]]] = {}
    for one in record.data.counts:
        if one.slice is not None and one.value is not None:
            own = counted.setdefault(one.slice, {}).setdefault(one.value, {})
            own[one.label] = own.get(one.label, 0) + one.distinct
    for name, values in counted.items():
        rows = [
            _Value(
                value or "(none)",
                own.get(Label.CATASTROPHIC, 0),
                own.get(Label.HARMLESS, 0),
                measured.get((name, value)),
            )
            for value, own in values.items()
        ]
        rows.sort(key=lambda one: (-one.catastrophic - one.harmless, one.value))
        yield _Slice(name, tuple(rows[:VALUES_SHOWN]), max(0, len(rows) - VALUES_SHOWN))


@dataclass(frozen=True)
class _Oddity:
    """A kind of oddity with its first examples, each some rows that belong together."""

    title: str
    how: str
    examples: tuple[tuple[Mention, ...], ...]


def _oddities(record: CheckRecord) -> Iterator[_Oddity]:
    data = record.data
    near = tuple((pair.one, pair.other) for pair in data.near.examples)
    shown = EXAMPLES_SHOWN
    yield _Oddity(
        f"The same text with several labels: {data.conflicts.texts:,}",
        "Texts that differ only in capitals and white space count as the same.",
        data.conflicts.examples[:shown],
    )
    yield _Oddity(
        f"The same text in several splits: {data.across_splits.texts:,}",
        "A guard that was trained on one of them has seen the other.",
        data.across_splits.examples[:shown],
    )
    yield _Oddity(
        f"Near duplicates in different splits: {sum(one.texts for one in data.near.counts):,}",
        f"Texts that share {data.near.least_likeness:.0%} or more of their runs of three words.",
        near[:shown],
    )
    if data.groups is not None:
        yield _Oddity(
            f"Groups divided between splits: {data.groups.torn:,} of {data.groups.groups:,}",
            "Rows that belong together are in different splits.",
            data.groups.examples[:shown],
        )
    yield _Oddity(
        f"The same text in several rows: {data.duplicates.texts:,}",
        "Measures count each text once.",
        data.duplicates.examples[:shown],
    )
