"""Near duplicates on different sides of a split, found in bounded memory.

Two texts are near duplicates when the Jaccard index of their runs of three words is at least `NEAR`, each run
counted once, with a mark before the first word and one after the last. Candidates come from MinHash (Broder
1997) in bands of a few values (Indyk and Motwani 1998): of two texts at an index of 0.8, all bands miss at
most 3 in 10,000. Every candidate is then compared exactly.
"""

from __future__ import annotations

import re
import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from holdfast.tasks.labelled.values import hashed, normalised

NEAR = 0.8
BANDS, IN_A_BAND = 16, 4
_REACH = 32
"""Among texts that share a band, each is compared with so many after it, in a random order of their own."""
_LIKELY = 0.6
"""Least share of equal values in two signatures: four standard deviations below that of an index of 0.8."""
MOST_PAIRS = 4_000_000
_BATCH = 4096
_COMPARED = 1 << 14
_MOST_WORDS = 1_000_000
_MARKS = np.array([hashed("\x02"), hashed("\x03")], dtype=np.uint64)
_WORD = re.compile(r"[^\W぀-ヿ㐀-鿿]+|\S")
"""Runs of letters and digits; signs, emoji, and characters of scripts without spaces one by one."""

Texts = Callable[[NDArray[np.int64]], Sequence[str]]
Hashes = NDArray[np.uint64]


@dataclass(frozen=True)
class NearPair:
    """Two places among the texts that were compared, in order, and how like they are."""

    one: int
    other: int
    likeness: float


@dataclass(frozen=True)
class NearTexts:
    """What was found: pairs, and for each text (N, sides) whether it has a near duplicate on a side.

    Not every pair is listed: a text that is known to have one on that side is not compared again.
    `complete` is False where there were more candidates than `MOST_PAIRS`.
    """

    pairs: tuple[NearPair, ...]
    on_side: NDArray[np.bool_]
    complete: bool


def near_texts(
    texts: Texts, keys: Hashes, sides: NDArray[np.int8], report: Callable[[int], None] = lambda _: None
) -> NearTexts:
    """Near duplicates on different sides among N texts that `texts` gives by their numbers.

    `keys` (N,) are equal for equal texts, which are no near duplicates; `sides` (N,) counts from 0. `report`
    is called with how many more texts were read.

    Memory grows by some 60 bytes a text; signatures lie on disk.
    """
    with tempfile.TemporaryDirectory(prefix="holdfast-near-") as folder:
        bands, known = _Bands(Path(folder), len(keys)), _WordHashes()
        for start in range(0, len(keys), _BATCH):
            some = np.arange(start, min(start + _BATCH, len(keys)))
            bands.add(_signatures(*_shingles(texts(some), known)))
            report(len(some))
        one, other, complete = _candidates(bands, keys, sides)
        agreement = bands.agreement(one, other)
    likely = np.flatnonzero(agreement >= _LIKELY * BANDS * IN_A_BAND)
    order = likely[np.argsort(-agreement[likely].astype(np.int16), kind="stable")]
    on_side = np.zeros((len(keys), int(sides.max(initial=0)) + 1), dtype=bool)
    pairs = tuple(_compared(texts, known, (one[order], other[order]), sides, on_side))
    return NearTexts(pairs, on_side, complete)


class _Bands:
    """Signatures on disk, a file for each band."""

    def __init__(self, folder: Path, count: int) -> None:
        self._paths = [folder / str(band) for band in range(BANDS)]
        self.count = count

    def add(self, signatures: NDArray[np.uint32]) -> None:
        for band, path in enumerate(self._paths):
            with path.open("ab") as file:
                file.write(signatures[:, band * IN_A_BAND : (band + 1) * IN_A_BAND].tobytes())

    def __iter__(self) -> Iterator[NDArray[np.uint32]]:
        for path in self._paths if self.count else ():
            yield np.fromfile(path, dtype=np.uint32).reshape(-1, IN_A_BAND)

    def agreement(self, one: NDArray[np.int32], other: NDArray[np.int32]) -> NDArray[np.uint8]:
        """How many values of their signatures the texts of each pair share."""
        shared = np.zeros(len(one), dtype=np.uint8)
        for band in self:
            for start in range(0, len(one), 1 << 18):
                part = slice(start, start + (1 << 18))
                shared[part] += (band[one[part]] == band[other[part]]).sum(axis=1, dtype=np.uint8)
        return shared


class _WordHashes(dict[str, int]):
    """64 bits for each word, kept once they are known; all are forgotten when they are too many."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        value = self[word] = hashed(word)
        return value


def _shingles(texts: Sequence[str], known: _WordHashes) -> tuple[Hashes, NDArray[np.int64]]:
    """Hashes of the runs of three words of all texts in a row, and where those of each text begin.

    A text has as many as it has words, one if it has none.
    """
    found = [_WORD.findall(normalised(text)) or [""] for text in texts]
    counts = np.array([len(words) for words in found], dtype=np.int64)
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    flat = array("Q", map(known.__getitem__, chain.from_iterable(found)))
    middle: Hashes = np.frombuffer(flat, dtype=np.uint64)
    before, after = np.empty_like(middle), np.empty_like(middle)
    before[1:], after[:-1] = middle[:-1], middle[1:]
    before[starts], after[starts + counts - 1] = _MARKS
    mixed = before * np.uint64(0x9E3779B97F4A7C15) + (middle ^ (middle >> np.uint64(29)))
    mixed = mixed * np.uint64(0xBF58476D1CE4E5B9) + (after ^ (after >> np.uint64(31)))
    return mixed ^ (mixed >> np.uint64(32)), starts


_TIMES = np.random.default_rng(20261130).integers(1, 2**63, BANDS * IN_A_BAND, dtype=np.uint64) * np.uint64(
    2
) + (np.uint64(1))


def _signatures(shingles: Hashes, starts: NDArray[np.int64]) -> NDArray[np.uint32]:
    """(N, BANDS * IN_A_BAND) of each text the least value of its runs under so many hash functions."""
    least = np.empty((len(starts), len(_TIMES)), dtype=np.uint32)
    for place, times in enumerate(_TIMES):
        values = ((shingles * times) >> np.uint64(32)).astype(np.uint32)
        least[:, place] = np.minimum.reduceat(values, starts)
    return least


def _candidates(
    bands: _Bands, keys: Hashes, sides: NDArray[np.int8]
) -> tuple[NDArray[np.int32], NDArray[np.int32], bool]:
    """Pairs of different texts on different sides that share a band, the lower number first."""
    found = np.empty(0, dtype=np.int64)
    count, complete = len(keys), True
    for number, band in enumerate(bands):
        words = np.ascontiguousarray(band).view(np.uint64)
        key = words[:, 0] * np.uint64(0x9E3779B97F4A7C15) + words[:, 1]
        shuffled = np.random.default_rng(number).permutation(count)
        order = shuffled[np.argsort(key[shuffled], kind="stable")]
        for pairs in _gathered(_neighbours(key[order], order, keys, sides)):
            found = np.union1d(found, pairs)
            if len(found) > MOST_PAIRS:
                found, complete = found[:MOST_PAIRS], False
    return (found // max(count, 1)).astype(np.int32), (found % max(count, 1)).astype(np.int32), complete


def _neighbours(
    band: Hashes, order: NDArray[np.int64], keys: Hashes, sides: NDArray[np.int8]
) -> Iterator[NDArray[np.int64]]:
    for step in range(1, min(_REACH, len(order) - 1) + 1):
        same = np.flatnonzero(band[step:] == band[:-step])
        if not len(same):
            return
        one, other = order[same], order[same + step]
        apart = (sides[one] != sides[other]) & (keys[one] != keys[other])
        one, other = one[apart], other[apart]
        yield np.minimum(one, other) * len(order) + np.maximum(one, other)


def _gathered(parts: Iterator[NDArray[np.int64]]) -> Iterator[NDArray[np.int64]]:
    """The same numbers in fewer, larger arrays: each time that they are joined with the others costs."""
    waiting: list[NDArray[np.int64]] = []
    for part in parts:
        waiting.append(part)
        if sum(map(len, waiting)) > MOST_PAIRS // 4:
            yield np.concatenate(waiting)
            waiting = []
    if waiting:
        yield np.concatenate(waiting)


def _compared(
    texts: Texts,
    known: _WordHashes,
    pairs: tuple[NDArray[np.int32], NDArray[np.int32]],
    sides: NDArray[np.int8],
    on_side: NDArray[np.bool_],
) -> Iterator[NearPair]:
    """The pairs that are near duplicates, the likeliest first; notes in `on_side` who has one where."""
    one, other = pairs
    for start in range(0, len(one), _COMPARED):
        first, second = one[start : start + _COMPARED], other[start : start + _COMPARED]
        new = ~(on_side[first, sides[second]] & on_side[second, sides[first]])
        first, second = first[new], second[new]
        numbers = np.unique(np.concatenate([first, second])).astype(np.int64)
        runs = dict(zip(numbers.tolist(), _run_sets(texts(numbers), known), strict=True))
        for i, j in zip(first.tolist(), second.tolist(), strict=True):
            if on_side[i, sides[j]] and on_side[j, sides[i]]:
                continue
            likeness = len(runs[i] & runs[j]) / len(runs[i] | runs[j])
            if likeness >= NEAR:
                on_side[i, sides[j]] = on_side[j, sides[i]] = True
                yield NearPair(i, j, likeness)


def _run_sets(texts: Sequence[str], known: _WordHashes) -> list[frozenset[int]]:
    if not texts:
        return []
    shingles, starts = _shingles(texts, known)
    return [frozenset(part.tolist()) for part in np.split(shingles, starts[1:])]
