"""The judge that every task brings along."""

from __future__ import annotations

from holdfast.core.judge import Judge
from holdfast.tasks.base import Task


def oracle(task: Task) -> Judge:
    """The task's own oracle: code, right by definition, and total."""
    return task.oracle
