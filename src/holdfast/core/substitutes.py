"""Tables of substitutes: which words may be written for a word."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from holdfast.core.errors import UserError
from holdfast.core.surface import Surface
from holdfast.core.unicode_text import check_text, read_text


class Substitutes:
    """Words for words: as a word is written, or else by its small letters, its capital kept."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._words = words

    def of(self, word: str) -> list[str]:
        """The words that may be written for one, in alphabetical order; never the word itself."""
        if word in self._words:
            return sorted(set(self._words[word]) - {word})
        others = sorted(set(self._words.get(word.lower(), ())) - {word.lower()})
        return [other[:1].upper() + other[1:] for other in others] if word[:1].isupper() else others

    def every(self) -> list[str]:
        """All words that may be written for any, in alphabetical order."""
        return sorted({other for others in self._words.values() for other in others})

    @classmethod
    def read(cls, path: str | Path) -> Substitutes:
        """From a JSON object of word to list of words; raises UserError where it is no such thing."""
        try:
            table = json.loads(read_text(Path(path), "the substitutes in "))
        except (ValueError, RecursionError) as error:
            raise UserError(f"cannot read the substitutes in {path}: {error}") from None
        if not isinstance(table, dict) or not all(_is_list_of_words(others) for others in table.values()):
            raise UserError(
                f"{path} is no table of substitutes; write a JSON object of word to list of words"
            )
        for word in (*table, *(other for others in table.values() for other in others)):
            check_text(word, str(path))
        return cls(table)


def _is_list_of_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


class UnitSubstitutes:
    """The same by units of a surface; a substitute has the gap of the word that it stands for."""

    def __init__(self, surface: Surface, table: Substitutes) -> None:
        self._surface = surface
        self._table = table
        self._known: dict[int, tuple[int, ...]] = {}

    def of(self, unit: int) -> tuple[int, ...]:
        """The units that may be written for one, in the alphabetical order of their words."""
        if unit not in self._known:
            (word,) = self._surface.words([unit])
            numbers = [self._surface.number(other, like=unit) for other in self._table.of(word)]
            self._known[unit] = tuple(number for number in numbers if number is not None)
        return self._known[unit]
