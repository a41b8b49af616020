"""A distribution over token sequences of one length, each token drawn by itself.

Uniform strings are the case whose truth can be counted; distributions of this kind are those of
arXiv 2410.13211.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.evaluation.rare.chain import Floats, Move

REDRAWN = 3
"""A move redraws between one and so many tokens at once."""


@dataclass(frozen=True, eq=False)
class TokenIndependent:
    """Sequences of L tokens, the first `prompt_length` of which are the prompt.

    `log_probs` has shape (L, V): log p of each token id at each place. Raises ValueError unless every row
    is a distribution.
    """

    log_probs: Floats
    prompt_length: int

    def __post_init__(self) -> None:
        rows = np.asarray(self.log_probs)
        if rows.ndim != 2 or not rows.shape[0] or not 0 <= self.prompt_length <= rows.shape[0]:
            raise ValueError(f"need log probabilities (L, V) with a prompt within L, got {rows.shape}")
        if not np.allclose(np.exp(rows).sum(axis=1), 1.0):
            raise ValueError("the probabilities at a place do not sum to 1")

    @classmethod
    def uniform(cls, alphabet: Sequence[int], length: int, prompt_length: int) -> Self:
        """All sequences of `length` tokens over an alphabet of token ids, each as likely as any other."""
        row = np.full(max(alphabet) + 1, -np.inf)
        row[list(alphabet)] = -np.log(len(alphabet))
        return cls(np.tile(row, (length, 1)), prompt_length)

    @property
    def length(self) -> int:
        """L, the tokens of a sequence."""
        return int(self.log_probs.shape[0])

    def sample(self, count: int, stream: Stream) -> list[Tokens]:
        """Independent draws."""
        return self._split(_drawn(self._sums, stream.numpy().random((count, self.length))))

    def log_prob(self, states: Sequence[Tokens]) -> Floats:
        """log p of each sequence, shape (B,); -inf for one of another length or cut elsewhere."""
        return self._total(states, self.log_probs)

    def refresh(self, states: Sequence[Tokens], stream: Stream) -> list[Move[Tokens]]:
        """Half the time one to three places drawn anew, else two exchanged or a run moved on by one.

        The first is balanced by itself, for tokens do not depend on each other; the others lead back with
        the odds that led there, so the densities alone count.
        """
        draw = stream.numpy()
        ids = self._rows(states)
        fresh = _drawn(self._sums, draw.random(ids.shape))
        counts = draw.integers(1, min(REDRAWN, self.length) + 1, len(states))
        ranks = draw.random(ids.shape).argsort(axis=1).argsort(axis=1)
        order = self._permuted(draw, len(states))
        permutes = draw.random(len(states)) < 0.5
        moved = np.where(ranks < counts[:, None], fresh, ids)
        moved[permutes] = np.take_along_axis(ids, order, axis=1)[permutes]
        places = np.arange(self.length)
        rise = (self.log_probs[places, moved] - self.log_probs[places, ids]).sum(axis=1)
        ratios = np.where(permutes, rise, 0.0).tolist()
        return [Move(state, ratio) for state, ratio in zip(self._split(moved), ratios, strict=True)]

    def _permuted(self, draw: np.random.Generator, count: int) -> np.ndarray:
        """Orders of the places that are as likely as their inverses, shape (count, L)."""
        order = np.tile(np.arange(self.length), (count, 1))
        ends = np.sort(draw.integers(0, self.length, (count, 2)), axis=1)
        kinds = draw.integers(0, 3, count)
        for row, (first, last), kind in zip(order, ends.tolist(), kinds.tolist(), strict=True):
            if kind == 0:
                row[[first, last]] = last, first
            else:
                row[first : last + 1] = np.roll(row[first : last + 1], 1 if kind == 1 else -1)
        return order

    def sample_tilted(self, count: int, tilt: Floats, stream: Stream) -> list[Tokens]:
        """Draws from q(x) ∝ p(x) exp(Σ tilt[place, token]), `tilt` of shape (L, V)."""
        sums = np.exp(self._tilted(tilt)).cumsum(axis=1)
        return self._split(_drawn(sums, stream.numpy().random((count, self.length))))

    def log_ratio(self, states: Sequence[Tokens], tilt: Floats) -> Floats:
        """log q(x) - log p(x) of sequences in the support, exact, shape (B,)."""
        with np.errstate(invalid="ignore"):  # words that cannot be drawn, of which none is asked
            shift = self._tilted(tilt) - self.log_probs
        return self._total(states, np.where(np.isfinite(self.log_probs), shift, -np.inf))

    def tilt_of(self, states: Sequence[Tokens], gains: Sequence[np.ndarray]) -> Floats:
        """The mean over sequences of what each token promises at each place, shape (L, V)."""
        mean: Floats = np.mean(np.asarray(gains, dtype=np.float64)[:, :, : self.log_probs.shape[1]], axis=0)
        return mean

    @cached_property
    def _sums(self) -> Floats:
        sums: Floats = np.exp(self.log_probs).cumsum(axis=1)
        return sums

    def _tilted(self, tilt: Floats) -> Floats:
        scores = self.log_probs + np.asarray(tilt, dtype=np.float64)
        top = scores.max(axis=1, keepdims=True)
        tilted: Floats = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
        return tilted

    def _total(self, states: Sequence[Tokens], table: Floats) -> Floats:
        total = np.full(len(states), -np.inf)
        fits = [i for i, state in enumerate(states) if self._fits(state)]
        if fits:
            ids = self._rows([states[i] for i in fits])
            total[fits] = table[np.arange(self.length), ids].sum(axis=1)
        return total

    def _fits(self, state: Tokens) -> bool:
        size = self.log_probs.shape[1]
        return (
            len(state.prompt) == self.prompt_length
            and len(state) == self.length
            and all(0 <= word < size for part in state for word in part)
        )

    def _rows(self, states: Sequence[Tokens]) -> np.ndarray:
        ids = [(*state.prompt, *state.completion) for state in states]
        return np.array(ids, dtype=np.int64).reshape(len(states), self.length)

    def _split(self, ids: np.ndarray) -> list[Tokens]:
        cut = self.prompt_length
        return [Tokens(tuple(row[:cut]), tuple(row[cut:])) for row in ids.tolist()]


def _drawn(sums: Floats, uniforms: np.ndarray) -> np.ndarray:
    """The token at which each place's cumulative probability passes its number, shape (B, L)."""
    drawn = np.empty(uniforms.shape, dtype=np.int64)
    for place, row in enumerate(sums):
        drawn[:, place] = np.searchsorted(row, uniforms[:, place] * row[-1], side="right")
    return drawn
