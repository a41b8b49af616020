"""The tables of draws, read back: numbers of all of them at once, texts a table at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.tables import Table
from holdfast.store.disk import read_table

DRAWS = "draws"
"""The folder of the tables."""

_NUMBERS: dict[str, Any] = {
    "sample": np.int64,
    "prompt_index": np.int64,
    "draw": np.int64,
    "log_odds": np.float64,
    "passed": np.bool_,
    "log_likelihood": np.float64,
    "tokens": np.int64,
    "ended": np.bool_,
    "read": np.int64,
}


@dataclass(frozen=True)
class Draws:
    """Every draw by completion and draw; arrays have shape (N,).

    `log_odds` is NaN where the guard could not read the text. `tokens` counts what was written, an end
    included, and `read` what the guard read.
    """

    sample: NDArray[np.int64]
    prompt_index: NDArray[np.int64]
    draw: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    passed: NDArray[np.bool_]
    log_likelihood: NDArray[np.float64]
    tokens: NDArray[np.int64]
    ended: NDArray[np.bool_]
    read: NDArray[np.int64]

    @classmethod
    def of(cls, tables: Sequence[Table]) -> Draws:
        """The numbers of some tables."""
        parts = [read_table(table.path, list(_NUMBERS)) for table in tables]
        return cls(
            **{
                name: np.concatenate([part[name] for part in parts]).astype(kind)
                for name, kind in _NUMBERS.items()
            }
        )

    @property
    def first(self) -> NDArray[np.bool_]:
        """The first draw of each completion: what the generator writes unfiltered."""
        found: NDArray[np.bool_] = self.draw == 1
        return found

    @property
    def unread(self) -> NDArray[np.bool_]:
        """Texts that the guard cannot read."""
        return np.isnan(self.log_odds)

    @property
    def per_token(self) -> NDArray[np.float64]:
        """The mean log-likelihood of a token, draw by draw."""
        found: NDArray[np.float64] = self.log_likelihood / self.tokens
        return found


@dataclass(frozen=True)
class DrawText:
    """One draw as text; `row` is its place in `Draws`."""

    row: int
    prompt: str
    completion: str
    why: str


def texts_of(tables: Sequence[Table]) -> Iterator[DrawText]:
    """The texts of all draws in order, of which one table is held at a time."""
    row = 0
    for table in tables:
        columns = read_table(table.path, ["prompt", "completion", "why"])
        for texts in zip(*(columns[name].tolist() for name in ("prompt", "completion", "why")), strict=True):
            yield DrawText(row, *texts)
            row += 1
