"""Runs made on another edition of their task: their records are read, and nothing else is done with them."""

from __future__ import annotations

from holdfast.campaign.config import RunConfig, resolve
from holdfast.core.errors import UserError
from holdfast.store.schema import Run
from holdfast.tasks.editions import other_edition


def edition_sentence(run: str, task: str, edition: int) -> str | None:
    """Says for people that a run was made on another edition of its task; None where it was not."""
    other = other_edition(task, edition)
    return other and f"The run {run} was made on the {other}; figures of the two are not of the same task."


def usable_config(run: Run) -> RunConfig:
    """The configuration of a run whose task is to be used again.

    Raises UserError where the run was made on another edition of the task, whose judge and texts are not
    installed, and as `resolve` does.
    """
    other = other_edition(run.task, run.task_edition)
    if other is not None:
        raise UserError(
            f"the run '{run.id}' was made on the {other}, with other words and another judge; its records can"
            f" still be read (`holdfast runs list`, `holdfast runs compare`, `holdfast report {run.id}`), and"
            f" `holdfast run {run.task} --preset {run.preset}` makes a new run on the edition that is here"
        )
    return resolve(run.config)
