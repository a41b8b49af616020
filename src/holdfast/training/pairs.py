"""Minimal pairs: for each failure the harmless text that is most like it.

An attack judges many candidates on its way to a failure, and some of them differ from it by a word that makes
them harmless. Trained on side by side, such a pair says what the difference is, and not how attacks write.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from itertools import chain, pairwise
from typing import Any

import numpy as np

from holdfast.core.snippet import Tokens

_BLOCK = 256
"""Texts that are compared with all others at once: bounds the memory."""


def nearest(texts: Sequence[Tokens], others: Sequence[Tokens]) -> np.ndarray:
    """For each text the place of the most similar of the others, of equals the first; shape (len(texts),).

    Similarity is Jaccard's, of the multisets of tokens and of neighbouring tokens, part by part. Raises
    ValueError where there are no others.
    """
    if not others:
        raise ValueError("there is no other text to be near to")
    features = [list(_features(tokens)) for tokens in (*texts, *others)]
    columns = {feature: place for place, feature in enumerate(dict.fromkeys(chain.from_iterable(features)))}
    table = _table([[columns[feature] for feature in own] for own in features], len(columns))
    sizes = np.array([len(own) for own in features])
    asked, known, turned = sizes[: len(texts)], sizes[len(texts) :], table[len(texts) :].T
    found = np.zeros(len(texts), dtype=np.int64)
    for start in range(0, len(texts), _BLOCK):
        rows = slice(start, min(start + _BLOCK, len(texts)))
        shared = (table[rows] @ turned).toarray()
        either = asked[rows, None] + known[None, :] - shared
        found[rows] = (shared / np.maximum(either, 1)).argmax(axis=1)
    return found


def _table(places: Sequence[Sequence[int]], width: int) -> Any:
    """One sparse row a text, with a 1 at each of these places."""
    from scipy.sparse import csr_array

    ends = np.cumsum([0, *(len(own) for own in places)])
    flat = np.fromiter(chain.from_iterable(places), dtype=np.int64, count=int(ends[-1]))
    return csr_array((np.ones(len(flat), dtype=np.int32), flat, ends), (len(places), width))


def _features(tokens: Tokens) -> Iterator[Hashable]:
    """The members of the multisets, the n-th of its kind told from the others: so sets can be compared."""
    for part, ids in enumerate(tokens):
        for feature, count in Counter((*ids, *pairwise(ids))).items():
            yield from ((part, feature, turn) for turn in range(count))
