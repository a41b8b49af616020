"""Attempts of an attack, one row each, as reports and evaluations leave them: CSV or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.core.unicode_text import decoded_lines

NEEDED = ("outcome", "clean_miss", "seed_prompt", "seed_completion", "failure_prompt", "failure_completion")
OUTCOMES = ("broken", "withstood", "skipped")


@dataclass(frozen=True)
class Found:
    """What a search found: a rewrite of a seed, reported to be catastrophic and to pass."""

    seed: Snippet
    text: Snippet


@dataclass(frozen=True)
class Attempts:
    """The attempts of a file; clean misses needed no search, as people labelled what passes there."""

    made: int
    """Broken and withstood, clean misses left out."""
    clean_misses: int
    found: tuple[Found, ...]


def read_attempts(path: Path) -> Attempts:
    """The attempts of a file; raises UserError naming the line where it is no such file."""
    try:
        names, rows = _parquet(path) if path.suffix == ".parquet" else _csv(path)
    except (OSError, ValueError, csv.Error) as error:
        raise UserError(f"cannot read {path}: {error}") from error
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise UserError(
            f"{path} has no column '{missing[0]}'; give the attempts.csv that `holdfast attack --report`"
            " writes beside its report, or the attempts of an evaluation"
        )
    for number, row in enumerate(rows, 1):
        if row["outcome"] not in OUTCOMES:
            raise UserError(f"{path}, row {number}: the outcome '{row['outcome']}' is none of {OUTCOMES}")
    tried = [row for row in rows if row["outcome"] != "skipped"]
    searched = [row for row in tried if row["clean_miss"].lower() != "true"]
    broken = [row for row in searched if row["outcome"] == "broken"]
    return Attempts(len(searched), len(tried) - len(searched), tuple(map(_found, broken)))


Rows = list[dict[str, str]]


def _csv(path: Path) -> tuple[Sequence[str], Rows]:
    with path.open("rb") as lines:
        reader = csv.DictReader(decoded_lines(lines, str(path)))
        return reader.fieldnames or (), list(reader)


def _parquet(path: Path) -> tuple[Sequence[str], Rows]:
    """As text, so that both kinds of file are read alike."""
    from holdfast.store.disk import read_table

    columns = read_table(path)
    cells = ([str(value) for value in column] for column in columns.values())
    return list(columns), [dict(zip(columns, row, strict=True)) for row in zip(*cells, strict=True)]


def _found(row: dict[str, str]) -> Found:
    return Found(
        Snippet(row["seed_prompt"], row["seed_completion"]),
        Snippet(row["failure_prompt"], row["failure_completion"]),
    )
