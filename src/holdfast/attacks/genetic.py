"""Genetic search by structure: populations of catastrophes recombine their clauses.

After the sentence-level crossover of AutoDAN (arXiv 2310.04451) with the tournament selection of arXiv
1804.07998, but without their word substitutions: nothing here chooses a single word, so that the attack can
be held out from training against attacks that do nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Candidate, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.proposals.spans import SpanEdits
from holdfast.core.clauses import ends_clause
from holdfast.core.snippet import Units

OPERATIONS = (
    SpanEdits.splice,
    SpanEdits.splice,
    SpanEdits.graft,
    SpanEdits.graft,
    SpanEdits.cross,
    SpanEdits.move,
    SpanEdits.duplicate,
    SpanEdits.delete,
)
"""What makes a child, each as likely; twice named, twice as likely."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Genetic(Attack):
    """Each generation makes `offspring` children and keeps the `population` best of them and their parents.

    Parents win tournaments of `tournament` members on the objective. Half of the mates are members too, the
    other half donors: catastrophes among `donors` hard snippets of the task and as many stories of the
    generator. After `patience` generations in a row whose best is no better, the population starts
    again from the seed, up to `restarts` times, or the attempt ends if it has found a failure.
    """

    name: ClassVar[str] = "genetic"

    population: Annotated[int, Field(ge=1)] = 16
    offspring: Annotated[int, Field(ge=1)] = 32
    tournament: Annotated[int, Field(ge=1)] = 3
    donors: Annotated[int, Field(ge=0)] = 256
    patience: Annotated[int, Field(ge=1)] = 20
    restarts: Annotated[int, Field(ge=0)] = 50

    def _prepare(self, session: Session) -> tuple[Sequence[Units], frozenset[int]]:
        return session.donors(self.donors), session.ids_of(ends_clause)

    def _search(self, attempt: LiveAttempt, prepared: tuple[Sequence[Units], frozenset[int]]) -> Search:
        donors, ends = prepared
        for _ in attempt.climbs(self.restarts):
            yield from self._evolve(attempt, donors, ends)

    def _evolve(self, attempt: LiveAttempt, donors: Sequence[Units], ends: frozenset[int]) -> Search:
        spans = SpanEdits(ends, attempt.mask, attempt.limits, attempt.random)
        population, stale = [attempt.start], 0
        while stale < self.patience:
            children = [self._child(population, donors, spans) for _ in range(self.offspring)]
            best = population[0].value
            least = population[-1].value if len(population) == self.population else -np.inf
            scored = yield from attempt.score(
                [child for child in children if child is not None], top=self.population, above=least
            )
            population = self._fittest([*population, *scored.candidates()])
            stale = 0 if population[0].value > best else stale + 1

    def _fittest(self, members: list[Candidate]) -> list[Candidate]:
        return sorted(members, key=lambda member: -member.value)[: self.population]

    def _child(
        self, population: Sequence[Candidate], donors: Sequence[Units], spans: SpanEdits
    ) -> Units | None:
        draw = spans.draw
        operation = draw.choice(OPERATIONS)
        parent = self._winner(population, spans).units
        mate = draw.choice(donors) if donors and draw.random() < 0.5 else draw.choice(population).units
        return operation(spans, parent, mate)

    def _winner(self, population: Sequence[Candidate], spans: SpanEdits) -> Candidate:
        """The best of a few drawn at random; members are sorted, best first."""
        places = (int(spans.draw.random() * len(population)) for _ in range(self.tournament))
        return population[min(places)]
