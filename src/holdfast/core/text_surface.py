"""The surface of real text: words, or sentences, with what stands between them; nothing is lost.

A unit is a word together with the gap before it. Most gaps are what one would write there by habit (a space
between words, none before a comma); such a gap follows the unit's neighbours when they change. Any other gap
(two spaces, a line's end, none where a space is usual) is kept as it stands. So `join(split(text)) == text`
for every text, and outside of the edited units a rewrite keeps case, spacing and every character.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from typing import Literal

import numpy as np
import regex

from holdfast.core.places import Place
from holdfast.core.surface import Ids, Limits, UnitIds

Cut = Literal["words", "sentences"]
"""How text is cut into units."""

_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
"""Scripts that put no space between words: each character is a word."""

_PATTERNS: dict[Cut, regex.Pattern[str]] = {
    "words": regex.compile(
        rf"[{_UNSPACED}]|[[\p{{L}}\p{{N}}\p{{M}}_]--[{_UNSPACED}]]+(?:['’][\p{{L}}\p{{M}}]+)*|(?!\s)\X",
        regex.V1,
    ),
    # Up to an end mark with the quotes or brackets that close after it, or to the end of the line.
    "sentences": regex.compile(
        r"(?!\s)[^\n]+?(?:[.!?…。！？]+[\"'”’»)\]]*(?=\s+(?!\p{Ll})|\s*$)|(?=\s*\n)|(?=\s*$))", regex.V1
    ),
}

_ENDED = regex.compile(r"[.!?…。！？][\"'”’»)\]]*$", regex.V1)
_NO_GAP_BEFORE = frozenset(".,;:!?%)]}»”’…。，！？、")
_NO_GAP_AFTER = frozenset("([{«“‘#@$£€¿¡")
_UNSPACED_CHARACTER = regex.compile(rf"[{_UNSPACED}]", regex.V1)

_NUMBERING = threading.Lock()
"""Held while a new unit gets its number, for several threads may read by one surface.

A surface can be pickled and a lock cannot, so all surfaces share this one."""

Unit = tuple[str | None, str]
"""The gap before a word (None: the usual one), and the word; it is empty where a text ends in a gap."""


class TextSurface:
    """Cuts any text into words or sentences, numbered as they are met.

    `alphabet` are the words (or sentences) that an attack may write, in their usual spacing.
    """

    closed = False

    def __init__(self, limits: Limits, alphabet: Iterable[str] = (), cut: Cut = "words") -> None:
        self.limits = limits
        self.cut = cut
        self._numbers: dict[Unit, int] = {}
        self._units: list[Unit] = []
        self.alphabet: UnitIds = np.array(sorted({self.number(word) for word in alphabet}), dtype=np.int64)

    @property
    def size(self) -> int:
        """How many units have a number."""
        return len(self._units)

    def number(self, word: str, like: int | None = None) -> int:
        """The number of a word with the gap of the unit `like`, or else the usual one; given now if it has
        none.
        """
        return self._number(None if like is None else self._units[like][0], word)

    def _number(self, gap: str | None, word: str) -> int:
        unit = gap, word
        found = self._numbers.get(unit)
        return self._new(unit) if found is None else found

    def _new(self, unit: Unit) -> int:
        with _NUMBERING:
            if unit not in self._numbers:
                self._units.append(unit)
                self._numbers[unit] = len(self._units) - 1
            return self._numbers[unit]

    def is_unit(self, text: str) -> bool:
        """Whether a text by itself is one unit, with nothing before or after it."""
        return _PATTERNS[self.cut].fullmatch(text) is not None

    def split(self, text: str) -> Ids:
        """The units of a text."""
        found, end, before = [], 0, None
        for match in _PATTERNS[self.cut].finditer(text):
            gap, word = text[end : match.start()], match[0]
            found.append(self._number(None if gap == self._gap(before, word) else gap, word))
            end, before = match.end(), word
        if end < len(text):
            found.append(self._number(text[end:], ""))
        return tuple(found)

    def join(self, ids: Sequence[int]) -> str:
        """The text of some units."""
        return "".join(self._pieces(ids))

    def words(self, ids: Sequence[int]) -> list[str]:
        """Each word without the gap before it."""
        units = self._units
        return [units[i][1] for i in ids]

    def places(self, ids: Sequence[int]) -> list[Place]:
        """Where each word stands in the joined text, without the gap before it."""
        pieces, places, end = self._pieces(ids), [], 0
        for piece, i in zip(pieces, ids, strict=True):
            end += len(piece)
            places.append((end - len(self._units[i][1]), end))
        return places

    def _pieces(self, ids: Sequence[int]) -> list[str]:
        """Each unit as it is written after the one before it."""
        units, pieces, before = self._units, [], None
        for i in ids:
            gap, word = units[i]
            pieces.append((self._gap(before, word) if gap is None else gap) + word)
            before = word
        return pieces

    def _gap(self, before: str | None, word: str) -> str:
        return usual_gap(before, word) if self.cut == "words" else gap_of_sentences(before, word)


def sentence_places(text: str) -> list[Place]:
    """From which character up to which each sentence of a text stands."""
    return [match.span() for match in _PATTERNS["sentences"].finditer(text)]


def gap_of_sentences(before: str | None, sentence: str) -> str:
    """What stands between two sentences: a line's end where a space would make one sentence of them."""
    if not before or not sentence:
        return ""
    apart = _ENDED.search(before) and not sentence[0].islower()
    return " " if apart else "\n"


def usual_gap(before: str | None, word: str) -> str:
    """What stands by habit between two words; `before` is None at a text's beginning."""
    if not before or not word or word[0] in _NO_GAP_BEFORE or before[-1] in _NO_GAP_AFTER:
        return ""
    unspaced = _UNSPACED_CHARACTER.match(before[-1]) and _UNSPACED_CHARACTER.match(word[0])
    return "" if unspaced else " "
