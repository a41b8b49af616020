"""Logs of prompts, completions and scores, read row by row: no more of them is in memory than a row."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.progress import Progress
from holdfast.core.snippet import Snippet
from holdfast.core.unicode_text import impurity
from holdfast.tasks.labelled.config import LabelledConfig
from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers import Record, open_reader
from holdfast.tasks.labelled.values import value_text

_MILLISECONDS = 1e11
"""Seconds since 1970 beyond this are those of the year 5138: the log counts milliseconds."""
NO_VALUE = "(none)"
"""The slice of rows that have no value."""
_PASSED = {"true": True, "false": False, "1": True, "0": False}


@dataclass(frozen=True)
class Fields:
    """Which field of a log holds what; `prompt`, `passed` and `time` may be missing.

    Scores are probabilities of catastrophe, or with `log_odds` their log odds. A row passed where its score
    is below `threshold`, or where its field `passed` says so.
    """

    completion: str
    score: str
    prompt: str | None = None
    threshold: float | None = None
    passed: str | None = None
    time: str | None = None
    slices: tuple[str, ...] = ()
    log_odds: bool = False

    def __post_init__(self) -> None:
        if (self.threshold is None) == (self.passed is None):
            raise UserError("say which rows passed: either --threshold, or --passed with the name of a field")


@dataclass(frozen=True)
class Row:
    """One row of a log."""

    line: int
    text: Snippet
    log_odds: float
    passed: bool
    week: str | None
    slices: tuple[str, ...]


@dataclass
class LogReader:
    """The rows of one file; what is wrong with a row is noted in `faults`, and the row left out."""

    path: Path
    fields: Fields
    faults: Faults = field(default_factory=Faults)

    def rows(self, progress: Progress) -> Iterator[Row]:
        """The rows in order. Raises UserError where the file as a whole cannot be read."""
        reader = open_reader(self.path, _wanted(self.path, self.fields), self.faults)
        self.faults.file, self.faults.unit = self.path.name, reader.unit
        read = 0
        for record in reader.records():
            row = self._row(record)
            if row is not None:
                yield row
            position = reader.position()
            progress.advance(position - read)
            read = position
        for name in self._needed():
            if name not in reader.names and read:
                self.faults.add(1, name, "no row has this field")

    def _needed(self) -> list[str]:
        named = (self.fields.completion, self.fields.score, self.fields.passed, self.fields.time)
        return [name for name in (*named, *self.fields.slices) if name is not None]

    def _row(self, record: Record) -> Row | None:
        before = self.faults.total
        fields = self.fields
        prompt = self._text(record, fields.prompt) if fields.prompt else ""
        text = Snippet(prompt, self._text(record, fields.completion))
        odds = self._log_odds(record)
        passed = self._passed(record, odds)
        week = self._week(record) if fields.time else None
        slices = tuple(self._slice(record, name) for name in fields.slices)
        if self.faults.total > before:
            return None
        return Row(record.line, text, odds, passed, week, slices)

    def _text(self, record: Record, name: str) -> str:
        value = record.values.get(name)
        if not isinstance(value, str):
            self.faults.add(record.line, name, "it is no text", _kind(value))
            return ""
        why = impurity(value)
        if why is not None:
            self.faults.add(record.line, name, "it holds what is no text", why)
        return value

    def _number(self, record: Record, name: str) -> float:
        value = record.values.get(name)
        try:
            number = math.nan if value is None or isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = math.nan
        if math.isnan(number):
            self.faults.add(record.line, name, "it is no number", _kind(value))
        return number

    def _log_odds(self, record: Record) -> float:
        name = self.fields.score
        number = self._number(record, name)
        if self.fields.log_odds:
            return number
        if not 0 <= number <= 1:
            if not math.isnan(number):
                hint = "if scores are log odds, say so with --log-odds"
                self.faults.add(record.line, name, "a score lies between 0 and 1", f"{number:g}", hint)
            return math.nan
        return log_odds_of(number)

    def _passed(self, record: Record, odds: float) -> bool:
        fields = self.fields
        if fields.threshold is not None:
            return odds < (fields.threshold if fields.log_odds else log_odds_of(fields.threshold))
        assert fields.passed is not None
        value = record.values.get(fields.passed)
        passed = _PASSED.get(value_text(value) or "")
        if passed is None:
            self.faults.add(record.line, fields.passed, "it is neither true nor false", _kind(value))
        return bool(passed)

    def _slice(self, record: Record, name: str) -> str:
        return value_text(record.values.get(name)) or NO_VALUE

    def _week(self, record: Record) -> str:
        name, value = str(self.fields.time), record.values.get(str(self.fields.time))
        try:
            moment = _moment(value)
        except (ValueError, OverflowError, OSError):
            self.faults.add(
                record.line, name, "it is no time", _kind(value),
                "times are written as 2026-11-30T12:00:00Z, or as seconds since 1970",
            )  # fmt: skip
            return ""
        year, week, _ = moment.isocalendar()
        return f"{year}-W{week:02d}"


def _moment(value: Any) -> datetime:
    """A time in UTC; one without a zone is taken as it stands."""
    if isinstance(value, datetime):
        moment = value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not abs(value) < _MILLISECONDS:
            raise ValueError("milliseconds")
        moment = datetime.fromtimestamp(value, UTC)
    else:
        moment = datetime.fromisoformat(str(value))
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


def _kind(value: Any) -> str:
    if value is None:
        return "missing"
    text = str(value)
    return text if len(text) <= 30 else f"{text[:27]}..."


def _wanted(path: Path, fields: Fields) -> LabelledConfig:
    """What the readers of labelled text need to know of a log: its columns."""
    other = [name for name in (fields.score, fields.passed, fields.time) if name is not None]
    named: dict[str, Any] = {"group": other, "slices": list(fields.slices)}
    if fields.prompt is None:
        named["text"] = fields.completion
    else:
        named |= {"prompt": fields.prompt, "completion": fields.completion}
    return LabelledConfig.model_validate({"path": [path], "columns": named, "labels": {"every": "harmless"}})
