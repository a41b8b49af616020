"""MAP-Elites: an archive of the best failure of every kind, each kind improved from the others.

Quality and diversity at once (Mouret and Clune, arXiv 1504.04909), as rainbow teaming does it with language
models (arXiv 2402.16822, archive of risk category × attack style). A kind here is a niche: phenomena × length
× tactic. A parent drawn from the archive is mutated or crossed with another, and its child takes the place of
whatever holds its own niche if it is better.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.niche import Niche, niche_of
from holdfast.attacks.engine.requests import Candidate, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.proposals.spans import SpanEdits
from holdfast.attacks.proposals.words import uniform_edit
from holdfast.core.clauses import ends_clause
from holdfast.core.snippet import Units

OPERATIONS = (
    SpanEdits.splice,
    SpanEdits.graft,
    SpanEdits.cross,
    SpanEdits.move,
    SpanEdits.duplicate,
    SpanEdits.delete,
)
"""What makes a child of two parents, each as likely."""

NEW_NICHE = 2.0
"""How much likelier a cell is drawn that has had no child yet than one that has had one."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class MapElites(Attack):
    """Each step makes `offspring` children of elites, and puts each where it is the best of its niche.

    Parents are drawn from the cells of the archive, those with fewer children before the others and, of two
    drawn, the better by the objective. A share `words` of the children get 1 to `most_edits` uniform edits of
    words; the others recombine spans with another elite or, as often, with a donor: a catastrophe among
    `donors` hard snippets of the task and as many stories of the generator. After `patience` steps in a row
    that filled no cell and bettered none, the archive is emptied, up to `restarts` times, or the attempt ends
    if it has found a failure.
    """

    name: ClassVar[str] = "map_elites"

    offspring: Annotated[int, Field(ge=1)] = 24
    words: Annotated[float, Field(ge=0, le=1)] = 0.1
    most_edits: Annotated[int, Field(ge=1)] = 3
    donors: Annotated[int, Field(ge=0)] = 256
    patience: Annotated[int, Field(ge=1)] = 20
    restarts: Annotated[int, Field(ge=0)] = 50

    def _prepare(self, session: Session) -> tuple[Sequence[Units], frozenset[int]]:
        return session.donors(self.donors), session.ids_of(ends_clause)

    def _search(self, attempt: LiveAttempt, prepared: tuple[Sequence[Units], frozenset[int]]) -> Search:
        donors, ends = prepared
        spans = SpanEdits(ends, attempt.mask, attempt.limits, attempt.random)
        for _ in attempt.climbs(self.restarts):
            yield from self._illuminate(attempt, Archive(attempt.start), spans, donors)

    def _illuminate(
        self, attempt: LiveAttempt, archive: Archive, spans: SpanEdits, donors: Sequence[Units]
    ) -> Search:
        stale = 0
        while stale < self.patience:
            children = [self._child(attempt, archive, spans, donors) for _ in range(self.offspring)]
            scored = yield from attempt.score([child for child in children if child is not None])
            changed = False
            for candidate, verdict in zip(scored.candidates(), scored.verdicts, strict=True):
                changed |= archive.offer(niche_of(attempt.origin, candidate.units, verdict), candidate)
            stale = 0 if changed else stale + 1

    def _child(
        self, attempt: LiveAttempt, archive: Archive, spans: SpanEdits, donors: Sequence[Units]
    ) -> Units | None:
        draw = attempt.random
        parent = archive.parent(draw).units
        if draw.random() < self.words:
            return self._reworded(attempt, parent)
        mate = draw.choice(donors) if donors and draw.random() < 0.5 else archive.parent(draw).units
        return draw.choice(OPERATIONS)(spans, parent, mate)

    def _reworded(self, attempt: LiveAttempt, units: Units) -> Units:
        draw, alphabet = attempt.random, attempt.shared.alphabet.tolist()
        for _ in range(1 + int(draw.random() * self.most_edits)):
            units = uniform_edit(units, attempt.mask, alphabet, attempt.limits, draw) or units
        return units


class Archive:
    """The best candidate of every niche met, and how often each has been a parent."""

    def __init__(self, seed: Candidate) -> None:
        self._elites: dict[Niche | None, Candidate] = {None: seed}
        self._children: dict[Niche | None, int] = {None: 0}
        self._cells: list[Niche | None] = [None]

    def offer(self, niche: Niche, candidate: Candidate) -> bool:
        """Keep a candidate if it is the first of its niche, or the best; whether it was kept."""
        elite = self._elites.get(niche)
        if elite is not None and elite.value >= candidate.value:
            return False
        if elite is None:
            self._cells.append(niche)
        self._elites[niche] = candidate
        self._children[niche] = 0
        return True

    def parent(self, draw: random.Random) -> Candidate:
        """The better elite of two cells drawn, cells with few children first."""
        weights = [NEW_NICHE ** -min(self._children[cell], 8) + 0.02 for cell in self._cells]
        one, other = draw.choices(self._cells, weights, k=2)
        chosen = max(one, other, key=lambda cell: self._elites[cell].value)
        self._children[chosen] += 1
        return self._elites[chosen]

    def __len__(self) -> int:
        return len(self._cells)
