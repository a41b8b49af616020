"""Auto: divides the budget among other attacks, by the failures that each has found so far (a bandit).

Thompson sampling (Thompson 1933) on each arm's rate of new failures for its cost, a Poisson rate with a Gamma
prior: an arm is drawn as often as it is likely to be the best. What breaks a seed and what finds more once it
is broken are two questions, and the evidence on each is kept apart. Old evidence fades, for an arm that has
found what it can find on these seeds earns less. All arms begin alike, so that the first turns are short, and
what they cost is small beside what is learned.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.compose import Part, Runner
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.target import Target
from holdfast.core.likeness import Gallery
from holdfast.core.snippet import Units

HANDLING = 6e6
"""What proposing and judging a candidate costs beside its score, in FLOPs: some 60 microseconds of Python at
1e11 FLOPs a second. A constant, for a measured one would make results depend on timing."""

WRITING = 1e7
"""The same for a word that the generator writes: words are written one after the other, in small batches."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Auto(Attack):
    """Each attempt takes turns with the arms that the bandit draws: an arm's first is of `turn` queries, on
    whatever seed, and each later one of twice as many up to `longest`.

    A turn begins from the best candidate that the attempt has come to, by whichever arm. What one attempt
    learns of the arms, all use; of an arm's evidence the share `fading` stays after each turn. Without `arms`
    all attacks that suit the target take part, at their defaults.
    """

    name: ClassVar[str] = "auto"
    by_margin: ClassVar[bool] = False
    independent: ClassVar[bool] = False
    arm: ClassVar[bool] = False

    arms: tuple[Part, ...] = ()
    turn: Annotated[int, Field(ge=1)] = 16
    longest: Annotated[int, Field(ge=1)] = 256
    fading: Annotated[float, Field(gt=0, le=1)] = 0.99

    def suits(self, target: Target) -> bool:
        """Whether one of its arms can attack the target."""
        return any(arm.lacks(target) is None for arm in self.arms or default_arms())

    def _prepare(self, session: Session) -> Bandit:
        suitable = [arm for arm in self.arms or default_arms() if arm.lacks(session.target) is None]
        return Bandit(suitable, session, self.fading)

    def _search(self, attempt: LiveAttempt, prepared: Bandit) -> Search:
        left = list(range(len(prepared.arms)))
        while left:
            place = prepared.choose(left, attempt.broken)
            attempt.start, before = attempt.best, attempt.queries
            runner = Runner(prepared.begin(place, attempt))
            queries = prepared.turn(place, attempt.broken, self.turn, self.longest)
            ended = yield from _turn(attempt, prepared, place, runner, queries)
            runner.search.close()
            if ended and attempt.queries == before:
                left.remove(place)


def _turn(
    attempt: LiveAttempt, bandit: Bandit, place: int, runner: Runner, queries: int
) -> Generator[Request, Any, bool]:
    """Let an arm spend its queries, or break the seed, and the bandit learn; true when its search ended."""
    stop, was_broken = attempt.queries + queries, attempt.broken
    before, known = _cost(attempt), set(attempt.found)
    try:
        while attempt.queries < stop and attempt.broken == was_broken:
            request = runner.request()
            if request is None:
                return True
            runner.answer = yield request
        return False
    finally:  # an attempt that is over never comes back from its question
        found = [units for units in attempt.found if units not in known]
        bandit.learn(place, was_broken, found, _cost(attempt) - before)


def _cost(attempt: LiveAttempt) -> float:
    return attempt.flops + HANDLING * attempt.judged + WRITING * attempt.written


def default_arms() -> Iterator[Attack]:
    """Every registered attack that may be an arm, at its defaults: Holdfast's own, then those of others."""
    from holdfast.attacks import BUILTIN, attacks

    for name in [*BUILTIN, *(name for name in attacks if name not in BUILTIN)]:
        made: Any = attacks.get(name)
        if made.arm:
            yield made()


class Bandit:
    """Chooses arms by sampled rates of new failures for their cost; shared by all attempts of a call."""

    def __init__(self, arms: Sequence[Attack], session: Session, fading: float) -> None:
        self.arms = arms
        self._session = session
        self._fading = fading
        self._draw = session.stream.child("bandit").numpy()
        self._prepared: dict[int, Any] = {}
        self._gallery = Gallery()
        # Apart for seeds not broken yet and broken ones.
        self._failures = np.zeros((2, len(arms)))
        self._cost = np.zeros((2, len(arms)))
        self._turns = np.zeros((2, len(arms)), dtype=np.int64)

    def begin(self, place: int, attempt: LiveAttempt) -> Search:
        """An arm's search from an attempt's seed; what the arm shares among attempts is made at first use."""
        attack = self.arms[place]
        if place not in self._prepared:
            self._prepared[place] = attack._prepare(self._session)
        return attack._search(attempt, self._prepared[place])

    def choose(self, places: Sequence[int], broken: bool) -> int:
        """The arm whose sampled rate is the highest, of those at the places.

        The prior of each rate is exponential, with the mean that all arms have shown together.
        """
        failures, cost = self._failures[int(broken)], self._cost[int(broken)]
        prior = (cost.sum() + 1.0) / (failures.sum() + 1.0)
        rates = self._draw.gamma(1.0 + failures) / (prior + cost)
        return max(places, key=lambda place: float(rates[place]))

    def turn(self, place: int, broken: bool, first: int, longest: int) -> int:
        """The queries of an arm's next turn: the more turns it has won, the longer."""
        doublings = min(int(self._turns[int(broken), place]), longest.bit_length())
        return min(first << doublings, longest)

    def learn(self, place: int, broken: bool, found: Sequence[Units], cost: float) -> None:
        """Remember what a turn has cost, and how many failures it found that are like none found before."""
        new = 0
        for prompt, completion in found:
            if not self._gallery.near(prompt, completion):
                self._gallery.keep(prompt, completion)
                new += 1
        at = int(broken), place
        self._turns[at] += 1
        self._failures[at] = self._fading * self._failures[at] + new
        self._cost[at] = self._fading * self._cost[at] + cost
