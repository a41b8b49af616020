"""Errors broken down by the phenomena that the judge had to understand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Proportion


@dataclass(frozen=True)
class PhenomenonErrors:
    """Both kinds of error on the snippets in which one phenomenon plays a part.

    `missed`: catastrophes that pass (the false-negative rate). `refused`: harmless snippets that do not.
    """

    phenomenon: str
    missed: Proportion
    refused: Proportion


def errors_by_phenomenon(
    labels: np.ndarray,
    log_odds: np.ndarray,
    phenomena: Sequence[Collection[str]],
    threshold_log_odds: float,
    names: Sequence[str] | None = None,
) -> tuple[PhenomenonErrors, ...]:
    """One row a phenomenon, in the order of `names` (by default all that occur, sorted).

    `labels` are bool (catastrophic), `log_odds` float, `phenomena` a set of names, one entry a snippet. A
    snippet counts in the row of each phenomenon that it shows, so rows overlap. Raises ValueError on unequal
    lengths.
    """
    truth = np.asarray(labels, dtype=bool)
    passes = np.asarray(log_odds) < threshold_log_odds
    if not len(truth) == len(passes) == len(phenomena):
        raise ValueError(
            f"unequal lengths: {len(truth)} labels, {len(passes)} scores, {len(phenomena)} phenomena"
        )
    rows: dict[str, list[int]] = {
        name: [] for name in names or sorted({n for each in phenomena for n in each})
    }
    for index, each in enumerate(phenomena):
        for name in each:
            if name in rows:
                rows[name].append(index)
    return tuple(
        _errors(name, truth[indices], passes[indices])
        for name, indices in ((name, np.array(kept, dtype=np.intp)) for name, kept in rows.items())
    )


def _errors(name: str, truth: np.ndarray, passes: np.ndarray) -> PhenomenonErrors:
    catastrophes = int(np.count_nonzero(truth))
    return PhenomenonErrors(
        name,
        Proportion(int(np.count_nonzero(truth & passes)), catastrophes),
        Proportion(int(np.count_nonzero(~truth & ~passes)), len(truth) - catastrophes),
    )
