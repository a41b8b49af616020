"""Errors of rows: all of a file are collected before one error tells of them."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from holdfast.core.errors import UserError

SHOWN = 20
"""So many errors are kept with their place; the others are counted."""


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing wrong with one row; `unit` says whether the file is counted in lines or in rows, from 1."""

    line: int
    column: str | None
    reason: str
    detail: str = ""
    file: str = ""
    unit: str = "line"

    def __str__(self) -> str:
        column = "" if self.column is None else f", column '{self.column}'"
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.file}, {self.unit} {self.line}{column}: {self.reason}{detail}"


class UnsoundDataError(UserError):
    """Data with rows that cannot be taken in; nothing was.

    `errors` are the first of them, `counts` all by reason.
    """

    def __init__(self, errors: tuple[RowError, ...], counts: Mapping[str, int], hint: str = "") -> None:
        self.errors = errors
        self.counts = dict(counts)
        reasons = ", ".join(f"{reason} ({count:,})" for reason, count in counts.items())
        shown = f"\nthe first {len(errors)}:" if sum(counts.values()) > len(errors) else ""
        lines = "".join(f"\n  {error};" for error in errors).rstrip(";")
        super().__init__(f"nothing was taken in, as rows are not sound: {reasons}{hint}{shown or ':'}{lines}")


class Faults:
    """Collects the errors of the file that is being read."""

    def __init__(self) -> None:
        self.file = ""
        self.unit = "line"
        self.shown: list[RowError] = []
        self.counts: Counter[str] = Counter()
        self.hints: dict[str, None] = {}
        self.total = 0

    def add(self, line: int, column: str | None, reason: str, detail: str = "", hint: str = "") -> None:
        """Note an error; `hint` says, once for all of its kind, what to do."""
        self.total += 1
        self.counts[reason] += 1
        if hint:
            self.hints[hint] = None
        if len(self.shown) < SHOWN:
            self.shown.append(RowError(line, column, reason, detail, self.file, self.unit))

    def settle(self) -> None:
        """Raises UnsoundDataError if there was any error."""
        if self.counts:
            hint = "".join(f"; {hint}" for hint in self.hints)
            raise UnsoundDataError(tuple(self.shown), dict(self.counts.most_common()), hint)


def missing_column(file: str, name: str, known: Collection[str]) -> UserError:
    """The error for a column that a file does not have: the nearest one, and all there are."""
    near = difflib.get_close_matches(name.lower(), [k.lower() for k in known], n=1, cutoff=0.5)
    nearest = next((k for k in known if near and k.lower() == near[0]), None)
    hint = "" if nearest is None else f"did you mean '{nearest}'? "
    names = list(known)
    there = ", ".join(f"'{name}'" for name in names[:40]) + (" ..." if len(names) > 40 else "")
    return UserError(f"{file} has no column '{name}'; {hint}there are: {there or 'none'}")
