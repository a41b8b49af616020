"""The judge that every task brings along."""

from __future__ import annotations

from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.task import LabelledTask


def oracle(task: Task) -> Judge:
    """The task's own oracle: code, right by definition, and total; UserError for a task without one."""
    if isinstance(task, LabelledTask):
        raise UserError(
            "labelled text has no oracle; choose the judge 'labels' (rows as they stand)"
            " or 'carried' (rewrites)"
        )
    return task.oracle
