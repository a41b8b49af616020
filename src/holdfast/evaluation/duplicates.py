"""Which failures are really different: the rule that every count of distinct failures goes by.

Two snippets are near duplicates when the mean of two similarities, that of their prompts and that of their
completions, is at least `SIMILARITY`. The similarity of two texts is the Jaccard index of their shingles, the
runs of three words that they hold (Broder 1997, 'On the resemblance and containment of documents'): shared
runs over all runs, one mark standing before the first word and one after the last, and a run that comes twice
counting twice.

So with the same prompt, completions of ten words are near duplicates when one word or two were changed, and
different when three or more were, in different places. Either part alone, however much it was changed, makes
a different failure when the change leaves less than a fifth of its runs.
"""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Words = tuple[str, ...]
_Shingle = tuple[Words, int]

SIMILARITY = 0.6
WIDTH = 3
_START, _END = "\x02", "\x03"


class SnippetWords(NamedTuple):
    """A snippet as the words of its two parts."""

    prompt: Words
    completion: Words


@dataclass(frozen=True)
class Distinct:
    """What is left of some snippets without their near duplicates.

    `kept` holds the places of those left, in the order given; `of` for each snippet the place of the first
    kept one that it is a near duplicate of, which is its own when it was kept.
    """

    kept: tuple[int, ...]
    of: tuple[int, ...]

    def __len__(self) -> int:
        return len(self.kept)


def distinct(snippets: Sequence[SnippetWords], similarity: float = SIMILARITY) -> Distinct:
    """Go through the snippets in order, and keep each that is no near duplicate of one kept before.

    The comparison is exact, by an inverted index. At `similarity` 1 only equal snippets are near duplicates.
    Raises ValueError unless 0 < similarity <= 1.
    """
    if not 0 < similarity <= 1:
        raise ValueError(f"a similarity must lie above 0 and be at most 1, got {similarity}")
    known: dict[SnippetWords, int] = {}
    kept: list[int] = []
    parts = _KeptParts(), _KeptParts()
    of: list[int] = []
    for place, snippet in enumerate(snippets):
        twin = known.get(snippet)
        if twin is None and kept and similarity < 1:
            mean = (parts[0].similarities(snippet[0]) + parts[1].similarities(snippet[1])) / 2
            first = int((mean >= similarity).argmax())
            twin = kept[first] if mean[first] >= similarity else None
        if twin is None:
            twin = place
            kept.append(place)
            for part, words in zip(parts, snippet, strict=True):
                part.keep(words)
        known[snippet] = twin
        of.append(twin)
    return Distinct(tuple(kept), tuple(of))


def shingles(words: Words) -> list[_Shingle]:
    """The runs of `WIDTH` words of a text with its marks, each with the number of times it came before."""
    marked = (_START, *words, _END)
    runs = [marked[i : i + WIDTH] for i in range(max(1, len(marked) - WIDTH + 1))]
    before: Counter[Words] = Counter()
    numbered = []
    for run in runs:
        numbered.append((run, before[run]))
        before[run] += 1
    return numbered


class _KeptParts:
    """One part (the prompts, or the completions) of the snippets kept, each text stored once."""

    def __init__(self) -> None:
        self._texts: dict[Words, int] = {}
        self._of_snippet = array("q")
        self._sizes = array("q")
        self._holders: defaultdict[_Shingle, array[int]] = defaultdict(lambda: array("q"))

    def keep(self, words: Words) -> None:
        """Add one snippet's part."""
        if words not in self._texts:
            text = self._texts[words] = len(self._texts)
            own = shingles(words)
            self._sizes.append(len(own))
            for shingle in own:
                self._holders[shingle].append(text)
        self._of_snippet.append(self._texts[words])

    def similarities(self, words: Words) -> NDArray[np.float64]:
        """(K,) the Jaccard index of a text with the part of each snippet kept."""
        own = shingles(words)
        holders = [_view(self._holders[shingle]) for shingle in own if shingle in self._holders]
        shared = np.bincount(np.concatenate(holders), minlength=len(self._texts)) if holders else 0
        index = shared / (_view(self._sizes) + len(own) - shared)
        each: NDArray[np.float64] = index[_view(self._of_snippet)]
        return each


def _view(values: array[int]) -> NDArray[np.int64]:
    return np.frombuffer(values, dtype=np.int64)
