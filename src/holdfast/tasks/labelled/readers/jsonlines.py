"""JSON lines: an object a line; empty lines hold nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers.base import Record
from holdfast.tasks.labelled.readers.textfile import TextFile

NOT_JSON = "it is not valid JSON"
_WHOLE_DOCUMENT = "the file begins with '[': for one JSON document write format: json"


class RepeatedKeyError(ValueError):
    """An object that has a key twice, of which plain JSON would silently keep the last."""


def unrepeated(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """The object of some keys and values; raises RepeatedKeyError."""
    made = dict(pairs)
    if len(made) != len(pairs):
        names = [name for name, _ in pairs]
        raise RepeatedKeyError(next(name for name in names if names.count(name) > 1))
    return made


class JsonLines:
    """Reads JSON lines."""

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
        """A record for each line that holds an object."""
        decode = json.JSONDecoder(object_pairs_hook=unrepeated).decode
        for number, line in enumerate(self._file.lines(), 1):
            try:
                found = decode(line)
            except RepeatedKeyError as error:
                self._faults.add(number, str(error), "the key comes twice")
                continue
            except (ValueError, RecursionError) as error:
                if not line.isspace():
                    self._no_json(number, line, error)
                continue
            if not isinstance(found, dict):
                hint = _WHOLE_DOCUMENT if number == 1 and isinstance(found, list) else ""
                self._faults.add(number, None, "the line holds no object", "", hint)
                continue
            if not self.names.keys() >= found.keys():
                self.names |= dict.fromkeys(found)
            yield Record(number, {name: found[name] for name in self._wanted if name in found})

    def _no_json(self, number: int, line: str, error: Exception) -> None:
        detail = str(error) if not isinstance(error, json.JSONDecodeError) else _told(error)
        whole = number == 1 and line.lstrip().startswith("[")
        self._faults.add(number, None, NOT_JSON, detail, _WHOLE_DOCUMENT if whole else "")


def _told(error: json.JSONDecodeError) -> str:
    return f"{error.msg[0].lower()}{error.msg[1:]} at character {error.pos + 1}"
