"""The scores of the snippets asked about latest."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

import numpy as np

from holdfast.core.snippet import Tokens


class ScoreCache:
    """A row for each snippet, with its exact and its screened score; beyond `size` rows the oldest goes.

    Row `i` of `exact` and of `rough`, float32, is NaN until that score is known. A row is good until `trim`.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._numbers: dict[Tokens, int] = {}  # row numbers count on when rows are dropped
        self._first = 0
        self.exact = _unknown(1024)
        self.rough = _unknown(1024)

    def rows(self, tokens: Sequence[Tokens]) -> tuple[np.ndarray, list[Tokens]]:
        """The row of each snippet, shape (B,), and those that got a new one, each once, in order.

        The new ones have the last rows.
        """
        # One pass and one hash a snippet: hashing its words is most of what a cached score costs.
        remember, number = self._numbers.setdefault, self._first + len(self._numbers)
        numbers, new = [], []
        for snippet in tokens:
            found = remember(snippet, number)
            if found == number:
                new.append(snippet)
                number += 1
            numbers.append(found)
        self._grow(number - self._first)
        return np.array(numbers, dtype=np.int64) - self._first, new

    def new_rows(self, new: Sequence[Tokens]) -> slice:
        """The rows that `rows` has just given to the new ones."""
        return slice(len(self._numbers) - len(new), len(self._numbers))

    def forget(self, new: Sequence[Tokens]) -> None:
        """Take back the last rows, whose scores could not be found."""
        for snippet in new:
            del self._numbers[snippet]

    def trim(self) -> None:
        """Drop the oldest rows beyond `size`."""
        surplus = len(self._numbers) - self._size
        if surplus <= 0:
            return
        for snippet in list(islice(self._numbers, surplus)):
            del self._numbers[snippet]
        self._first += surplus
        for scores in (self.exact, self.rough):
            scores[:-surplus] = scores[surplus:]
            scores[-surplus:] = np.nan

    def _grow(self, rows: int) -> None:
        if rows > len(self.exact):
            more = _unknown(max(rows, 2 * len(self.exact)) - len(self.exact))
            self.exact = np.concatenate([self.exact, more])
            self.rough = np.concatenate([self.rough, more])


def _unknown(rows: int) -> np.ndarray:
    return np.full(rows, np.nan, dtype=np.float32)
