"""The whole evaluation: plan, score, choose the threshold, measure, attack, sum up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from holdfast.campaign.evaluate.ledger import LedgerEntry, numbered
from holdfast.campaign.labelled.assault import Front, assaults_of, drawn_with
from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.claiming import labelled_distribution
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.record import LabelledRecord
from holdfast.campaign.labelled.scoring import score_rows
from holdfast.campaign.labelled.seeds import draw_row_seeds
from holdfast.campaign.labelled.summary import Attacked, Found, summed_up
from holdfast.campaign.labelled.texts import TestTexts
from holdfast.campaign.opening import Opened
from holdfast.campaign.people.queue import Question
from holdfast.campaign.threads import computing_with
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock

RECORD = "evaluation.json"


Ask = Callable[[Sequence[Question]], object]
"""Called with what attacks leave for people to judge; where it raises an error nothing is summed up."""


def evaluate_labelled(
    plan: LabelledPlan,
    opened: Opened,
    folder: Path,
    progress: Progress | None = None,
    ask: Ask = len,
    ledger: Path | None = None,
) -> LabelledRecord:
    """Carry a plan out in a folder of its own, or go on with it there; the result is written as JSON too.

    Being killed on the way changes nothing of the result. `ledger` is the folder of evaluations whose ledger
    counts this one. Raises UserError when the folder holds another
    plan or a live process works in it, or when the data are too few.
    """
    with full_disk_told(folder), RunLock(folder), computing_with(opened.config.threads):
        plan.keep(folder)
        record = summed_up(_found(plan, opened, folder, progress or Silent(), ask, ledger))
        write_text(folder / RECORD, record.model_dump_json(indent=2) + "\n")
        return record


def _found(
    plan: LabelledPlan, opened: Opened, folder: Path, progress: Progress, ask: Ask, ledger: Path | None
) -> Found:
    """Everything that takes long, in its order; each step leaves files that a second run finds."""
    task = opened.labelled
    texts = TestTexts.of(task.rows)
    tried = score_rows(opened, "threshold", threshold_rows(task), folder, progress)
    threshold = choose_threshold(opened.config.threshold, task, tried, plan.confidence)
    if ledger is not None:
        # The threshold is a part of the filter, so it is chosen first; no row to be measured is scored yet.
        entry = _entry(plan, folder, len(texts.rows), threshold.threshold)
        plan = plan.keep_numbered(folder, numbered(ledger, entry))
    scores = score_rows(opened, "test", texts.rows, folder, progress)
    measured = Measured(texts, scores, threshold.threshold, plan.confidence)
    attacked = _attacked(plan, opened, folder, progress, measured, ask)
    return Found(plan, opened, folder, threshold, tried, measured, attacked)


def _entry(plan: LabelledPlan, folder: Path, texts: int, threshold: float) -> LedgerEntry:
    filtered = labelled_distribution(plan, threshold, "")
    return LedgerEntry(
        filter=filtered.filter_hash or "",
        plan=plan.hash,
        evaluation=1,
        folder=str(folder),
        samples=texts,
        seed=plan.seed,
        confidence=plan.confidence,
        threshold=threshold,
        labelled=True,
    )


def _attacked(
    plan: LabelledPlan, opened: Opened, folder: Path, progress: Progress, measured: Measured, ask: Ask
) -> list[Attacked]:
    """Every attack of the plan, one after the other, from the same seeds; then people are asked."""
    if not plan.attacks:
        return []
    seeds = draw_row_seeds(measured.texts, plan.attack_seeds, drawn_with(plan))
    front = Front(plan, opened, measured.threshold, seeds, measured.scores, folder, progress)
    attacked = [(assault, front.attacked(assault)) for assault in assaults_of(plan)]
    ask(front.waiting)
    return attacked
