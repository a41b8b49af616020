"""Proposals that move whole spans: clauses cut at punctuation, two words or more, never a single one."""

from __future__ import annotations

import random
from dataclasses import dataclass

from holdfast.attacks.engine.requests import Words
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.snippet import Units
from holdfast.core.surface import Limits

SHORTEST = 2
RAGGED_SHARE = 0.25
"""Share of spans cut at any place, not at the end of a clause."""


@dataclass(frozen=True)
class SpanEdits:
    """Draws recombinations of snippets by spans; each gives None where the one drawn does not fit."""

    ends: frozenset[int]
    mask: Mask
    limits: Limits
    draw: random.Random

    def splice(self, one: Units, other: Units) -> Units | None:
        """A span of the other in the place of a span of this one."""
        place, material = self._span(one, self.mask), self.words_of(other)
        return edits.splice(one, *place, material, self.limits) if place and material else None

    def graft(self, one: Units, other: Units) -> Units | None:
        """A span of the other written between two clauses of this one."""
        material = self.words_of(other)
        return edits.insert(one, self._slot(one), material, self.limits) if material else None

    def cross(self, one: Units, other: Units) -> Units | None:
        """The prompt of one with the completion of the other."""
        if self.mask.frozen == "completion" or (self.mask.frozen == "nothing" and self.draw.random() < 0.5):
            one, other = other, one
        crossed = Units(one.prompt, other.completion)
        return crossed if edits.fits(crossed, self.limits) else None

    def move(self, one: Units, other: Units) -> Units | None:
        """A span of this one taken to another place."""
        place = self._span(one, self.mask)
        return edits.move_span(one, *place, self._slot(one), self.limits) if place else None

    def duplicate(self, one: Units, other: Units) -> Units | None:
        """A span of this one said twice."""
        place = self._span(one, Mask())
        return edits.duplicate_span(one, *place, self._slot(one), self.limits) if place else None

    def delete(self, one: Units, other: Units) -> Units | None:
        """A span of this one left out."""
        place = self._span(one, self.mask)
        return edits.delete(one, *place) if place else None

    def words_of(self, units: Units) -> Words | None:
        """A span's words, mostly cut at ends of clauses; None where the one drawn is too short."""
        place = self._span(units, Mask())
        return edits.span(units, *place) if place else None

    def _span(self, units: Units, mask: Mask) -> tuple[int, int] | None:
        """Positions in one part with `SHORTEST` words or more between, mostly at ends of clauses."""
        first, words = self._part(units, mask)
        if len(words) < SHORTEST:
            return None
        cuts = self._cuts(words)
        if len(cuts) == 2 or self.draw.random() < RAGGED_SHARE:
            cuts = list(range(len(words) + 1))
        start, stop = sorted(self.draw.sample(range(len(cuts)), 2))
        if cuts[stop] - cuts[start] < SHORTEST:
            return None
        return first + cuts[start], first + cuts[stop]

    def _slot(self, units: Units) -> int:
        """A slot between two clauses of a part that may be edited."""
        first, words = self._part(units, self.mask)
        cut = self.draw.choice(self._cuts(words))
        return first + cut + (words is not units.prompt)

    def _part(self, units: Units, mask: Mask) -> tuple[int, Words]:
        """A part that the mask leaves open, and its first position."""
        open_prompt = mask.frozen == "nothing" and self.draw.random() < 0.5
        if mask.frozen == "completion" or open_prompt:
            return 0, units.prompt
        head, tail = mask.ends
        return len(units.prompt) + head, units.completion[head : len(units.completion) - tail]

    def _cuts(self, words: Words) -> list[int]:
        inner = {i + 1 for i, word in enumerate(words) if word in self.ends}
        return sorted({0, len(words), *inner})
