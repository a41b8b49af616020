"""Which side a snippet is on: training, validation or evaluation.

The side depends on the snippet's text alone, so that no two steps, rounds or streams can put one snippet on
two sides: what training sees and what it is measured on stay apart by construction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence

from holdfast.campaign.seeds import catastrophes
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet, Verdict
from holdfast.store.store import Split
from holdfast.tasks import Task
from holdfast.tasks.base import Focus

_TRAIN, _VALIDATION = 0.6, 0.8
"""Bounds of the two first sides on [0, 1); the last is the evaluation's."""

_DRY_DRAWS = 30
"""Draws in a row without anything new, after which the task is held to have no more."""


def side(snippet: Snippet) -> Split:
    """The side of a snippet, from a hash of its text."""
    digest = hashlib.sha256(f"{snippet.prompt}\x1f{snippet.completion}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    return "train" if place < _TRAIN else "validation" if place < _VALIDATION else "evaluation"


def prompt_side(snippet: Snippet) -> Split:
    """The side of a prompt, whatever completes it: for a generator, which is asked about prompts alone."""
    return side(Snippet(snippet.prompt, ""))


def draw_side(
    task: Task,
    count: int,
    split: Split,
    stream: Stream,
    focus: Focus,
    *,
    wanted: Callable[[Verdict], bool] = lambda _: True,
    judge: Judge | None = None,
    sided: Callable[[Snippet], Split] = side,
) -> list[JudgedSnippet]:
    """So many different snippets of one side, judged (by the task's oracle unless told), whose verdict is
    wanted; `sided` says on which side each is.

    Raises UserError when the task has too few.
    """
    found: dict[Snippet, Verdict] = {}
    dry = 0
    for turn in range(10_000):
        batch = max(64, 2 * (count - len(found)))
        drawn = task.sample(batch, stream.child(turn), focus)
        before = len(found)
        _add(found, judge or task.oracle, [s for s in drawn if sided(s) == split], wanted)
        dry = 0 if len(found) > before else dry + 1
        if len(found) >= count:
            return [JudgedSnippet(s, verdict) for s, verdict in list(found.items())[:count]]
        if dry == _DRY_DRAWS:
            break
    raise UserError(
        f"the task {task.name} has only {len(found)} such {focus} snippets for {split}; ask for fewer"
    )


def different_catastrophes(
    task: Task, judge: Judge, count: int, split: Split, stream: Stream
) -> list[Snippet]:
    """So many different catastrophes of one side among the task's hard snippets."""
    drawn = draw_side(task, count, split, stream, "hard", wanted=lambda v: v.catastrophic, judge=judge)
    return [judged.snippet for judged in drawn]


def independent_seeds(task: Task, count: int, split: Split, stream: Stream) -> list[Snippet]:
    """So many catastrophes of one side among the task's hard snippets, drawn independently of each other."""

    def on_side(snippet: Snippet) -> bool:
        return side(snippet) == split

    batch = max(64, 8 * count)
    return catastrophes(task, task.oracle, count, stream, batch=batch, wanted=on_side)


def _add(
    found: dict[Snippet, Verdict],
    judge: Judge,
    snippets: Sequence[Snippet],
    wanted: Callable[[Verdict], bool],
) -> None:
    fresh = [s for s in dict.fromkeys(snippets) if s not in found]
    for snippet, verdict in zip(fresh, judge.judge(fresh), strict=True):
        if wanted(verdict):
            found[snippet] = verdict
