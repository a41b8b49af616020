"""Snippets that nobody would write: sampled ones with words dropped, swapped, doubled or replaced."""

from __future__ import annotations

import random
from collections.abc import Sequence

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Task

KINDS = ("natural", "hard", "torn", "ragged")
"""Two as the task samples them, and two with one to three, or four to twelve, words torn."""


def drawn(task: Task, kind: str, count: int, stream: Stream) -> list[Snippet]:
    """That many snippets of a kind."""
    if kind in ("natural", "hard"):
        return task.sample(count, stream, "natural" if kind == "natural" else "hard")
    sampled = task.sample(count, stream, "hard")
    tears = (1, 3) if kind == "torn" else (4, 12)
    rng = stream.child("tears").python()
    torn = [_torn(task, snippet, rng.randint(*tears), rng) for snippet in sampled]
    for i in range(0, count, 5):  # a completion of another prompt
        torn[i] = Snippet(torn[i].prompt, sampled[(i + 7) % count].completion)
    return torn


def _torn(task: Task, snippet: Snippet, tears: int, rng: random.Random) -> Snippet:
    parts = [task.words(snippet.prompt), task.words(snippet.completion)]
    for _ in range(tears):
        _tear(parts[rng.random() < 0.6], task.vocabulary, rng)
    return Snippet(task.text(parts[0]), task.text(parts[1]))


def _tear(words: list[str], vocabulary: Sequence[str], rng: random.Random) -> None:
    if len(words) < 3:
        return
    at = rng.randrange(len(words) - 1)
    match rng.randrange(4):
        case 0:
            del words[at]
        case 1:
            words[at], words[at + 1] = words[at + 1], words[at]
        case 2:
            words.insert(at, words[at])
        case _:
            words[at] = rng.choice(vocabulary)
