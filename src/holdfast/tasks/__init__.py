"""Tasks: each says what must never happen, over which texts, and judges them.

A new task is one file or folder here, a row in `tasks` below, and a row in `tests/tasks/test_every_task.py`;
a third party registers one by an entry point in the group `holdfast.tasks`.
"""

from __future__ import annotations

from holdfast.core.registry import Registry
from holdfast.core.surface import Limits
from holdfast.tasks.base import Focus, Task

__all__ = ["Focus", "Limits", "Task", "tasks"]

tasks: Registry[Task] = Registry(
    "task",
    {
        "storyworld": "holdfast.tasks.storyworld:Storyworld",
        "brackets": "holdfast.tasks.brackets:Brackets",
        "password": "holdfast.tasks.password:Password",
        "word_length": "holdfast.tasks.word_length:WordLength",
        "sandbox": "holdfast.tasks.sandbox:Sandbox",
        "labelled": "holdfast.tasks.labelled.task:LabelledTask",
    },
)
