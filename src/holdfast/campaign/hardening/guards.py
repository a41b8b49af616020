"""The guards of a run, by name: one a round, and the control; where each lies, and each as a target."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from holdfast.attacks.target import Target
from holdfast.campaign.labelled.pipeline import RECORD
from holdfast.campaign.labelled.record import LabelledRecord
from holdfast.campaign.starts import GuardFolder
from holdfast.campaign.step import StepContext, classifier_path, round_name
from holdfast.campaign.targets import filter_target, proposer_of
from holdfast.core.errors import UserError
from holdfast.models.classifier import Classifier
from holdfast.tasks.labelled.task import LabelledTask

CONTROL: Literal["control"] = "control"
"""The guard that was trained on with clean text alone."""

GuardName = int | Literal["control"]
"""The guard that a round ended with, or the control."""


def train_step(guard: GuardName) -> str:
    """The step that takes or trains a guard."""
    return f"{_named(guard)}/train"


def evaluate_step(guard: GuardName) -> str:
    """The step that measures it."""
    return f"{_named(guard)}/evaluate"


def telltale_step(round_: int) -> str:
    """The step that asks whether a round's guard knows attacks by their signs alone."""
    return f"{round_name(round_)}/telltale"


def guard_path(guard: GuardName) -> str:
    """Where a guard lies in a run's folder."""
    return f"models/{CONTROL}" if guard == CONTROL else classifier_path(guard)


def evaluation_path(guard: GuardName) -> str:
    """Where its evaluation lies."""
    return f"evaluations/{_named(guard)}"


def start_of(context: StepContext) -> GuardFolder:
    """The guard that the run begins with; raises UserError where the configuration names none."""
    start = context.config.classifier
    if not isinstance(start, GuardFolder):
        raise UserError(
            "rounds on labelled text harden a guard of your own: name its folder"
            " (classifier: {kind: folder, path: ...})"
        )
    return start


def labelled_task(context: StepContext) -> LabelledTask:
    """The task, which is of labelled text."""
    task = context.task
    assert isinstance(task, LabelledTask)
    return task


def load_guard(context: StepContext, guard: GuardName, *, to_train: bool = False) -> Classifier:
    """A guard as it was saved, where the configuration places it; in full precision to be trained."""
    path, start = context.folder / guard_path(guard), start_of(context)
    placed = context.config.placement
    if to_train:
        placed = placed.model_copy(update={"precision": "fp32"})
    return Classifier.load(path, context.task, start.format).to(placed)


def evaluated(folder: Path, guard: GuardName) -> LabelledRecord:
    """What was measured of a guard."""
    path = folder / evaluation_path(guard) / RECORD
    return LabelledRecord.model_validate_json(path.read_text(encoding="utf-8"))


def guard_target(context: StepContext, guard: GuardName) -> Target:
    """A guard behind its own threshold, ready to be attacked, with a scoring engine of its own."""
    threshold: float = context.result(evaluate_step(guard))["threshold"]
    classifier = load_guard(context, guard)
    proposer = proposer_of(context.config, context.judge, context.task)
    return filter_target(
        context.task, classifier, threshold, proposer=proposer, judge=context.judge, order="judge"
    )


def _named(guard: GuardName) -> str:
    return CONTROL if guard == CONTROL else round_name(guard)
