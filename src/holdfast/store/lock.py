"""One process a run folder, held by a lock that vanishes with the process."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO

from holdfast.core.errors import UserError


class RunLock:
    """Holds a run folder for this process, as a context manager; raises UserError if a live process holds it.

    The lock is the operating system's own (`flock`) on the file `lock`, so a killed process leaves none;
    what the file says is only for people. `told` is what the error calls the folder.
    """

    def __init__(self, folder: Path, told: str = "the run folder") -> None:
        self._told = told
        self._path = folder / "lock"
        self._file: IO[str] | None = None

    def __enter__(self) -> RunLock:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            file = self._path.open("a+", encoding="utf-8")
        except (PermissionError, NotADirectoryError, FileExistsError) as error:
            raise UserError(f"cannot write into {self._path.parent}: {error.strerror}") from None
        except OSError as error:
            if error.errno != errno.EROFS:
                raise
            raise UserError(f"cannot write into {self._path.parent}: {error.strerror}") from None
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            holder, folder = _holder(self._path), self._path.parent
            raise UserError(f"{self._told} {folder} is in use by {holder}; wait for it, or stop it") from None
        file.truncate(0)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"pid": os.getpid(), "host": platform.node(), "since": now}, file)
        file.flush()
        self._file = file
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@contextmanager
def held(path: Path, busy: str | None = None) -> Iterator[None]:
    """Hold a file, made if need be, by the operating system's lock, which vanishes with the process.

    Raises UserError with `busy` where another process holds it, or waits for that where nothing is said, and
    OSError where it cannot be made.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (fcntl.LOCK_NB if busy else 0))
        except BlockingIOError:
            raise UserError(busy or "") from None
        yield


def in_use(folder: Path) -> bool:
    """Whether a live process holds the run folder."""
    path = folder / "lock"
    if not path.exists():
        return False
    with path.open("r", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _holder(path: Path) -> str:
    try:
        said = json.loads(path.read_text(encoding="utf-8"))
        return f"process {said['pid']} on {said['host']} since {said['since']}"
    except (ValueError, KeyError, OSError):
        return "another process"
