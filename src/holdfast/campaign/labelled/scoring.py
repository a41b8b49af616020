"""The score of every text of a split, kept in tables, each scored once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.opening import Opened, service_log_odds
from holdfast.campaign.tables import Table, all_tables, finished_tables, keep_table
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress
from holdfast.core.snippet import Snippet
from holdfast.store.disk import read_table
from holdfast.tasks.labelled.config import SplitName

if TYPE_CHECKING:
    from holdfast.models.endpoints.service import Service

SIZE = 1024
"""Texts of one table."""

SCORES = "scores"
"""The folder of the tables."""


@dataclass(frozen=True)
class Scores:
    """What the guard says of some rows, in ascending order of the rows; arrays have shape (N,).

    `log_odds` is NaN for a row that the guard cannot read, and `why` then says why. `tokens` is how many the
    text has, `read` how many of them were read, in `windows` pieces.
    """

    rows: NDArray[np.int64]
    log_odds: NDArray[np.float64]
    tokens: NDArray[np.int64]
    read: NDArray[np.int64]
    windows: NDArray[np.int64]
    why: NDArray[np.object_]
    tables: tuple[Table, ...] = ()

    @property
    def skipped(self) -> NDArray[np.bool_]:
        """Which rows have no score."""
        return np.isnan(self.log_odds)

    @property
    def cut(self) -> NDArray[np.bool_]:
        """Of which rows some tokens were not read."""
        return ~self.skipped & (self.read < self.tokens)

    def at(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """The place here of each of some rows; raises KeyError for one that was not scored."""
        places = np.searchsorted(self.rows, rows)
        if len(rows) and (places.max() >= len(self.rows) or (self.rows[places] != rows).any()):
            raise KeyError("a row was asked for that was not scored")
        return places

    def readable(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """The log odds of those of some rows that have a score."""
        found = self.log_odds[self.at(rows)]
        return found[~np.isnan(found)]


def score_rows(
    opened: Opened, split: SplitName, rows: NDArray[np.int64], folder: Path, progress: Progress
) -> Scores:
    """The scores of ascending rows of a split: from the tables that are there, and the others made now."""
    place, parts = folder / SCORES / split, [rows[i : i + SIZE] for i in range(0, len(rows), SIZE)]
    done = finished_tables(place, len(parts))
    tables = []
    progress.start(f"scores of the split {split}", len(rows))
    for index, part in enumerate(parts):
        tables.append(done.get(index) or keep_table(place, index, _scored(opened, part)))
        progress.advance(len(part))
    progress.finish()
    return _read(tables, rows, split)


def read_scores(split: SplitName, rows: NDArray[np.int64], folder: Path) -> Scores:
    """The scores of ascending rows of a split as they lie in an evaluation's folder, which is left as it is.

    Raises UserError where some are missing, or are of other rows.
    """
    return _read(all_tables(folder / SCORES / split, -(-len(rows) // SIZE)), rows, split)


def _read(tables: Sequence[Table], rows: NDArray[np.int64], split: str) -> Scores:
    columns = [read_table(table.path) for table in tables]
    joined = {
        name: np.concatenate([each[name] for each in columns]) if columns else np.zeros(0, dtype=kind)
        for name, kind in _KINDS.items()
    }
    if not np.array_equal(joined["row"], rows):
        raise UserError(
            f"the scores of the split {split} are of other rows than the data now have;"
            " name another folder with --out"
        )
    return Scores(
        rows=rows,
        log_odds=joined["log_odds"],
        tokens=joined["tokens"],
        read=joined["read"],
        windows=joined["windows"],
        why=joined["why"],
        tables=tuple(tables),
    )


_KINDS: dict[str, Any] = {
    "row": np.int64,
    "log_odds": np.float64,
    "tokens": np.int64,
    "read": np.int64,
    "windows": np.int64,
    "why": object,
}


def _scored(opened: Opened, rows: NDArray[np.int64]) -> dict[str, Any]:
    """The columns of a table; raises NotANumberError where the guard gives no number."""
    if opened.service is not None:
        return _answered(opened.service, rows, opened.labelled.rows.snippets(rows))
    # What other tables asked must not change the batches of this one.
    guard, scorer = opened.classifier, opened.scorer.fresh()
    tokens = scorer.codec.encode(opened.labelled.rows.snippets(rows))
    why = guard.refusals(tokens)
    fits = np.array([reason is None for reason in why], dtype=bool)
    readable = [each for each, fit in zip(tokens, fits.tolist(), strict=True) if fit]
    log_odds, read, windows = np.full(len(tokens), np.nan), np.zeros_like(fits, int), np.zeros_like(fits, int)
    log_odds[fits] = scorer.log_odds(readable)
    cuts = guard.fitting.cuts(readable)
    read[fits] = [cut.kept for cut in cuts]
    windows[fits] = [cut.windows for cut in cuts]
    return {
        "row": rows,
        "log_odds": log_odds,
        "tokens": np.array([len(each) for each in tokens], dtype=np.int64),
        "read": read.astype(np.int64),
        "windows": windows.astype(np.int64),
        "why": [reason or "" for reason in why],
    }


def _answered(service: Service, rows: NDArray[np.int64], snippets: Sequence[Snippet]) -> dict[str, Any]:
    """The columns of a table of a service's answers; how many tokens it reads, nobody knows."""
    unknown = np.zeros(len(rows), dtype=np.int64)
    return {
        "row": rows,
        "log_odds": service_log_odds(service, snippets),
        "tokens": unknown,
        "read": unknown,
        "windows": unknown,
        "why": [reason or "" for reason in service.refusals(snippets)],
    }


def shown(snippet: Snippet, most: int = 400) -> str:
    """A text for people, in one piece; a long one is cut, which `…` shows."""
    text = f"{snippet.prompt}\n{snippet.completion}" if snippet.prompt else snippet.completion
    return text if len(text) <= most else text[: most - 1] + "…"
