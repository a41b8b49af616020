"""Stretches of text as browsers count them: in UTF-16 code units."""

from __future__ import annotations

from collections.abc import Callable
from itertools import accumulate

from holdfast.core.places import word_places
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Part, Passage, Task
from holdfast.workbench.tools.shapes import Span

_FIRST_OF_TWO = "\U00010000"
"""The first character that UTF-16 writes as two code units."""


def code_units(text: str) -> Callable[[int], int]:
    """From the number of characters before a place of the text to the number of code units before it."""
    if not text or max(text) < _FIRST_OF_TWO:
        return int
    before = list(accumulate((1 + (character >= _FIRST_OF_TWO) for character in text), initial=0))
    return before.__getitem__


def part_of(snippet: Snippet, part: Part) -> str:
    """The text of one part."""
    return snippet.prompt if part == "prompt" else snippet.completion


class Spans:
    """Turns passages of a snippet, in words of the task, into spans of its text."""

    def __init__(self, task: Task, snippet: Snippet) -> None:
        self._task = task
        self._snippet = snippet
        self._known: dict[Part, tuple[list[tuple[int, int]], Callable[[int], int]]] = {}

    def of(self, passage: Passage) -> Span:
        """The span from the passage's first word to its last."""
        if passage.part not in self._known:
            text = part_of(self._snippet, passage.part)
            self._known[passage.part] = word_places(text, self._task.words(text)), code_units(text)
        places, unit = self._known[passage.part]
        start, stop = places[passage.start][0], places[passage.stop - 1][1]
        return Span(part=passage.part, start=unit(start), end=unit(stop))
