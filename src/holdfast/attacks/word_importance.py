"""Word importance: exchange words one place after another, the places that matter most first.

The greedy search of TextFooler (arXiv 1907.11932, algorithm 1) and of most recipes since: a place matters by
what leaving its word out does to the score. Words come from a table, as there from word vectors or WordNet,
or are those that the judge allows at the place; where it allows any they are drawn uniformly.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.objective import Floats
from holdfast.attacks.proposals import edits
from holdfast.attacks.proposals.words import uniform_words
from holdfast.core.snippet import Units
from holdfast.core.substitutes import Substitutes, UnitSubstitutes


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class WordImportance(Attack):
    """Leaves out each word to rank the places, then tries all substitutes at one place after another.

    At each place it moves to the best substitute if that is better, and a pass ends where something passes.
    `substitutes` maps a word to others, or is the path of a JSON file that does; without it they are what the
    judge allows, and where it allows any words, each visit draws `words` words uniformly. Passes after the
    first, up to `restarts`, start from the seed with Gumbel noise times `temperature` (standard deviations)
    on the ranking. Places whose word cannot be left out without undoing the catastrophe come last.
    """

    name: ClassVar[str] = "word_importance"

    substitutes: dict[str, tuple[str, ...]] | str | None = None
    words: Annotated[int, Field(ge=1)] = 16
    temperature: Annotated[float, Field(ge=0)] = 1.0
    restarts: Annotated[int, Field(ge=0)] = 50

    def _prepare(self, session: Session) -> UnitSubstitutes | None:
        table = self._table()
        return None if table is None else UnitSubstitutes(session.surface, table)

    def _table(self) -> Substitutes | None:
        if self.substitutes is None:
            return None
        given = self.substitutes
        return Substitutes.read(given) if isinstance(given, str) else Substitutes(given)

    def _search(self, attempt: LiveAttempt, prepared: UnitSubstitutes | None) -> Search:
        if attempt.start.units in attempt.found:
            return
        importance = yield from self._importance(attempt)
        for start in range(1 + self.restarts):
            noise = attempt.numpy.gumbel(size=len(importance)) if start else 0.0
            order = np.argsort(-importance - self.temperature * noise, kind="stable")
            yield from self._pass(attempt, order.tolist(), prepared)

    def _importance(self, attempt: LiveAttempt) -> Generator[Request, Any, Floats]:
        """The value of the seed without each of its open places, in standard deviations."""
        units = attempt.start.units
        shorter = [edits.delete(units, i, i + 1) for i in attempt.mask.positions(units)]
        scored = yield from attempt.score([candidate for candidate in shorter if candidate is not None])
        values = dict(zip(scored.units, scored.values.tolist(), strict=True))
        if not values:
            return np.zeros(len(shorter))
        known = np.array(list(values.values()))
        spread = float(known.std()) or 1.0
        least = float(known.min()) - spread
        return np.array([values.get(c, least) if c else least for c in shorter]) / spread

    def _pass(self, attempt: LiveAttempt, order: list[int], table: UnitSubstitutes | None) -> Search:
        """Visit each place once, keeping what is better."""
        current = attempt.start
        places = attempt.mask.positions(current.units)
        for position in (places[i] for i in order):
            if current.units in attempt.found:
                return
            candidates = self._exchanges(attempt, current.units, position, table)
            better = yield from attempt.better(candidates, than=current)
            current = better or current

    def _exchanges(
        self, attempt: LiveAttempt, units: Units, position: int, table: UnitSubstitutes | None
    ) -> list[Units]:
        """A snippet with each substitute at one place."""
        word = (*units.prompt, *units.completion)[position]
        allowed = attempt.shared.allowed
        if table is not None:
            others = list(table.of(word))
        elif allowed is not None:
            others = list(allowed[position])
        else:
            others = uniform_words(attempt.shared.alphabet, (1, self.words), attempt.numpy).ravel().tolist()
        return [edits.replace(units, position, other) for other in others if other != word]
