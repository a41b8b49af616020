"""Attacks on the guard from rows of the split `test`, a table of attempts for each share of the seeds."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.attacks.base import Attack
from holdfast.attacks.compose import parts
from holdfast.attacks.suited import refusal
from holdfast.campaign.attempt_rows import ATTEMPTS, Columns, attempt_columns, joined, read_attempts
from holdfast.campaign.choices import build_attack, names_of
from holdfast.campaign.labelled.attempts import Attempts, sentences_added
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.scoring import Scores
from holdfast.campaign.labelled.seeds import RowSeeds
from holdfast.campaign.opening import Opened
from holdfast.campaign.people.desk import questions_of
from holdfast.campaign.people.queue import Question
from holdfast.campaign.tables import Table, all_tables, finished_tables, keep_table
from holdfast.core.budget import Budget
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream

SIZE = 24
"""Seeds of one table: what a kill may lose. Each call of an attack costs about a second by itself."""


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

    def starts(self, seeds: int) -> range:
        """Where its tables of attempts begin."""
        # Attempts that learn from each other are made in one go.
        return range(0, seeds, SIZE if self.independent else max(seeds, 1))


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
    waiting: list[Question] = field(default_factory=list)
    """What people are to judge before the attempts that are pending can go on."""

    def attacked(self, assault: Assault) -> Attempts:
        """The attempts of one attack: from the tables that are there, and the others made now."""
        place, count = self.folder / ATTEMPTS / assault.name, len(self.seeds.rows)
        starts = assault.starts(count)
        size = starts.step
        done = finished_tables(place, len(starts))
        tables: list[Table] = []
        self.progress.start(f"attack: {assault.name}", count)
        for index, start in enumerate(starts):
            some = slice(start, min(start + size, count))
            table = done.get(index)
            if table is not None and read_attempts(table.path)["pending"].any():
                table.path.unlink()  # people may have judged since
                table = None
            tables.append(table or keep_table(place, index, self._made(assault, some)))
            self.progress.advance(some.stop - some.start)
        self.progress.finish()
        return Attempts(assault.name, joined([read_attempts(table.path) for table in tables]))

    def _made(self, assault: Assault, some: slice) -> Columns:
        """The columns of the attempts from some of the seeds."""
        # What other tables asked must not change the batches of this one.
        target = self.opened.target(self.threshold).fresh()
        stream = Stream(self.plan.seed).child("evaluate", "labelled", "attack", assault.name)
        budget = Budget(queries_per_seed=self.plan.attack_queries)
        result = assault.attack(target, self.seeds.snippets[some], budget, stream)
        self.waiting.extend(questions_of(result.pending, target))
        added = [sentences_added(attempt) for attempt in result.attempts]
        return {
            **attempt_columns(assault.name, result.attempts, some.start),
            **self._of_seeds(some),
            "sentences_added": np.array(added, dtype=np.int64),
        }

    def _of_seeds(self, some: slice) -> Columns:
        """Where seeds stand in the data, their slices and scores, and whether a claim may rest on them."""
        data, rows = self.opened.labelled.rows, self.seeds.rows[some]
        slices = {name: np.array(values, dtype=object) for name, values in data.slices.items()}
        return {
            "seed_row": np.asarray(rows, dtype=np.int64),
            "seed_place": np.array([data.place(int(row)) for row in rows], dtype=object),
            **{f"slice_{name}": values[data.slice_codes(name)[rows]] for name, values in slices.items()},
            "seed_log_odds": self.scores.log_odds[self.seeds.places[some]].astype(np.float64),
            "claimable": np.asarray(self.seeds.claimable[some], dtype=bool),
        }


def read_assault(assault: Assault, seeds: int, folder: Path) -> Attempts:
    """The attempts of an attack as they lie in an evaluation's folder, which is left as it is.

    Raises UserError where some are missing.
    """
    tables = all_tables(folder / ATTEMPTS / assault.name, len(assault.starts(seeds)))
    return Attempts(assault.name, joined([read_attempts(table.path) for table in tables]))


def unsuited(plan: LabelledPlan, opened: Opened) -> str | None:
    """Why an attack of the plan cannot attack the guard, in words; None where each can."""
    target = opened.target(0.5)
    for each in assaults_of(plan):
        why = refusal(each.attack, target)
        if why is not None:
            return f"attack '{each.name}' cannot attack this guard; {why}"
    return None


def drawn_with(plan: LabelledPlan) -> Stream:
    """The stream that seeds are drawn with."""
    return Stream(plan.seed).child("evaluate", "labelled", "seeds")
