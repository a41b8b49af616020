"""An embedding for each unit of a surface: the mean of those of its tokens, for first-order ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from holdfast.core.surface import Surface
from holdfast.models.codec import Codec

Matrix = NDArray[np.float32]


class UnitEmbeddings:
    """Grows with the surface, whose units get their numbers as they are met."""

    def __init__(self, of_tokens: Callable[[], Matrix], codec: Codec, surface: Surface) -> None:
        self._of_tokens = of_tokens
        self._codec = codec
        self._surface = surface
        self._rows = np.zeros((0, 0), dtype=np.float32)

    @cached_property
    def _matrix(self) -> Matrix:
        return self._of_tokens()

    def matrix(self) -> Matrix:
        """(U, H) the embeddings of all units that have a number now."""
        size = self._surface.size
        if not len(self._rows):
            self._rows = np.zeros((self._first(), self._matrix.shape[1]), dtype=np.float32)
        have = len(self._rows)
        if have < size:
            self._rows = np.concatenate([self._rows, self._means(self._surface.words(range(have, size)))])
        return self._rows

    def _first(self) -> int:
        """The least number of a unit: those below stand for no word of a closed vocabulary."""
        alphabet = self._surface.alphabet
        return int(alphabet[0]) if self._surface.closed and len(alphabet) else 0

    def _means(self, words: Sequence[str]) -> Matrix:
        """In the middle of a text most words follow a space, and are read so."""
        ids = [self._codec.encode_text(f" {word}") for word in words]
        rows = [
            self._matrix[list(own)].mean(axis=0) if own else np.zeros(self._matrix.shape[1]) for own in ids
        ]
        return np.array(rows, dtype=np.float32).reshape(len(words), self._matrix.shape[1])
