"""The whole evaluation: plan, score, choose the threshold, measure, attack, sum up."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.labelled.assault import Front, assaults_of, drawn_with
from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.record import LabelledRecord
from holdfast.campaign.labelled.scoring import score_rows
from holdfast.campaign.labelled.seeds import draw_row_seeds
from holdfast.campaign.labelled.summary import Attacked, Found, summed_up
from holdfast.campaign.labelled.texts import TestTexts
from holdfast.campaign.opening import Opened
from holdfast.campaign.threads import computing_with
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock

RECORD = "evaluation.json"


def evaluate_labelled(
    plan: LabelledPlan, opened: Opened, folder: Path, progress: Progress | None = None
) -> LabelledRecord:
    """Carry a plan out in a folder of its own, or go on with it there; the result is written as JSON too.

    Being killed on the way changes nothing of the result. Raises UserError when the folder holds another
    plan or a live process works in it, or when the data are too few.
    """
    with full_disk_told(folder), RunLock(folder), computing_with(opened.config.threads):
        plan.keep(folder)
        record = summed_up(_found(plan, opened, folder, progress or Silent()))
        write_text(folder / RECORD, record.model_dump_json(indent=2) + "\n")
        return record


def _found(plan: LabelledPlan, opened: Opened, folder: Path, progress: Progress) -> Found:
    """Everything that takes long, in its order; each step leaves files that a second run finds."""
    task = opened.labelled
    texts = TestTexts.of(task.rows)
    tried = score_rows(opened, "threshold", threshold_rows(task), folder, progress)
    threshold = choose_threshold(opened.config.threshold, task, tried, plan.confidence)
    scores = score_rows(opened, "test", texts.rows, folder, progress)
    measured = Measured(texts, scores, threshold.threshold, plan.confidence)
    attacked = _attacked(plan, opened, folder, progress, measured)
    return Found(plan, opened, folder, threshold, tried, measured, attacked)


def _attacked(
    plan: LabelledPlan, opened: Opened, folder: Path, progress: Progress, measured: Measured
) -> list[Attacked]:
    """Every attack of the plan, one after the other, from the same seeds."""
    if not plan.attacks:
        return []
    seeds = draw_row_seeds(measured.texts, plan.attack_seeds, drawn_with(plan))
    front = Front(plan, opened, measured.threshold, seeds, measured.scores, folder, progress)
    return [(assault, front.attacked(assault)) for assault in assaults_of(plan)]
