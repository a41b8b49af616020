"""Tables of a folder, each with its SHA-256 in its name, so that a killed evaluation goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash
from holdfast.store.disk import write_table

_NAME = re.compile(r"(?P<index>[0-9]{6})-(?P<hash>[0-9a-f]{64})\.parquet")


@dataclass(frozen=True)
class Table:
    """A finished table: its place among all of its folder, its file, and the SHA-256 of that."""

    index: int
    path: Path
    sha256: str


def whole_tables(folder: Path, count: int) -> tuple[dict[int, Table], list[Path]]:
    """The whole ones of the first `count` tables of a folder, by index, and what else lies beside them.

    A file is whole when it is what its name says, so it does not matter which process wrote it, or whether
    that process ended well.
    """
    found: dict[int, Table] = {}
    strange: list[Path] = []
    for path in sorted(folder.glob("*")):
        name = _NAME.fullmatch(path.name)
        index = int(name["index"]) if name else -1
        if name and index < count and index not in found and folder_hash(path) == name["hash"]:
            found[index] = Table(index, path, name["hash"])
        else:
            strange.append(path)
    return found, strange


def finished_tables(folder: Path, count: int) -> dict[int, Table]:
    """The whole ones of the first `count` tables of a folder, by index; what is torn or strange goes."""
    found, strange = whole_tables(folder, count)
    for path in strange:
        if path.is_dir():  # what a killed process was writing; its own workers may be clearing it away
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return found


def all_tables(folder: Path, count: int) -> list[Table]:
    """All `count` tables of a folder, which is left as it is; raises UserError where one is not there."""
    found, _ = whole_tables(folder, count)
    for index in range(count):
        if index not in found:
            raise UserError(f"table {index} of the {count} in {folder} is missing or torn")
    return [found[index] for index in range(count)]


def keep_table(folder: Path, index: int, columns: Mapping[str, Any]) -> Table:
    """Write a table, and give it the name that says that it is whole."""
    written = folder / f"{index:06}.parquet"
    return named_whole(written, index, write_table(written, columns))


def named_whole(written: Path, index: int, sha256: str) -> Table:
    """A table that was written, under the name that says that it is whole."""
    path = written.with_name(f"{index:06}-{sha256}.parquet")
    written.rename(path)
    return Table(index, path, sha256)
