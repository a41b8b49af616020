"""Torn text: the task's own snippets with words dropped, doubled, swapped, exchanged and taken from others.

Attacks leave the distribution that a classifier was trained on: they win with text that nobody would write.
Torn text lies there too, costs no query, and the judge says what it is, for its oracle is total.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from holdfast.campaign.samples import Samples
from holdfast.campaign.split import side
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet
from holdfast.tasks import Task
from holdfast.tasks.base import Confined

MOST_TEARS = 8
"""Tears of one snippet: one at least, and so many at most."""

_LONGEST = 6
"""Words that are taken from another snippet at once, at most."""

_TURNS = 40
"""Draws of the task, after which it is held to have no more."""


def torn_samples(task: Task, judge: Judge, count: int, stream: Stream) -> Samples:
    """So many different torn snippets on the side of training, judged; raises UserError for too few."""
    found: dict[Snippet, None] = {}
    for turn in range(_TURNS):
        drawn = torn(task, 2 * count, stream.child(turn))
        found |= dict.fromkeys(snippet for snippet in drawn if side(snippet) == "train")
        if len(found) >= count:
            kept = list(found)[:count]
            verdicts = judge.judge(kept)
            return Samples.of([JudgedSnippet(s, v) for s, v in zip(kept, verdicts, strict=True)])
    raise UserError(
        f"the task {task.name} has only {len(found)} different torn snippets; lower retraining.torn"
    )


def torn(task: Task, count: int, stream: Stream) -> list[Snippet]:
    """Hard snippets of the task, each torn at 1 to `MOST_TEARS` places; fewer, as some leave no text at all.

    They are within the task's limits. Where an adversary may write in one stretch alone, only that is torn.
    """
    snippets = task.sample(count, stream.child("snippets"), "hard")
    others = task.sample(count, stream.child("others"), "hard")
    draw = stream.child("tears").python()
    pairs = zip(snippets, others, strict=True)
    found = [_Tearing(task, other, draw).of(snippet) for snippet, other in pairs]
    return [snippet for snippet in found if task.words(snippet.completion)]


class _Tearing:
    """Tears of one snippet; what is put in comes from the vocabulary, or from another snippet."""

    def __init__(self, task: Task, other: Snippet, draw: random.Random) -> None:
        self._task = task
        self._other = [task.words(other.prompt), task.words(other.completion)]
        self._draw = draw

    def of(self, snippet: Snippet) -> Snippet:
        """The snippet torn."""
        task, limits = self._task, self._task.limits
        prompt, completion = task.words(snippet.prompt), task.words(snippet.completion)
        confined = isinstance(task, Confined)
        start, stop = task.writable(snippet) if isinstance(task, Confined) else (0, len(completion))
        before, inside, after = completion[:start], completion[start:stop], completion[stop:]
        room = limits.completion_words - len(before) - len(after)
        for _ in range(1 + self._draw.randrange(MOST_TEARS)):
            if confined or self._draw.random() < 0.5:
                inside = self._torn(inside, self._other[1], room)
            else:
                prompt = self._torn(prompt, self._other[0], limits.prompt_words)
        return Snippet(task.text(prompt), task.text([*before, *inside, *after]))

    def _torn(self, words: Sequence[str], other: Sequence[str], most: int) -> list[str]:
        """One part after one tear, at most so many words long."""
        draw, torn = self._draw, list(words)
        at, turn = draw.randrange(len(torn) + 1), draw.randrange(5)
        stop = min(len(torn), at + 1)
        if turn == 0:
            del torn[at:stop]
        elif turn == 1:
            torn[at:at] = torn[at:stop]
        elif turn == 2:
            torn[at : at + 2] = reversed(torn[at : at + 2])
        elif turn == 3 and self._task.vocabulary:
            torn[at:stop] = [draw.choice(self._task.vocabulary)]
        else:
            first = draw.randrange(len(other) + 1)
            taken = other[first : first + 1 + draw.randrange(_LONGEST)]
            torn[at : at + draw.randrange(_LONGEST)] = taken
        return torn[:most]
