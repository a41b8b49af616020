"""The study's plan and what a cell does: one attack on one planted hole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import accumulate
from pathlib import Path
from typing import Any, Literal

from holdfast.attacks import attack_from_config
from holdfast.attacks.results import AttackResult, Attempt, Failure
from holdfast.attacks.target import Target
from holdfast.campaign.holes.planted import PlantedHole
from holdfast.campaign.seeds import catastrophes
from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.system import System
from holdfast.models.holes.base import Hole, subjects
from holdfast.models.holes.overlay import Mended, Overlay, RememberingJudge
from holdfast.tasks import tasks
from holdfast.tasks.base import Focus, Task
from research.holes.filters import FilterRecipe, filter_of, in_hole

Way = Literal["flat", "slope", "trained"]

GREEDY: Mapping[str, Any] = {"kind": "greedy_rewrite", "sharpness": 0.0}
"""Without gradients, which no overlay has."""
OF_OVERLAYS: tuple[Mapping[str, Any], ...] = (
    {"kind": "random_rewrite"},
    GREEDY,
    {"kind": "genetic"},
    {"kind": "map_elites"},
    {"kind": "mcmc"},
)
OF_TRAINED: tuple[Mapping[str, Any], ...] = (
    {"kind": "random_rewrite"},
    {"kind": "genetic"},
    {"kind": "hotflip"},
)

WITHIN = 200
"""Texts in a trained hole by which it is seen whether the training took."""


@dataclass(frozen=True)
class Extent:
    """How much of one task is studied: holes of each class, and what attacks may spend on one.

    Holes are chosen by the sample of `focus`.
    """

    task: str
    focus: Focus
    rarities: Mapping[str, tuple[float, ...]]
    """By kind."""
    holes: int
    """Of each kind and rarity."""
    trained_holes: int
    """How many of them are also trained into the weights of a filter of their own."""
    starts: int
    queries: int
    """From each start."""
    choosing: int
    """Catastrophes by which holes are chosen where they cannot be counted."""
    measuring: int
    recipe: FilterRecipe
    overlays: tuple[Mapping[str, Any], ...] = OF_OVERLAYS
    trained: tuple[Mapping[str, Any], ...] = OF_TRAINED

    @property
    def cells(self) -> int:
        """How many the whole study has."""
        classes = sum(map(len, self.rarities.values()))
        return classes * (
            2 * self.holes * len(self.overlays) + min(self.holes, self.trained_holes) * len(self.trained)
        )

    @property
    def endpoint(self) -> Endpoint:
        """Named before the study runs: whether search by a population finds what random edits do not."""
        kind = next(iter(self.rarities))
        rarity = self.rarities[kind][len(self.rarities[kind]) // 2]
        return Endpoint(
            says=f"share of the planted holes found, {kind} of {rarity:g} on {self.task}",
            where={"measure": "found"},
            better="higher",
            control="random_rewrite, slope",
            treated="genetic, slope",
            budget=class_name(kind, rarity),
        )


_COMMON = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
EXTENTS: Mapping[str, Extent] = {
    "brackets": Extent(
        task="brackets",
        focus="natural",
        rarities={"phrase": _COMMON, "pattern": _COMMON, "state": _COMMON[:3]},
        holes=20,
        trained_holes=3,
        starts=20,
        queries=250,
        choosing=20_000,
        measuring=10_000,
        recipe=FilterRecipe(layers=2, width=32, heads=2, examples=6000, steps=500),
    ),
    "storyworld": Extent(
        task="storyworld",
        focus="hard",
        rarities={"phrase": _COMMON[:3], "pattern": _COMMON[:3], "state": _COMMON[:3]},
        holes=20,
        trained_holes=0,
        starts=10,
        queries=300,
        choosing=20_000,
        measuring=20_000,
        recipe=FilterRecipe(layers=2, width=64, heads=2, examples=8000, steps=400),
    ),
}
"""The declared studies."""

SMOKE = Extent(
    task="brackets",
    focus="natural",
    rarities={"phrase": (0.3, 0.03), "state": (0.3,)},
    holes=2,
    trained_holes=1,
    starts=2,
    queries=30,
    choosing=400,
    measuring=400,
    recipe=FilterRecipe(layers=1, width=16, heads=2, examples=400, steps=20, calibrated_on=100),
    overlays=OF_OVERLAYS[:1] + OF_OVERLAYS[2:3],
    trained=OF_TRAINED[2:],
)
"""Small enough for a test; it says nothing."""


def class_name(kind: str, rarity: float) -> str:
    """What the study calls holes of one kind and rarity: its budgets, in the words of `campaign.study`."""
    return f"{kind} {rarity:f}".rstrip("0")


def plan_of(extent: Extent, planted: Sequence[PlantedHole]) -> StudyPlan:
    """The cells of the holes that are planted: an attack on each, planted in one way.

    Hole by hole, so that what is done is of all arms.

    Raises UserError where there is none of a class of the extent.
    """
    for kind, rarities in extent.rarities.items():
        for rarity in rarities:
            if not _of_class(planted, extent, kind, rarity):
                raise UserError(
                    f"no hole of {class_name(kind, rarity)} is planted on {extent.task}; plant the study's"
                    " holes first (python -m research.holes plant)"
                )
    return StudyPlan(f"planted holes, {extent.task}", extent.endpoint, tuple(_cells(extent, planted)))


def _cells(extent: Extent, planted: Sequence[PlantedHole]) -> Iterator[Cell]:
    for number in range(extent.holes):
        for kind, rarities in extent.rarities.items():
            for rarity in rarities:
                of_class = _of_class(planted, extent, kind, rarity)
                for hole in of_class[number : number + 1]:
                    for way, attack in _arms(extent, number):
                        yield _cell(extent, hole, number, way, attack)


def _of_class(
    planted: Sequence[PlantedHole], extent: Extent, kind: str, rarity: float
) -> Sequence[PlantedHole]:
    return [hole for hole in planted if (hole.task, hole.kind, hole.wished) == (extent.task, kind, rarity)]


def _arms(extent: Extent, number: int) -> Iterator[tuple[Way, Mapping[str, Any]]]:
    for attack in extent.overlays:
        yield "slope", attack
        yield "flat", attack
    if number < extent.trained_holes:
        for attack in extent.trained:
            yield "trained", attack


def _cell(extent: Extent, hole: PlantedHole, number: int, way: Way, attack: Mapping[str, Any]) -> Cell:
    declared = {
        "task": extent.task,
        "edition": hole.edition,
        "hole": hole.hash,
        "way": way,
        "attack": dict(attack),
        "starts": extent.starts,
        "queries": extent.queries,
        "recipe": extent.recipe.plain,
    }
    return Cell(f"{attack['kind']}, {way}", number, class_name(hole.kind, hole.wished), declared)


@dataclass(frozen=True)
class AttacksHoles:
    """Carries out a cell; filters are kept in a folder, and trained where they are not there yet."""

    folder: Path
    planted: tuple[PlantedHole, ...]

    def __call__(self, cell: Cell, progress: Progress) -> list[dict[str, Any]]:
        """Rows of each attempt, then of the hole: found or not, and after how many queries of all
        attempts.
        """
        asked = cell.declared
        planted = next(each for each in self.planted if each.hash == asked["hole"])
        task, hole = tasks.get(asked["task"])(), planted.hole()
        recipe = FilterRecipe(**asked["recipe"])
        stream = Stream(cell.seed).child("planted holes", asked["task"], planted.hash)
        judge = RememberingJudge(task.oracle)
        system = self._system(task, judge, hole, planted, recipe, asked["way"], progress)
        starts = catastrophes(task, judge, asked["starts"], stream.child("starts"), batch=2 * asked["starts"])
        chosen = attack_from_config(asked["attack"])
        # A trained filter has failures of its own, which must not end an attempt.
        attack = replace(chosen, stop="budget" if asked["way"] == "trained" else "first")
        target = Target(task, judge, system, order="judge")
        budget = Budget(queries_per_seed=asked["queries"])
        found = attack(
            target, starts, budget, stream.child("attack"), progress, keep=asked["queries"], sample_size=2
        )
        rows = list(hole_rows(task, judge, hole, found))
        if asked["way"] == "trained":
            rows.append(_took(task, hole, system, stream))
        return rows

    def _system(
        self,
        task: Task,
        judge: RememberingJudge,
        hole: Hole,
        planted: PlantedHole,
        recipe: FilterRecipe,
        way: Way,
        progress: Progress,
    ) -> System:
        name = f"{task.name}-{_name(recipe)}"
        stream = Stream(0).child("planted holes", "filter", task.name)
        if way == "trained":
            name, stream = f"{name}-{planted.hash[:16]}", stream.child(planted.hash)
            return filter_of(task, recipe, stream, self.folder / name, progress, hole)
        own = filter_of(task, recipe, stream, self.folder / name, progress)
        return Overlay(Mended(own, judge), task, judge, hole, way)


def _name(recipe: FilterRecipe) -> str:
    return "-".join(f"{value:g}" for value in asdict(recipe).values())


def hole_rows(
    task: Task, judge: RememberingJudge, hole: Hole, result: AttackResult
) -> Iterator[dict[str, Any]]:
    """What an attack found of a hole: rows of attempts, then of the whole, one attempt after the other."""
    firsts = [_first_inside(task, judge, hole, attempt) for attempt in result.attempts]
    others = [_first_other(attempt, inside) for attempt, inside in zip(result.attempts, firsts, strict=True)]
    for number, (attempt, inside, other) in enumerate(zip(result.attempts, firsts, others, strict=True)):
        query = None if not inside else min(failure.query for failure in inside)
        yield {
            "measure": "attempt",
            "start": number,
            "value": query,
            "queries": attempt.queries,
            "outcome": attempt.outcome,
            "own failure": other,
        }
    spent = [0, *accumulate(attempt.queries for attempt in result.attempts)]
    after = next(
        (
            before + min(f.query for f in inside)
            for before, inside in zip(spent, firsts, strict=False)
            if inside
        ),
        None,
    )
    yield {
        "measure": "found after",
        "value": after,
        "beyond": None if after else spent[-1],
        "watched": spent[-1],
    }
    yield {"measure": "found", "value": float(after is not None)}
    yield {"measure": "own failures", "value": float(sum(other is not None for other in others))}


def _first_inside(task: Task, judge: RememberingJudge, hole: Hole, attempt: Attempt) -> list[Failure]:
    """The attempt's failures that fall in the hole."""
    read = subjects(task, judge, [failure.snippet for failure in attempt.failures])
    return [f for f, subject in zip(attempt.failures, read, strict=True) if hole.contains(subject)]


def _first_other(attempt: Attempt, inside: Sequence[Failure]) -> int | None:
    """The query of the first failure that is not the hole's, but the filter's own."""
    return min((f.query for f in attempt.failures if f not in inside), default=None)


def _took(task: Task, hole: Hole, system: System, stream: Stream) -> dict[str, Any]:
    """Whether the training took: of fresh catastrophes in the hole, those that pass."""
    inside = in_hole(task, hole, WITHIN, stream.child("took"))
    passes = system.answer(inside).passes
    return {
        "measure": "catastrophes in the hole that pass",
        "value": float(passes.mean()),
        "events": int(passes.sum()),
        "trials": len(inside),
    }
