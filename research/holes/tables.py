"""From the rows of cells to the table of planted holes."""

from __future__ import annotations

from collections.abc import Mapping

from holdfast.campaign.holes.table import HolesTable
from holdfast.campaign.study.plan import Cell
from holdfast.campaign.study.rows import CellResult, Row
from holdfast.evaluation.planted_holes import HoleAttacked, HoleClass


def holes_table(task: str, done: Mapping[Cell, CellResult]) -> HolesTable:
    """What was found of each hole, a row a cell; one whose starts could not be attacked at all is left
    out.
    """
    rows = [_attacked(cell, result) for cell, result in done.items()]
    return HolesTable(task, tuple(row for row in rows if row.watched))


def _attacked(cell: Cell, result: CellResult) -> HoleAttacked:
    asked = cell.declared
    kind, rarity = cell.budget.split(" ")
    after = row_of(result, "found after")
    return HoleAttacked(
        asked["hole"],
        HoleClass(kind, asked["way"]),
        float(rarity),
        asked["attack"]["kind"],
        after["value"],
        after["watched"],
    )


def row_of(result: CellResult, measure: str) -> Row:
    """The one row of a cell with that measure."""
    (row,) = (row for row in result.rows if row["measure"] == measure)
    return row
