"""A study as a table for people, and as tables for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.campaign.study.findings import ArmFound, StudyFound
from holdfast.campaign.study.rows import CellResult
from holdfast.evaluation.by_seed import SeedMean
from holdfast.report.figure_data import Cell, Data
from holdfast.report.numbers import NONE, duration

Row = tuple[str, ...]


def header(found: StudyFound) -> Row:
    """The columns of `rows`."""
    compared = "minus" if found.endpoint.scale == "difference" else "over"
    return ("arm", "budget", "seeds", "mean", "95 % limits", f"{compared} {found.endpoint.control}", "limits")


def rows(found: StudyFound) -> list[Row]:
    """One line for each arm at each budget, in the order of the plan."""
    return [_row(each) for each in found.arms]


def _row(arm: ArmFound) -> Row:
    counted = sum(each.value is not None for each in arm.values)
    beyond = any(each.beyond for each in arm.values)
    mean = arm.mean
    effect = None if arm.effect is None else arm.effect.effect
    return (
        arm.arm,
        arm.budget,
        f"{counted} of {arm.wanted}",
        NONE if mean is None else f"{'at least ' if beyond else ''}{figure(mean.mean)}",
        _between(mean),
        NONE if effect is None else figure(effect.mean),
        _between(effect),
    )


def figure(value: float) -> str:
    """Three significant digits, as people read them."""
    return f"{value:,.3g}" if abs(value) < 1000 else f"{value:,.0f}"


def _between(mean: SeedMean | None) -> str:
    if mean is None or mean.limits is None:
        return NONE
    return f"{figure(mean.limits.lower)} to {figure(mean.limits.upper)}"


def left(found: StudyFound) -> str:
    """How far the study is, and what is left."""
    whole = found.done + len(found.left)
    if not found.left:
        return f"all {whole} cells are done"
    names = ", ".join(cell.name for cell in found.left[:5])
    return f"{found.done} of {whole} cells are done; left: {names}{' …' if len(found.left) > 5 else ''}"


def cost(done: Iterable[CellResult]) -> str:
    """What the cells took, for people; nothing where none is done."""
    seconds = [one.seconds for one in done]
    return f"the cells took {duration(sum(seconds))} in all" if seconds else ""


def value_table(found: StudyFound) -> Data:
    """The endpoint of every cell: the table behind the figure."""
    cells = (
        (arm.arm, arm.budget, one.seed, one.value, one.beyond) for arm in found.arms for one in arm.values
    )
    return Data("endpoint", ("arm", "budget", "seed", "value", "beyond"), tuple(cells))


def whole_table(done: Iterable[CellResult]) -> Data:
    """Every row of every cell, with what it is of; columns in the order in which rows first have them."""
    results = list(done)
    columns = dict.fromkeys(key for one in results for row in one.rows for key in row)
    head = ("arm", "budget", "seed")
    own = [name for name in columns if name not in head]
    return Data("rows", (*head, *own), tuple(_whole_rows(results, own)))


def _whole_rows(results: list[CellResult], own: list[str]) -> Iterator[tuple[Cell, ...]]:
    for one in results:
        for row in one.rows:
            yield (one.arm, one.budget, one.seed, *(row.get(name) for name in own))
