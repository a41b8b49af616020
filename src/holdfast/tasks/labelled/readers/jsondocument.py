"""One JSON document, read in pieces: a list of objects or of texts, or a mapping of keys to lists of texts.

A list of texts has one column, `text`; a mapping has a row for each text, with the columns `key` and `text`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers.base import Record
from holdfast.tasks.labelled.readers.jsonlines import NOT_JSON, RepeatedKeyError, unrepeated
from holdfast.tasks.labelled.readers.textfile import TextFile

_SPACE = " \t\r\n"
_LONGEST = 1 << 26
"""Characters of the longest value, so that a missing bracket does not take up all memory."""
_LINES_HINT = "for one object a line write format: jsonl"


class _MalformedError(Exception):
    """Where and why reading cannot go on."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__(detail)
        self.line = line


class _Scanner:
    """Values and marks of a JSON text that comes in pieces."""

    def __init__(self, pieces: Iterator[str]) -> None:
        self._pieces = pieces
        self._text = ""
        self._at = 0
        self._line = 1
        self._decoder = json.JSONDecoder(object_pairs_hook=unrepeated)

    def peek(self) -> str:
        """The next character that is no white space; empty at the end."""
        while True:
            end = self._at
            while end < len(self._text) and self._text[end] in _SPACE:
                end += 1
            self._pass(end)
            if end < len(self._text):
                return self._text[end]
            if not self._more():
                return ""

    def line(self) -> int:
        """The line of the next character, after `peek`."""
        return self._line

    def take(self, allowed: str) -> str:
        """The next character, which has to be one of these."""
        found = self.peek()
        if not found or found not in allowed:
            told = f"'{found}'" if found else "the end of the file"
            raise _MalformedError(self._line, f"{told} where {' or '.join(allowed)} should be")
        self._pass(self._at + 1)
        return found

    def value(self) -> Any:
        """The next value, whole."""
        self.peek()
        while True:
            try:
                found, end = self._decoder.raw_decode(self._text, self._at)
            except RepeatedKeyError as error:
                raise _MalformedError(self._line, f"the key '{error}' comes twice in one object") from None
            except json.JSONDecodeError as error:
                cut = error.pos > len(self._text) - 16 or error.msg.startswith("Unterminated")
                long = len(self._text) - self._at > _LONGEST
                if cut and not long and self._more():
                    continue
                self._line += self._text.count("\n", self._at, error.pos)
                raise _MalformedError(self._line, error.msg[0].lower() + error.msg[1:]) from None
            except (ValueError, RecursionError) as error:
                # A number of thousands of digits, or lists within lists without end.
                raise _MalformedError(self._line, str(error)) from None
            self._pass(end)
            return found

    def _pass(self, end: int) -> None:
        self._line += self._text.count("\n", self._at, end)
        self._at = end

    def _more(self) -> bool:
        """Read on, by as much again as is left over, so that long values are not tried too often."""
        left = self._text[self._at :]
        pieces = [left]
        length = 0
        for piece in self._pieces:
            pieces.append(piece)
            length += len(piece)
            if length >= len(left):
                break
        self._text, self._at = "".join(pieces), 0
        return length > 0


class JsonDocument:
    """Reads one JSON document."""

    unit = "line"

    def __init__(self, file: TextFile, wanted: tuple[str, ...], faults: Faults) -> None:
        self._file = file
        self._wanted = wanted
        self._faults = faults
        self.size = file.size
        self.bom = file.bom
        self.names: dict[str, None] = {}

    def position(self) -> int:
        """How many bytes were read."""
        return self._file.position()

    def records(self) -> Iterator[Record]:
        """A record for each object or text; stops where the document is not valid."""
        scanner = _Scanner(self._file.chunks())
        before = self._faults.total
        try:
            if scanner.take("[{") == "[":
                yield from self._items(scanner, None)
            else:
                yield from self._mapping(scanner)
            if scanner.peek():
                raise _MalformedError(scanner.line(), "there is more after the document")
        except _MalformedError as error:
            # A bad byte ends the text early: that is the error, and not the end that was not expected.
            if self._faults.total == before:
                told = f"{error}; nothing after it was read"
                hint = _LINES_HINT if "after the document" in told else ""
                self._faults.add(error.line, None, NOT_JSON, told, hint)

    def _mapping(self, scanner: _Scanner) -> Iterator[Record]:
        while scanner.peek() != "}":
            line, key = (scanner.peek(), scanner.line())[1], scanner.value()
            if not isinstance(key, str):
                raise _MalformedError(line, "a key is no text")
            scanner.take(":")
            if scanner.peek() != "[":
                what = f"the value of '{key}' is no list of texts; {_LINES_HINT}"
                raise _MalformedError(scanner.line(), what)
            scanner.take("[")
            yield from self._items(scanner, key)
            if scanner.peek() != "}":
                scanner.take(",")
                if scanner.peek() == "}":
                    raise _MalformedError(scanner.line(), "a comma before }")
        scanner.take("}")

    def _items(self, scanner: _Scanner, key: str | None) -> Iterator[Record]:
        while scanner.peek() != "]":
            line, item = scanner.line(), scanner.value()
            if isinstance(item, str):
                yield self._record(line, {"text": item} if key is None else {"key": key, "text": item})
            elif isinstance(item, dict) and key is None:
                yield self._record(line, item)
            else:
                self._faults.add(line, None, "the item is neither an object nor text")
            if scanner.peek() != "]":
                scanner.take(",")
                if scanner.peek() == "]":
                    raise _MalformedError(scanner.line(), "a comma before ]")
        scanner.take("]")

    def _record(self, line: int, found: dict[str, Any]) -> Record:
        if not self.names.keys() >= found.keys():
            self.names |= dict.fromkeys(found)
        return Record(line, {name: found[name] for name in self._wanted if name in found})
