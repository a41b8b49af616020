"""Attempts as rows: the one shape in which every report and result page keeps what attacks tried.

A table of attempts has a row for each attempt, skipped ones too, with the columns of `AttemptRow`; a page may
add columns of its own. It is written as CSV or as Parquet, and what is not there is an empty cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from holdfast.attacks.results import ENDED, Attempt, Outcome
from holdfast.core.csv_text import csv_text
from holdfast.core.files import folder_hash, write_text
from holdfast.store.disk import read_table, write_table

Columns = Mapping[str, NDArray[Any]]
"""Equally long columns; of numbers, NaN is what is not there."""

ATTEMPTS = "attempts"
"""The folder of the tables of attempts, in that of a run or an evaluation."""

_KINDS: dict[str, Any] = {"str": object, "Outcome": object, "bool": np.bool_, "int": np.int64}
_COUNTS = ("first_failure_query", "turned_away_before")
"""Whole numbers that may be missing."""


@dataclass(frozen=True)
class AttemptRow:
    """One attempt; its failure is the most egregious one, of equals the first."""

    attack: str
    seed: int
    """Which of the attack's seeds it started from, from 0."""
    outcome: Outcome
    skipped_because: str
    clean_miss: bool
    """Whether the seed passed as it stands."""
    queries: int
    first_failure_query: int | None
    turned_away: int
    """Candidates that a veto of the filter turned away; they are no queries."""
    turned_away_before: int | None
    """Those before the first failure."""
    failures: int
    """How many different failures were kept."""
    pending: int
    """Rewrites that pass and wait for people's verdicts."""
    seed_prompt: str
    seed_completion: str
    failure_prompt: str
    failure_completion: str
    failure_log_odds: float | None
    failure_score: float | None
    egregiousness: float | None
    why: str
    """Why the judge calls the failure a catastrophe."""

    @classmethod
    def of(cls, attack: str, seed: int, attempt: Attempt) -> AttemptRow:
        """What came of one seed."""
        worst, first = attempt.worst, attempt.first_failure
        return cls(
            attack=attack,
            seed=seed,
            outcome=attempt.outcome,
            skipped_because=attempt.skipped or "",
            clean_miss=attempt.clean_miss,
            queries=attempt.queries,
            first_failure_query=attempt.first_failure_query,
            turned_away=sum(attempt.turned_away.values()),
            turned_away_before=None if first is None else first.turned_away,
            failures=len(attempt.failures),
            pending=len(attempt.pending),
            seed_prompt=attempt.seed.prompt,
            seed_completion=attempt.seed.completion,
            failure_prompt="" if worst is None else worst.snippet.prompt,
            failure_completion="" if worst is None else worst.snippet.completion,
            failure_log_odds=None if worst is None else worst.log_odds,
            failure_score=None if worst is None else worst.score,
            egregiousness=None if worst is None else worst.verdict.egregiousness,
            why="" if worst is None else worst.verdict.why,
        )


def attempt_columns(attack: str, attempts: Sequence[Attempt], first: int = 0) -> dict[str, NDArray[Any]]:
    """The columns of some attempts, whose seeds are those from the place `first` on."""
    rows = [AttemptRow.of(attack, place, each) for place, each in enumerate(attempts, first)]
    return {
        one.name: np.array([getattr(row, one.name) for row in rows], dtype=_KINDS.get(str(one.type), float))
        for one in fields(AttemptRow)
    }


def outcome_columns(columns: Columns) -> dict[str, Any]:
    """Those that came to an end as a table of outcomes, which claims rest on (`evaluation.claims.stored`).

    An attempt that found nothing has its seed's prompt and no completion.
    """
    made = np.isin(columns["outcome"], ENDED)
    own = {name: column[made] for name, column in columns.items()}
    broken = own["outcome"] == "broken"
    return {
        "prompt": np.where(broken, own["failure_prompt"], own["seed_prompt"]),
        "completion": own["failure_completion"],
        "catastrophic": broken,
        "log_odds": own["failure_log_odds"],
        "passes": broken,
        "egregiousness": np.where(broken, own["egregiousness"], 0.0),
        "queries": own["queries"],
        "seed_prompt": own["seed_prompt"],
        "seed_completion": own["seed_completion"],
    }


def joined(tables: Sequence[Columns]) -> dict[str, NDArray[Any]]:
    """The rows of several tables in one."""
    if not tables:
        return attempt_columns("", ())
    return {name: np.concatenate([table[name] for table in tables]) for name in tables[0]}


def write_attempts(path: Path, tables: Sequence[Columns]) -> str:
    """Write tables of attempts into one file, CSV or Parquet as its name says; returns its SHA-256."""
    import pyarrow

    columns = {name: _cells(name, column) for name, column in joined(tables).items()}
    if path.suffix == ".csv":
        cells = (column.to_pylist() for column in columns.values())
        write_text(path, csv_text(list(columns), zip(*cells, strict=True)))
        return folder_hash(path)
    return write_table(path, {name: pyarrow.chunked_array([column]) for name, column in columns.items()})


def read_attempts(path: Path) -> dict[str, NDArray[Any]]:
    """The columns of a Parquet file of attempts."""
    return read_table(path)


def _cells(name: str, column: NDArray[Any]) -> Any:
    """A column for a file: NaN is nothing."""
    import pyarrow

    values = np.asarray(column)
    if values.dtype.kind in "OUS":
        return pyarrow.array(values.tolist(), type=pyarrow.string())
    found = pyarrow.array(values, from_pandas=True)
    return found.cast(pyarrow.int64()) if name in _COUNTS else found
