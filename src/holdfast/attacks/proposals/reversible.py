"""Reversible moves: random edits of a snippet that come with the ratio a Metropolis–Hastings chain needs.

Each kind of move is paired with its inverse: a replacement, a swap, a span's move with another of its kind;
an insertion with a deletion; a graft (a phrase of a fixed library written in) with a cut (one taken out). The
kinds are drawn with fixed probabilities, those of a pair with equal ones. A move m from x to y is drawn with
probability q(m | x), and its inverse, which leads back over the same words and places, with q(m⁻¹ | y). The
moves between x and y are matched one to one, so that accepting each with probability

    min(1, π(y) q(m⁻¹ | y) / π(x) q(m | x))

keeps detailed balance move by move, though different moves may lead from x to y (Green 1995, section 3.2).
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.engine.requests import Words
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.words import Ids
from holdfast.core.snippet import Units
from holdfast.core.surface import Limits

Floats = NDArray[np.float64]
Kind = Literal["replace", "insert", "delete", "swap", "move", "graft", "cut"]

SHORTEST, LONGEST = 2, 6
"""Words of a span that is moved, written in or taken out."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Where a move leads, and log q(inverse) - log q(move)."""

    units: Units
    log_ratio: float


class Phrases:
    """A library of phrases to write in, by their length; a phrase that it holds twice is twice as likely."""

    def __init__(self, snippets: Iterable[Units] = ()) -> None:
        self._phrases: dict[int, list[Words]] = defaultdict(list)
        for units in snippets:
            for part in units:
                for length in range(SHORTEST, LONGEST + 1):
                    self._phrases[length] += [part[i : i + length] for i in range(len(part) - length + 1)]
        self._counts: Mapping[Words, int] = Counter(p for own in self._phrases.values() for p in own)

    def drawn(self, length: int, draw: random.Random) -> Words | None:
        """One of that length; None if there is none."""
        own = self._phrases.get(length)
        return own[int(draw.random() * len(own))] if own else None

    def log_prob(self, phrase: Words) -> float:
        """Of drawing it among those of its length; -inf if it is not there."""
        count = self._counts.get(phrase, 0)
        return math.log(count / len(self._phrases[len(phrase)])) if count else -math.inf


class WordOdds:
    """How likely each word of the alphabet is proposed at each place of one snippet.

    `rows` are (P + C + 1, A) probabilities; without them, words are uniform. The end of the prompt has no
    row, and its words are uniform too.
    """

    def __init__(self, alphabet: Ids, rows: Floats | None = None) -> None:
        self._alphabet = alphabet
        self._rows = rows
        self._columns = _columns(alphabet.tobytes())

    @classmethod
    def of(
        cls, alphabet: Ids, log_probs: NDArray[np.float32], temperature: float, uniform: float
    ) -> WordOdds:
        """A language model's rows (P + C + 1, V) at a temperature, with a share of uniform words."""
        logits = log_probs[:, alphabet].astype(np.float64) / temperature
        rows = np.exp(logits - logits.max(axis=1, keepdims=True))
        rows /= rows.sum(axis=1, keepdims=True)
        return cls(alphabet, (1.0 - uniform) * rows + uniform / len(alphabet))

    @cached_property
    def _sums(self) -> Floats:
        assert self._rows is not None
        sums: Floats = self._rows.cumsum(axis=1)
        return sums

    def drawn(self, row: int | None, draw: random.Random) -> int:
        """A word for a row; None stands for a place without one."""
        if row is None or self._rows is None:
            return int(self._alphabet[int(draw.random() * len(self._alphabet))])
        sums = self._sums[row]
        at = int(np.searchsorted(sums, draw.random() * sums[-1], side="right"))
        return int(self._alphabet[min(at, len(sums) - 1)])

    def log_prob(self, row: int | None, word: int) -> float:
        """Of drawing a word; -inf for those outside the alphabet."""
        column = self._columns.get(word)
        if column is None:
            return -math.inf
        if row is None or self._rows is None:
            return -math.log(len(self._alphabet))
        share = float(self._rows[row, column])
        return math.log(share) if share > 0 else -math.inf


@dataclass(frozen=True)
class Moves:
    """Draws moves over the snippets of a task, within a mask.

    `kinds` says how likely each is drawn, by how often it is named.
    """

    mask: Mask
    limits: Limits
    phrases: Phrases
    draw: random.Random
    kinds: tuple[Kind, ...]

    def propose(self, units: Units, odds: WordOdds) -> Proposal | None:
        """A move from a snippet with the word odds of that snippet; None where the one drawn does not fit."""
        kind = self.kinds[int(self.draw.random() * len(self.kinds))]
        match kind:
            case "replace":
                return self._replace(units, odds)
            case "insert":
                return self._insert(units, odds)
            case "delete":
                return self._delete(units, odds)
            case "swap":
                return self._swap(units)
            case "move":
                return self._move(units)
            case "graft":
                return self._graft(units)
            case "cut":
                return self._cut(units)

    def _replace(self, units: Units, odds: WordOdds) -> Proposal | None:
        places = self.mask.positions(units)
        if not places:
            return None
        place = self._one_of(places)
        before, after = _word(units, place), odds.drawn(place, self.draw)
        replaced = edits.replace(units, place, after)
        # The words to the left are the same before and after, and so is the row.
        ratio = odds.log_prob(place, before) - odds.log_prob(place, after)
        return self._symmetric(units, replaced, (place,), ratio)

    def _swap(self, units: Units) -> Proposal | None:
        places = self.mask.positions(units)
        if not places:
            return None
        pair = self._one_of(places), self._one_of(places)
        return self._symmetric(units, edits.swap(units, *pair), pair, 0.0)

    def _symmetric(
        self, before: Units, after: Units, places: tuple[int, ...], ratio: float
    ) -> Proposal | None:
        """A move whose inverse chooses the same places, where the mask leaves them open."""
        there, back = self.mask.positions(before), self.mask.positions(after)
        if any(place not in back for place in places):
            return None
        return Proposal(after, ratio + len(places) * math.log(len(there) / len(back)))

    def _insert(self, units: Units, odds: WordOdds) -> Proposal | None:
        slots = self.mask.slots(units)
        slot = self._one_of(slots)
        row = _row(units, slot)
        word = odds.drawn(row, self.draw)
        longer = edits.insert(units, slot, (word,), self.limits)
        if longer is None:
            return None
        places = self.mask.positions(longer)
        if _place(units, slot) not in places:
            return None
        move = odds.log_prob(row, word) - math.log(len(slots))
        return Proposal(longer, -math.log(len(places)) - move)

    def _delete(self, units: Units, odds: WordOdds) -> Proposal | None:
        places = self.mask.positions(units)
        if not places:
            return None
        place = self._one_of(places)
        shorter = edits.delete(units, place, place + 1)
        if shorter is None:
            return None
        slot = _slot(units, place)
        slots = self.mask.slots(shorter)
        if slot not in slots:
            return None
        # What stands left of the place is the same before and after, but the prompt's end has no row.
        row = None if slot == len(shorter.prompt) else place
        inverse = odds.log_prob(row, _word(units, place)) - math.log(len(slots))
        return Proposal(shorter, inverse + math.log(len(places)))

    def _move(self, units: Units) -> Proposal | None:
        length = self._length()
        starts, slots = self._starts(units, length), self.mask.slots(units)
        if not starts:
            return None
        start, slot = self._one_of(starts), self._one_of(slots)
        moved = edits.move_span(units, start, start + length, slot, self.limits)
        if moved is None:
            return None
        back, home = moved_back(units, start, length, slot)
        there = self._starts(moved, length)
        home_slots = self.mask.slots(moved)
        if back not in there or home not in home_slots:
            return None
        ratio = math.log(len(starts) / len(there)) + math.log(len(slots) / len(home_slots))
        return Proposal(moved, ratio)

    def _graft(self, units: Units) -> Proposal | None:
        length = self._length()
        phrase = self.phrases.drawn(length, self.draw)
        if phrase is None:
            return None
        slots = self.mask.slots(units)
        slot = self._one_of(slots)
        longer = edits.insert(units, slot, phrase, self.limits)
        if longer is None:
            return None
        starts = self._starts(longer, length)
        if _place(units, slot) not in starts:
            return None
        move = self.phrases.log_prob(phrase) - math.log(len(slots))
        return Proposal(longer, -math.log(len(starts)) - move)

    def _cut(self, units: Units) -> Proposal | None:
        length = self._length()
        starts = self._starts(units, length)
        if not starts:
            return None
        start = self._one_of(starts)
        phrase = self.phrases.log_prob(edits.span(units, start, start + length))
        shorter = edits.delete(units, start, start + length)
        if shorter is None or phrase == -math.inf:
            return None
        slot = _slot(units, start)
        slots = self.mask.slots(shorter)
        if slot not in slots:
            return None
        return Proposal(shorter, phrase - math.log(len(slots)) + math.log(len(starts)))

    def _starts(self, units: Units, length: int) -> Sequence[int]:
        """Where spans of a length begin that lie in one part and may be taken away."""
        places = self.mask.positions(units)
        prompt = len(units.prompt)
        if isinstance(places, range):
            starts = [*range(places.start, min(prompt, places.stop) - length + 1)]
            return [*starts, *range(max(prompt, places.start), places.stop - length + 1)]
        free = set(places)
        spans = ((start, start + length) for start in places)
        return [
            start
            for start, stop in spans
            if (stop <= prompt or start >= prompt) and all(i in free for i in range(start, stop))
        ]

    def _length(self) -> int:
        return SHORTEST + int(self.draw.random() * (LONGEST - SHORTEST + 1))

    def _one_of(self, places: Sequence[int]) -> int:
        return places[int(self.draw.random() * len(places))]


def moved_back(units: Units, start: int, length: int, slot: int) -> tuple[int, int]:
    """Where a span stands once it has been moved to a slot, and the slot that takes it home."""
    in_prompt = start + length <= len(units.prompt)
    home = start if in_prompt else start + 1  # the gap that it leaves, as a slot of the rest
    landing = slot - length if slot > home else slot
    prompt = len(units.prompt) - length if in_prompt else len(units.prompt)
    place = landing if landing <= prompt else landing - 1
    return place, home + length if home > landing else home


def _word(units: Units, place: int) -> int:
    length = len(units.prompt)
    return units.prompt[place] if place < length else units.completion[place - length]


def _slot(units: Units, place: int) -> int:
    """The slot before a position."""
    return place if place < len(units.prompt) else place + 1


def _place(units: Units, slot: int) -> int:
    """The position of the first word written at a slot, afterwards."""
    return slot if slot <= len(units.prompt) else slot - 1


def _row(units: Units, slot: int) -> int | None:
    """The row of a slot; None at the end of the prompt."""
    length = len(units.prompt)
    return None if slot == length else slot - (slot > length)


_KNOWN: dict[bytes, dict[int, int]] = {}


def _columns(alphabet: bytes) -> dict[int, int]:
    """Word to column of the alphabet, made once for each alphabet."""
    if alphabet not in _KNOWN:
        _KNOWN.clear()
        _KNOWN[alphabet] = {int(word): i for i, word in enumerate(np.frombuffer(alphabet, dtype=np.int64))}
    return _KNOWN[alphabet]
