"""What a gradient promises of words, and moves that follow it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.evaluation.rare.chain import Floats, Move
from holdfast.evaluation.rare.token_independent import TokenIndependent

if TYPE_CHECKING:
    from holdfast.models.scoring import ScoringEngine

Gains = Callable[[Sequence[Tokens]], Sequence[np.ndarray]]
"""For each snippet an array (P + C, V): how much each word id at each place would raise the margin, to first
order and up to a constant for each place."""

GRADIENT_QUERIES = 3
"""What a gradient costs in forwards: one, and a backward that costs two (arXiv 2407.18213 counts so)."""


def word_gains(engine: ScoringEngine) -> Gains:
    """Gains by the gradient of a filter's log odds with respect to its word embeddings."""
    embeddings = engine.embedding_matrix().astype(np.float64)
    centred = embeddings - embeddings[engine.codec.alphabet].mean(axis=0)

    def gains(states: Sequence[Tokens]) -> list[np.ndarray]:
        return [
            -(np.concatenate([own.prompt, own.completion]).astype(np.float64) @ centred.T)
            for own in engine.gradients(states)
        ]

    return gains


class GradientGuided:
    """Moves over a token-independent distribution that follow the gradient, as published for MHIS.

    A place is drawn at random, and a token for it with probability ∝ p(token) exp(gain / T) there; the way
    back is drawn by the gradient at the other end, so `log_ratio` is exact. Counts its forwards in
    `queries`.
    """

    def __init__(self, distribution: TokenIndependent, gains: Gains, temperature: float) -> None:
        if temperature <= 0:
            raise ValueError(f"the temperature is above 0, got {temperature}")
        self._distribution = distribution
        self._gains = gains
        self._temperature = temperature
        self.queries = 0

    def refresh(self, states: Sequence[Tokens], stream: Stream) -> list[Move[Tokens]]:
        """One token of each snippet drawn anew."""
        draw = stream.numpy()
        places = draw.integers(0, self._distribution.length, len(states))
        ahead = self._odds(states, places)
        sums = np.exp(ahead).cumsum(axis=1)
        words = (sums <= (draw.random(len(states)) * sums[:, -1])[:, None]).sum(axis=1)
        reached = [_with(s, int(i), int(w)) for s, i, w in zip(states, places, words, strict=True)]
        back = self._odds(reached, places)
        rows = np.arange(len(states))
        present = np.array([(*s.prompt, *s.completion)[i] for s, i in zip(states, places, strict=True)])
        natural = self._distribution.log_probs[places]
        ratios = natural[rows, words] + back[rows, present] - natural[rows, present] - ahead[rows, words]
        return [Move(state, float(ratio)) for state, ratio in zip(reached, ratios, strict=True)]

    def _odds(self, states: Sequence[Tokens], places: np.ndarray) -> Floats:
        """log of the probability of each word at each snippet's place, shape (B, V)."""
        self.queries += GRADIENT_QUERIES * len(states)
        natural = self._distribution.log_probs[places]
        gains = np.array([own[i] for own, i in zip(self._gains(states), places, strict=True)])
        scores = natural + gains[:, : natural.shape[1]] / self._temperature
        top = scores.max(axis=1, keepdims=True)
        odds: Floats = scores - top - np.log(np.exp(scores - top).sum(axis=1, keepdims=True))
        return odds


def _with(state: Tokens, place: int, word: int) -> Tokens:
    prompt, completion = list(state.prompt), list(state.completion)
    if place < len(prompt):
        prompt[place] = word
    else:
        completion[place - len(prompt)] = word
    return Tokens(tuple(prompt), tuple(completion))
