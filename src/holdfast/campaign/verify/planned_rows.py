"""A claim on labelled text against the plan of its evaluation: its rows picked, and the claim made, again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.attack_claims import success_claim
from holdfast.campaign.attempt_rows import Columns
from holdfast.campaign.labelled.assault import Assault, assaults_of, drawn_with, read_assault
from holdfast.campaign.labelled.attempts import Attempts
from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.claiming import ON_TEXTS, Claiming, attempt_outcomes
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.plan import PLAN, LabelledPlan
from holdfast.campaign.labelled.scoring import read_scores
from holdfast.campaign.labelled.seeds import draw_row_seeds
from holdfast.campaign.labelled.texts import TestTexts
from holdfast.campaign.opening import Opened
from holdfast.campaign.verify.check import Check
from holdfast.campaign.verify.differing import NAME, NotAsPlannedError, claim_difference
from holdfast.core.errors import UserError
from holdfast.evaluation.claims import Claim
from holdfast.store.disk import read_table


def check_rows_plan(claim: Claim, place: Path, folder: Path, opened: Opened) -> Check:
    """The claim in the file `place` against the plan, the rows and the tables of an evaluation's folder."""
    try:
        plan = LabelledPlan.read(folder)
        claiming = _claiming(plan, opened, folder)
        table = _table(claim, place)
        made = _made_again(claim, claiming, table)
    except (NotAsPlannedError, UserError) as error:
        return Check(NAME, False, str(error))
    differs = claim_difference(claim, place.parent, made, table.parent)
    if differs:
        return Check(NAME, False, f"the claim is not the one that {PLAN} and the rows give: {differs}")
    told = f"made again from {PLAN}, the rows and their scores, the claim is the same in every field"
    return Check(NAME, True, told)


def _claiming(plan: LabelledPlan, opened: Opened, folder: Path) -> Claiming:
    """What claims of the evaluation are made from, read and not written."""
    task = opened.labelled
    if task.rows.hash != plan.data:
        raise NotAsPlannedError(f"the labelled text is not that of {PLAN} ({plan.data[:12]})")
    texts = TestTexts.of(task.rows)
    tried = read_scores("threshold", threshold_rows(task), folder)
    threshold = choose_threshold(opened.config.threshold, task, tried, plan.confidence)
    measured = Measured(texts, read_scores("test", texts.rows, folder), threshold.threshold, plan.confidence)
    return Claiming(plan, opened, measured, folder)


def _table(claim: Claim, place: Path) -> Path:
    if len(claim.evidence.sources) != 1:
        raise NotAsPlannedError("a claim on labelled text is counted in the one table beside it")
    return place.parent / claim.evidence.sources[0].path


def _made_again(claim: Claim, claiming: Claiming, table: Path) -> Claim:
    if claim.distribution.attack is None:
        if claim.quantity not in ON_TEXTS:
            raise NotAsPlannedError(f"such an evaluation claims nothing on the {claim.quantity}")
        _same_table(table, claiming.columns(ON_TEXTS[claim.quantity]))
        return claiming.rate(claim.quantity, table).weakened_as(claim)
    assault, attempts = _assault(claiming, table)
    claimed = claiming.attempts(assault, attempts, table)
    _same_table(table, attempt_outcomes(attempts))
    return success_claim(claimed, table.parent, claiming.plan.confidence).weakened_as(claim)


def _assault(claiming: Claiming, table: Path) -> tuple[Assault, Attempts]:
    """The attack of the plan whose table it is, and all its attempts, from the seeds of the plan."""
    plan = claiming.plan
    named = {f"attack-success-{one.name}": one for one in assaults_of(plan)}
    if table.stem not in named:
        raise NotAsPlannedError(f"{PLAN} has no attack that claims into {table.name}")
    assault = named[table.stem]
    seeds = draw_row_seeds(claiming.found.texts, plan.attack_seeds, drawn_with(plan))
    attempts = read_assault(assault, len(seeds.rows), claiming.folder)
    stored: Columns = attempts.columns
    if not np.array_equal(stored["seed_row"], seeds.rows) or not np.array_equal(
        stored["claimable"].astype(bool), seeds.claimable
    ):
        raise NotAsPlannedError(f"the attempts of {assault.name} are not from the seeds that the plan draws")
    return assault, attempts


def _same_table(table: Path, columns: dict[str, Any]) -> None:
    """The table's rows are the ones that the plan picks, as they were scored or attacked."""
    stored = read_table(table)
    for name, column in columns.items():
        expected = np.asarray(column)
        if name not in stored or len(stored[name]) != len(expected):
            found = len(stored.get(name, ()))
            raise NotAsPlannedError(
                f"{table.name} has {found:,} rows, where the plan picks {len(expected):,}"
            )
        same = _equal(np.asarray(stored[name]), expected)
        if not same.all():
            row = int((~same).argmax())
            raise NotAsPlannedError(
                f"row {row + 1} of {table.name} differs in '{name}' from the row that the plan picks there"
            )


def _equal(stored: np.ndarray, expected: np.ndarray) -> np.ndarray:
    if expected.dtype.kind == "f":
        found: np.ndarray = np.isclose(stored.astype(float), expected, rtol=0, atol=0, equal_nan=True)
        return found
    same: np.ndarray = stored.astype(object) == expected.astype(object)
    return same
