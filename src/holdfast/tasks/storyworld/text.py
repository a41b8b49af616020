"""Text to words and back, without loss for any sequence of vocabulary words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.tasks.storyworld.lexicon import NAMES, VOCABULARY

_WORD = re.compile(r"'s(?![a-z])|[a-z]+|[^\sa-z]")
_GLUED = frozenset({".", "!", "?", ",", "”", "'s"})
_ENDS = frozenset({".", "!", "?"})
_PLAIN = {word: word for word in VOCABULARY} | {name: name.capitalize() for name in (*NAMES, "i")}
_CAPITAL = {word: word.capitalize() for word in VOCABULARY}


def words(text: str) -> list[str]:
    """The words of a text in lower case; punctuation marks and `'s` are words of their own."""
    return _WORD.findall(text.lower())


def text(words: Sequence[str]) -> str:
    """The text of words: spaces, capitals after a sentence's end and on names."""
    pieces: list[str] = []
    capital, glue = True, True
    for word in words:
        if not glue and word not in _GLUED:
            pieces.append(" ")
        pieces.append(_CAPITAL.get(word, word) if capital else _PLAIN.get(word, word))
        glue = word == "“"
        capital = word in _ENDS or (capital and (glue or word == "”"))
    return "".join(pieces)
