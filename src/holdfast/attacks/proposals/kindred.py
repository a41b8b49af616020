"""Kindred words: those that stand in like company, so that one may be written for another.

A word's company are its neighbours to the left and to the right in some texts. Two words are kindred by the
cosine between the square roots of how often each neighbour was met (the affinity of Bhattacharyya 1943): 1
for equal distributions, 0 for words that share no neighbour.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.mask import Mask
from holdfast.core.snippet import Units

_EDGE = -1
"""Stands for the beginning and the end of a part, and for the other part."""


@dataclass(frozen=True)
class KindredWords:
    """The words that may stand for each word, with weights that add up towards each."""

    of: dict[int, tuple[tuple[int, ...], tuple[float, ...]]]

    def kin(self, word: int, draw: random.Random) -> int | None:
        """A word drawn by affinity; None for a word without kin."""
        return draw.choices(*self.of[word])[0] if word in self.of else None


def exchanged(units: Units, mask: Mask, word: int, other: int) -> Units:
    """One word written for another wherever it stands and may be edited, so that a name stays one name."""
    for position in mask.positions(units):
        if edits.span(units, position, position + 1) == (word,):
            units = edits.replace(units, position, other)
    return units


def kindred_words(texts: Sequence[Units], alphabet: frozenset[int], nearest: int = 8) -> KindredWords:
    """The `nearest` kin of every word of the alphabet that the texts hold, weighted by their affinity."""
    words = sorted({word for text in texts for part in text for word in part} & alphabet)
    if len(words) < 2:
        return KindredWords({})
    place = {word: i for i, word in enumerate(words)}
    neighbours: dict[int, int] = {}
    counts: dict[tuple[int, int], float] = {}
    for text in texts:
        for part in text:
            for left, word, right in zip((_EDGE, *part), part, (*part[1:], _EDGE), strict=False):
                for side in (2 * left, 2 * right + 1):
                    column = neighbours.setdefault(side, len(neighbours))
                    if word in place:
                        key = place[word], column
                        counts[key] = counts.get(key, 0.0) + 1.0
    company = np.zeros((len(words), len(neighbours)), dtype=np.float32)
    rows, columns = np.array(list(counts), dtype=np.int64).T
    company[rows, columns] = np.sqrt(list(counts.values()))
    company /= np.linalg.norm(company, axis=1, keepdims=True)
    affinity = (company @ company.T).astype(np.float64)
    np.fill_diagonal(affinity, 0.0)
    found = {}
    for i, word in enumerate(words):
        kin = [j for j in np.argsort(-affinity[i], kind="stable")[:nearest].tolist() if affinity[i, j] > 0]
        if kin:
            found[word] = tuple(words[j] for j in kin), tuple(affinity[i, kin].tolist())
    return KindredWords(found)
