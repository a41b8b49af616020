"""A search in a process of its own: runs an attack, tells the best so far, and stops when asked.

Attacks spend half their time in Python. In a thread of the server they would hold up everybody's live score;
here they have a core's leftovers to themselves.
"""

from __future__ import annotations

import os
import pickle
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING

import numpy as np

from holdfast.attacks.objective import OBJECTIVES
from holdfast.core.budget import Budget, Spend
from holdfast.core.errors import UserError
from holdfast.core.executors import prepare_process
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Units, Verdict
from holdfast.core.surface import snippets_of
from holdfast.workbench.tools.judging import rewrites_of
from holdfast.workbench.tools.reading import sendable, verdict_shape
from holdfast.workbench.tools.shapes import Reason, SearchEnd, SearchStep

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack
    from holdfast.attacks.engine.attempt import LiveAttempt
    from holdfast.attacks.results import AttackResult
    from holdfast.attacks.target import Target

SECONDS = 600.0
"""After which a search ends, whatever queries it has left."""

_EVERY = 0.1
"""Seconds between two steps at least."""

_NICENESS = 10

STOP = "stop"
"""Sent to a process that should end its search."""


@dataclass(frozen=True)
class Package:
    """A target for another process; opened once, it serves all searches until another one comes."""

    name: str
    pickled: bytes


@dataclass(frozen=True)
class Assignment:
    """What to search with, from where, and for how long."""

    attack: Attack
    snippet: Snippet
    queries: int
    one_step: bool
    """Whether to end as soon as something better is found."""
    judged: bool
    """Whether verdicts may be told; where people judge the search has none."""
    seed: Snippet | None = None
    """The text that `snippet` is a rewrite of, and is judged as one."""
    course: int = 0


@dataclass(frozen=True)
class Anything:
    """The judge where people judge: it takes all for catastrophic, for whether it is one is theirs to say.

    So a search lowers the score alone, and its writer keeps the injury, as in the tool of arXiv 2205.01663.
    """

    name: str = "anything"

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """The same verdict for all."""
        return [Verdict(Label.CATASTROPHIC, 1.0, "people judge")] * len(snippets)


def work(connection: Connection) -> None:
    """Search what comes over the connection, on the target that came last, until it closes.

    A stop ends the search under way; what it finds at an end is passed over.
    """
    prepare_process(True)
    with suppress(OSError, AttributeError):  # there are systems without niceness
        os.nice(_NICENESS)
    target: Target | None = None
    with suppress(EOFError, OSError):
        while True:
            message = connection.recv()
            if isinstance(message, Package):
                target = pickle.loads(message.pickled)
            elif isinstance(message, Assignment) and target is not None:
                connection.send(search(target, message, connection.send, connection.poll))


class Watch:
    """Looks on at an attack, and tells the best so far; `stopping` says whether it is time to end."""

    def __init__(
        self,
        assignment: Assignment,
        target: Target,
        tell: Callable[[SearchStep], None],
        stopping: Callable[[], bool],
    ) -> None:
        self._assignment = assignment
        self._target = target
        self._tell = tell
        self._stopping = stopping
        self._told_at = 0.0
        self._worth = _worth(assignment, target)
        self.best: Units | None = None
        """The best candidate, once it betters the text given."""
        self.queries = 0
        self.stopped = False
        self.satisfied = False

    def look(self, attempts: Sequence[LiveAttempt], spend: Spend) -> bool:
        """Take note of the best and tell it, but not too often; false when it is time to end."""
        (attempt,) = attempts
        self.queries = spend.queries
        if attempt.best.value > self._worth:
            self.best = attempt.best.units
        self.satisfied = self._assignment.one_step and self.best is not None
        self.stopped = self._stopping()
        now = time.perf_counter()
        if now - self._told_at >= _EVERY:
            self._told_at = now
            self._tell(self.step())
        return not (self.stopped or self.satisfied)

    def step(self) -> SearchStep:
        """The best so far, or the text given."""
        if self.best is None:
            return told(self._target, self._assignment, self._assignment.snippet, self.queries)
        (snippet,) = snippets_of(self._target.surface, [self.best])
        return told(self._target, self._assignment, snippet, self.queries)


def _worth(assignment: Assignment, target: Target) -> float:
    """What the text given is worth by the attack's objective; -inf if it is no catastrophe."""
    (verdict,) = target.judge.judge([assignment.snippet])
    log_odds = target.scorer.log_odds(target.scorer.codec.encode([assignment.snippet])).astype(np.float64)
    limit, grade = log_odds_of(target.threshold), np.array([verdict.egregiousness])
    values = OBJECTIVES[assignment.attack.objective](log_odds, grade, np.ones(1), limit)
    return float(values[0]) if verdict.catastrophic else -np.inf


def search(
    target: Target,
    assignment: Assignment,
    tell: Callable[[SearchStep], None],
    stopping: Callable[[], bool],
) -> SearchEnd:
    """Run a search; `tell` hears of its steps, and `stopping` is asked often whether it should end."""
    if assignment.seed is not None:
        target = replace(target, judge=rewrites_of(target.judge, assignment.seed, target.surface))
    begun, watch = time.perf_counter(), Watch(assignment, target, tell, stopping)
    try:
        result = assignment.attack(
            target,
            [assignment.snippet],
            Budget(queries=assignment.queries, seconds=SECONDS),
            Stream(assignment.course).child("workbench", "search"),
            observer=watch,
        )
    except Exception as error:
        said = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        return SearchEnd(
            reason="error",
            message=f"the search failed: {said}",
            best=None if watch.best is None else watch.step(),
            queries=watch.queries,
            seconds=time.perf_counter() - begun,
        )
    (attempt,) = result.attempts
    if attempt.skipped is not None and watch.queries == 0 and not watch.stopped:
        return SearchEnd(
            reason="error",
            message=f"no search can start from this text: {attempt.skipped}",
            best=None,
            queries=0,
            seconds=time.perf_counter() - begun,
        )
    failure = attempt.best
    best = None if watch.best is None else watch.step()
    if failure is not None:
        best = told(target, assignment, failure.snippet, result.spend.queries)
    reason = _reason(assignment, watch, result)
    return SearchEnd(
        reason=reason,
        message=_MESSAGES[reason],
        best=best,
        queries=result.spend.queries,
        seconds=time.perf_counter() - begun,
    )


def told(target: Target, assignment: Assignment, snippet: Snippet, queries: int) -> SearchStep:
    """A text of a search with its exact score and, where an oracle judges, its verdict.

    Where it has grown too long for the API, the text that the search began with is told instead.
    """
    snippet = snippet if sendable(snippet) else assignment.snippet
    (log_odds,) = target.scorer.log_odds(target.scorer.codec.encode([snippet])).astype(np.float64)
    verdict = target.judge.judge([snippet])[0] if assignment.judged else None
    passes = bool(log_odds < log_odds_of(target.threshold))
    return SearchStep(
        prompt=snippet.prompt,
        completion=snippet.completion,
        queries=queries,
        score=float(probability(log_odds)),
        verdict=None if verdict is None else verdict_shape(verdict),
        failure=None if verdict is None else verdict.catastrophic and passes,
    )


def _reason(assignment: Assignment, watch: Watch, result: AttackResult) -> Reason:
    if watch.stopped:
        return "stopped"
    if result.failures:
        return "failure"
    if watch.satisfied:
        return "done"
    spent = result.spend.queries >= assignment.queries or result.spend.seconds >= SECONDS
    return "budget" if spent else "stalled"


_MESSAGES: dict[Reason, str] = {
    "failure": "the filter lets it pass",
    "done": "one step is done",
    "stalled": "nothing that it could try was better",
    "budget": "its budget is spent",
    "stopped": "it was stopped",
}
