"""HotFlip: exchange the words that the model's gradient says lower the score most (arXiv 1712.06751).

One gradient call ranks every exchange of a snippet (see `first_order`). Only the ranking is guessed: the
judge and an exact score decide on what it puts first. No generator, no insertions or deletions, no words
drawn uniformly.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Candidate, Request, Search
from holdfast.attacks.engine.session import Embeddings, Session
from holdfast.attacks.objective import Floats
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.first_order import promised_drops
from holdfast.attacks.proposals.words import Ids
from holdfast.attacks.target import Target


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class HotFlip(Attack):
    """Each step asks for one gradient and tries the exchanges it promises most, a slice of `width` at a time.

    A slice holds at most `per_place` words for one position. The search moves to the best of the first slice
    that brings something better; after `depth` slices without gain it starts again from its seed, up to
    `restarts` times, or ends if it has found a failure. Starts after the first add Gumbel noise times
    `temperature` (log odds) to what the gradient promises.
    """

    name: ClassVar[str] = "hotflip"

    width: Annotated[int, Field(ge=1)] = 32
    per_place: Annotated[int, Field(ge=1)] = 4
    depth: Annotated[int, Field(ge=1)] = 8
    temperature: Annotated[float, Field(ge=0)] = 1.0
    restarts: Annotated[int, Field(ge=0)] = 50

    @property
    def needs_gradients(self) -> bool:
        """Whether it cannot do without gradients of the system under test."""
        return True

    def suits(self, target: Target) -> bool:
        """Whether the system gives gradients."""
        return target.can("gradients")

    def _prepare(self, session: Session) -> Embeddings:
        return session.embedding_matrix

    def _search(self, attempt: LiveAttempt, prepared: Embeddings) -> Search:
        for start in attempt.climbs(self.restarts):
            yield from self._climb(attempt, prepared, self.temperature if start else 0.0)

    def _climb(self, attempt: LiveAttempt, embeddings: Embeddings, temperature: float) -> Search:
        """Go uphill from the seed until a step brings nothing."""
        better: Candidate | None = attempt.start
        while better is not None:
            better = yield from self._step(attempt, better, embeddings, temperature)

    def _step(
        self, attempt: LiveAttempt, current: Candidate, embeddings: Embeddings, temperature: float
    ) -> Generator[Request, Any, Candidate | None]:
        """The best of the first slice that has something better; None if none of them has."""
        units, alphabet = current.units, attempt.shared.alphabet
        gradients = yield from attempt.gradients(units)
        positions = np.array(attempt.mask.positions(units), dtype=np.int64)
        promise = promised_drops(units, positions, gradients, embeddings(), alphabet)
        if temperature:
            promise += temperature * attempt.numpy.gumbel(size=promise.shape)
        for rows, columns in slices(promise, self.width, self.per_place, self.depth):
            exchanges = zip(positions[rows].tolist(), alphabet[columns].tolist(), strict=True)
            candidates = [edits.replace(units, position, word) for position, word in exchanges]
            best = yield from attempt.better(candidates, than=current)
            if best is not None:
                return best
        return None


def slices(promise: Floats, width: int, per_place: int, depth: int) -> Iterator[tuple[Ids, Ids]]:
    """Up to `depth` slices of the ranking, each as rows and columns of `promise`, the most promising first.

    A slice is the `width` best pairs not in an earlier one, but no more than `per_place` of one row.
    """
    kept = min(per_place * depth, promise.shape[1])
    columns = np.argpartition(-promise, kept - 1, axis=1)[:, :kept]
    order = np.argsort(-np.take_along_axis(promise, columns, axis=1), axis=1, kind="stable")
    columns = np.take_along_axis(columns, order, axis=1)
    sorted_promise = np.take_along_axis(promise, columns, axis=1)
    sorted_promise = np.pad(sorted_promise, ((0, 0), (0, per_place)), constant_values=-np.inf)
    taken = np.zeros(len(promise), dtype=np.int64)
    for _ in range(depth):
        offered = taken[:, None] + np.arange(per_place)
        values = np.take_along_axis(sorted_promise, offered, axis=1).ravel()
        # Stable: of equal pairs in a row the earlier goes first, so that `taken` says which are left.
        chosen = np.argsort(-values, kind="stable")[:width]
        chosen = chosen[values[chosen] > -np.inf]
        if not len(chosen):
            return
        rows = chosen // per_place
        yield rows, columns[rows, offered.ravel()[chosen]]
        taken += np.bincount(rows, minlength=len(taken))
