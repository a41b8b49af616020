"""What a failure changed in the seed that it grew from, as a person would tell it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Literal

from holdfast.evaluation.duplicates import SnippetWords, Words

Part = Literal["prompt", "completion"]
Kind = Literal["insert", "delete", "replace", "move", "repeat", "rewrite"]
PARTS: tuple[Part, Part] = ("prompt", "completion")

KEPT_SHARE = 1 / 3
"""A part of which less than this share of words was kept has been rewritten: listing words tells nothing."""

SHORTEST_REWRITE = 4
"""Words that a part must have before it can count as rewritten."""

SHORTEST_SPAN = 2
"""Words that must turn up elsewhere before an edit is told as a move or a repetition."""

_TOLD_WORDS = 6


@dataclass(frozen=True)
class Edit:
    """One change: words taken from the seed, and words that stand in the failure instead.

    `start` and `stop` are the places of the added words in the failure's part (equal where none were added).
    A `move` or `repeat` adds a span that the seed holds elsewhere; a `rewrite` is the whole of a part.
    """

    part: Part
    kind: Kind
    removed: Words
    added: Words
    start: int
    stop: int
    place: Literal["start", "inside", "end"] = "inside"
    """Where in the seed's part words were inserted."""

    @property
    def where(self) -> str:
        """`in the prompt`, `at the end of the completion`."""
        at_edge = self.kind in ("insert", "move", "repeat") and self.place != "inside"
        return f"at the {self.place} of the {self.part}" if at_edge else f"in the {self.part}"

    @property
    def act(self) -> str:
        """The change without its place: `replace "not" by "never"`."""
        match self.kind:
            case "rewrite":
                return f"{self.part} replaced"
            case "replace":
                return f"replace {quoted(self.removed)} by {quoted(self.added)}"
            case "delete":
                return f"delete {quoted(self.removed)}"
            case _:
                return f"{self.kind} {quoted(self.added)}"

    def __str__(self) -> str:
        return self.act if self.kind == "rewrite" else f"{self.act} {self.where}"


def quoted(words: Words) -> str:
    """Words in quotation marks; long spans are cut in the middle."""
    if len(words) > _TOLD_WORDS:
        words = (*words[: _TOLD_WORDS - 2], "…", *words[-1:])
    return f'"{" ".join(words)}"'


def edit_pattern(seed: SnippetWords, failure: SnippetWords) -> tuple[Edit, ...]:
    """All changes from the seed to the failure, prompt first, in the order of the failure's words.

    They come from longest matching blocks (Ratcliff and Obershelp, as `difflib` has it), which keeps spans
    together where a minimal edit distance would scatter them.
    """
    edits = [
        edit
        for part, before, after in zip(PARTS, seed, failure, strict=True)
        for edit in _part_edits(part, before, after)
    ]
    return tuple(_with_moves(edits, seed))


def rewritten(edits: tuple[Edit, ...], part: Part) -> bool:
    """Whether a part was replaced as a whole."""
    return any(edit.kind == "rewrite" and edit.part == part for edit in edits)


def changed_words(edits: tuple[Edit, ...], part: Part, count: int) -> tuple[bool, ...]:
    """For each of the `count` words of the failure's part whether an edit wrote it there.

    A part replaced as a whole has no single word to point at, so all are False.
    """
    added = {i for edit in edits if edit.part == part for i in range(edit.start, edit.stop)}
    return tuple(i in added and not rewritten(edits, part) for i in range(count))


def _part_edits(part: Part, before: Words, after: Words) -> Iterator[Edit]:
    if before == after:
        return
    blocks = SequenceMatcher(None, before, after, autojunk=False)
    opcodes = blocks.get_opcodes()
    kept = sum(stop - start for tag, start, stop, _, _ in opcodes if tag == "equal")
    longest = max(len(before), len(after))
    if before and after and longest >= SHORTEST_REWRITE and kept < KEPT_SHARE * longest:
        yield Edit(part, "rewrite", before, after, 0, len(after))
        return
    for tag, first, last, start, stop in opcodes:
        if tag != "equal":
            place: Literal["start", "inside", "end"] = "inside"
            if before:
                place = "start" if last == 0 else "end" if first == len(before) else "inside"
            yield Edit(part, tag, before[first:last], after[start:stop], start, stop, place)


def _with_moves(edits: list[Edit], seed: SnippetWords) -> Iterator[Edit]:
    """Tell the insertion of a span deleted elsewhere as a move, and of one that stayed as a repetition."""
    taken = [edit.removed for edit in edits if edit.kind == "delete" and len(edit.removed) >= SHORTEST_SPAN]
    moved = [edit.added for edit in edits if edit.kind == "insert" and edit.added in taken]
    for edit in edits:
        if edit.kind == "delete" and edit.removed in moved:
            continue
        if edit.kind == "insert" and edit.added in moved:
            yield replace(edit, kind="move", removed=edit.added)
        elif edit.kind == "insert" and len(edit.added) >= SHORTEST_SPAN and _holds(seed, edit.added):
            yield replace(edit, kind="repeat")
        else:
            yield edit


def _holds(snippet: SnippetWords, span: Words) -> bool:
    return any(part[i : i + len(span)] == span for part in snippet for i in range(len(part) - len(span) + 1))
