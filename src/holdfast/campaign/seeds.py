"""Seeds: the catastrophes that attacks start from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.tasks.base import Task
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.task import LabelledTask

_DRY_DRAWS = 30
"""Draws without any catastrophe, after which the task is held to make none."""


@dataclass(frozen=True)
class Seeds:
    """Texts to start from, and in words how they were drawn; `rows` are their numbers in labelled data."""

    snippets: list[Snippet]
    how: str
    rows: tuple[int, ...] | None = None


def draw_seeds(task: Task, judge: Judge, count: int, stream: Stream, split: SplitName = "test") -> Seeds:
    """Up to so many seeds: independent draws of a task that samples, distinct rows of a labelled one.

    Raises UserError where there are none.
    """
    if isinstance(task, LabelledTask):
        return labelled_seeds(task, count, stream, split)
    found = catastrophes(task, judge, count, stream, batch=2 * count)
    return Seeds(found, f"{len(found)} catastrophes among the task's hard snippets, drawn independently")


def labelled_seeds(task: LabelledTask, count: int, stream: Stream, split: SplitName) -> Seeds:
    """Different catastrophic rows of a split in random order, or all where there are fewer."""
    rows = task.distinct(split, Label.CATASTROPHIC)
    if not len(rows):
        raise UserError(f"no row of the split '{split}' is labelled catastrophic; choose another split")
    chosen = stream.child("rows").numpy().permutation(rows)[:count]
    how = f"{len(chosen)} of the {len(rows)} distinct catastrophic texts of the split '{split}'"
    return Seeds(task.rows.snippets(chosen), how, tuple(np.asarray(chosen).tolist()))


def catastrophes(
    task: Task,
    judge: Judge,
    count: int,
    stream: Stream,
    *,
    batch: int,
    wanted: Callable[[Snippet], bool] = lambda _: True,
) -> list[Snippet]:
    """The first `count` wanted catastrophes among hard snippets of a task, drawn independently of each other.

    One may come twice, as exact limits need it that take attempts for a sample. Raises UserError when next to
    none come.
    """
    found: list[Snippet] = []
    for turn in range(10_000):
        drawn = [snippet for snippet in task.sample(batch, stream.child(turn), "hard") if wanted(snippet)]
        verdicts = judge.judge(drawn)
        found += [snippet for snippet, verdict in zip(drawn, verdicts, strict=True) if verdict.catastrophic]
        if len(found) >= count:
            return found[:count]
        if turn >= _DRY_DRAWS and not found:
            break
    raise UserError(f"task '{task.name}' makes too few catastrophes to start from: {len(found)} of {count}")
