"""The natural distribution of text: a task's own prompts, and what the generator writes to them.

The density of prompts is not known and not needed: a move keeps a prompt, or draws new ones from the task.
That of a completion is the generator's, exactly as it samples: at its temperature, without the special
tokens that it may not write, and with no end to pay for where the completion is as long as allowed.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.evaluation.rare.chain import Floats, Move

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.tasks.base import Task

Prompts = Callable[[int, Stream], Sequence[tuple[int, ...]]]
"""Draws so many independent prompts, as token ids."""


def task_prompts(task: Task, generator: Generator) -> Prompts:
    """The task's natural prompts, as the generator reads them."""

    def prompts(count: int, stream: Stream) -> list[tuple[int, ...]]:
        return [t.prompt for t in generator.codec.encode(task.sample(count, stream, "natural"))]

    return prompts


class NaturalText:
    """Snippets of natural prompts and a generator's completions of at most `max_words` words.

    A move is one of three, drawn by `shares`: the completion anew from a random word on; one word of it
    replaced by what the generator might have written there; or the prompt exchanged for one of
    `prompt_tries` fresh ones or itself, by how likely each makes the completion (all tried at once, as
    Tjelmeland's multiple proposals of 2004). Each is balanced exactly, up to the generator's float32.
    """

    def __init__(
        self,
        generator: Generator,
        prompts: Prompts,
        *,
        max_words: int,
        temperature: float = 1.0,
        shares: tuple[float, float, float] = (0.5, 0.3, 0.2),
        prompt_tries: int = 8,
    ) -> None:
        if max_words < 1 or temperature <= 0 or prompt_tries < 1:
            raise ValueError("a completion has room for a word, a temperature is above 0, a try is made")
        self._generator, self._prompts = generator, prompts
        self._words, self._temperature, self._tries = max_words, temperature, prompt_tries
        self._shares = np.array(shares) / sum(shares)
        self._stop = generator.layout.tail[0]
        self._banned = [i for i in generator.tokenizer.all_special_ids if i != self._stop]

    def sample(self, count: int, stream: Stream) -> list[Tokens]:
        """Independent draws: a fresh prompt each, and one completion."""
        return self._written(self._generator, count, stream)

    def completion_log_prob(self, states: Sequence[Tokens], tilt: Floats | None = None) -> Floats:
        """log p(completion | prompt), its end included, shape (B,); -inf for one that cannot be drawn."""
        tables = self._tables(states, tilt)
        return np.array([self._along(s, table) for s, table in zip(states, tables, strict=True)])

    def refresh(self, states: Sequence[Tokens], stream: Stream) -> list[Move[Tokens]]:
        """One move from each snippet."""
        draw = stream.numpy()
        kinds = draw.choice(3, len(states), p=self._shares)
        moves: dict[int, Move[Tokens]] = {}
        for kind, make in enumerate((self._rewrite, self._replace, self._exchange)):
            rows = np.flatnonzero(kinds == kind).tolist()
            if rows:
                moved = make([states[i] for i in rows], draw, stream)
                moves.update(zip(rows, moved, strict=True))
        return [moves[i] for i in range(len(states))]

    def sample_tilted(self, count: int, tilt: Floats, stream: Stream) -> list[Tokens]:
        """The same with every next-word distribution tilted by exp(tilt[word]), `tilt` of shape (V,)."""
        from holdfast.evaluation.rare.tilted_model import TiltedModel

        tilted = copy.copy(self._generator)
        tilted.model = TiltedModel(self._generator.model, tilt * self._temperature)
        return self._written(tilted, count, stream)

    def log_ratio(self, states: Sequence[Tokens], tilt: Floats) -> Floats:
        """log q - log p of each snippet: prompts are drawn alike, so completions alone count."""
        tables = self._tables(states)
        pairs = [(s, table, self._normal(table + tilt)) for s, table in zip(states, tables, strict=True)]
        return np.array([self._along(s, tilted) - self._along(s, table) for s, table, tilted in pairs])

    def tilt_of(self, states: Sequence[Tokens], gains: Sequence[np.ndarray]) -> Floats:
        """The mean gain of each word over all places of the completions, shape (V,); 0 for special tokens."""
        rows = [gain[len(s.prompt) :] for s, gain in zip(states, gains, strict=True)]
        size = self._tables([Tokens(states[0].prompt, ())])[0].shape[1]
        tilt: Floats = np.zeros(size)
        if any(len(row) for row in rows):
            tilt[:] = np.concatenate(rows).mean(axis=0)[:size]
        tilt[[*self._banned, self._stop]] = 0.0
        return tilt

    def _written(self, generator: Generator, count: int, stream: Stream) -> list[Tokens]:
        prompts = self._prompts(count, stream.child("prompts"))
        written = generator.complete(
            prompts, stream.child("completions"), temperature=self._temperature, max_words=self._words
        )
        return [Tokens(p, c) for p, c in zip(prompts, written, strict=True)]

    def _rewrite(
        self, states: Sequence[Tokens], draw: np.random.Generator, stream: Stream
    ) -> list[Move[Tokens]]:
        """Everything after a place of the completion drawn again; the places are as many as the decisions."""
        places = [self._decisions(s) for s in states]
        cuts = [int(draw.integers(count)) for count in places]
        written = self._generator.phrases(
            [(s, len(s.prompt) + cut) for s, cut in zip(states, cuts, strict=True)],
            [self._words - cut for cut in cuts],
            draw.random((len(states), self._words)),
            self._temperature,
        )
        moves = []
        for state, cut, count, tail in zip(states, cuts, places, written, strict=True):
            new = Tokens(state.prompt, (*state.completion[:cut], *tail))
            moves.append(Move(new, float(np.log(count / self._decisions(new)))))
        return moves

    def _decisions(self, state: Tokens) -> int:
        """Words that were drawn, and the end; one that fills its room has no end to draw."""
        return min(len(state.completion) + 1, self._words)

    def _replace(
        self, states: Sequence[Tokens], draw: np.random.Generator, stream: Stream
    ) -> list[Move[Tokens]]:
        tables = self._tables(states)
        drawn = [self._reworded(s, table, draw) for s, table in zip(states, tables, strict=True)]
        after = self.completion_log_prob([new for new, _ in drawn])
        return [
            Move(new, float(end - self._along(state, table) + ratio))
            for state, table, (new, ratio), end in zip(states, tables, drawn, after, strict=True)
        ]

    def _reworded(self, state: Tokens, table: Floats, draw: np.random.Generator) -> tuple[Tokens, float]:
        """One word replaced, and log of the proposal's odds back over those ahead."""
        words = list(state.completion)
        if not words:
            return state, 0.0
        place = int(draw.integers(len(words)))
        odds = table[place].copy()
        odds[self._stop] = -np.inf
        sums = np.exp(odds).cumsum()
        old, words[place] = words[place], int(np.searchsorted(sums, draw.random() * sums[-1], side="right"))
        return Tokens(state.prompt, tuple(words)), float(odds[old] - odds[words[place]])

    def _exchange(
        self, states: Sequence[Tokens], draw: np.random.Generator, stream: Stream
    ) -> list[Move[Tokens]]:
        tries = self._tries
        fresh = self._prompts(tries * len(states), stream.child("prompts"))
        pools = [
            [state, *(Tokens(p, state.completion) for p in fresh[i * tries : (i + 1) * tries])]
            for i, state in enumerate(states)
        ]
        odds = self.completion_log_prob([s for pool in pools for s in pool]).reshape(len(states), tries + 1)
        sums = np.exp(odds - odds.max(axis=1, keepdims=True)).cumsum(axis=1)
        chosen = (sums <= (draw.random(len(states)) * sums[:, -1])[:, None]).sum(axis=1)
        return [Move(pool[int(i)]) for pool, i in zip(pools, chosen, strict=True)]

    def _tables(self, states: Sequence[Tokens], tilt: Floats | None = None) -> list[Floats]:
        """log p of every word at every place of each completion and after it, shape (C + 1, V)."""
        found = []
        for state, table in zip(states, self._generator.word_log_probs(states), strict=True):
            rows = table[len(state.prompt) :].astype(np.float64) / self._temperature
            rows[:, self._banned] = -np.inf
            found.append(self._normal(rows if tilt is None else self._normal(rows) + tilt))
        return found

    @staticmethod
    def _normal(rows: Floats) -> Floats:
        top = rows.max(axis=1, keepdims=True)
        normal: Floats = rows - top - np.log(np.exp(rows - top).sum(axis=1, keepdims=True))
        return normal

    def _along(self, state: Tokens, table: Floats) -> float:
        completion = state.completion
        if len(completion) > self._words or self._stop in completion:
            return -np.inf
        total = float(table[np.arange(len(completion)), list(completion)].sum())
        return total if len(completion) == self._words else total + float(table[-1, self._stop])
