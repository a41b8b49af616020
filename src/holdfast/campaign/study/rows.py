"""The file of a study: a header that names the endpoint, then one line for each cell that is done.

Lines are appended, flushed to disk, under the operating system's lock, by whichever process did the cell. A
line that a killed process left unfinished is no cell: it is passed over when reading, and removed before the
next one is written.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.core.errors import UserError
from holdfast.core.writable import check_new_file

Row = Mapping[str, Any]


@dataclass(frozen=True)
class CellResult:
    """A cell that is done: its rows, and what it took where."""

    arm: str
    seed: int
    budget: str
    declared: Mapping[str, Any]
    hash: str
    rows: Sequence[Row]
    seconds: float
    finished: str
    """When, in UTC, as ISO 8601."""
    machine: str
    version: str

    @property
    def cell(self) -> Cell:
        """Its declaration."""
        return Cell(self.arm, self.seed, self.budget, self.declared)


@dataclass(frozen=True)
class StudyRows:
    """A study's file of rows (JSON lines)."""

    path: Path

    def begin(self, plan: StudyPlan) -> None:
        """Write the header, or see that the one that is there is this study's.

        Raises UserError where the file is of another study or was begun with another endpoint.
        """
        check_new_file(self.path)
        with _held(self.path) as file:
            lines = _whole_lines(file)
            if lines:
                self._check(plan, lines[0])
            else:
                header = {"study": plan.name, "endpoint": plan.endpoint.model_dump(mode="json")}
                _append(file, header)

    def check(self, plan: StudyPlan) -> None:
        """Raise UserError where the file is of another study or was begun with another endpoint."""
        lines = self._lines()
        if lines:
            self._check(plan, lines[0])

    def add(self, result: CellResult) -> None:
        """Append a cell that is done; on return it is on the disk."""
        with _held(self.path) as file:
            _append(file, asdict(result))

    def done(self, plan: StudyPlan) -> dict[Cell, CellResult]:
        """The cells of a plan that are done as it declares them, in the plan's order.

        Cells that are no longer in the plan, or were done under another declaration, stay in the file.
        """
        found = {result.hash: result for result in self.read()}
        return {cell: found[cell.hash] for cell in plan.cells if cell.hash in found}

    def read(self) -> Iterator[CellResult]:
        """Every cell that was ever done; raises UserError naming a line that is none."""
        for number, line in enumerate(self._lines()[1:], 2):
            try:
                yield CellResult(**json.loads(line))
            except (ValueError, TypeError) as error:
                raise UserError(f"{self.path}, line {number}: not a cell of a study ({error})") from None

    def _lines(self) -> list[bytes]:
        if not self.path.exists():
            return []
        with self.path.open("rb") as file:
            return _whole_lines(file)

    def _check(self, plan: StudyPlan, line: bytes) -> None:
        try:
            header = json.loads(line)
            name, before = header["study"], Endpoint(**header["endpoint"])
        except (ValueError, TypeError, KeyError):
            raise UserError(f"{self.path}, line 1: this is no study's file of rows; name another") from None
        if name != plan.name:
            raise UserError(f"{self.path} holds the study '{name}', not '{plan.name}'; name another file")
        if before != plan.endpoint:
            changed = ", ".join(_changes(before, plan.endpoint))
            raise UserError(
                f"{self.path}: the endpoint was named before the study began and cannot change ({changed});"
                " put it back, or begin another study with another file of rows"
            )


def _changes(before: Endpoint, now: Endpoint) -> Iterator[str]:
    for name in type(before).model_fields:
        was, wanted = getattr(before, name), getattr(now, name)
        if was != wanted:
            yield f"{name}: {was!r} became {wanted!r}"


@contextmanager
def _held(path: Path) -> Iterator[IO[bytes]]:
    """Open to read and append, alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield file


def _whole_lines(file: IO[bytes]) -> list[bytes]:
    """The lines that end, and so were written whole."""
    file.seek(0)
    return file.read().split(b"\n")[:-1]


def _append(file: IO[bytes], value: Any) -> None:
    """Write one line; where that fails nothing of it stays."""
    whole = sum(len(line) + 1 for line in _whole_lines(file))
    file.truncate(whole)
    try:
        file.write(json.dumps(value, ensure_ascii=False).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    except OSError:
        file.truncate(whole)
        raise
