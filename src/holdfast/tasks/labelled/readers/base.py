"""What every reader does."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple, Protocol


class Record(NamedTuple):
    """The wanted columns of one row that the file has, and the line (or row) from 1 where it begins."""

    line: int
    values: Mapping[str, Any]


class Reader(Protocol):
    """Reads one file, once, from front to back."""

    @property
    def unit(self) -> str:
        """What `Record.line` counts: `line` or `row`."""

    @property
    def size(self) -> int:
        """How much there is to read, in whatever unit `position` counts."""

    @property
    def names(self) -> Collection[str]:
        """The columns that were seen; complete once all records were read."""

    @property
    def bom(self) -> bool:
        """Whether the file begins with a byte order mark."""

    def position(self) -> int:
        """How much was read."""

    def records(self) -> Iterator[Record]:
        """The rows in order. Raises UserError where the file as a whole cannot be read."""
