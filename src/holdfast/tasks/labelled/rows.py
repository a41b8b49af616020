"""A record of a file as a row: every value checked, every fault noted with its column."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from holdfast.core.errors import UserError
from holdfast.core.unicode_text import impurity
from holdfast.tasks.labelled.config import SPLITS, GivenSplits, LabelledConfig, SplitName
from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.passages import Spans, listed, spans
from holdfast.tasks.labelled.readers.base import Record
from holdfast.tasks.labelled.values import hashed, text_key, value_text

MOST_LABELS = 1_000
MOST_SLICE_VALUES = 2_000


class Codes:
    """The different values of a column, numbered as they come, and how often each came.

    Raises UserError when there are more than `most`: such a column is text or names, and no set of classes.
    """

    def __init__(self, what: str, most: int) -> None:
        self.what = what
        self.most = most
        self.codes: dict[Any, int] = {}
        self.counts: list[int] = []

    def of(self, value: Any) -> int:
        """The number of a value that came once more."""
        code = self.codes.get(value)
        if code is None:
            if len(self.codes) == self.most:
                some = ", ".join(repr(str(each)[:40]) for each in list(self.codes)[:3])
                raise UserError(
                    f"{self.what} has more than {self.most:,} different values ({some} ...); name another one"
                )
            code = self.codes[value] = len(self.codes)
            self.counts.append(0)
        self.counts[code] += 1
        return code

    def counted(self) -> dict[Any, int]:
        """Each value with the number of times it came, the most frequent first."""
        pairs = [(value, self.counts[code]) for value, code in self.codes.items()]
        return dict(sorted(pairs, key=lambda pair: -pair[1]))


class Row(NamedTuple):
    """A row as it is kept. `label` is a code of `RowReader.labels`, or of `RowReader.patterns` for votes."""

    line: int
    prompt: str
    completion: str
    label: int
    votes: tuple[int, ...]
    egregiousness: float | None
    passages: Spans | None
    groups: tuple[str, ...]
    group_keys: tuple[int, ...]
    split: int
    slices: tuple[int, ...]
    text_key: int


class RowReader:
    """Makes rows of records, and counts the values that come; a row that is not sound is noted as a fault."""

    def __init__(self, config: LabelledConfig, faults: Faults) -> None:
        columns = config.columns
        self._config, self._columns, self._faults = config, columns, faults
        self.labels = Codes(f"the column '{columns.label or ', '.join(columns.votes)}'", MOST_LABELS)
        self.votes = Codes(f"the column '{', '.join(columns.votes)}'", MOST_LABELS)
        self.patterns = Codes("the votes of a row", 1_000_000)
        """Each combination of votes, in order of their codes: what their label is depends on it alone."""
        self.slices = [Codes(f"the column '{name}'", MOST_SLICE_VALUES) for name in columns.slices]
        self.splits = Codes(f"the column '{columns.split}'", MOST_LABELS)
        self.dropped: dict[str, int] = {"no label": 0, "in no split": 0}

    def row(self, record: Record, split: SplitName | None) -> Row | None:
        """The row of a record, from a file of that split; None where it is not sound or is left out.

        What a left-out row holds beside its split and label is not looked at.
        """
        before = self._faults.total
        if (side := self._split(record, split)) is None:
            return None
        votes = self._votes(record)
        if (label := self._label(record, votes)) is None and self._faults.total == before:
            return None
        prompt, completion = self._texts(record)
        groups = tuple(filter(None, (self._plain(record, name) for name in self._columns.group)))
        codes = zip(self.slices, self._columns.slices, strict=True)
        made = Row(
            line=record.line,
            prompt=prompt,
            completion=completion,
            label=-1 if label is None else label,
            votes=votes,
            egregiousness=self._egregiousness(record),
            passages=self._passages(record, completion),
            groups=groups,
            group_keys=tuple(map(hashed, groups)),
            split=side,
            slices=tuple(code.of(self._plain(record, name) or "") for code, name in codes),
            text_key=0 if self._faults.total > before else text_key(prompt, completion),
        )
        return made if made.text_key else None

    def _fault(
        self, record: Record, column: str | None, reason: str, detail: str = "", hint: str = ""
    ) -> None:
        self._faults.add(record.line, column, reason, detail, hint)

    def _texts(self, record: Record) -> tuple[str, str]:
        columns = self._columns
        if columns.text is not None:
            return "", self._text(record, columns.text, may_be_empty=False)
        assert columns.prompt is not None
        assert columns.completion is not None
        prompt = self._text(record, columns.prompt, may_be_empty=True)
        return prompt, self._text(
            record, columns.completion, may_be_empty=not prompt.isspace() and bool(prompt)
        )

    def _text(self, record: Record, column: str, *, may_be_empty: bool) -> str:
        value = record.values.get(column)
        if isinstance(value, str):
            if not may_be_empty and not value.strip():
                self._fault(record, column, "the text is empty")
            elif (why := impurity(value)) is not None:
                self._fault(record, column, "the text holds what is no character", why)
            return value
        if value is None or value != value:
            self._fault(record, column, "there is no text")
        else:
            self._fault(record, column, "it is no text", f"it is {_kind(value)}")
        return ""

    def _plain(self, record: Record, column: str) -> str | None:
        """A value as text, where it names a class or a group."""
        text = value_text(record.values.get(column))
        if text is not None and (why := impurity(text)) is not None:
            self._fault(record, column, "the value holds what is no character", why)
            return "?"
        return text

    def _votes(self, record: Record) -> tuple[int, ...]:
        columns = self._columns.votes
        if not columns:
            return ()
        if len(columns) > 1:
            told = [self._plain(record, name) for name in columns]
        else:
            told = self._listed(record, columns[0])
        return tuple(self.votes.of(value) for value in told if value is not None)

    def _listed(self, record: Record, column: str) -> list[str | None]:
        value = record.values.get(column)
        separator = self._columns.vote_separator
        if value_text(value) is None:
            return []
        if separator is not None:
            if not isinstance(value, str):
                self._fault(record, column, "the votes are no text", f"they are {_kind(value)}")
                return []
            parts: Sequence[object] = value.split(separator)
        else:
            found = listed(value)
            if not isinstance(found, list):
                self._fault(
                    record, column, "the votes are no list", "", "write vote_separator for votes in one text"
                )
                return []
            parts = found
        texts = [value_text(part) for part in parts]
        if any(text is not None and impurity(text) for text in texts):
            self._fault(record, column, "the value holds what is no character")
            return []
        return texts

    def _label(self, record: Record, votes: tuple[int, ...]) -> int | None:
        """The code of the label; None where the row is left out for having none, or that is a fault."""
        if self._config.labels.every is not None:
            return 0
        column = self._columns.label
        if column is not None:
            value = self._plain(record, column)
            if value is not None:
                return self.labels.of(value)
        elif votes:
            return self.patterns.of(tuple(sorted(votes)))
        missing = self._config.labels.missing
        if missing == "drop":
            self.dropped["no label"] += 1
            return None
        if missing is None:
            hint = (
                "write labels.missing: unsure, harmless or drop (--missing), if rows without a label are that"
            )
            self._fault(record, column or ", ".join(self._columns.votes), "there is no label", "", hint)
            return None
        return self.labels.of(None) if column is not None else self.patterns.of(())

    def _split(self, record: Record, told: SplitName | None) -> int | None:
        """The place of the split in SPLITS, 0 where splits are derived later; None where it has none."""
        if told is not None:
            return SPLITS.index(told)
        if not isinstance(self._config.splits, GivenSplits):
            return 0
        column = self._columns.split
        assert column is not None
        value = self._plain(record, column)
        if value is None:
            self._fault(record, column, "there is no split")
            return None
        values = self._config.splits.values or {name: name for name in SPLITS}
        self.splits.of(value)
        side = values.get(value)
        if side is None:
            self.dropped["in no split"] += value in values
            return None
        return SPLITS.index(side)

    def _egregiousness(self, record: Record) -> float | None:
        column = self._columns.egregiousness
        if column is None or (text := value_text(record.values.get(column))) is None:
            return None
        try:
            number = float(text)
        except ValueError:
            number = math.nan
        if not 0 <= number <= 10:
            self._fault(record, column, "the egregiousness is no number from 0 to 10", text[:40])
            return None
        return number

    def _passages(self, record: Record, text: str) -> Spans | None:
        column = self._columns.passages
        if column is None or (value := record.values.get(column)) in (None, ""):
            return None
        try:
            return spans(listed(value), len(text))
        except ValueError as error:
            self._fault(record, column, *error.args)
            return None


def _kind(value: object) -> str:
    named = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return named.get(type(value), f"of type {type(value).__name__}")
