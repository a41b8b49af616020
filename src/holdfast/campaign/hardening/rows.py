"""The rows that a run trains and checks on, kept with it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.hardening.guards import labelled_task, start_of
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CLEAN_TRAIN, CLEAN_VALIDATION
from holdfast.campaign.step import StepContext
from holdfast.core.errors import UserError
from holdfast.core.judge import SeededJudge
from holdfast.core.snippet import JudgedSnippet, Label
from holdfast.store.schema import Artifact
from holdfast.store.store import StepOutput
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.data import Labelled
from holdfast.tasks.labelled.task import LabelledTask

ROWS_STEP = "data/rows"
MOST = {"train": 50_000, "validation": 5_000}
"""Rows kept with a run: each round draws its mix from the first, and the second is scored often."""


def keep_rows(context: StepContext) -> StepOutput:
    """Take the data in, check that rounds can run on them, and keep the clean rows of training."""
    start_of(context)
    task = labelled_task(context)
    Labelled.open(task.data, progress=context.progress)
    check_rounds(context, task)
    kept = (
        _kept(context, task, "train", CLEAN_TRAIN),
        _kept(context, task, "validation", CLEAN_VALIDATION),
    )
    counts = {
        split: {
            label.value: len(task.distinct(split, label)) for label in (Label.CATASTROPHIC, Label.HARMLESS)
        }
        for split in ("train", "validation", "threshold", "test")
    }
    return StepOutput(result={"data": task.rows.hash, "rows": counts}, artifacts=kept)


def check_rounds(context: StepContext, task: LabelledTask) -> None:
    """Raise UserError where the judge cannot decide rewrites, or a split lacks what rounds need of it."""
    judge = context.judge
    if not isinstance(judge, SeededJudge):
        raise UserError(
            f"the judge '{judge.name}' decides rows as they stand, and rounds need one that decides rewrites;"
            " write `judge: carried`, `judge: {kind: edits, ...}` or `judge: people` in the configuration"
        )
    for split in ("train", "validation", "test"):
        for label in (Label.CATASTROPHIC, Label.HARMLESS):
            if not len(task.distinct(split, label)):
                raise UserError(
                    f"the split '{split}' has no {label.value} rows, and rounds train on 'train', check on"
                    " 'validation' and measure on 'test'; give some rows that split, or let splits be derived"
                )


def _kept(context: StepContext, task: LabelledTask, split: SplitName, path: str) -> Artifact:
    rows = _drawn(context, task, split)
    snippets = task.rows.snippets(rows)
    verdicts = task.oracle.judge(snippets)
    judged = [JudgedSnippet(s, v) for s, v in zip(snippets, verdicts, strict=True)]
    return context.keep_table(path, Samples.of(judged).columns())


def _drawn(context: StepContext, task: LabelledTask, split: SplitName) -> NDArray[np.int64]:
    """Distinct rows of both labels, in their order; as many at random where there are more than are kept."""
    both = [task.distinct(split, label) for label in (Label.CATASTROPHIC, Label.HARMLESS)]
    rows = np.sort(np.concatenate(both))
    if len(rows) > MOST[split]:
        draw = context.stream.child(split).numpy()
        rows = np.sort(draw.choice(rows, MOST[split], replace=False))
    return rows
