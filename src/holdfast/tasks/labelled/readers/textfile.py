"""A text file as lines or chunks: compressed or not, in any encoding, every bad byte named with its place."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from holdfast.core.errors import UserError
from holdfast.tasks.labelled.faults import Faults
from holdfast.tasks.labelled.readers.detect import is_gzip

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
NOT_DECODED = "it is not text in the encoding of the file"
_HINT = "write the file's own 'encoding' (cp1252 for much that Windows programs save), or save it as UTF-8"


class TextFile:
    """One text file, read once. Bad bytes are errors of their line, and are read as U+FFFD to go on.

    Raises UserError when it begins with the mark of another encoding.
    """

    def __init__(self, path: Path, encoding: str, faults: Faults) -> None:
        self.path = path
        self.faults = faults
        self.size = path.stat().st_size
        self._raw = path.open("rb")
        self._stream = gzip.GzipFile(fileobj=self._raw) if is_gzip(path) else self._raw
        self.encoding = encoding
        self.bom = self._skip_mark()

    def position(self) -> int:
        """How many bytes of the file (compressed ones, where it is) were read."""
        return 0 if self._raw.closed else self._raw.tell()

    def _skip_mark(self) -> bool:
        with _whole(self.path):
            start = self._stream.peek(4)[:4]
        mark, named = next((each for each in _MARKS if start.startswith(each[0])), (b"", ""))
        if not mark:
            return False
        if named != self.encoding:
            self._raw.close()
            raise UserError(
                f"{self.path} begins with the mark of {named.upper()}, but is to be read as "
                f"{self.encoding}; write encoding: {named}"
            )
        if named == "utf-8":
            self._stream.read(len(mark))
        return True

    def lines(self, *, returns: bool = False) -> Iterator[str]:
        """The lines with their ends; `returns` ends one at a lone carriage return too."""
        with self._raw, _whole(self.path):
            if not _keeps_line_ends(self.encoding):
                yield from self._decoded_whole()
                return
            for number, line in enumerate(self._numbered(returns), 1):
                yield self._decoded(line, number)

    def _numbered(self, returns: bool) -> Iterator[bytes]:
        for line in self._stream:
            if returns and b"\r" in line and line.find(b"\r") != len(line) - 2:
                yield from (part.encode("latin-1") for part in _LINES.findall(line.decode("latin-1")))
            else:
                yield line

    def _decoded(self, line: bytes, number: int) -> str:
        try:
            return line.decode(self.encoding)
        except UnicodeDecodeError as error:
            self._bad_byte(number, error.start, line[error.start])
            return line.decode(self.encoding, "replace")

    def _bad_byte(self, number: int, place: int, byte: int) -> None:
        where = f"byte 0x{byte:02x} at byte {place + 1} of the line, read as {self.encoding}"
        self.faults.add(number, None, NOT_DECODED, where, _HINT)

    def _decoded_whole(self) -> Iterator[str]:
        """Lines of an encoding in which a line end cannot be seen among the bytes; stops at a bad byte."""
        reading = io.TextIOWrapper(cast(BinaryIO, self._stream), self.encoding, newline="")
        number = 1
        try:
            for line in reading:
                yield line
                number += 1
        except UnicodeError as error:
            self.faults.add(number, None, NOT_DECODED, f"{error}; nothing after it was read", _HINT)

    def chunks(self) -> Iterator[str]:
        """The text in pieces of about a million characters; stops at a bad byte, which is an error."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        line = 1
        with self._raw, _whole(self.path):
            while data := self._stream.read(_CHUNK):
                try:
                    text = decoder.decode(data)
                except UnicodeDecodeError as error:
                    before = error.object[: error.start]
                    place = error.start - before.rfind(b"\n") - 1
                    self._bad_byte(line + before.count(b"\n"), place, error.object[error.start])
                    return
                line += text.count("\n")
                yield text


def _keeps_line_ends(encoding: str) -> bool:
    return 'a,"\t\r\n'.encode(encoding) == b'a,"\t\r\n'


@contextmanager
def _whole(path: Path) -> Iterator[None]:
    """Turns the errors of a damaged gzip file into one for people."""
    try:
        yield
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise UserError(f"{path} is damaged or cut short ({error}); fetch or pack it again") from None
