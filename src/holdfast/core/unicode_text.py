"""Text from outside as UTF-8: a byte order mark is dropped, and what is no text is refused by its line."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from holdfast.core.errors import UserError

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_OTHER_MARKS = {codecs.BOM_UTF16_LE: "UTF-16", codecs.BOM_UTF16_BE: "UTF-16"}


def impurity(text: str) -> str | None:
    """Why a text cannot be taken in, with the place from 1: a NUL character or half of a surrogate pair."""
    place = text.find("\x00")
    if place >= 0:
        return f"NUL at character {place + 1}"
    if text.isascii():
        return None
    found = _SURROGATE.search(text)
    return f"U+{ord(found[0]):04X} alone at character {found.start() + 1}" if found else None


def check_text(text: str, place: str) -> str:
    """The text; raises UserError, which begins with the place, where it holds what is no character."""
    wrong = impurity(text)
    if wrong:
        raise UserError(f"{place}: it is no valid text ({wrong}); take that character out")
    return text


def decoded_lines(lines: Iterable[bytes], source: str) -> Iterator[str]:
    """Lines of UTF-8 bytes as text, without the byte order mark that may come first.

    Raises UserError with the number of a line that is not UTF-8.
    """
    for number, line in enumerate(lines, 1):
        content = line
        if number == 1:
            other = next((name for mark, name in _OTHER_MARKS.items() if line.startswith(mark)), None)
            if other:
                raise UserError(f"{source} begins with the mark of {other}; save it as UTF-8")
            content = line.removeprefix(codecs.BOM_UTF8)
        try:
            yield content.decode("utf-8")
        except UnicodeDecodeError as error:
            where = f"byte 0x{line[error.start]:02x} at byte {error.start + 1}"
            raise UserError(
                f"{source}, line {number}: it is not UTF-8 text ({where} of the line); save the file as UTF-8"
            ) from error


def read_text(path: Path, called: str = "") -> str:
    """All of a text file, its line ends as `\\n`; raises UserError where it is no UTF-8.

    `called` is what comes before the path in the message of a file that cannot be read.
    """
    try:
        with path.open("rb") as lines:
            whole = "".join(decoded_lines(lines, str(path)))
    except OSError as error:
        raise UserError(f"cannot read {called}{path}: {error.strerror or error}") from error
    return whole.replace("\r\n", "\n").replace("\r", "\n")
