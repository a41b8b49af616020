"""Text to words and back, without loss for any sequence of vocabulary words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from holdfast.tasks.storyworld.lexicon import NAMES, VOCABULARY

_WORD = re.compile(r"o'clock|[a-z]+(?=n't(?![a-z]))|n't(?![a-z])|'(?:s|d|ll)(?![a-z])|[a-z]+|[^\sa-z]")
_SPACED = ".,!?;:“”"
_ODD = re.compile(r"[^a-z\s.,!?;:“”]")
_APOSTROPHE = re.compile("(?<=[a-z])’(?=[a-z])")
_OPENING = frozenset("“«‘")
_GLUED = frozenset((*".!?…,;:”»’", "'s", "'d", "'ll"))
_ENDS = frozenset(".!?…")
_PROPER = """i english monday tuesday wednesday thursday friday saturday sunday january february
    april july august
    september october november december christmas easter""".split()
_PLAIN = {word: word for word in VOCABULARY} | {name: name.capitalize() for name in (*NAMES, *_PROPER)}
_CAPITAL = {word: word.capitalize() for word in VOCABULARY}
_STRAIGHT = '"'
_BEFORE_SPEECH = frozenset(",:")


def words(text: str) -> list[str]:
    """The words of a text in lower case; marks, `'s`, `'d`, `'ll` and `n't` are words of their own."""
    text = text.lower()
    if "’" in text:
        text = _APOSTROPHE.sub("'", text)
    for mark in _SPACED:
        if mark in text:
            text = text.replace(mark, f" {mark} ")
    pieces = text.split()
    if _ODD.search(text) is None:
        return pieces
    return [
        word
        for piece in pieces
        for word in ((piece,) if piece.isalpha() and piece.isascii() else _WORD.findall(piece))
    ]


def text(words: Sequence[str]) -> str:
    """The text of words: spaces, capitals after a sentence's end, at the start of speech and on names."""
    pieces: list[str] = []
    capital, glue, quoted, last = True, True, False, ""
    for word in words:
        closing = word == _STRAIGHT and quoted
        if not glue and not closing and word not in _GLUED and not (word == "n't" and last.isalpha()):
            pieces.append(" ")
        pieces.append(_CAPITAL.get(word, word) if capital else _PLAIN.get(word, word))
        if word == _STRAIGHT:
            quoted = not quoted
        glue = word in _OPENING or (word == _STRAIGHT and quoted)
        speech = glue and word not in _GLUED and last in _BEFORE_SPEECH
        capital = word in _ENDS or speech or (capital and (glue or closing or word in _GLUED))
        last = word
    return "".join(pieces)
