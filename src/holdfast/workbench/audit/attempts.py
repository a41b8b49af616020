"""Attempts of an attack as `holdfast attack --report` leaves them: one row each, in CSV."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet

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
        with path.open(newline="", encoding="utf-8") as lines:
            reader = csv.DictReader(lines)
            missing = [name for name in NEEDED if name not in (reader.fieldnames or ())]
            if missing:
                raise UserError(
                    f"{path} has no column '{missing[0]}'; give the attempts.csv that"
                    " `holdfast attack --report` writes beside its report"
                )
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UserError(f"cannot read {path}: {error}") from error
    for number, row in rows:
        if row["outcome"] not in OUTCOMES:
            raise UserError(f"{path}, line {number}: the outcome '{row['outcome']}' is none of {OUTCOMES}")
    tried = [row for _, row in rows if row["outcome"] != "skipped"]
    clean = sum(row["clean_miss"] == "true" for row in tried)
    searched = [row for row in tried if row["clean_miss"] != "true"]
    broken = [row for row in searched if row["outcome"] == "broken"]
    return Attempts(len(tried) - clean, clean, tuple(map(_found, broken)))


def _found(row: dict[str, str]) -> Found:
    return Found(
        Snippet(row["seed_prompt"], row["seed_completion"]),
        Snippet(row["failure_prompt"], row["failure_completion"]),
    )
