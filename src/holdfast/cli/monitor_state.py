"""The file in which `holdfast monitor` keeps what it has counted, so that it can go on later."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from holdfast.cli.outcomes import Position, begins_like
from holdfast.core.errors import UserError

if TYPE_CHECKING:
    from holdfast.evaluation.monitor import Monitor


@dataclass(frozen=True)
class Read:
    """How far a file was read; `device` and `inode` are those that it had then, `path` where it lay."""

    path: str
    device: int
    inode: int
    position: Position

    def is_file(self, stat: os.stat_result) -> bool:
        """Whether that is the file."""
        return (self.device, self.inode) == (stat.st_dev, stat.st_ino)

    def lies_in(self, folder: Path) -> bool:
        """Whether the file lies in that folder, under whatever name, as one does that was rotated away."""
        with os.scandir(folder) as entries:
            return any(self.is_file(entry.stat()) for entry in entries if entry.is_file())


@dataclass(frozen=True)
class MonitorState:
    """A monitor, and how far each file that fed it was read."""

    monitor: Monitor
    files: tuple[Read, ...] = ()

    def begun(self, path: Path, *, new: bool) -> Read:
        """How far a file was read before, by whatever name: known by device and inode. Not at all if `new`.

        Raises UserError where its outcomes may have been counted out of another file.
        """
        stat = path.stat()
        known = [each for each in self.files if each.is_file(stat)]
        if known and not new:
            return known[0]
        fresh = Read(str(path.resolve()), stat.st_dev, stat.st_ino, Position())
        if not new:
            for read in self.files:
                _refuse_copy(path, fresh, read)
        return fresh

    def after(self, monitor: Monitor, read: Read | None) -> MonitorState:
        """With the monitor after another piece, and how far its file is read now (None: no file)."""
        if read is None:
            return MonitorState(monitor, self.files)
        others = (each for each in self.files if (each.device, each.inode) != (read.device, read.inode))
        return MonitorState(monitor, (*others, read))

    def save(self, path: Path) -> None:
        """Write the state, whole or not at all."""
        from holdfast.core.files import write_text

        found = {
            "monitor": json.loads(self.monitor.to_json()),
            "files": [asdict(read) for read in self.files],
        }
        write_text(path, json.dumps(found, indent=2) + "\n")


def _refuse_copy(path: Path, fresh: Read, read: Read) -> None:
    """Raise UserError where a file that is not known may hold what was read of one that is."""
    lines = f"{read.position.lines:,} lines were counted"
    if begins_like(path, read.position):
        raise UserError(
            f"{path} begins like {read.path}, of which {lines}; go on with that one, or say --new if none of"
            " these outcomes was counted"
        )
    if read.path == fresh.path and not read.lies_in(path.resolve().parent):
        raise UserError(
            f"another file lies at {path} than the one of which {lines}, and that one is gone; say --new if"
            " none of these outcomes was counted"
        )


@contextmanager
def kept_state(path: Path | None, fresh: Monitor) -> Iterator[MonitorState]:
    """The state in that file, or a fresh one, held for this process as long as the context lasts.

    Raises UserError when it is not a state, or one of another target or confidence, when another process
    holds it, and when it cannot be written: before the first outcome is read.
    """
    if path is None:
        yield MonitorState(fresh)
        return
    with _held(path):
        state = _opened(path, fresh)
        try:
            state.save(path)
        except OSError as error:
            raise UserError(f"cannot write the state {path}: {error.strerror}; nothing was read") from error
        yield state


@contextmanager
def _held(path: Path) -> Iterator[None]:
    """Hold the state by a file beside it that is never replaced."""
    from holdfast.store.lock import held

    busy = (
        f"the state {path} is in use by another `holdfast monitor`, and two would lose counts; wait"
        " for it, or give this one a --state of its own"
    )
    with ExitStack() as stack:
        try:
            stack.enter_context(held(path.with_name(f"{path.name}.lock"), busy))
        except OSError as error:
            raise UserError(
                f"cannot write beside the state {path}: {error.strerror}; nothing was read"
            ) from error
        yield


def _opened(path: Path, fresh: Monitor) -> MonitorState:
    from holdfast.evaluation.monitor import Monitor

    if not path.exists():
        return MonitorState(fresh)
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        monitor = Monitor.from_json(json.dumps(found["monitor"]))
        files = tuple(_read(read) for read in found["files"])
    except (ValueError, TypeError, KeyError, AttributeError, UserError) as error:
        raise UserError(f"{path} is not a state that `holdfast monitor` wrote") from error
    except OSError as error:
        raise UserError(f"cannot read {path}: {error.strerror}") from error
    if (monitor.target, monitor.confidence) != (fresh.target, fresh.confidence):
        raise UserError(
            f"{path} belongs to the target {monitor.target!r} at confidence {monitor.confidence!r};"
            " give those, or another --state"
        )
    return MonitorState(monitor, files)


def _read(found: dict[str, Any]) -> Read:
    position = Position(**{**found["position"], "heads": tuple(found["position"]["heads"])})
    return Read(**{**found, "position": position})
