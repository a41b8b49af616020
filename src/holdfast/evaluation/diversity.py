"""How different texts are from each other: distinct n-grams of all that they hold."""

from __future__ import annotations

from collections.abc import Hashable, Sequence


def distinct_ngrams(texts: Sequence[Sequence[Hashable]], n: int) -> float | None:
    """Distinct runs of n words as a share of all such runs (distinct-n of arXiv 1510.03055, section 5.1).

    It falls as there are more texts, so compare equal numbers of them. None where no text has n words.
    """
    seen: set[tuple[Hashable, ...]] = set()
    count = 0
    for text in texts:
        runs = [tuple(text[at : at + n]) for at in range(len(text) - n + 1)]
        seen.update(runs)
        count += len(runs)
    return len(seen) / count if count else None
