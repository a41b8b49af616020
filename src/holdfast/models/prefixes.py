"""Which sequences begin alike, so that a model need read a common beginning only once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Lengths = NDArray[np.int64]

SHORTEST = 4
"""Beginnings of fewer tokens are not shared."""

WORTHWHILE = 8
"""Tokens that a further trunk must save."""

_BLOCK = 256
"""Sequences compared pair by pair at a time."""


@dataclass(frozen=True)
class Sharing:
    """For each of N sequences the trunk that it begins like, and for how many tokens; shapes (N,).

    A trunk is one of the sequences, given by its index. `trunk` is -1 and `shared` 0 for a sequence that is
    read whole.
    """

    trunk: Lengths
    shared: Lengths

    @classmethod
    def none(cls, count: int) -> Sharing:
        """Every sequence is read whole."""
        return cls(np.full(count, -1), np.zeros(count, dtype=np.int64))

    def trunks(self) -> dict[int, int]:
        """Each trunk's index, and how many of its tokens somebody shares."""
        return {int(t): int(self.shared[self.trunk == t].max()) for t in np.unique(self.trunk) if t >= 0}


def shared_beginnings(sequences: Sequence[tuple[int, ...]], limits: Lengths) -> Sharing:
    """Choose trunks so that few tokens are left to be read; sequence `i` shares `limits[i]` tokens at most.

    Trunks are chosen one after another, the one that saves most first (a greedy facility location), among
    sequences that stand near each other in lexicographic order.
    """
    sharing = Sharing.none(len(sequences))
    order = np.array(sorted(range(len(sequences)), key=sequences.__getitem__), dtype=np.int64)
    if len(order) < 2:
        return sharing
    neighbours = _common_with_next([sequences[i] for i in order])
    for start, stop in _blocks(neighbours):
        rows = order[start:stop]
        common = _common(neighbours[start : stop - 1], limits[rows])
        trunk, shared = _assigned(common)
        sharing.trunk[rows] = np.where(shared > 0, rows[trunk], -1)
        sharing.shared[rows] = shared
    return sharing


def _common_with_next(ordered: Sequence[tuple[int, ...]]) -> Lengths:
    """How many first tokens each sequence has in common with the next, shape (N - 1,)."""
    width = max(map(len, ordered)) + 1
    padded = np.full((len(ordered), width), -1, dtype=np.int64)
    for row, sequence in zip(padded, ordered, strict=True):
        row[: len(sequence)] = sequence
    differs = padded[1:] != padded[:-1]
    lengths = np.array([len(sequence) for sequence in ordered[:-1]], dtype=np.int64)
    return np.where(differs.any(axis=1), differs.argmax(axis=1), lengths)


def _blocks(neighbours: Lengths) -> Iterator[tuple[int, int]]:
    """Runs of two or more sequences that begin alike, none longer than `_BLOCK`."""
    cuts = [0, *(np.flatnonzero(neighbours < SHORTEST) + 1).tolist(), len(neighbours) + 1]
    for first, last in pairwise(cuts):
        for start in range(first, last, _BLOCK):
            stop = min(start + _BLOCK, last)
            if stop - start > 1:
                yield start, stop


def _common(neighbours: Lengths, limits: Lengths) -> Lengths:
    """(n, n) tokens that sequence j (column) can share with trunk i, which keeps what its sharers need."""
    count = len(limits)
    common = np.zeros((count, count), dtype=np.int64)
    for i in range(count - 1):
        common[i, i + 1 :] = np.minimum.accumulate(neighbours[i:])
    common = np.minimum(common + common.T, limits)
    np.fill_diagonal(common, np.minimum(common.max(axis=1), limits))
    result: Lengths = common
    return result


def _assigned(common: Lengths) -> tuple[Lengths, Lengths]:
    """The trunk of each sequence, by its place in the block, and the tokens shared with it."""
    trunk = np.zeros(len(common), dtype=np.int64)
    shared = np.zeros(len(common), dtype=np.int64)
    price = common.max(axis=1)
    while True:
        gains = np.maximum(common - shared, 0).sum(axis=1) - price
        best = int(gains.argmax())
        if gains[best] < WORTHWHILE:
            return trunk, shared
        better = common[best] > shared
        trunk[better] = best
        shared[better] = common[best][better]
