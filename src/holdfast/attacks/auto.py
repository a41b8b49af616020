"""Auto: a bandit that spends a budget over other attacks, by the failures that each has found so far.

Thompson sampling (Thompson 1933) on each arm's rate of new failures for its cost, a Poisson rate with a Gamma
prior: an arm is drawn as often as it is likely to be the best. Old evidence fades, for an arm that has found
what it can find on these seeds earns less. All arms begin alike, so that the first turns are short, and what
they cost is small beside what is learned.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass as plain_dataclass
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.attempt import LiveAttempt
from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.compose import Part, Runner
from holdfast.attacks.requests import Candidate, Request, Search
from holdfast.attacks.session import Session
from holdfast.core.likeness import NEAR, Gallery
from holdfast.core.snippet import Tokens

HANDLING = 6e6
"""What proposing and judging a candidate costs beside its score, in FLOPs: some 60 microseconds of Python at
1e11 FLOPs a second. A constant, for a measured one would make the result hang on the clock."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Auto(Attack):
    """Each attempt takes turns with the arms that the bandit draws: first of `turn` queries, then of twice as
    many each time up to `longest`.

    On each seed an arm goes on where its last turn ended; it begins with the seed, or, once another arm has
    broken that, with the best failure. What one attempt learns of the arms, all use; of an arm's evidence the
    share `fading` stays after each turn. Without `arms` all attacks that suit the target take part, at their
    defaults.
    """

    name: ClassVar[str] = "auto"
    independent: ClassVar[bool] = False
    arm: ClassVar[bool] = False

    arms: tuple[Part, ...] = ()
    turn: Annotated[int, Field(ge=1)] = 16
    longest: Annotated[int, Field(ge=1)] = 256
    fading: Annotated[float, Field(gt=0, le=1)] = 0.99

    def _prepare(self, session: Session) -> Bandit:
        suitable = [arm for arm in self.arms or default_arms() if arm.suits(session.target)]
        return Bandit([Arm(arm) for arm in suitable], session, self.fading)

    def _search(self, attempt: LiveAttempt, prepared: Bandit) -> Search:
        runners: dict[int, tuple[Runner, Candidate]] = {}
        seed = attempt.start
        turn, left = self.turn, list(range(len(prepared.arms)))
        while left:
            place = prepared.choose(left)
            if place not in runners:
                runner = Runner(prepared.begin(place, attempt))
                runners[place] = runner, attempt.best if attempt.broken else seed
            runner, attempt.start = runners[place]
            ended = yield from _turn(attempt, prepared, place, runner, turn)
            if ended:
                left.remove(place)
            turn = min(2 * turn, self.longest)


def _turn(
    attempt: LiveAttempt, bandit: Bandit, place: int, runner: Runner, queries: int
) -> Generator[Request, Any, bool]:
    """Let an arm spend its queries, and the bandit learn; true when the arm's search has ended."""
    stop = attempt.queries + queries
    before, known = _cost(attempt), set(attempt.found)
    try:
        while attempt.queries < stop:
            request = runner.request()
            if request is None:
                return True
            runner.answer = yield request
        return False
    finally:  # an attempt that is over never comes back from its question
        found = [tokens for tokens in attempt.found if tokens not in known]
        bandit.learn(place, found, _cost(attempt) - before)


def _cost(attempt: LiveAttempt) -> float:
    return attempt.flops + HANDLING * attempt.judged


def default_arms() -> Iterator[Attack]:
    """Every built-in attack that may be an arm, at its defaults."""
    from holdfast.attacks import BUILTIN, attacks

    for name in BUILTIN:
        made: Any = attacks.get(name)
        if made.arm:
            yield made()


@plain_dataclass
class Arm:
    """An attack, and what is remembered of what it has found and cost."""

    attack: Attack
    failures: float = 0.0
    cost: float = 0.0


class Bandit:
    """Chooses arms by sampled rates of new failures for their cost; shared by all attempts of a call."""

    def __init__(self, arms: list[Arm], session: Session, fading: float) -> None:
        self.arms = arms
        self._session = session
        self._fading = fading
        self._draw = session.stream.child("bandit").numpy()
        self._prepared: dict[int, Any] = {}
        self._gallery = Gallery()

    def begin(self, place: int, attempt: LiveAttempt) -> Search:
        """An arm's search from an attempt's seed; what the arm shares among attempts is made at first use."""
        attack = self.arms[place].attack
        if place not in self._prepared:
            self._prepared[place] = attack._prepare(self._session)
        return attack._search(attempt, self._prepared[place])

    def choose(self, places: list[int]) -> int:
        """The arm whose sampled rate is the highest, of those at the places.

        The prior of each rate is exponential, with the mean that all arms have shown together.
        """
        failures = np.array([arm.failures for arm in self.arms])
        cost = np.array([arm.cost for arm in self.arms])
        prior = (cost.sum() + 1.0) / (failures.sum() + 1.0)
        rates = self._draw.gamma(1.0 + failures) / (prior + cost)
        return max(places, key=lambda place: float(rates[place]))

    def learn(self, place: int, found: list[Tokens], cost: float) -> None:
        """Remember what a turn has cost, and how many failures it found that are like none found before."""
        new = 0
        for prompt, completion in found:
            if self._gallery.likeness(prompt, completion).max(initial=0.0) < NEAR:
                self._gallery.keep(prompt, completion)
                new += 1
        arm = self.arms[place]
        arm.failures = self._fading * arm.failures + new
        arm.cost = self._fading * arm.cost + cost
