"""The table of a study of planted holes, as CSV: a row for each attack on each hole."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from holdfast.core.csv_text import csv_text
from holdfast.core.errors import UserError
from holdfast.evaluation.planted_holes import HoleAttacked, HoleClass

COLUMNS = ("task", "kind", "way", "rarity", "hole", "attack", "found_after", "watched")


@dataclass(frozen=True)
class HolesTable:
    """What attacks found of the holes planted on one task."""

    task: str
    rows: tuple[HoleAttacked, ...]


def holes_csv(tables: Iterable[HolesTable]) -> str:
    """The text of the file."""
    return csv_text(
        COLUMNS,
        (
            (
                table.task,
                row.of.kind,
                row.of.way,
                f"{row.rarity:g}",
                row.hole,
                row.attack,
                "" if row.found_after is None else f"{row.found_after:g}",
                f"{row.watched:g}",
            )
            for table in tables
            for row in table.rows
        ),
    )


def read_holes_table(path: Path) -> tuple[HolesTable, ...]:
    """The tables of a file, by task; raises UserError naming file and line."""
    found: dict[str, list[HoleAttacked]] = {}
    for task, row in _rows(path):
        found.setdefault(task, []).append(row)
    return tuple(HolesTable(task, tuple(rows)) for task, rows in found.items())


def _rows(path: Path) -> Iterator[tuple[str, HoleAttacked]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{path}: the table of planted holes cannot be read ({error})") from None
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise UserError(f"{path}, line 1: no table of planted holes; its columns are {','.join(COLUMNS)}")
    for number, row in enumerate(reader, 2):
        try:
            found = float(row["found_after"]) if row["found_after"] else None
            of = HoleClass(row["kind"], row["way"])
            attacked = HoleAttacked(
                row["hole"], of, float(row["rarity"]), row["attack"], found, float(row["watched"])
            )
        except (ValueError, TypeError) as error:
            raise UserError(f"{path}, line {number}: {error}") from None
        yield row["task"], attacked
