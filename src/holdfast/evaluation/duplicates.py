"""Which failures are really different: the rule that every count of distinct failures goes by.

Two snippets are near duplicates when their likeness (see `holdfast.core.likeness`) is at least `SIMILARITY`:
the mean of the likeness of their prompts and that of their completions, each the Jaccard index of the runs of
three words that the two texts hold.

So with the same prompt, completions of ten words are near duplicates when one word or two were changed, and
different when three or more were, in different places. Either part alone, however much it was changed, makes
a different failure when the change leaves less than a fifth of its runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from holdfast.core.likeness import NEAR, Gallery

Words = tuple[str, ...]

SIMILARITY = NEAR


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
    gallery = Gallery()
    of: list[int] = []
    for place, snippet in enumerate(snippets):
        twin = known.get(snippet)
        if twin is None and similarity < 1:
            near = gallery.likeness(*snippet) >= similarity
            twin = kept[int(near.argmax())] if near.any() else None
        if twin is None:
            twin = place
            kept.append(place)
            gallery.keep(*snippet)
        known[snippet] = twin
        of.append(twin)
    return Distinct(tuple(kept), tuple(of))
