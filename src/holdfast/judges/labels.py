"""Labels: a row's own label decides, and any other text is unsure."""

from __future__ import annotations

from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.task import LabelledTask


def labels(task: Task) -> Judge:
    """The people's labels of a labelled task; raises UserError for a task without any."""
    return of_rows(task, "labels").oracle


def of_rows(task: Task, judge: str) -> LabelledTask:
    """The task, which must be of labelled text; raises UserError where it is not."""
    if not isinstance(task, LabelledTask):
        raise UserError(
            f"the judge '{judge}' needs labelled text, and the task '{task.name}' has none; use 'oracle'"
        )
    return task
