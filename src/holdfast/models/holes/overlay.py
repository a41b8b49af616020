"""Systems for measuring attacks: a filter that is right but for a hole that was planted in it.

`Mended` closes a filter's own failures by the judge, so that attacks find nothing but what was planted.
`Overlay` lets pass what falls in a hole. Both are instruments, no defences: they use the judge.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, Self

import numpy as np
from numpy.typing import NDArray

from holdfast.core.from_values import to_values
from holdfast.core.judge import Judge
from holdfast.core.snippet import Snippet, Verdict
from holdfast.core.system import Ability, Answers, Identity, RememberingSystem, System
from holdfast.models.holes.base import Hole, subjects
from holdfast.models.remembered import Remembered
from holdfast.tasks.base import Task

Way = Literal["flat", "slope"]
"""What leads to a hole: nothing (a needle in a haystack), or a margin that rises with every part in place."""

LEAST = 1.0
"""By so much at least, in log odds, a mended filter turns catastrophes away."""
DEPTH = 1.0
"""The least margin in a hole, in log odds."""
STEEP = 0.9
"""How much of what is missing to the threshold a slope takes away right beside the hole."""

_REMEMBERED = 200_000


@dataclass(frozen=True)
class RememberingJudge:
    """A judge that is asked about each text once; for one that is code."""

    judged_by: Judge
    _known: Remembered[Snippet, Verdict] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_known", Remembered(self.judged_by.judge, _REMEMBERED))

    @property
    def name(self) -> str:
        """That of the judge."""
        return self.judged_by.name

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """One verdict for each snippet, in order."""
        return self._known(snippets)


@dataclass(frozen=True)
class Mended:
    """A system whose own failures are closed: what the judge calls catastrophic has a margin of -LEAST at
    most.
    """

    system: System
    judge: Judge

    @property
    def identity(self) -> Identity:
        """A hash of the system and the judge's name."""
        return Identity("mended", _hash(self.system.identity.hash, self.judge.name, LEAST))

    @property
    def abilities(self) -> frozenset[Ability]:
        """A margin, where the system has one."""
        return self.system.abilities & {"margin"}

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """The system's answers, but for catastrophes, none of which passes."""
        margin = margins(self.system, snippets)
        bad = np.array([verdict.catastrophic for verdict in self.judge.judge(snippets)], dtype=bool)
        margin = np.where(bad, np.minimum(margin, -LEAST), margin)
        return Answers(margin > 0, margin)

    def fresh(self) -> Self:
        """The same over a system that remembers nothing."""
        return replace(self, system=_fresh(self.system))


@dataclass(frozen=True)
class Overlay:
    """A system with a hole planted over it: what falls in the hole passes, by a margin of DEPTH at least.

    Elsewhere it decides as the system does. With `slope` the margin of what is turned away shrinks with
    nearness to the hole, by STEEP of itself right beside it, so that a search can follow it.
    """

    system: System
    task: Task
    judge: Judge
    hole: Hole
    way: Way

    @property
    def identity(self) -> Identity:
        """A hash of the system, the hole and how it was planted."""
        parts = self.system.identity.hash, to_values(self.hole), self.way, DEPTH, STEEP
        return Identity("planted", _hash(*parts))

    @property
    def abilities(self) -> frozenset[Ability]:
        """A margin alone: a hole in the weights, by training, has gradients."""
        return frozenset({"margin"})

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """The system's answers, and the hole's."""
        margin = margins(self.system, snippets)
        read = subjects(self.task, self.judge, snippets)
        if self.way == "slope":
            near = np.array([self.hole.nearness(each) for each in read])
            margin = np.where(margin < 0, margin * (1 - STEEP * near), margin)
        inside = np.array([self.hole.contains(each) for each in read], dtype=bool)
        margin = np.where(inside, np.maximum(margin, DEPTH), margin)
        return Answers(margin > 0, margin)

    def fresh(self) -> Self:
        """The same over a system that remembers nothing."""
        return replace(self, system=_fresh(self.system))

    def by_hole(self, snippets: Sequence[Snippet]) -> NDArray[np.bool_]:
        """(B,) which snippets pass because of the hole alone: the system itself turns them away."""
        read = subjects(self.task, self.judge, snippets)
        inside = np.array([self.hole.contains(each) for each in read], dtype=bool)
        found: NDArray[np.bool_] = inside & (margins(self.system, snippets) <= 0)
        return found


def margins(system: System, snippets: Sequence[Snippet]) -> NDArray[np.float64]:
    """(B,) a system's margins; 1 and -1 where it knows none."""
    if not snippets:
        return np.zeros(0)
    answers = system.answer(snippets)
    found: NDArray[np.float64] = (
        np.where(answers.passes, 1.0, -1.0) if answers.margin is None else answers.margin
    )
    return found


def _fresh(system: System) -> System:
    return system.fresh() if isinstance(system, RememberingSystem) else system


def _hash(*parts: object) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()
