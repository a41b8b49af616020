"""Snippets longer than a model reads: refused, cut, or read in windows; what was cut is counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.guard_format import Overflow


@dataclass(frozen=True, slots=True)
class Cut:
    """How many of a snippet's tokens were read, of how many, and in how many windows."""

    kept: int
    of: int
    windows: int = 1

    @property
    def whole(self) -> bool:
        """Whether the model read every token."""
        return self.kept == self.of


@dataclass
class Overflowed:
    """How many snippets have been scored, how many of them were cut, and how many were read in windows."""

    scored: int = 0
    cut: int = 0
    in_windows: int = 0

    def count(self, scored: int, pieces: Pieces | None) -> None:
        """Take in some more, with their pieces unless they were all read whole."""
        self.scored += scored
        if pieces is not None:
            self.cut += sum(not cut.whole for cut in pieces.cuts)
            self.in_windows += sum(cut.windows > 1 for cut in pieces.cuts)


@dataclass(frozen=True, slots=True)
class Piece:
    """What a model reads of a snippet in one go, and where it stands in the prompt and in the completion."""

    tokens: Tokens
    prompt_start: int = 0
    completion_start: int = 0


@dataclass(frozen=True)
class Pieces:
    """The pieces of some snippets, in order; `owner` gives the snippet of each piece, ascending."""

    tokens: list[Tokens]
    owner: np.ndarray
    pieces: list[Piece]
    cuts: list[Cut]

    def highest(self, scores: np.ndarray) -> np.ndarray:
        """The highest score of each snippet's pieces, shape (B,)."""
        result: np.ndarray = scores[self.highest_piece(scores)]
        return result

    def highest_piece(self, scores: np.ndarray) -> np.ndarray:
        """The index of each snippet's piece with the highest score, shape (B,); the first of equal ones."""
        order = np.lexsort((np.arange(len(scores)), -scores.astype(np.float64), self.owner))
        first = np.searchsorted(self.owner[order], np.arange(len(self.cuts)))
        best: np.ndarray = order[first]
        return best


def pieces_of(tokens: Sequence[Tokens], room: int, rule: Overflow) -> Pieces:
    """Every snippet as pieces of at most `room` tokens; raises UserError under `refuse` for a longer one."""
    pieces: list[Piece] = []
    owner: list[int] = []
    cuts: list[Cut] = []
    for i, snippet in enumerate(tokens):
        mine = [Piece(snippet)] if len(snippet) <= room else _cut(snippet, room, rule)
        pieces += mine
        owner += [i] * len(mine)
        cuts.append(Cut(_read(mine), len(snippet), len(mine)))
    return Pieces([piece.tokens for piece in pieces], np.array(owner, dtype=np.int64), pieces, cuts)


def _read(pieces: list[Piece]) -> int:
    """How many different tokens some pieces of one snippet hold."""
    prompt, stop, count = len(pieces[0].tokens.prompt), 0, 0
    for piece in pieces:
        end = piece.completion_start + len(piece.tokens.completion)
        count += end - max(stop, piece.completion_start)
        stop = end
    return prompt + count


def _cut(tokens: Tokens, room: int, rule: Overflow) -> list[Piece]:
    if rule == "head" or rule == "tail":
        return [_shortened(tokens, room, rule == "tail")]
    if rule == "window":
        return _windows(tokens, room)
    raise UserError(f"a snippet of {len(tokens)} tokens does not fit: the model has room for {room}")


def _shortened(tokens: Tokens, room: int, keep_end: bool) -> Piece:
    """One end of each part; the longer part is cut first, as tokenizers do (`longest_first`)."""
    prompt, completion = _shares(len(tokens.prompt), len(tokens.completion), room)
    starts = (len(tokens.prompt) - prompt, len(tokens.completion) - completion) if keep_end else (0, 0)
    cut = Tokens(
        tokens.prompt[starts[0] : starts[0] + prompt], tokens.completion[starts[1] : starts[1] + completion]
    )
    return Piece(cut, *starts)


def _shares(first: int, second: int, room: int) -> tuple[int, int]:
    """How much of `room` two parts get when tokens are taken off the longer one until both fit."""
    short, long = sorted((first, second))
    short, long = (short, room - short) if short <= room - short else (room // 2, room - room // 2)
    return (short, long) if first <= second else (long, short)


def _windows(tokens: Tokens, room: int) -> list[Piece]:
    """Windows of the completion that overlap by half, each after the prompt.

    A prompt that would take more than half of the room loses its beginning.
    """
    prompt = tokens.prompt
    kept = len(prompt) if len(prompt) <= room // 2 else max(room // 2, room - len(tokens.completion))
    from_prompt, size = len(prompt) - kept, room - kept
    last = max(0, len(tokens.completion) - size)
    starts = [*range(0, last, max(1, size // 2)), last]
    return [
        Piece(Tokens(prompt[from_prompt:], tokens.completion[start : start + size]), from_prompt, start)
        for start in starts
    ]
