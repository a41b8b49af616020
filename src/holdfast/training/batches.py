"""Batches of near-equal length from arrays that were laid out once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.layout import Layout, Packed

_BATCHES_PER_POOL = 16


@dataclass(frozen=True)
class Batch:
    """One training step: indices into the examples, model inputs, and how many real tokens they hold."""

    rows: np.ndarray
    inputs: dict[str, torch.Tensor]
    tokens: int


class BatchSource:
    """Endless epochs of batches, each of near-equal length, in random order.

    Each epoch shuffles the examples, sorts pools of a few batches' worth by length, cuts them into batches,
    and shuffles those: short rows are not padded to long ones, and a row's company changes every epoch.
    """

    def __init__(
        self, layout: Layout, tokens: Sequence[Tokens], batch_size: int, positions: int | None, stream: Stream
    ) -> None:
        """Raises UserError when there is nothing to train on."""
        if not tokens:
            raise UserError("there are no examples to train on")
        self._layout, self._positions = layout, positions
        self._packed: Packed = layout.pack(tokens, positions)
        self._count = len(tokens)
        self._wants_types = layout.wants_types
        self._size = min(batch_size, len(tokens))
        self._random = stream.numpy()

    @property
    def batches_per_epoch(self) -> int:
        """How many batches show every example once (the last few rows of an epoch may be left out)."""
        return self._count // self._size

    def add(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Rows for more examples, which no epoch shows: they are for `batch` alone."""
        first = len(self._packed.lengths)
        self._packed = _joined(self._packed, self._layout.pack(tokens, self._positions), self._layout.pad)
        return np.arange(first, first + len(tokens))

    def __iter__(self) -> Iterator[Batch]:
        while True:
            for rows in self._epoch():
                yield self.batch(rows)

    def _epoch(self) -> list[np.ndarray]:
        lengths, size = self._packed.lengths[: self._count], self._size
        order = self._random.permutation(len(lengths))[: self.batches_per_epoch * size]
        pool = size * _BATCHES_PER_POOL
        batches: list[np.ndarray] = []
        for first in range(0, len(order), pool):
            part = order[first : first + pool]
            part = part[np.argsort(lengths[part], kind="stable")]
            batches.extend(part.reshape(-1, size))
        return [batches[i] for i in self._random.permutation(len(batches))]

    def batch(self, rows: np.ndarray) -> Batch:
        """The examples at these indices as one batch."""
        return _batch_of(self._packed, rows, self._wants_types)


def one_batch(layout: Layout, tokens: Sequence[Tokens], positions: int | None) -> Batch:
    """All of some examples as one batch."""
    return _batch_of(layout.pack(tokens, positions), np.arange(len(tokens)), layout.wants_types)


def _batch_of(packed: Packed, rows: np.ndarray, wants_types: bool) -> Batch:
    lengths = packed.lengths[rows]
    width = int(lengths.max())
    cut = Packed(packed.ids[rows, :width], packed.types[rows, :width], lengths)
    return Batch(rows, cut.model_inputs(slice(None), width, wants_types), int(lengths.sum()))


def _joined(one: Packed, other: Packed, pad: int) -> Packed:
    """The sequences of both, in order, padded to one width."""
    width = max(one.ids.shape[1], other.ids.shape[1])

    def whole(first: np.ndarray, second: np.ndarray, value: int) -> np.ndarray:
        sides = [
            np.pad(each, ((0, 0), (0, width - each.shape[1])), constant_values=value)
            for each in (first, second)
        ]
        return np.concatenate(sides)

    return Packed(
        whole(one.ids, other.ids, pad),
        whole(one.types, other.types, 0),
        np.concatenate([one.lengths, other.lengths]),
    )
