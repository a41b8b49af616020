"""Edits of a part of a snippet, written into its text so that the rest stays as its writer left it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.core.snippet import Snippet, Tokens
from holdfast.tasks.base import Part, Task
from holdfast.workbench.tools.spans import part_of

if TYPE_CHECKING:
    from holdfast.models.codec import Codec
    from holdfast.workbench.tools.shapes import EditKind


@dataclass(frozen=True, slots=True)
class Edit:
    """Words, as token ids, in the place of the part's words from `start` up to `stop`."""

    kind: EditKind
    start: int
    stop: int
    words: tuple[int, ...]


class Rewriter:
    """Writes edits into one part of a snippet."""

    def __init__(self, task: Task, codec: Codec, snippet: Snippet, part: Part) -> None:
        self._task = task
        self._codec = codec
        self._snippet = snippet
        self._part = part
        self.text = part_of(snippet, part)
        (self._whole,) = codec.encode([snippet])
        self.tokens = self._whole[part == "completion"]
        self._places = codec.places(self.text)
        self._words = task.words(self.text) if codec.closed else []
        self._lengths: dict[int, int] = {}
        self._plain = codec.closed and task.text(self._words) == self.text

    def rewritten(self, edit: Edit) -> tuple[Snippet, Tokens]:
        """The snippet after an edit, and its tokens as they are read from that text."""
        text = self._text(edit)
        tokens = self._codec.encode_text(text)
        if self._part == "prompt":
            return replace(self._snippet, prompt=text), Tokens(tokens, self._whole.completion)
        return replace(self._snippet, completion=text), Tokens(self._whole.prompt, tokens)

    def words(self, edit: Edit) -> str:
        """What an edit writes, as it would stand there."""
        if not self._codec.closed:
            return self._codec.decode_ids(edit.words).strip()
        before = self._words[: edit.start]
        if edit.start not in self._lengths:  # a menu asks for few places, many times
            self._lengths[edit.start] = len(self._task.text(before))
        return self._task.text([*before, *self._codec.words(edit.words)])[self._lengths[edit.start] :].strip()

    def _text(self, edit: Edit) -> str:
        if not self._codec.closed:
            return self._codec.decode_ids(
                [*self.tokens[: edit.start], *edit.words, *self.tokens[edit.stop :]]
            )
        words = [*self._words[: edit.start], *self._codec.words(edit.words), *self._words[edit.stop :]]
        canonical = self._task.text(words)
        if self._plain:
            return canonical
        return next((text for text in self._spliced(edit) if self._task.words(text) == words), canonical)

    def _spliced(self, edit: Edit) -> Iterator[str]:
        """The text with all else left alone, first without spaces about the new words, then with some."""
        before, after = self.text[: self._begin(edit)], self.text[self._begin(edit) :]
        if edit.start < edit.stop:
            after = self.text[self._end(edit.stop) :]
        if not edit.words:
            if after[:1] in ("", " "):
                before = before.rstrip(" ")
            yield before + (after if before else after.lstrip(" "))
        for left, right in (("", ""), (" ", ""), ("", " "), (" ", " ")):
            yield f"{before}{left}{self.words(edit)}{right}{after}"

    def _begin(self, edit: Edit) -> int:
        """Where the words that go begin; between words, beside the one that the edit is about."""
        if edit.start < edit.stop or edit.kind == "insert_before":
            return self._places[edit.start][0]
        return self._end(edit.start)

    def _end(self, words: int) -> int:
        """Where the first so many words end."""
        return self._places[words - 1][1] if words else 0
