"""The standard streams, made to hold: what is printed after hours of work is not lost to where it goes.

A stream may be closed, full, a terminal of few letters, or a pipe whose reader has gone.
"""

from __future__ import annotations

import errno
import io
import os
import sys
import tempfile
from typing import IO, Any, TextIO

from holdfast.core.errors import HoldfastError, UserError


class RescuedOutput(io.RawIOBase):
    """Writes to a descriptor; what that refuses goes to a temporary file, from there to the end.

    A pipe without a reader stays an error: `head` has seen enough. `descriptor` is None where the stream is
    closed from the start.
    """

    def __init__(self, descriptor: int | None) -> None:
        self._descriptor = descriptor
        self._rescue: IO[bytes] | None = None
        self._reason = "it is closed"
        self._said = False

    def writable(self) -> bool:
        """It is."""
        return True

    def isatty(self) -> bool:
        """Whether a terminal shows it."""
        return self._descriptor is not None and os.isatty(self._descriptor)

    def fileno(self) -> int:
        """The descriptor; raises OSError where there is none."""
        if self._descriptor is None:
            raise io.UnsupportedOperation("the standard output is closed")
        return self._descriptor

    def write(self, data: Any, /) -> int:
        """Write some bytes, and say how many."""
        if self._descriptor is not None and self._rescue is None:
            try:
                return os.write(self._descriptor, data)
            except BrokenPipeError:
                raise
            except OSError as error:
                self._reason = error.strerror or str(error)
        if self._rescue is None:
            self._rescue = tempfile.NamedTemporaryFile(  # noqa: SIM115 (kept: it is all there is)
                prefix="holdfast-output-", suffix=".txt", delete=False, buffering=0
            )
        return self._rescue.write(data)

    def check(self) -> None:
        """Raise HoldfastError, naming the file, where something had to be rescued; once."""
        if self._rescue is not None and not self._said:
            self._said = True
            raise HoldfastError(
                f"the standard output takes nothing ({self._reason}); what was to be printed is in"
                f" {self._rescue.name}"
            )


class _Forgiving:
    """A stream for what is nice to see and no result: where it fails, nothing more is written to it."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._failed = False

    def write(self, text: str) -> int:
        if not self._failed:
            try:
                return self._out.write(text)
            except (OSError, ValueError):
                self._failed = True
        return len(text)

    def flush(self) -> None:
        if not self._failed:
            try:
                self._out.flush()
            except (OSError, ValueError):
                self._failed = True

    def __getattr__(self, name: str) -> Any:
        return getattr(self._out, name)


def forgiving(out: TextIO) -> TextIO:
    """The stream, whose failures end no work: a reader of progress may go away."""
    return _Forgiving(out)  # type: ignore[return-value]


def prepare_streams() -> None:
    """Make the streams of this process hold; once, before anything is opened.

    Where one is closed its number would go to the next file that is opened, and a library's words into that.
    """
    for number, stream in enumerate((sys.stdin, sys.stdout, sys.stderr)):
        if stream is None and not _is_open(number):
            _take(number)
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 (to the end)
    given = sys.stdout
    raw = RescuedOutput(None if given is None else given.fileno())
    sys.stdout = io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding="utf-8" if given is None else given.encoding,
        errors="backslashreplace",
        line_buffering=raw.isatty(),
        write_through=bool(getattr(given, "write_through", False)),
    )


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError as error:
        return error.errno != errno.EBADF
    return True


def _take(number: int) -> None:
    """Let the null device have a number."""
    opened = os.open(os.devnull, os.O_RDWR)
    if opened == number:
        os.set_inheritable(number, True)
    else:
        os.dup2(opened, number)
        os.close(opened)


def finish_output() -> None:
    """Write what is waiting; raises HoldfastError where it had to be rescued."""
    sys.stdout.flush()
    raw = getattr(getattr(sys.stdout, "buffer", None), "raw", None)
    if isinstance(raw, RescuedOutput):
        raw.check()


def drop_output() -> None:
    """Let what is waiting go nowhere: its reader has gone, and Python would complain when it ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def takes_unicode(out: TextIO) -> bool:
    """Whether every letter can be written to a stream as it is."""
    return (getattr(out, "encoding", None) or "utf-8").lower().replace("_", "-").startswith("utf")


def has_terminal_input() -> bool:
    """Whether somebody can type."""
    return sys.stdin is not None and sys.stdin.isatty()


def standard_input(hint: str) -> IO[bytes]:
    """The bytes of the standard input; raises UserError, with the hint, where it is closed."""
    if sys.stdin is None:
        raise UserError(f"nothing to read, as the standard input is closed: {hint}")
    return sys.stdin.buffer


def piped_input(hint: str) -> IO[bytes]:
    """The same; raises UserError also where it is a terminal, at which nobody is asked to type."""
    if has_terminal_input():
        raise UserError(f"nothing to read: {hint}")
    return standard_input(hint)
