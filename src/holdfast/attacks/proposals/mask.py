"""Masks: which words of a snippet an attack may change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from holdfast.core.judge import Kept
from holdfast.core.snippet import Units
from holdfast.core.surface import Surface

Frozen = Literal["nothing", "prompt", "completion"]
"""The part that an attack must leave as it is."""

Side = Literal["anywhere", "before", "after"]
"""Where an attack may write: anywhere open, or only before or after all that must be kept."""

Span = tuple[int, int]
"""From one position up to another, over prompt then completion."""


@dataclass(frozen=True)
class Mask:
    """Says where edits may happen, as positions and slots (see `edits`).

    `kept` are runs of words, each of one part (0: prompt, 1: completion), that must stay in one piece, in
    their order, wherever edits shift them to. With a `side` everything on the other side of them stays, too.
    `ends` are how many words at the completion's beginning and at its end must stay.
    """

    frozen: Frozen = "nothing"
    spans: tuple[Span, ...] = ()
    """Frozen spans, as positions of the seed."""
    kept: tuple[tuple[int, tuple[int, ...]], ...] = ()
    side: Side = "anywhere"
    ends: tuple[int, int] = (0, 0)

    def over(self, seed: Units) -> Mask:
        """The mask with its spans read off a seed."""
        kept = [run for span in sorted(self.spans) for run in _runs(seed, span) if run[1]]
        return replace(self, kept=tuple(kept))

    @property
    def trivial(self) -> bool:
        """Whether anything goes."""
        return self.frozen == "nothing" and not self.kept and self.ends == (0, 0)

    def positions(self, units: Units) -> range | list[int]:
        """The positions that may be rewritten or removed."""
        prompt, whole = len(units.prompt), len(units)
        open_ = range(
            prompt if self.frozen == "prompt" else 0, prompt if self.frozen == "completion" else whole
        )
        places = self.places(units) or ()
        closed = {i for start, stop in (*places, *self._ends_of(units)) for i in range(start, stop)}
        return [i for i in open_ if i not in closed and self._beside(i, places)] if closed else open_

    def _ends_of(self, units: Units) -> tuple[Span, Span]:
        """The positions of the completion's words that must stay at its ends."""
        first, whole = len(units.prompt), len(units)
        return (first, first + self.ends[0]), (whole - self.ends[1], whole)

    def slots(self, units: Units) -> range | list[int]:
        """The slots that words may be written at."""
        prompt, whole = len(units.prompt), len(units)
        first = prompt + 1 if self.frozen == "prompt" else 0
        open_ = range(first, prompt + 1 if self.frozen == "completion" else whole + 2)
        places = self.places(units) or ()
        # The completion has a slot more before each of its words, the prompt's last.
        shifted = [(start + (start >= prompt), stop + (start >= prompt)) for start, stop in places]
        inner = {i for start, stop in shifted for i in range(start + 1, stop)}
        if self.ends != (0, 0):
            head, tail = prompt + 1 + self.ends[0], whole + 1 - self.ends[1]
            inner |= {*range(prompt + 1, head), *range(tail + 1, whole + 2)}
        if self.side == "anywhere" and not inner:
            return open_
        return [slot for slot in open_ if slot not in inner and self._beside(slot, shifted, slots=True)]

    def _beside(self, at: int, places: Sequence[Span], slots: bool = False) -> bool:
        """Whether a position, or a slot, is on the side that may be written."""
        if not places or self.side == "anywhere":
            return True
        return at < places[0][0] + slots if self.side == "before" else at >= places[-1][1]

    def places(self, units: Units) -> list[Span] | None:
        """Where the kept runs stand now, as positions; None if one is broken or lost."""
        found: list[Span] = []
        ends = [0, 0]
        for part, words in self.kept:
            start = _find(units[part], words, ends[part])
            if start is None:
                return None
            ends[part] = start + len(words)
            offset = len(units.prompt) if part else 0
            found.append((offset + start, offset + ends[part]))
        return found

    def allows(self, seed: Units, units: Units) -> bool:
        """Whether a rewrite of the seed left alone what it must."""
        if self.frozen == "prompt" and units.prompt != seed.prompt:
            return False
        if self.frozen == "completion" and units.completion != seed.completion:
            return False
        if not self._keeps_ends(seed.completion, units.completion):
            return False
        if not self.kept:
            return True
        now = self.places(units)
        return now is not None and (self.side == "anywhere" or self._same_beside(seed, units, now))

    def _keeps_ends(self, seed: Sequence[int], completion: Sequence[int]) -> bool:
        head, tail = self.ends
        return len(completion) >= head + tail and (
            completion[:head] == seed[:head]
            and completion[len(completion) - tail :] == seed[len(seed) - tail :]
        )

    def _same_beside(self, seed: Units, units: Units, now: Sequence[Span]) -> bool:
        """Whether the side that may not be written is as the seed has it."""
        first = self.places(seed)
        assert first is not None
        if self.side == "before":
            return _from(units, now[0][0]) == _from(seed, first[0][0])
        return _up_to(units, now[-1][1]) == _up_to(seed, first[-1][1])


def _from(units: Units, position: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The words of both parts from a position on."""
    return units.prompt[position:], units.completion[max(position - len(units.prompt), 0) :]


def _up_to(units: Units, position: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The words of both parts up to a position."""
    return units.prompt[:position], units.completion[: max(position - len(units.prompt), 0)]


def _runs(seed: Units, span: Span) -> list[tuple[int, tuple[int, ...]]]:
    """The words of a span, apart for each part that it reaches into."""
    start, stop = span
    length = len(seed.prompt)
    first = max(start - length, 0)
    return [(0, seed.prompt[start:stop]), (1, seed.completion[first : max(stop - length, 0)])]


def span_of(surface: Surface, units: Units, kept: Kept) -> Span:
    """The positions of all units that reach into a passage, given by its characters."""
    ids, offset = (units.prompt, 0) if kept.part == "prompt" else (units.completion, len(units.prompt))
    places = surface.places(ids)
    inside = [i for i, (start, stop) in enumerate(places) if start < kept.stop and stop > kept.start]
    return (offset + inside[0], offset + inside[-1] + 1) if inside else (offset, offset)


def _find(words: tuple[int, ...], run: tuple[int, ...], first: int) -> int | None:
    """Where a run of words begins, at `first` or later."""
    for start in range(first, len(words) - len(run) + 1):
        if words[start : start + len(run)] == run:
            return start
    return None
