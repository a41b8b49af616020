"""Edits of a part of a snippet, written into its text so that the rest stays as its writer left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.core.places import Place
from holdfast.core.snippet import Snippet
from holdfast.core.surface import Ids, Surface
from holdfast.tasks.base import Part, Task

if TYPE_CHECKING:
    from holdfast.workbench.tools.shapes import EditKind


@dataclass(frozen=True, slots=True)
class Edit:
    """Units of a surface in the place of the part's units from `start` up to `stop`."""

    kind: EditKind
    start: int
    stop: int
    words: tuple[int, ...]


class Rewriter:
    """Writes edits into one part of a snippet; `units` are the part's, of a surface that loses nothing."""

    def __init__(
        self, surface: Surface, snippet: Snippet, part: Part, units: Ids, places: list[Place]
    ) -> None:
        self.surface = surface
        self.part = part
        self.units = units
        self.places = places
        self._snippet = snippet

    def rewritten(self, edit: Edit) -> Snippet:
        """The snippet after an edit."""
        text = self._text(edit)
        if self.part == "prompt":
            return replace(self._snippet, prompt=text)
        return replace(self._snippet, completion=text)

    def words(self, edit: Edit) -> str:
        """What an edit writes, as it would stand there."""
        return self.surface.join(edit.words).strip()

    def _text(self, edit: Edit) -> str:
        return self.surface.join([*self.units[: edit.start], *edit.words, *self.units[edit.stop :]])


class ClosedRewriter(Rewriter):
    """The same over a closed vocabulary, whose surface knows the canonical text alone."""

    def __init__(
        self, task: Task, surface: Surface, snippet: Snippet, part: Part, units: Ids, places: list[Place]
    ) -> None:
        super().__init__(surface, snippet, part, units, places)
        self._task = task
        self._written = snippet.prompt if part == "prompt" else snippet.completion
        self._own = surface.words(units)
        self._lengths: dict[int, int] = {}
        self._plain = task.text(self._own) == self._written

    def words(self, edit: Edit) -> str:
        """What an edit writes, as it would stand there."""
        before = self._own[: edit.start]
        if edit.start not in self._lengths:  # a menu asks for few places, many times
            self._lengths[edit.start] = len(self._task.text(before))
        written = self._task.text([*before, *self.surface.words(edit.words)])
        return written[self._lengths[edit.start] :].strip()

    def _text(self, edit: Edit) -> str:
        words = [*self._own[: edit.start], *self.surface.words(edit.words), *self._own[edit.stop :]]
        canonical = self._task.text(words)
        if self._plain:
            return canonical
        return next((text for text in self._spliced(edit) if self._task.words(text) == words), canonical)

    def _spliced(self, edit: Edit) -> Iterator[str]:
        """The text with all else left alone, first without spaces about the new words, then with some."""
        before, after = self._written[: self._begin(edit)], self._written[self._begin(edit) :]
        if edit.start < edit.stop:
            after = self._written[self._end(edit.stop) :]
        if not edit.words:
            if after[:1] in ("", " "):
                before = before.rstrip(" ")
            yield before + (after if before else after.lstrip(" "))
        for left, right in (("", ""), (" ", ""), ("", " "), (" ", " ")):
            yield f"{before}{left}{self.words(edit)}{right}{after}"

    def _begin(self, edit: Edit) -> int:
        """Where the words that go begin; between words, beside the one that the edit is about."""
        if edit.start < edit.stop or edit.kind == "insert_before":
            return self.places[edit.start][0]
        return self._end(edit.start)

    def _end(self, words: int) -> int:
        """Where the first so many words end."""
        return self.places[words - 1][1] if words else 0


def rewriter_of(
    task: Task, surface: Surface, snippet: Snippet, part: Part, units: Ids, places: list[Place]
) -> Rewriter:
    """What writes edits into a part, by the kind of surface that its words are of."""
    if surface.closed:
        return ClosedRewriter(task, surface, snippet, part, units, places)
    return Rewriter(surface, snippet, part, units, places)
