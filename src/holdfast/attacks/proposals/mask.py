"""Masks: which words of a snippet an attack may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from holdfast.core.judge import Kept
from holdfast.core.snippet import Units
from holdfast.core.surface import Surface

Frozen = Literal["nothing", "prompt", "completion"]
"""The part that an attack must leave as it is."""

Span = tuple[int, int]
"""From one position up to another, over prompt then completion."""


@dataclass(frozen=True)
class Mask:
    """Says where edits may happen, as positions and slots (see `edits`).

    `kept` are runs of words, each of one part (0: prompt, 1: completion), that must stay in one piece, in
    their order, wherever edits shift them to.
    """

    frozen: Frozen = "nothing"
    spans: tuple[Span, ...] = ()
    """Frozen spans, as positions of the seed."""
    kept: tuple[tuple[int, tuple[int, ...]], ...] = ()

    def over(self, seed: Units) -> Mask:
        """The mask with its spans read off a seed."""
        kept = [run for span in sorted(self.spans) for run in _runs(seed, span) if run[1]]
        return Mask(self.frozen, self.spans, tuple(kept))

    @property
    def trivial(self) -> bool:
        """Whether anything goes."""
        return self.frozen == "nothing" and not self.kept

    def positions(self, units: Units) -> range | list[int]:
        """The positions that may be rewritten or removed."""
        prompt, whole = len(units.prompt), len(units)
        open_ = range(
            prompt if self.frozen == "prompt" else 0, prompt if self.frozen == "completion" else whole
        )
        closed = {i for start, stop in self.places(units) or () for i in range(start, stop)}
        return [i for i in open_ if i not in closed] if closed else open_

    def slots(self, units: Units) -> range | list[int]:
        """The slots that words may be written at."""
        prompt, whole = len(units.prompt), len(units)
        first = prompt + 1 if self.frozen == "prompt" else 0
        open_ = range(first, prompt + 1 if self.frozen == "completion" else whole + 2)
        inner = {
            i + (start >= prompt) for start, stop in self.places(units) or () for i in range(start + 1, stop)
        }
        return [slot for slot in open_ if slot not in inner] if inner else open_

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
        return not self.kept or self.places(units) is not None


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
