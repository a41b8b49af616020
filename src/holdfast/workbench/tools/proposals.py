"""Words proposed for a place, the most promising first: what the menu offers is made of these.

They come in turn from the guides that attacks have, each with its best: the words of a masked language
model, the generator's likely words, those that the gradient promises most of (`first_order`), and kindred
words; then all others in a random order. Where the alphabet is so small that single words are soon used up,
runs of two words and more follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, product
from typing import TYPE_CHECKING, Literal

import numpy as np

from holdfast.attacks.engine.attempt import Matrix
from holdfast.attacks.engine.requests import Words
from holdfast.attacks.proposals.first_order import promised_drops
from holdfast.attacks.proposals.kindred import KindredWords, kindred_words
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.core.surface import units_of
from holdfast.tasks.base import surface_of

if TYPE_CHECKING:
    from holdfast.attacks.target import Target

_TEXTS = 1000
"""Texts in which words meet their neighbours."""

_OPEN_TEXTS = 300
"""The same on real text, whose words are many: the table grows with their square."""

_BEST = 100
"""Words of each guide."""

_MOST_RUNS = 1000
"""Runs of one length beyond which there are words enough without them."""


def kindred_of(target: Target) -> KindredWords:
    """The kin of every word, by the company it keeps in the task's own snippets."""
    surface = surface_of(target.task)
    count = _TEXTS if surface.closed else _OPEN_TEXTS
    sampled = target.task.sample(count, Stream(0).child("workbench", "kindred"))
    return kindred_words(units_of(surface, sampled), frozenset(surface.alphabet.tolist()))


@dataclass(frozen=True)
class Guides:
    """What is known about a snippet's places: gradients (P + C, H), embeddings (U, H), and log
    probabilities of words (P + C + 1, U) where there is a generator that can rank words."""

    units: Units
    alphabet: np.ndarray
    gradients: Matrix
    embeddings: Matrix
    log_probs: Matrix | None
    kindred: KindredWords
    others: np.ndarray
    """The alphabet in a random order."""
    proposed: tuple[Sequence[int], Sequence[int], Sequence[int]] = ((), (), ())
    """What a masked language model proposes for a place, before it and after it."""

    def replacements(self, position: int) -> Iterator[Words]:
        """Words for the one at a position, which is not among them; positions count over both parts."""
        present = (*self.units.prompt, *self.units.completion)[position]
        kin = self.kindred.of.get(present, ((), ()))[0]
        guides = [self.proposed[0], self._likely(position), self._promised(position), kin]
        return (words for words in self._in_turn(guides) if words != (present,))

    def insertions(self, position: int, row: int | None, side: Literal[1, 2]) -> Iterator[Words]:
        """Words to stand before (1) or after (2) the one at a position; `row` is the generator's there."""
        return self._in_turn([self.proposed[side], self._likely(row), self._promised(position)])

    def _likely(self, row: int | None) -> Sequence[int]:
        if self.log_probs is None or row is None:
            return ()
        return self._best(self.log_probs[row, self.alphabet])

    def _promised(self, position: int) -> Sequence[int]:
        drops = promised_drops(
            self.units, np.array([position]), self.gradients, self.embeddings, self.alphabet
        )
        return self._best(drops[0])

    def _best(self, worth: np.ndarray) -> Sequence[int]:
        count = min(_BEST, len(worth))
        if not count:
            return ()
        top = np.argpartition(-worth, count - 1)[:count]
        best: list[int] = self.alphabet[top[np.argsort(-worth[top], kind="stable")]].tolist()
        return best

    def _in_turn(self, guides: Sequence[Sequence[int]]) -> Iterator[Words]:
        seen: set[Words] = set()
        for words in self._all(guides):
            if words not in seen:
                seen.add(words)
                yield words

    def _all(self, guides: Sequence[Sequence[int]]) -> Iterator[Words]:
        longest = max(map(len, guides), default=0)
        for i in range(longest):
            yield from ((guide[i],) for guide in guides if i < len(guide))
        yield from ((int(word),) for word in self.others)
        length = 2
        while 1 < len(self.alphabet) ** length <= _MOST_RUNS:
            yield from product(self.alphabet.tolist(), repeat=length)
            length += 1


def in_shares(
    sources: Sequence[tuple[int, Iterable[Words]]],
) -> Iterator[tuple[int, Words]]:
    """Words of several sources with the number of theirs, from each so many a turn, until all are empty."""
    waiting = [(number, share, iter(source)) for number, (share, source) in enumerate(sources)]
    while waiting:
        left = []
        for number, share, source in waiting:
            taken = list(islice(source, share))
            yield from ((number, words) for words in taken)
            if len(taken) == share:
                left.append((number, share, source))
        waiting = left
