"""The surface: how text is cut into the units that attacks edit, and joined again.

Rooms hand each other text, or units of a surface, which map to text. Token ids never leave the model that
they belong to (DESIGN section 3): a classifier, a generator and a judge may each have another tokenizer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from holdfast.core.places import Place, word_places
from holdfast.core.snippet import Snippet, Units

UnitIds = NDArray[np.int64]
Ids = tuple[int, ...]


@dataclass(frozen=True)
class Limits:
    """The largest snippet of the input space, in units; an attack may write anything within it."""

    prompt_words: int
    completion_words: int

    def refusal(self, units: Units) -> str | None:
        """Why a snippet is outside of the input space, in words; None where it is not."""
        parts = (
            ("prompt", units.prompt, self.prompt_words),
            ("completion", units.completion, self.completion_words),
        )
        for name, ids, most in parts:
            if len(ids) > most:
                return f"its {name} has {len(ids)} words, and the limit is {most}"
        return None if units.completion else "its completion is empty"


class Surface(Protocol):
    """Cuts text into units, each known by a number, and joins them without loss."""

    @property
    def limits(self) -> Limits:
        """The largest snippet."""

    @property
    def alphabet(self) -> UnitIds:
        """The units that an attack may write, ascending."""

    @property
    def size(self) -> int:
        """How many units have a number; more may get one."""

    @property
    def closed(self) -> bool:
        """Whether all units are those of a closed vocabulary, known beforehand."""

    def split(self, text: str) -> Ids:
        """The units of a text, in order; `join` gives the text back."""

    def join(self, ids: Sequence[int]) -> str:
        """The text of some units."""

    def words(self, ids: Sequence[int]) -> list[str]:
        """Each unit by itself, as it is shown to people."""

    def number(self, word: str, like: int | None = None) -> int | None:
        """The unit of a word, with the gap before it of the unit `like`; None where it cannot be written."""

    def places(self, ids: Sequence[int]) -> list[Place]:
        """Where each unit stands in the text that `join` makes of them."""


def units_of(surface: Surface, snippets: Iterable[Snippet]) -> list[Units]:
    """Each snippet as units, in order."""
    return [Units(surface.split(s.prompt), surface.split(s.completion)) for s in snippets]


def snippets_of(surface: Surface, units: Sequence[Units]) -> list[Snippet]:
    """Each snippet as text, in order; parts that come many times are joined once."""
    texts = {part: surface.join(part) for part in {part for each in units for part in each}}
    return [Snippet(texts[prompt], texts[completion]) for prompt, completion in units]


def joined_prompts(surface: Surface, prompts: Sequence[Ids]) -> list[str]:
    """The text of each prompt, in order."""
    texts = {prompt: surface.join(prompt) for prompt in set(prompts)}
    return [texts[prompt] for prompt in prompts]


class ClosedSurface:
    """The surface of a closed vocabulary; word `i` is unit `first + i`, as in the word tokenizer.

    So a model over the same vocabulary reads units as its own tokens. Words outside the vocabulary are kept
    as they stand, under numbers of their own above all others; an attack never writes them.
    """

    closed = True

    def __init__(
        self,
        vocabulary: Sequence[str],
        limits: Limits,
        words: Callable[[str], list[str]],
        text: Callable[[Sequence[str]], str],
        first: int,
    ) -> None:
        self.limits = limits
        self._split_words, self._join_words = words, text
        self._ids = {word: first + i for i, word in enumerate(vocabulary)}
        self._words = {i: word for word, i in self._ids.items()}
        self._end = first + len(vocabulary)

    @cached_property
    def alphabet(self) -> UnitIds:
        """Every word of the vocabulary."""
        return np.array(sorted(i for i in self._words if i < self._end), dtype=np.int64)

    @property
    def size(self) -> int:
        """One more than the greatest number of a word, those outside the vocabulary too."""
        return self._end + self.strangers

    @property
    def strangers(self) -> int:
        """How many words outside the vocabulary have been met."""
        return len(self._words) - len(self.alphabet)

    @property
    def has_strangers(self) -> bool:
        """Whether words outside the vocabulary have been met."""
        return self.strangers > 0

    def split(self, text: str) -> Ids:
        """The words of a text."""
        ids = self._ids
        return tuple([ids[w] if w in ids else self._new(w) for w in self._split_words(text)])

    def join(self, ids: Sequence[int]) -> str:
        """The canonical text of some words."""
        return self._join_words(self.words(ids))

    def words(self, ids: Sequence[int]) -> list[str]:
        """Each word."""
        words = self._words
        return [words[i] for i in ids]

    def number(self, word: str, like: int | None = None) -> int | None:
        """The number of a word of the vocabulary; None for all others."""
        found = self._ids.get(word, self._end)
        return found if found < self._end else None

    def places(self, ids: Sequence[int]) -> list[Place]:
        """Where each word stands in the joined text."""
        return word_places(self.join(ids), self.words(ids))

    def _new(self, word: str) -> int:
        number = self.size
        self._ids[word], self._words[number] = number, word
        return number
