"""CSV and TSV: a line of names first; a row may go over several lines within quotation marks."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from holdfast.core.errors import UserError
from holdfast.tasks.labelled.faults import Faults, missing_column
from holdfast.tasks.labelled.readers.base import Record
from holdfast.tasks.labelled.readers.textfile import TextFile

_LONGEST = 1 << 24
"""Characters of the longest field, so that a quotation mark left open does not take up all memory."""
_OPEN_QUOTE = (
    "a quotation mark that opens a field must close it, and one within is written twice; where quotation "
    "marks are plain text, write quotes: false"
)


class Delimited:
    """Reads CSV or TSV. Raises UserError where there is no line of names, or not the wanted ones."""

    unit = "line"

    def __init__(
        self, file: TextFile, wanted: tuple[str, ...], faults: Faults, *, delimiter: str, quotes: bool
    ) -> None:
        self._file = file
        self._wanted = wanted
        self._faults = faults
        self._delimiter = delimiter
        self._quotes = quotes
        self.size = file.size
        self.bom = file.bom
        self.names: list[str] = []

    def position(self) -> int:
        """How many bytes were read."""
        return self._file.position()

    def records(self) -> Iterator[Record]:
        """A record for each row; stops at a quotation mark out of place, as rows cannot be parted then."""
        csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
        rows = csv.reader(
            self._file.lines(returns=True),
            delimiter=self._delimiter,
            quoting=csv.QUOTE_MINIMAL if self._quotes else csv.QUOTE_NONE,
            strict=True,
        )
        first = 1
        try:
            self.names = next((row for row in rows if row), [])
            places = self._places()
            first = rows.line_num + 1
            for row in rows:
                if len(row) == len(self.names):
                    yield Record(first, {name: row[place] for name, place in places})
                elif row:
                    told = f"{len(row)} instead of {len(self.names)}"
                    self._faults.add(first, None, "it has another number of fields than the header", told)
                first = rows.line_num + 1
        except csv.Error as error:
            told = f"{error}; nothing after it was read"
            self._faults.add(first, None, "its quotation marks cannot be read", told, _OPEN_QUOTE)

    def _places(self) -> list[tuple[str, int]]:
        for name in self._wanted:
            if name not in self.names:
                raise missing_column(self._file.path.name, name, self.names)
            if self.names.count(name) > 1:
                raise UserError(f"{self._file.path.name} has the column '{name}' twice; rename one of them")
        return [(name, self.names.index(name)) for name in self._wanted]
