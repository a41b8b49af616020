"""Characters that people misread: invisible ones, and letters that look like those of another script.

The pages find the same ones (`workbench/web/src/shell/oddities.ts`); a table of cases holds both together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Literal, NamedTuple

SCRIPTS = ("LATIN", "GREEK", "CYRILLIC", "ARMENIAN", "CHEROKEE")
"""Scripts with letters of the same shapes. Their names begin the Unicode names of their letters."""

_FILLERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks that show nothing, or at most a gap."""
_SELECTORS = (("\ufe00", "\ufe0f"), ("\u180b", "\u180f"), ("\U000e0100", "\U000e01ef"))
_PLAIN = frozenset("\t\n\r ")
_WORD = re.compile(r"[^\W_]+(?:[^\W_]|[\u0300-\u036f])*")


class Odd(NamedTuple):
    """A character that people misread, and its place in the text from 0."""

    at: int
    name: str
    kind: Literal["invisible", "look-alike"]


def odd_characters(text: str, home: str | None = None) -> list[Odd]:
    """What people misread in a text, in order.

    Invisible are controls, format characters (zero width, soft hyphen, bidirectional marks), fillers,
    variation selectors and blanks other than the space, but not what joins emoji or letters of scripts that
    need it. Look-alikes are the letters of the rarer script in a word that mixes scripts, letters that are
    ASCII ones in another shape and, where a `home` script is given, all letters of the others in `SCRIPTS`.
    """
    if text.isascii() and text.isprintable():
        return []
    found = [
        Odd(at, _name(char), "invisible")
        for at, char in enumerate(text)
        if _is_invisible(char) and not _is_joined(text, at)
    ]
    places = _of_other_scripts(text, home) | {at for at, char in enumerate(text) if _is_shaped_ascii(char)}
    found += [Odd(at, _name(text[at]), "look-alike") for at in places]
    return sorted(found)


def home_script(words: Iterable[str]) -> str | None:
    """The one script of some words, of those that look alike; None where there is none, or more."""
    scripts = {script for char in set("".join(words)) if (script := _script(char))}
    return scripts.pop() if len(scripts) == 1 else None


def _is_invisible(char: str) -> bool:
    if char in _PLAIN:
        return False
    kind = unicodedata.category(char)
    return kind in ("Cc", "Cf", "Zs", "Zl", "Zp") or char in _FILLERS or _is_selector(char)


def _is_selector(char: str) -> bool:
    return any(first <= char <= last for first, last in _SELECTORS)


def _is_joined(text: str, at: int) -> bool:
    """Whether it belongs to the symbol or letter before it."""
    char, before = text[at], text[at - 1] if at else " "
    if char in "\u200d\ufe0e\ufe0f":
        symbol = unicodedata.category(before) in ("So", "Sk") or before == "\ufe0f"
        keycap = text[at + 1 : at + 2] == "\u20e3"
        if symbol or keycap:
            return True
    if char in "\u200c\u200d":
        return unicodedata.category(before)[0] in "LM" and not _script(before) and before.isprintable()
    return False


def _is_shaped_ascii(char: str) -> bool:
    if char <= "\xff" or unicodedata.category(char) not in ("Lu", "Ll", "Lo", "Nd"):
        return False
    plain = unicodedata.normalize("NFKC", char)
    return plain.isascii() and plain.isalnum()


def _of_other_scripts(text: str, home: str | None) -> set[int]:
    places: set[int] = set()
    for word in _WORD.finditer(text):
        scripts = {at: script for at in range(*word.span()) if (script := _script(text[at]))}
        if not scripts:
            continue
        counts = {script: list(scripts.values()).count(script) for script in SCRIPTS}
        main = home or max(SCRIPTS, key=counts.__getitem__)
        places |= {at for at, script in scripts.items() if script != main}
    return places


def _script(char: str) -> str | None:
    if not char.isalpha():
        return None
    name = unicodedata.name(unicodedata.normalize("NFKC", char)[0], "")
    return next((script for script in SCRIPTS if name.startswith(f"{script} ")), None)


def _name(char: str) -> str:
    known = _NAMES.get(char) or unicodedata.name(char, "")
    code = f"U+{ord(char):04X}"
    return f"{known} ({code})" if known else code


_NAMES = {"\x00": "NULL", "\x08": "BACKSPACE", "\x1b": "ESCAPE", "\x7f": "DELETE", "\x85": "NEXT LINE"}
"""Controls have no names of their own."""
