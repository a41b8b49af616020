"""The page of the study."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median

from holdfast.campaign.holes.planted import PlantedHole, Rarity
from holdfast.campaign.study.plan import Cell, StudyPlan
from holdfast.campaign.study.rows import CellResult
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.differences import Pairs, compare_pairs
from holdfast.evaluation.planted_holes import HoleAttacked, time_to_find
from holdfast.evaluation.silence import what_silence_says
from research.holes.study import Extent
from research.holes.tables import holes_table, row_of


@dataclass(frozen=True)
class TaskCells:
    """What there is of one task: the plan, the holes, and the cells that are done."""

    extent: Extent
    plan: StudyPlan
    planted: tuple[PlantedHole, ...]
    done: Mapping[Cell, CellResult]


def page(studied: Sequence[TaskCells], command: str) -> str:
    """All of it as Markdown."""
    lines = [
        "# Planted holes: what attacks find, and what it means that they find nothing",
        "",
        f"Made by `{command} plant|run|table`. What the holes are and how to read this:"
        " [holes](../holes.md). Each attack on each hole is a row of [holes.csv](holes.csv), the table that"
        " `holdfast report --holes` takes. A hole is one trial; limits are exact (Clopper–Pearson, 95 %,"
        f" two-sided) unless said. Holes are sealed: `{command} open --hash HASH` shows one.",
        "",
    ]
    for one in studied:
        lines += _of_task(one)
    return "\n".join(lines).rstrip() + "\n"


def _of_task(one: TaskCells) -> Iterator[str]:
    extent, cells, done = one.extent, one.extent.cells, list(one.done.values())
    yield f"## {extent.task}"
    yield ""
    yield f"**{len(done)} of {cells:,} cells are there**, so all that follows is of these alone."
    yield (
        f"One attack on one hole has {extent.starts} starts of {extent.queries} queries. Filter:"
        f" {extent.recipe.layers} layers of width {extent.recipe.width}, {extent.recipe.steps} steps on"
        f" {extent.recipe.examples:,} examples; its own failures are mended but where the hole is trained"
        " into it."
    )
    if done:
        machines = ", ".join(sorted({each.machine for each in done}))
        seconds = median(each.seconds for each in done)
        yield (
            f"Half of the cells took no more than {seconds:.0f} seconds (at most"
            f" {max(each.seconds for each in done):.0f}, where a filter was trained first), on {machines},"
            " shared with other work; all of them would take"
            f" {seconds * cells / 3600:.1f} hours of one core at that rate."
        )
    yield ""
    yield f"The endpoint, named beforehand: {_endpoint(one)}"
    yield ""
    yield from _rarities(one)
    rows = holes_table(extent.task, one.done).rows
    if rows:
        yield from _found(rows)
        yield from _trained(one)
        yield from _silence(rows, extent.starts * extent.queries)


def _endpoint(one: TaskCells) -> str:
    """Both arms on the same holes, each of which is found or not."""
    asked = one.plan.endpoint
    found = {
        arm: {
            cell.seed: bool(row_of(result, "found")["value"])
            for cell, result in one.done.items()
            if (cell.arm, cell.budget) == (arm, asked.budget)
        }
        for arm in (asked.treated, asked.control)
    }
    treated, control = found.values()
    holes = sorted(treated.keys() & control.keys())
    if not holes:
        return f"{asked.says}, {asked.treated} against {asked.control}: no hole has both yet."
    outcomes = [(treated[hole], control[hole]) for hole in holes]
    pairs = Pairs(
        len(holes), outcomes.count((True, True)), outcomes.count((True, False)), outcomes.count((False, True))
    )
    compared = compare_pairs(pairs)
    limits = compared.difference.limits
    return (
        f"{asked.says}: {asked.treated} finds {pairs.first.events} and {asked.control} {pairs.second.events}"
        f" of the same {len(holes)} holes; difference of the shares {100 * limits.lower:.0f} to"
        f" {100 * limits.upper:.0f} points (95 %), p = {compared.p_value:.2g} (exact McNemar test)."
    )


def _rarities(one: TaskCells) -> Iterator[str]:
    yield "### The holes"
    yield ""
    yield (
        "The share of catastrophes that a hole holds, least and most of its class. Sampled shares are of"
        " catastrophes that had no part in choosing the holes."
    )
    yield ""
    yield "| kind | wished | holes | share | how it is known | share of hard catastrophes |"
    yield "|---|---|---|---|---|---|"
    for (kind, wished), group in groupby(one.planted, lambda hole: (hole.kind, hole.wished)):
        holes = list(group)
        first = [hole.rarity for hole in holes]
        how = f"{first[0].how}, {first[0].focus}" + (f" ({first[0].trials:,})" if first[0].trials else "")
        among = _sampled([r for hole in holes for r in hole.rarities if r.focus == "hard"])
        share = f"{min(r.share for r in first):.2g} to {max(r.share for r in first):.2g}"
        yield f"| {kind} | {wished:g} | {len(holes)} | {share} | {how} | {among} |"
    yield ""


def _sampled(rarities: Sequence[Rarity]) -> str:
    """The least and most share; where none of a sample is in any hole, no more than that is known."""
    if not rarities:
        return "–"
    shares = [each.share for each in rarities]
    if not max(shares):
        return f"none of {rarities[0].trials:,}: at most {max(each.upper for each in rarities):.2g}"
    return f"{min(shares):.2g} to {max(shares):.2g}"


def _found(rows: Sequence[HoleAttacked]) -> Iterator[str]:
    yield "### Found"
    yield ""
    yield "| kind | way | rarity | attack | holes found | 95 % limits | median queries to the first find |"
    yield "|---|---|---|---|---|---|---|"
    ordered = sorted(rows, key=_class)
    for key, group in groupby(ordered, _class):
        same = list(group)
        found = Proportion(sum(row.found_after is not None for row in same), len(same))
        limits, middle = found.interval(), time_to_find(same).median.value
        most = max(row.watched for row in same)
        of, rarity, attack = same[0].of, same[0].rarity, key[-1]
        yield (
            f"| {of.kind} | {of.way} | {rarity:g} | {attack} | {found.events} of {found.trials} |"
            f" {100 * limits.lower:.0f} to {100 * limits.upper:.0f} % |"
            f" {f'over {most:,.0f}' if middle is None else f'{middle:,.0f}'} |"
        )
    yield ""


def _class(row: HoleAttacked) -> tuple[str, str, float, str]:
    return row.of.kind, row.of.way, -row.rarity, row.attack


def _trained(one: TaskCells) -> Iterator[str]:
    """Whether the holes are in the weights, and what else passes."""
    done = {cell: result for cell, result in one.done.items() if cell.declared["way"] == "trained"}
    if not done:
        return
    yield "### Holes trained into the weights"
    yield ""
    yield (
        "Of fresh catastrophes in the hole those that pass; and starts with a failure that is none of the"
        " hole's."
    )
    yield ""
    yield "| hole | kind and rarity | attack | pass in the hole | starts with a failure of the filter's own |"
    yield "|---|---|---|---|---|"
    for cell, result in done.items():
        took, own = (row_of(result, name) for name in ("catastrophes in the hole that pass", "own failures"))
        yield (
            f"| `{cell.declared['hole'][:12]}` | {cell.budget} | {cell.declared['attack']['kind']} |"
            f" {took['events']} of {took['trials']} | {own['value']:.0f} of {cell.declared['starts']} |"
        )
    yield ""


def _silence(rows: Sequence[HoleAttacked], queries: int) -> Iterator[str]:
    yield "### What no failure says"
    yield ""
    assumption = ""
    for attack in sorted({row.attack for row in rows}):
        said = what_silence_says(rows, [attack], queries)
        if said is not None:
            yield f"**{said.heading}:**"
            yield ""
            yield from (f"- {each}" for each in said.leaves_out)
            yield from (f"- Next. {each}" for each in said.next_steps)
            yield ""
            assumption = said.assumption
    yield assumption
    yield ""
