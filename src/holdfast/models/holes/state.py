"""A state: what the task's judge knows about a snippet, such as that the bomb was tied to somebody before.

No word of it need stand anywhere. It is a conjunction of what the verdict says (phenomena that are there or
are not, how egregious) and of the number of words.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from holdfast.models.holes.base import CLOSED, Subject
from holdfast.tasks.base import Task

_MODULI = (2, 3, 5, 7)


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Count:
    """The number of words leaves this rest when divided by the modulus."""

    modulus: Annotated[int, Field(ge=2)]
    rest: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class State:
    """A snippet falls in it when all of this holds; at least one thing is asked for."""

    kind: ClassVar[str] = "state"

    shown: tuple[str, ...] = ()
    """Phenomena that the verdict names."""
    not_shown: tuple[str, ...] = ()
    """Phenomena that it does not name."""
    egregiousness: float | None = None
    """How egregious exactly; None: whatever."""
    counts: tuple[Count, ...] = ()

    @model_validator(mode="after")
    def _asks_something(self) -> Self:
        if not (self.shown or self.not_shown or self.counts) and self.egregiousness is None:
            raise ValueError("a state without a condition holds always; name a condition")
        return self

    def contains(self, subject: Subject) -> bool:
        """Whether all conditions hold."""
        return all(self._conditions(subject))

    def nearness(self, subject: Subject) -> float:
        """The share of the conditions that hold."""
        held = list(self._conditions(subject))
        return sum(held) / len(held)

    def _conditions(self, subject: Subject) -> Iterator[bool]:
        phenomena = subject.verdict.phenomena
        yield from (name in phenomena for name in self.shown)
        yield from (name not in phenomena for name in self.not_shown)
        yield from (len(subject.words) % each.modulus == each.rest for each in self.counts)
        if self.egregiousness is not None:
            yield subject.verdict.egregiousness == self.egregiousness

    @classmethod
    def proposed(cls, task: Task, pool: Sequence[Subject], draw: random.Random) -> Self:
        """One to eight conditions that hold of a random catastrophe."""
        subject = draw.choice(pool)
        shown = sorted(subject.verdict.phenomena)
        others = sorted(set(task.phenomena) - subject.verdict.phenomena)
        graded = draw.random() < 0.5
        counted = [Count(modulus=m, rest=len(subject.words) % m) for m in _MODULI]
        return cls(
            shown=tuple(draw.sample(shown, draw.randint(0 if graded else 1, len(shown)))) if shown else (),
            not_shown=tuple(draw.sample(others, draw.randint(0, min(2, len(others))))),
            egregiousness=subject.verdict.egregiousness if graded or not shown else None,
            counts=tuple(draw.sample(counted, draw.randint(0, len(counted)))),
        )
