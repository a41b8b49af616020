"""Text to words and back, without loss for any sequence of vocabulary words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import ascii_lowercase, ascii_uppercase

_WORD = re.compile(r"[a-z]+|[0-9]+|[^\sa-z0-9]")
_SMALL = str.maketrans(ascii_uppercase, ascii_lowercase)
"""Of the letters A to Z alone: `str.lower` also makes a `k` of the sign for degrees Kelvin."""
_GLUED_BEFORE = frozenset(",;.:)]")
_GLUED_AFTER = frozenset("([")
_OPENING = frozenset("([")


def words(text: str) -> list[str]:
    """The words of a text in lower case; numbers are words, and so is each mark."""
    return _WORD.findall(text.translate(_SMALL))


def text(words: Sequence[str]) -> str:
    """The text of words, spaced as programs are: `copy(log, queue); queue[0] = 5`."""
    pieces: list[str] = []
    last = ""
    for word in words:
        glued = (
            not last
            or word in _GLUED_BEFORE
            or last in _GLUED_AFTER
            or (word in _OPENING and last.isalpha() and last not in _BEFORE_GROUPS)
        )
        pieces.append(word if glued else f" {word}")
        last = word
    return "".join(pieces)


_BEFORE_GROUPS = frozenset("from to do if not and or is above below show else end".split())
"""Words before which a bracket opens a group or a list, and not a call or a place in a list."""
