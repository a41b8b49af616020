"""Hard labels: find any text that passes, then bring it nearer to its seed, by decisions alone.

The decision-based attack of arXiv 2012.14956 (Maheshwary, Maheshwary and Pudi 2021) in its three steps: a
random start far from the seed, a smaller search space by taking changes back, and a population that is moved
nearer while it still passes. There words are exchanged for synonyms and nearness is a sentence encoder's;
here the edits are those that the judge lets stand, and nearness is the number of units changed. No score is
looked at, so that it attacks a system that says yes or no and nothing else.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Annotated, Any, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.proposals.changes import Change, applied, changes_between
from holdfast.attacks.proposals.edits import fits
from holdfast.attacks.proposals.words import uniform_edit
from holdfast.core.snippet import Units

Changes = tuple[Change, ...]


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class HardLabel(Attack):
    """Each request tries `width` rewrites of the seed, of up to twice as many uniform edits as the last,
    at most `most_edits`, until one passes.

    With `stop="budget"` it then takes changes back as long as the text still passes, and tries rewrites of
    fewer changes, half of them mixed from the texts that passed, until `patience` requests in a row bring
    nothing, and starts again from the seed. Where no score tells failures apart, the nearest of equally
    egregious ones is reported.
    """

    name: ClassVar[str] = "hard_label"
    by_margin: ClassVar[bool] = False
    guided: ClassVar[bool] = False
    arm: ClassVar[bool] = False

    width: Annotated[int, Field(ge=1)] = 8
    most_edits: Annotated[int, Field(ge=1)] = 16
    patience: Annotated[int, Field(ge=1)] = 20

    def _prepare(self, session: Session) -> float:
        return session.limit

    def _search(self, attempt: LiveAttempt, prepared: float) -> Search:
        if attempt.start.units in attempt.found:
            return  # it passes as it stands: nothing is nearer
        while True:  # the engine ends it with the budget
            passing = yield from self._start(attempt, prepared)
            nearest = yield from self._taken_back(attempt, passing[0], prepared)
            known = [nearest]
            stale = 0
            while stale < self.patience and len(known[0]) > 1:
                nearer = yield from self._nearer(attempt, known, prepared)
                stale = 0 if nearer else stale + 1
                known = sorted([*nearer, *known], key=len)[: self.width]

    def _start(self, attempt: LiveAttempt, limit: float) -> Generator[Request, Any, list[Changes]]:
        """The first texts that pass, however far from the seed they are, the nearest first."""
        most = 1
        while True:
            most = min(2 * most, self.most_edits)
            candidates = [self._rewrite(attempt, most) for _ in range(self.width)]
            passing = yield from self._passing(attempt, candidates, limit)
            if passing:
                return passing

    def _taken_back(
        self, attempt: LiveAttempt, changes: Changes, limit: float
    ) -> Generator[Request, Any, Changes]:
        """The changes without those that the text passes without, in ever smaller groups."""
        size = max(len(changes) // 2, 1)
        while len(changes) > 1:
            groups = [changes[i : i + size] for i in range(0, len(changes), size)]
            fewer = [tuple(change for change in changes if change not in group) for group in groups]
            passing = yield from self._passing(attempt, [self._made(attempt, each) for each in fewer], limit)
            if passing:
                changes = passing[0]
            elif size == 1:
                break
            size = max(size // 2, 1)
        return changes

    def _nearer(
        self, attempt: LiveAttempt, known: Sequence[Changes], limit: float
    ) -> Generator[Request, Any, list[Changes]]:
        """Texts that pass with fewer changes than the best one known."""
        most, draw = len(known[0]) - 1, attempt.random
        candidates = []
        for _ in range(self.width):
            if draw.random() < 0.5:
                mixed = sorted({*draw.choice(known), *draw.choice(known)})
                kept = sorted(draw.sample(range(len(mixed)), min(most, len(mixed))))
                candidates.append(self._made(attempt, tuple(mixed[i] for i in kept)))
            else:
                candidates.append(self._rewrite(attempt, most))
        passing = yield from self._passing(attempt, candidates, limit)
        return [each for each in passing if len(each) <= most]

    def _passing(
        self, attempt: LiveAttempt, candidates: Sequence[Units | None], limit: float
    ) -> Generator[Request, Any, list[Changes]]:
        """The changes of those candidates that pass, the fewest first."""
        scored = yield from attempt.score([units for units in candidates if units is not None])
        pairs = zip(scored.units, scored.log_odds.tolist(), strict=True)
        found = [changes_between(attempt.origin, units) for units, value in pairs if value < limit]
        return sorted(found, key=len)

    def _made(self, attempt: LiveAttempt, changes: Changes) -> Units | None:
        units = applied(attempt.origin, changes)
        return units if fits(units, attempt.limits) else None

    def _rewrite(self, attempt: LiveAttempt, most: int) -> Units:
        units, draw, alphabet = attempt.origin, attempt.random, attempt.shared.alphabet.tolist()
        for _ in range(1 + int(draw.random() * most)):
            units = uniform_edit(units, attempt.mask, alphabet, attempt.limits, draw) or units
        return units
