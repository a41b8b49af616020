"""Judged outcomes from a file or a pipe, as they come: 0 or 1 a line, or JSON lines."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from holdfast.cli.streams import piped_input
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    import numpy as np

_CHUNK = 1 << 16
_WORTH = {b"0": 0, b"1": 1}


class ByteSource(Protocol):
    """What gives the bytes that are there, as a file or a pipe does."""

    def read1(self, size: int, /) -> bytes:
        """At most `size` bytes, waiting only for the first of them; none at the end."""
        ...


@dataclass(frozen=True)
class Position:
    """How far a source has been read: bytes and lines, and the SHA-256 of those bytes."""

    bytes: int = 0
    lines: int = 0
    sha256: str = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Outcomes:
    """A piece of a stream: its outcomes in order (uint8, 1 for a failure), and the position behind it."""

    values: np.ndarray
    end: Position


@contextmanager
def outcome_source(file: Path | None) -> Iterator[ByteSource]:
    """The bytes of a file, or else of standard input."""
    if file is None:
        yield cast(ByteSource, piped_input("name a file of outcomes, or pipe them in"))
        return
    try:
        with file.open("rb") as stream:
            yield stream
    except OSError as error:
        raise UserError(f"cannot read {file}: {error.strerror}") from error


class OutcomeReader:
    """Reads outcomes piece by piece, and knows how far it has come.

    A line is 0, 1, or a JSON object whose `field` is true, false, 1 or 0; blank lines are skipped. `name`
    is what messages call the source.
    """

    def __init__(self, source: ByteSource, name: str, field: str) -> None:
        self._source, self._name, self._field = source, name, field
        self._digest = hashlib.sha256()
        self._bytes = self._lines = 0

    @property
    def position(self) -> Position:
        """Behind the last piece that was given out."""
        return Position(self._bytes, self._lines, self._digest.hexdigest())

    def skip_to(self, position: Position) -> None:
        """Go to where reading ended before.

        Raises UserError when the bytes up to there are not those of then: counting some outcomes twice
        would void the verdict.
        """
        left = position.bytes
        while left and (chunk := self._source.read1(min(_CHUNK, left))):
            self._digest.update(chunk)
            left -= len(chunk)
        if left or self._digest.hexdigest() != position.sha256:
            raise UserError(
                f"{self._name} is not the file that was read before, of which {position.lines:,} lines are"
                " counted; give new outcomes a file of their own"
            )
        self._bytes, self._lines = position.bytes, position.lines

    def pieces(self) -> Iterator[Outcomes]:
        """Pieces of whole lines, as soon as they are there.

        Raises UserError with the line's number for one that cannot be read, after the piece before it.
        """
        rest = b""
        while chunk := self._source.read1(_CHUNK):
            head, newline, rest = (rest + chunk).rpartition(b"\n")
            if newline:
                yield from self._piece(head + newline)
        if rest:
            yield from self._piece(rest)

    def _piece(self, text: bytes) -> Iterator[Outcomes]:
        import numpy as np

        plain = _plain(np.frombuffer(text, dtype=np.uint8))
        if plain is not None:
            yield self._given(text, len(plain), plain)
            return
        values: list[int] = []
        lines = text.splitlines(keepends=True)
        for index, line in enumerate(lines):
            try:
                number = self._lines + index + 1
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                values += self._values(content.strip(), number)
            except UserError:
                yield self._given(b"".join(lines[:index]), index, np.array(values, dtype=np.uint8))
                raise
        yield self._given(text, len(lines), np.array(values, dtype=np.uint8))

    def _given(self, text: bytes, lines: int, values: np.ndarray) -> Outcomes:
        self._digest.update(text)
        self._bytes += len(text)
        self._lines += lines
        return Outcomes(values, self.position)

    def _values(self, line: bytes, number: int) -> list[int]:
        """The outcome on a line; none on a blank one."""
        if not line:
            return []
        if line in _WORTH:
            return [_WORTH[line]]
        return [self._from_json(line, f"{self._name}, line {number}")]

    def _from_json(self, line: bytes, place: str) -> int:
        example = f'0, 1, or JSON such as {{"{self._field}": false}}'
        try:
            found = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise UserError(f"{place}: expected {example}") from error
        if not isinstance(found, dict):
            raise UserError(f"{place}: expected {example}")
        if self._field not in found:
            raise UserError(
                f"{place}: no field '{self._field}'; --field names the one that holds the outcome"
            )
        value = found[self._field]
        if not isinstance(value, bool | int) or value not in (0, 1):
            raise UserError(f"{place}: '{self._field}' must be true, false, 1 or 0, got {json.dumps(value)}")
        return int(value)


def _plain(codes: np.ndarray) -> np.ndarray | None:
    """The outcomes of text that is nothing but the lines 0 and 1, which is read at once; None for any
    other."""
    if len(codes) % 2 or (codes[1::2] != ord("\n")).any():
        return None
    values: np.ndarray = codes[::2] - ord("0")  # what lies below 0 wraps round, to above 1
    return None if (values > 1).any() else values
