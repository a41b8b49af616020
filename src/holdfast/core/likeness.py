"""Likeness of snippets: how much of their runs of words they share.

The likeness of two texts is the Jaccard index of their shingles, the runs of `WIDTH` words that they hold
(Broder 1997, 'On the resemblance and containment of documents'): shared runs over all runs, one mark standing
before the first word and one after the last, and a run that comes twice counting twice. That of two snippets
is the mean of the likeness of their prompts and of their completions.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Words = Sequence[Hashable]
_Shingle = tuple[tuple[Hashable, ...], int]

WIDTH = 3
NEAR = 0.6
"""Snippets of this likeness or more are near duplicates."""

_START, _END = "\x02", "\x03"


@lru_cache(maxsize=1 << 16)
def shingles(words: tuple[Hashable, ...]) -> tuple[_Shingle, ...]:
    """The runs of `WIDTH` words of a text with its marks, each with the number of times it came before."""
    marked = (_START, *words, _END)
    runs = [marked[i : i + WIDTH] for i in range(max(1, len(marked) - WIDTH + 1))]
    before: Counter[tuple[Hashable, ...]] = Counter()
    numbered = []
    for run in runs:
        numbered.append((run, before[run]))
        before[run] += 1
    return tuple(numbered)


class Gallery:
    """Snippets kept, and how like each of them another one is; exact, by an inverted index."""

    def __init__(self) -> None:
        self._parts = _Part(), _Part()
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def keep(self, prompt: Words, completion: Words) -> None:
        """Add a snippet."""
        for part, words in zip(self._parts, (prompt, completion), strict=True):
            part.keep(tuple(words))
        self._count += 1

    def likeness(self, prompt: Words, completion: Words) -> NDArray[np.float64]:
        """(K,) how like a snippet is to each one kept, from 0 to 1."""
        if not self._count:
            return np.zeros(0)
        one, other = self._parts
        mean: NDArray[np.float64] = (one.likeness(tuple(prompt)) + other.likeness(tuple(completion))) / 2
        return mean

    def near(self, prompt: Words, completion: Words, least: float = NEAR) -> bool:
        """Whether a snippet is a near duplicate of one kept."""
        if not self._count:
            return False
        one, other = self._parts
        prompts = one.likeness_of_texts(tuple(prompt))
        # Most are told by one part: even equal completions could not make up for it.
        if (prompts.max() + 1.0) / 2 < least:
            return False
        completions = other.likeness(tuple(completion))
        return bool(((one.of_snippets(prompts) + completions) / 2).max() >= least)


class _Part:
    """One part (the prompts, or the completions) of the snippets kept, each text stored once."""

    def __init__(self) -> None:
        self._texts: dict[tuple[Hashable, ...], int] = {}
        self._of_snippet = _Numbers()
        self._sizes = _Numbers()
        self._holders: defaultdict[_Shingle, _Numbers] = defaultdict(_Numbers)

    def keep(self, words: tuple[Hashable, ...]) -> None:
        if words not in self._texts:
            text = self._texts[words] = len(self._texts)
            own = shingles(words)
            self._sizes.append(len(own))
            for shingle in own:
                self._holders[shingle].append(text)
        self._of_snippet.append(self._texts[words])

    def likeness(self, words: tuple[Hashable, ...]) -> NDArray[np.float64]:
        return self.of_snippets(self.likeness_of_texts(words))

    def likeness_of_texts(self, words: tuple[Hashable, ...]) -> NDArray[np.float64]:
        own = shingles(words)
        holders = [self._holders[shingle].values for shingle in own if shingle in self._holders]
        if not holders:
            return np.zeros(len(self._texts))
        shared = np.bincount(np.concatenate(holders), minlength=len(self._texts))
        index: NDArray[np.float64] = shared / (self._sizes.values + len(own) - shared)
        return index

    def of_snippets(self, of_texts: NDArray[np.float64]) -> NDArray[np.float64]:
        return of_texts[self._of_snippet.values]


class _Numbers:
    """Whole numbers in a row that grows; `values` is a view that costs nothing."""

    __slots__ = ("_room", "values")

    def __init__(self) -> None:
        self._room = np.empty(4, dtype=np.int64)
        self.values = self._room[:0]

    def append(self, number: int) -> None:
        count = len(self.values)
        if count == len(self._room):
            self._room = np.concatenate([self._room, np.empty(count, dtype=np.int64)])
        self._room[count] = number
        self.values = self._room[: count + 1]
