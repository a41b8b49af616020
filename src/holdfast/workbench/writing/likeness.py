"""Likeness: the earlier submissions that a text repeats, or nearly.

Submissions of all writers count, unless they were rejected; drafts never do.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Lock

import numpy as np

from holdfast.core.likeness import NEAR, Gallery
from holdfast.core.snippet import Snippet
from holdfast.store.workbench.schema import Submission
from holdfast.store.workbench.writing import Writings
from holdfast.tasks.base import Task

SHOWN = 5
"""Earlier texts that a writer is shown at most, the likest first."""

Words = tuple[tuple[str, ...], tuple[str, ...]]


@dataclass(frozen=True)
class Earlier:
    """An earlier submission, and how like it a text is, from 0 to 1; `same` if its words are the same."""

    submission: Submission
    likeness: float
    same: bool


@dataclass
class EarlierTexts:
    """The gallery of a run's submissions, read once from the store and kept up with it from then on."""

    _gallery: Gallery = field(default_factory=Gallery)
    _numbers: list[int] = field(default_factory=list)
    _words: list[Words] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def like(self, snippet: Snippet, task: Task, writings: Writings) -> list[Earlier]:
        """The standing submissions that a snippet is a near duplicate of, the likest first."""
        words = words_of(task, snippet)
        with self._lock:
            self._catch_up(task, writings)
            likeness = self._gallery.likeness(*words)
            near = np.flatnonzero(likeness >= NEAR)
            ranked = near[np.argsort(-likeness[near], kind="stable")].tolist()
            found = [(self._numbers[i], float(likeness[i]), self._words[i] == words) for i in ranked]
        rows = writings.submissions_numbered([number for number, _, _ in found[: 10 * SHOWN]])
        return [
            Earlier(rows[number], degree, same)
            for number, degree, same in found
            if number in rows and rows[number].status != "rejected"
        ]

    def _catch_up(self, task: Task, writings: Writings) -> None:
        after = self._numbers[-1] if self._numbers else 0
        for row in writings.standing_submissions(after):
            words = words_of(task, Snippet(row.prompt, row.completion))
            self._gallery.keep(*words)
            self._numbers.append(row.id)
            self._words.append(words)


def words_of(task: Task, snippet: Snippet) -> Words:
    """The two parts of a snippet as words."""
    return tuple(task.words(snippet.prompt)), tuple(task.words(snippet.completion))


def of_failures(found: Sequence[Earlier]) -> int:
    """How many of them were accepted."""
    return sum(one.submission.status == "accepted" for one in found)
