"""Measures what a gate's limits are about: every row scored, and each attack made with its own budget."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.attempt_rows import ATTEMPTS
from holdfast.campaign.config import RunConfig
from holdfast.campaign.gate.cells import attack_key, cell, rows_key
from holdfast.campaign.gate.limits import FlipLimit, GateConfig
from holdfast.campaign.gate.outcomes import (
    AttackOutcomes,
    Measured,
    TextOutcomes,
    counted_places,
    gate_seeds,
    keys_of,
)
from holdfast.campaign.labelled.asked import Asked, plan_labelled
from holdfast.campaign.labelled.assault import Assault, Front, assaults_of
from holdfast.campaign.labelled.attempts import Attempts
from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.claiming import labelled_distribution
from holdfast.campaign.labelled.measuring import Measured as MeasuredRows
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.scoring import SCORES, SIZE, score_rows
from holdfast.campaign.labelled.texts import TestTexts
from holdfast.campaign.opening import Opened
from holdfast.campaign.people.queue import Question
from holdfast.campaign.tables import whole_tables
from holdfast.campaign.threads import computing_with
from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.progress import Progress
from holdfast.core.snippet import Label
from holdfast.store.disk import full_disk_told


@dataclass(frozen=True)
class GatePlan:
    """What a gate measures: the plan of the rows, one plan for each attack, and what they open."""

    gate: GateConfig
    rows: LabelledPlan
    attacks: tuple[LabelledPlan, ...]
    opened: Opened

    @property
    def assaults(self) -> tuple[Assault, ...]:
        """The attacks, each under a name of its own."""
        whole = self.rows.model_copy(update={"attacks": tuple(plan.attacks[0] for plan in self.attacks)})
        return tuple(assaults_of(whole))


def plan_gate(config: RunConfig, progress: Progress) -> GatePlan:
    """The plan of a configuration's gate; raises UserError where it has none, or one that cannot be measured.

    An attack whose attempts depend on each other is refused: no exact limit holds for them.
    """
    gate = config.gate
    if gate is None:
        raise UserError("the configuration has no limits; write them under `gate:`, such as min_recall: 0.9")
    claimed = gate.max_failure_rate
    choices = tuple(flip.attack for flip in gate.max_flip_rate)
    attacked = config.model_copy(update={"attacks": (), "held_out": choices})
    asked = Asked(confidence=gate.confidence if claimed is None else claimed.confidence)
    whole, opened = plan_labelled(attacked, asked, progress)
    plans = tuple(
        _alone(whole, choice, flip) for choice, flip in zip(whole.attacks, gate.max_flip_rate, strict=True)
    )
    plan = GatePlan(gate, whole.model_copy(update={"attacks": ()}), plans, opened)
    for assault in plan.assaults:
        if not assault.independent:
            raise UserError(
                f"the attempts of '{assault.name}' learn from each other, so no exact limit holds for their"
                " rate; choose another attack for max_flip_rate"
            )
    return plan


def _alone(whole: LabelledPlan, choice: dict[str, Any], flip: FlipLimit) -> LabelledPlan:
    changes = {"attacks": (choice,), "attack_queries": flip.queries, "attack_seeds": flip.seeds}
    return whole.model_copy(update=changes)


@dataclass(frozen=True)
class MeasuredGate:
    """The outcomes by row, the scores that they rest on, and what waits for people."""

    outcomes: Measured
    scores: Path
    """The folder of the scores of all splits."""
    waiting: tuple[Question, ...]


def measure_gate(plan: GatePlan, cache: Path, progress: Progress) -> MeasuredGate:
    """Measure all that the limits are about; what lies in the cache is not measured again.

    Being stopped loses at most the table under way. Raises UserError where the data are too few for the
    threshold's rule.
    """
    opened = plan.opened
    with full_disk_told(cache), computing_with(opened.config.threads):
        texts = TestTexts.of(opened.labelled.rows)
        with cell(cache, "rows", rows_key(plan.rows, opened)) as folder:
            _tell_known(folder / SCORES / "test", -(-len(texts.rows) // SIZE), progress)
            tried = score_rows(opened, "threshold", threshold_rows(opened.labelled), folder, progress)
            rule = opened.config.threshold
            threshold = choose_threshold(rule, opened.labelled, tried, plan.gate.confidence).threshold
            scores = score_rows(opened, "test", texts.rows, folder, progress)
        measured = MeasuredRows(texts, scores, threshold, plan.gate.confidence)
        attacked, waiting = _attacked(plan, cache, progress, measured)
    filtered = labelled_distribution(plan.rows, threshold, "").filter_hash
    outcomes = Measured(
        guard=plan.rows.guard,
        filter=filtered or "",
        data=plan.rows.data,
        threshold=threshold,
        catastrophic=_stopped(measured, Label.CATASTROPHIC, plan.rows.seed),
        harmless=_stopped(measured, Label.HARMLESS, plan.rows.seed),
        attacks=attacked,
    )
    return MeasuredGate(outcomes, folder / SCORES, waiting)


def _tell_known(folder: Path, tables: int, progress: Progress) -> None:
    """Say that a measurement is taken from the cache."""
    if tables and len(whole_tables(folder, tables)[0]) == tables:
        progress.note(f"{folder.name}: measured before, and nothing has changed since")


def _stopped(measured: MeasuredRows, label: Label, seed: int) -> TextOutcomes:
    texts = measured.texts
    places, left_out = counted_places(texts, label, seed)
    read = ~measured.scores.skipped[places]
    blocked = measured.blocked[places[read]].tolist()
    return TextOutcomes(
        stopped=dict(zip(keys_of(texts, places[read]), blocked, strict=True)),
        missing=tuple(keys_of(texts, places[~read])),
        left_out=left_out,
    )


def _attacked(
    plan: GatePlan, cache: Path, progress: Progress, measured: MeasuredRows
) -> tuple[tuple[AttackOutcomes, ...], tuple[Question, ...]]:
    found, waiting = list[AttackOutcomes](), list[Question]()
    for alone, assault in zip(plan.attacks, plan.assaults, strict=True):
        identity = attack_key(alone, plan.opened)
        own = {
            **rows_key(alone, plan.opened),
            **identity,
            "threshold": measured.threshold,
            "seeds": alone.attack_seeds,
        }
        with cell(cache, "attack", own) as folder:
            made, asked = _attempts(alone, plan.opened, folder, progress, measured)
        found.append(_outcomes(assault, identity, made, measured.texts))
        waiting += asked
    return tuple(found), tuple(waiting)


def _attempts(
    alone: LabelledPlan, opened: Opened, folder: Path, progress: Progress, measured: MeasuredRows
) -> tuple[Attempts, Sequence[Question]]:
    """The attempts of a plan's one attack. Its name in the folder is the one that it has alone, whatever
    other attacks the gate has."""
    (assault,) = assaults_of(alone)
    seeds = gate_seeds(measured.texts, alone.attack_seeds, alone.seed)
    _tell_known(folder / ATTEMPTS / assault.name, len(assault.starts(len(seeds.rows))), progress)
    front = Front(alone, opened, measured.threshold, seeds, measured.scores, folder, progress)
    made = front.attacked(assault)
    rows = made.columns["seed_row"] if len(made) else np.zeros(0, dtype=np.int64)
    if not np.array_equal(rows, seeds.rows):
        raise HoldfastError(f"{folder} holds attempts from other seeds; remove it, and run the gate again")
    return made, front.waiting


def _outcomes(assault: Assault, identity: dict[str, Any], made: Attempts, texts: TestTexts) -> AttackOutcomes:
    if not len(made):
        return AttackOutcomes(assault.name, repr(assault.attack), identity, {})
    columns = made.columns
    keys = [f"{key:016x}" for key in texts.data.texts[columns["seed_row"]].tolist()]
    # One that scored no rewrite withstood nothing.
    tried = ~(made.ended("withstood") & (columns["queries"] <= 1))
    ended = (made.made & tried).tolist()
    clean = columns["clean_miss"].astype(bool).tolist()
    queries = columns["first_failure_query"].tolist()
    broken = made.ended("broken").tolist()
    return AttackOutcomes(
        name=assault.name,
        call=repr(assault.attack),
        key=identity,
        first={
            key: int(query) if bad else None
            for key, end, bad, query in zip(keys, ended, broken, queries, strict=True)
            if end
        },
        clean_misses=frozenset(key for key, end, one in zip(keys, ended, clean, strict=True) if end and one),
        missing=tuple(key for key, end in zip(keys, ended, strict=True) if not end),
    )
