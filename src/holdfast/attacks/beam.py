"""Beam search over words that the generator writes into a snippet, in the manner of BEAST.

BEAST (arXiv 2402.15570) appends an adversarial suffix word by word: each of k1 beams gets k2 words drawn from
the language model's own distribution, all are scored, and the k1 best go on. No gradient is asked for. Here
the words are written anywhere into a snippet that must stay a catastrophe: inserted at a slot, or over the
words that follow it, from left to right.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Candidate, Request, Search
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.words import (
    FILLS,
    Ids,
    likely_words,
    mixed_words,
    uniform_words,
    words_of_fill,
)
from holdfast.core.snippet import Units
from holdfast.core.surface import Limits


@plain_dataclass(frozen=True, slots=True)
class Stem:
    """A snippet in the making, and the slot that its next word is written at."""

    units: Units
    slot: int


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Beam(Attack):
    """Writes phrases of up to `length` words: `branch` words for each of the `width` beams, the best go on.

    A phrase begins at `width` slots drawn at random; the search moves to the best snippet met while writing,
    if that is better than the one it began with. A phrase that has not got better for `lull` words is left.
    After `patience` phrases without gain the search starts again from its seed, up to `restarts` times, or
    ends if it has found a failure. Words come at `temperature` from the target's proposer or, in a closed
    vocabulary, from its generator, but for a `uniform_share` of them (all, where the target has neither); a
    share `overwrite` of them takes the next word's place.
    """

    name: ClassVar[str] = "beam"

    width: Annotated[int, Field(ge=1)] = 4
    branch: Annotated[int, Field(ge=1)] = 4
    length: Annotated[int, Field(ge=1)] = 6
    lull: Annotated[int, Field(ge=1)] = 1
    overwrite: Annotated[float, Field(ge=0, le=1)] = 0.5
    temperature: Annotated[float, Field(gt=0)] = 1.0
    uniform_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    patience: Annotated[int, Field(ge=1)] = 20
    restarts: Annotated[int, Field(ge=0)] = 50

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        for _ in attempt.climbs(self.restarts):
            current, stale = attempt.start, 0
            while stale < self.patience:
                best = yield from self._phrase(attempt, current)
                current, stale = (best, 0) if best.value > current.value else (current, stale + 1)

    def _phrase(self, attempt: LiveAttempt, current: Candidate) -> Generator[Request, Any, Candidate]:
        """The best snippet met while writing a phrase, or the one it began with."""
        best, lull = current, 0
        stems = self._beginnings(attempt, current.units)
        for _ in range(self.length):
            grown: dict[Units, Stem] = {}
            for stem in stems:
                words = yield from self._words(attempt, stem)
                grown.update((child.units, child) for child in self._grown(attempt, stem, words))
            scored = yield from attempt.score(list(grown), top=self.width)
            # A candidate whose text another tokenizer reads otherwise is not the one that was written.
            stems = [grown[units] for units in scored.units if units in grown]
            found = scored.best()
            best, lull = (found, 0) if found.value > best.value else (best, lull + 1)
            if not stems or lull >= self.lull:
                break
        return best

    def _beginnings(self, attempt: LiveAttempt, units: Units) -> list[Stem]:
        slots = attempt.mask.slots(units)
        return [Stem(units, slot) for slot in attempt.random.sample(slots, min(self.width, len(slots)))]

    def _words(self, attempt: LiveAttempt, stem: Stem) -> Generator[Request, Any, list[int]]:
        """`branch` words for a stem's slot."""
        draw, alphabet = attempt.numpy, attempt.shared.alphabet
        words: Ids = uniform_words(alphabet, (1, self.branch), draw)
        if attempt.shared.knows_words and self.uniform_share < 1.0:
            # The row of the last word: that of the end of a prompt has a row only if something stands there.
            left, row = up_to(stem, int(alphabet[0]))
            log_probs = (yield from attempt.word_log_probs(left))[[row]]
            likely = likely_words(log_probs, alphabet, self.branch, self.temperature, draw)
            words = mixed_words(likely, words, self.uniform_share, draw)
        elif attempt.shared.fills_words and self.uniform_share < 1.0:
            words = yield from self._fills(attempt, stem, words[0])
        chosen: list[int] = words.ravel().tolist()
        return chosen

    def _fills(self, attempt: LiveAttempt, stem: Stem, uniform: Ids) -> Generator[Request, Any, Ids]:
        """Words that a masked language model adds at a stem's slot; uniform ones at the prompt's end."""
        length = len(stem.units.prompt)
        if stem.slot == length:
            return uniform
        (fill,) = yield from attempt.fills(stem.units, [(stem.slot - (stem.slot > length), 0)], FILLS)
        return words_of_fill(fill, uniform, self.temperature, self.uniform_share, attempt.numpy)

    def _grown(self, attempt: LiveAttempt, stem: Stem, words: Sequence[int]) -> Iterator[Stem]:
        for word in words:
            over = attempt.random.random() < self.overwrite
            written = (overwritten if over else inserted)(stem, word, attempt.mask, attempt.limits)
            if written is not None:
                yield Stem(written, stem.slot + 1)


def up_to(stem: Stem, filler: int) -> tuple[Units, int]:
    """The words left of a stem's slot, as a snippet to ask the generator about, and the row of the slot."""
    prompt, completion = stem.units
    at = stem.slot - len(prompt) - 1
    if at < 0:  # only a place with a word on it has a row in the prompt; what word does not matter
        return Units((*prompt[: stem.slot], filler), ()), stem.slot
    return Units(prompt, completion[:at]), len(prompt) + at


def inserted(stem: Stem, word: int, mask: Mask, limits: Limits) -> Units | None:
    """The word written at the slot; None where there is no room."""
    return edits.insert(stem.units, stem.slot, (word,), limits)


def overwritten(stem: Stem, word: int, mask: Mask, limits: Limits) -> Units | None:
    """The word written over the one after the slot; at the end of a part, after it."""
    length = len(stem.units.prompt)
    if stem.slot in (length, len(stem.units) + 1):
        return inserted(stem, word, mask, limits)
    return edits.replace(stem.units, stem.slot - (stem.slot > length), word)
