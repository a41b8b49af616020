"""Derived splits: on which side a row is, by a hash of what it belongs to."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from holdfast.tasks.labelled.config import SPLITS, SplitName
from holdfast.tasks.labelled.grouping import Integers, Keys, first_rows, joined_by_text


def derived(
    group: Integers, group_keys: Keys, texts: Keys, shares: Mapping[SplitName, float], seed: int
) -> NDArray[np.int8]:
    """(N,) the place of each row's split in SPLITS.

    `group` is the first row of each row's group, `group_keys` (N, K) the keys of its groups (0 for none),
    `texts` the keys of the normalised texts. Rows of a group, and rows of the same text, are on one side. The
    side depends on the seed and the smallest key of all that belongs together, not on the order of the rows.
    """
    together = joined_by_text(group, texts)
    key = _own_key(group_keys, texts)
    _, part = np.unique(together, return_inverse=True)
    least = np.full(int(part.max()) + 1 if len(part) else 0, 2**64 - 1, dtype=np.uint64)
    np.minimum.at(least, part, key)
    return _side(least[part], shares, seed)


def divided(
    given: NDArray[np.int8],
    group: Integers,
    group_keys: Keys,
    texts: Keys,
    shares: Mapping[SplitName, Mapping[SplitName, float]],
    seed: int,
) -> NDArray[np.int8]:
    """(N,) given splits, of which those that `shares` names are divided among splits as `derived` does it."""
    sides = given.copy()
    for split, parts in shares.items():
        rows = np.flatnonzero(given == SPLITS.index(split))
        if len(rows):
            sides[rows] = derived(first_rows(group[rows]), group_keys[rows], texts[rows], parts, seed)
    return sides


def _own_key(group_keys: Keys, texts: Keys) -> Keys:
    """The smallest key of a row's groups, or that of its text where it has none."""
    if group_keys.shape[1] == 0:
        return texts
    largest = np.uint64(2**64 - 1)
    least: Keys = np.where(group_keys == 0, largest, group_keys).min(axis=1)
    return np.where(least == largest, texts, least)


def _side(keys: Keys, shares: Mapping[SplitName, float], seed: int) -> NDArray[np.int8]:
    start = np.random.SeedSequence(seed).generate_state(1, np.uint64)[0]
    place = (_mixed(keys ^ start) >> np.uint64(11)).astype(np.float64) / 2**53
    names = [name for name in SPLITS if shares.get(name, 0) > 0]
    bounds = np.cumsum([shares[name] for name in names])[:-1]
    codes = np.array([SPLITS.index(name) for name in names], dtype=np.int8)
    sides: NDArray[np.int8] = codes[np.searchsorted(bounds, place, side="right")]
    return sides


def _mixed(keys: Keys) -> Keys:
    """Every bit of a key spread over all bits (the finaliser of SplitMix64, Steele et al. 2014)."""
    keys = keys + np.uint64(0x9E3779B97F4A7C15)
    keys = (keys ^ (keys >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    keys = (keys ^ (keys >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return keys ^ (keys >> np.uint64(31))
