"""Permutation tests on pairs of texts: exchange the two of a pair at random, to see what chance gives."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_CELLS = 4_000_000
"""Features (or pairs) times exchanges worked on together: bounds the memory."""

Statistic = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""From the two sides' counts, each [features, exchanges], to one number for each exchange."""


@dataclass(frozen=True)
class PairedCounts:
    """How often each feature occurs in the texts of two sides: `first` and `second` are [pairs, features]."""

    first: csr_array
    second: csr_array

    @classmethod
    def of(cls, first: Sequence[Sequence[Hashable]], second: Sequence[Sequence[Hashable]]) -> PairedCounts:
        """From the features of each text, such as its words, as often as they occur."""
        columns: dict[Hashable, int] = {}
        for text in (*first, *second):
            for feature in text:
                columns.setdefault(feature, len(columns))
        return cls(_counted(first, columns), _counted(second, columns))

    def totals(self) -> tuple[np.ndarray, np.ndarray]:
        """Counts of each side over all pairs, [features]."""
        return _sums(self.first), _sums(self.second)

    def mean_shares(self) -> PairedCounts:
        """Shares of each text's features in place of counts, over the number of pairs: sums are means.

        A text without features stays zero.
        """
        return PairedCounts(_shares(self.first), _shares(self.second))

    def under_exchange(self, signs: np.ndarray, statistic: Statistic) -> np.ndarray:
        """The statistic under each exchange, [exchanges].

        `signs` are [pairs, exchanges]: 1 leaves a pair as it is, −1 exchanges its two texts.
        """
        both, apart = np.add(*self.totals())[:, None], (self.first - self.second).T.tocsr()
        step = max(1, _CELLS // max(len(both), len(signs)))
        found = []
        for start in range(0, signs.shape[1], step):
            difference = apart @ signs[:, start : start + step].astype(np.float64)
            found.append(statistic((both + difference) / 2, (both - difference) / 2))
        return np.concatenate(found)


def _counted(texts: Sequence[Sequence[Hashable]], columns: dict[Hashable, int]) -> csr_array:
    from scipy.sparse import csr_array

    indices = [columns[feature] for text in texts for feature in text]
    starts = np.concatenate([[0], np.cumsum([len(text) for text in texts])])
    shape = (len(texts), max(1, len(columns)))
    counts = csr_array((np.ones(len(indices)), indices, starts), shape=shape)
    counts.sum_duplicates()
    return counts


def _sums(counts: csr_array) -> np.ndarray:
    return np.asarray(counts.sum(axis=0), dtype=np.float64).ravel()


def _shares(counts: csr_array) -> csr_array:
    from scipy.sparse import csr_array, diags_array

    lengths = np.asarray(counts.sum(axis=1), dtype=np.float64).ravel()
    return csr_array(diags_array(1 / (len(lengths) * np.maximum(lengths, 1))) @ counts)


def exchanges(pairs: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """Random signs (int8) [pairs, 1 + count], of which the first column exchanges nothing."""
    signs = rng.integers(0, 2, size=(pairs, count + 1), dtype=np.int8) * 2 - 1
    signs[:, 0] = 1
    return signs


@dataclass(frozen=True)
class Divergence:
    """How far two samples lie apart, against what exchanging them at random gives.

    `value` is as observed, `corrected` less the mean under exchange (what it would be between two samples of
    one distribution), `chance` the value that chance alone exceeds in one of twenty exchanges, and `p_value`
    the share of exchanges, the observed one among them, with at least this value: exact for pairs whose two
    texts could as well have been each other's.
    """

    value: float
    corrected: float
    chance: float
    p_value: float

    @classmethod
    def of(cls, values: np.ndarray) -> Divergence:
        """From the values under each exchange, of which the first is the observed one."""
        observed, others = float(values[0]), values[1:]
        return cls(
            observed,
            observed - float(others.mean()),
            float(np.quantile(others, 0.95)),
            float(np.mean(values >= observed - 1e-12 * abs(observed))),
        )


@dataclass(frozen=True)
class Change:
    """One number of the filtered and of the unfiltered side; the p-value is two-sided, of no difference."""

    filtered: float
    unfiltered: float
    p_value: float

    @classmethod
    def of(cls, filtered: float, unfiltered: float, differences: np.ndarray) -> Change:
        """With the differences under each exchange, of which the first is the observed one."""
        sizes = np.abs(differences)
        return cls(
            filtered, unfiltered, float(np.mean(sizes >= sizes[0] - 1e-9 * max(1e-9, float(sizes.max()))))
        )
