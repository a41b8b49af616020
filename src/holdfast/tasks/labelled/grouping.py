"""Which rows belong together: rows with a common group, and rows with the same text."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Integers = NDArray[np.int64]
Keys = NDArray[np.uint64]


def groups(keys: Keys) -> Integers:
    """(N,) the first row of each row's group, from (N, K) keys of which 0 is none.

    Rows that share a key, in whichever of the K columns, are one group, and so are rows
    that others join. A row without a key is a group of its own.
    """
    count, columns = keys.shape
    if columns == 0:
        return np.arange(count, dtype=np.int64)
    rows, places = np.nonzero(keys)
    return components(rows, keys[rows, places], count)


def components(rows: Integers, keys: Keys, count: int) -> Integers:
    """(count,) the first row of each row's component, where `keys[i]` is one of the keys of `rows[i]`."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    _, key_of = np.unique(keys, return_inverse=True)
    nodes = count + (int(key_of.max()) + 1 if len(key_of) else 0)
    ones = np.ones(len(rows), dtype=np.int8)
    graph = coo_array(
        (ones, (rows.astype(np.int32), (key_of + count).astype(np.int32))), shape=(nodes, nodes)
    )
    _, component = connected_components(graph, directed=False)
    return first_rows(component[:count])


def first_rows(codes: NDArray[np.integer]) -> Integers:
    """(N,) for each row the first row with the same code."""
    _, first, inverse = np.unique(codes, return_index=True, return_inverse=True)
    found: Integers = first.astype(np.int64)[inverse]
    return found


def joined_by_text(group: Integers, texts: Keys) -> Integers:
    """(N,) the first row of what has to stay on one side: groups joined where they hold the same text."""
    if (group == np.arange(len(group))).all():
        return first_rows(texts)
    kinds, text_of = np.unique(texts, return_inverse=True)
    rows = np.arange(len(group), dtype=np.int64)
    keys = np.concatenate([text_of, group + len(kinds)]).astype(np.uint64)
    return components(np.concatenate([rows, rows]), keys, len(group))
