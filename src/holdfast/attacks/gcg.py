"""Greedy coordinate gradient (arXiv 2307.15043), against the filter or against the generator.

Each step takes one gradient, keeps the words that promise most at every position, draws a batch of exchanges
from them at random, evaluates all exactly, and moves to the best even where it is worse than what it comes
from. A buffer of the best so far, from which steps start, was added later (arXiv 2402.12329).
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any, ClassVar, Literal

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Candidate, Request, Search
from holdfast.attacks.engine.session import Embeddings, Session
from holdfast.attacks.proposals.first_order import most_promising, promised_drops
from holdfast.attacks.proposals.words import Ids
from holdfast.attacks.target import Target
from holdfast.core.errors import UserError
from holdfast.core.snippet import Units


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class GCG(Attack):
    """Each step draws `width` candidates, each with one word of `top_k` written at one position.

    With the loss `classifier` the value is the attack's objective, and both parts may be rewritten. With
    `likelihood` it is log p(completion | prompt) under the generator: the prompt alone is rewritten, so that
    the generator writes the seed's completion, and of each step only the best candidate is judged and scored
    (a query a step).

    The first candidates of a climb have `swaps` words exchanged at once, falling to one over `annealing`
    steps. Each step starts from one of the `buffer` best candidates of the climb, drawn at random (0: from
    the last step's best, better or not). After `patience` steps without a new best the search starts again
    from its seed, up to `restarts` times, or ends if it has found a failure.
    """

    name: ClassVar[str] = "gcg"

    loss: Literal["classifier", "likelihood"] = "classifier"
    width: Annotated[int, Field(ge=1)] = 16
    top_k: Annotated[int, Field(ge=1)] = 32
    swaps: Annotated[int, Field(ge=1)] = 3
    annealing: Annotated[int, Field(ge=0)] = 10
    buffer: Annotated[int, Field(ge=0)] = 0
    patience: Annotated[int, Field(ge=1)] = 10
    restarts: Annotated[int, Field(ge=0)] = 50

    @property
    def needs_gradients(self) -> bool:
        """Whether it cannot do without gradients of the system under test."""
        return self.loss == "classifier"

    def suits(self, target: Target) -> bool:
        """Whether there is a model to take gradients of: the system's, or a generator's."""
        return target.can("gradients") if self.loss == "classifier" else target.generator is not None

    def _prepare(self, session: Session) -> Embeddings:
        if self.loss == "classifier":
            return session.embedding_matrix
        if self.frozen == "prompt":
            raise UserError("gcg with the loss 'likelihood' rewrites the prompt, which is frozen; free it")
        session.check_generator()
        return session.generator_embedding_matrix

    def _search(self, attempt: LiveAttempt, prepared: Embeddings) -> Search:
        start = attempt.start
        if self.loss == "likelihood":
            start = (yield from attempt.likeliest([start.units])) or start
        for _ in attempt.climbs(self.restarts):
            yield from self._climb(attempt, start, prepared)

    def _climb(self, attempt: LiveAttempt, start: Candidate, embeddings: Embeddings) -> Search:
        """Step from the seed until `patience` steps in a row have brought no new best."""
        buffer, best, steps, stale = Buffer(self.buffer, start), start.value, 0, 0
        words: dict[Units, tuple[Ids, Ids]] = {}
        while stale < self.patience:
            units = buffer.held[attempt.random.randrange(len(buffer.held))].units
            if units not in words:
                words = {held.units: words[held.units] for held in buffer.held if held.units in words}
                words[units] = yield from self._words(attempt, units, embeddings)
            positions, offered = words[units]
            if not offered.size:
                return
            candidates = self._exchanges(attempt, units, positions, offered, self._swaps(steps))
            found = yield from self._best(attempt, candidates)
            stale, steps = stale + 1, steps + 1
            if found is not None:
                buffer.add(found)
                stale, best = (0, found.value) if found.value > best else (stale, best)

    def _words(
        self, attempt: LiveAttempt, units: Units, embeddings: Embeddings
    ) -> Generator[Request, Any, tuple[Ids, Ids]]:
        """The positions that may be rewritten, and the most promising words at each."""
        places = attempt.mask.positions(units)
        if self.loss == "likelihood":
            places = [place for place in places if place < len(units.prompt)]
            gradients = -(yield from attempt.target_gradients(units, min(places, default=0)))
        else:
            gradients = yield from attempt.gradients(units)
        positions, alphabet = np.array(places, dtype=np.int64), attempt.shared.alphabet
        promise = promised_drops(units, positions, gradients, embeddings(), alphabet)
        return positions, most_promising(promise, alphabet, self.top_k)

    def _exchanges(
        self, attempt: LiveAttempt, units: Units, positions: Ids, offered: Ids, swaps: int
    ) -> list[Units]:
        """`width` candidates, each with that many words exchanged at positions drawn without replacement."""
        draw, swaps = attempt.numpy, min(swaps, len(positions))
        rows = draw.random((self.width, len(positions))).argsort(axis=1)[:, :swaps]
        words = offered[rows, draw.integers(offered.shape[1], size=rows.shape)]
        written = np.tile([*units.prompt, *units.completion], (self.width, 1))
        np.put_along_axis(written, positions[rows], words, axis=1)
        length = len(units.prompt)
        return [Units(tuple(row[:length]), tuple(row[length:])) for row in written.tolist()]

    def _swaps(self, steps: int) -> int:
        left = max(0.0, 1 - steps / self.annealing) if self.annealing else 1.0
        return max(1, round(self.swaps * left))

    def _best(
        self, attempt: LiveAttempt, candidates: list[Units]
    ) -> Generator[Request, Any, Candidate | None]:
        """The best candidate by the loss; None where none is allowed."""
        if self.loss == "classifier":
            scored = yield from attempt.score(candidates, top=1)
            return scored.best() if scored.units else None
        best = yield from attempt.likeliest(candidates)
        if best is not None:
            yield from attempt.score([best.units])
        return best


class Buffer:
    """The best candidates of a climb, at most `size` of them; of size 0 the last one, whatever its value."""

    def __init__(self, size: int, start: Candidate) -> None:
        self.size = size
        self.held = [start]

    def add(self, candidate: Candidate) -> None:
        """Hold one more, if it is new and good enough."""
        if self.size == 0:
            self.held = [candidate]
        elif all(candidate.units != held.units for held in self.held):
            self.held = sorted([*self.held, candidate], key=lambda held: -held.value)[: self.size]
