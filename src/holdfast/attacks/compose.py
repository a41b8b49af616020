"""Attacks made of attacks: `attack.repeat(n)`, `one.then(other)`, `Best(one, other)`.

The composition's own objective, stop and constraints hold for the whole; its parts' are not looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

from pydantic import BeforeValidator, Field, InstanceOf
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Search
from holdfast.attacks.engine.session import Session


def _part(value: Any) -> Any:
    """An attack by its configuration, or by its name alone."""
    from holdfast.attacks import attack_from_config

    if isinstance(value, str):
        return attack_from_config({"kind": value})
    return attack_from_config(value) if isinstance(value, dict) else value


Part = Annotated[InstanceOf[Attack], BeforeValidator(_part)]
"""An attack as a field of another."""


@dataclass(frozen=True, config=CLOSED)
class Repeat(Attack):
    """Runs an attack up to `times` times on each seed, until a failure is found.

    Its random stream goes on, so that each turn takes another course.
    """

    name: ClassVar[str] = "repeat"
    by_margin: ClassVar[bool] = False
    arm: ClassVar[bool] = False

    attack: Part
    times: Annotated[int, Field(ge=1)]

    def _prepare(self, session: Session) -> Any:
        return self.attack._prepare(session)

    def _search(self, attempt: LiveAttempt, prepared: Any) -> Search:
        for _ in attempt.climbs(self.times - 1):
            yield from self.attack._search(attempt, prepared)


@dataclass(frozen=True, config=CLOSED)
class Then(Attack):
    """Runs one attack, then another from the best candidate of the first.

    The other takes over once the first gives up, or has spent `after` queries on the seed.
    """

    name: ClassVar[str] = "then"
    by_margin: ClassVar[bool] = False
    arm: ClassVar[bool] = False

    first: Part
    second: Part
    after: Annotated[int | None, Field(ge=1)] = None

    def _prepare(self, session: Session) -> tuple[Any, Any]:
        return self.first._prepare(session), self.second._prepare(session)

    def _search(self, attempt: LiveAttempt, prepared: tuple[Any, Any]) -> Search:
        search, limit = self.first._search(attempt, prepared[0]), self.after
        answer: Any = None
        while limit is None or attempt.queries < limit:
            try:
                request = search.send(answer)
            except StopIteration:
                break
            answer = yield request
        search.close()
        attempt.start = attempt.best
        yield from self.second._search(attempt, prepared[1])


@dataclass(frozen=True, config=CLOSED)
class Best(Attack):
    """Runs two attacks side by side on each seed; the best failure of either is the result.

    They take turns: the one that has spent fewer queries asks next.
    """

    name: ClassVar[str] = "best"
    by_margin: ClassVar[bool] = False
    arm: ClassVar[bool] = False

    one: Part
    other: Part

    def _prepare(self, session: Session) -> tuple[Any, Any]:
        return self.one._prepare(session), self.other._prepare(session)

    def _search(self, attempt: LiveAttempt, prepared: tuple[Any, Any]) -> Search:
        runners = [
            Runner(self.one._search(attempt, prepared[0])),
            Runner(self.other._search(attempt, prepared[1])),
        ]
        while runners:
            runner = min(runners, key=lambda each: each.queries)
            request = runner.request()
            if request is None:
                runners.remove(runner)
                continue
            before = attempt.queries
            runner.answer = yield request
            runner.queries += attempt.queries - before


class Runner:
    """A search that is run by another one, request by request."""

    def __init__(self, search: Search) -> None:
        self.search = search
        self.queries = 0
        self.answer: Any = None

    def request(self) -> Request | None:
        """What it asks next; None when it has ended."""
        try:
            return self.search.send(self.answer)
        except StopIteration:
            return None


def parts(attack: Attack) -> Iterator[Attack]:
    """An attack and all that it is made of."""
    yield attack
    for value in vars(attack).values():
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, Attack):
                yield from parts(part)
