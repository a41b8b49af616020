"""Attacks on the guard from rows of the split `test`, a table of attempts for each share of the seeds."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.attacks.base import Attack
from holdfast.attacks.compose import parts
from holdfast.attacks.results import Attempt
from holdfast.campaign.choices import build_attack, names_of
from holdfast.campaign.labelled.attempts import Attempts, attempt_row, joined
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.scoring import Scores
from holdfast.campaign.labelled.seeds import RowSeeds
from holdfast.campaign.labelled.shards import Table, finished_tables, keep_table
from holdfast.campaign.opening import Opened
from holdfast.core.budget import Budget
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.store.disk import read_table

SIZE = 24
"""Seeds of one table: what a kill may lose. Each call of an attack costs about a second by itself."""

ATTEMPTS = "attempts"
"""The folder of the tables."""


@dataclass(frozen=True)
class Assault:
    """One attack of a plan: its choice, the name it goes by, and the attack itself."""

    choice: dict[str, Any]
    name: str
    attack: Attack

    @property
    def independent(self) -> bool:
        """Whether no attempt depends on another one."""
        return all(part.independent for part in parts(self.attack))


def assaults_of(plan: LabelledPlan) -> list[Assault]:
    """The attacks of a plan, each under a name of its own."""
    return [
        Assault(choice, name, build_attack(choice, objective="egregious", stop="first"))
        for name, choice in zip(names_of(plan.attacks), plan.attacks, strict=True)
    ]


@dataclass(frozen=True)
class Front:
    """What every attack of an evaluation shares."""

    plan: LabelledPlan
    opened: Opened
    threshold: float
    seeds: RowSeeds
    scores: Scores
    folder: Path
    progress: Progress

    def attacked(self, assault: Assault) -> Attempts:
        """The attempts of one attack: from the tables that are there, and the others made now."""
        place, count = self.folder / ATTEMPTS / assault.name, len(self.seeds.rows)
        # Attempts that learn from each other are made in one go.
        size = SIZE if assault.independent else max(count, 1)
        starts = range(0, count, size)
        done = finished_tables(place, len(starts))
        tables: list[Table] = []
        self.progress.start(f"attack: {assault.name}", count)
        for index, start in enumerate(starts):
            some = slice(start, min(start + size, count))
            tables.append(done.get(index) or keep_table(place, index, self._made(assault, some)))
            self.progress.advance(some.stop - some.start)
        self.progress.finish()
        return joined(assault.name, [read_table(table.path) for table in tables])

    def _made(self, assault: Assault, some: slice) -> dict[str, Any]:
        """The columns of the attempts from some of the seeds."""
        # What other tables asked must not change the batches of this one.
        target = self.opened.target(self.threshold).fresh()
        stream = Stream(self.plan.seed).child("evaluate", "labelled", "attack", assault.name)
        budget = Budget(queries_per_seed=self.plan.attack_queries)
        result = assault.attack(target, self.seeds.snippets[some], budget, stream)
        rows = [
            self._row(assault, *each)
            for each in zip(range(some.start, some.stop), result.attempts, strict=True)
        ]
        return {name: [row[name] for row in rows] for name in rows[0]}

    def _row(self, assault: Assault, place: int, attempt: Attempt) -> dict[str, Any]:
        data, row = self.opened.labelled.rows, int(self.seeds.rows[place])
        return {
            "attack": assault.name,
            "seed_row": row,
            "seed_place": data.place(row),
            **{f"slice_{name}": values[data.slice_codes(name)[row]] for name, values in data.slices.items()},
            **attempt_row(attempt),
            "seed_log_odds": float(self.scores.log_odds[self.seeds.places[place]]),
            "claimable": bool(self.seeds.claimable[place]),
        }


def unsuited(plan: LabelledPlan, opened: Opened) -> str | None:
    """Why an attack of the plan cannot attack the guard, in words; None where each can."""
    target = opened.target(0.5)
    for each in assaults_of(plan):
        if not each.attack.suits(target):
            what = "" if target.generator else "; it may need a generator: name one in the configuration"
            return f"attack '{each.name}' cannot attack this guard{what}"
    return None


def drawn_with(plan: LabelledPlan) -> Stream:
    """The stream that seeds are drawn with."""
    return Stream(plan.seed).child("evaluate", "labelled", "seeds")
