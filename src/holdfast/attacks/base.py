"""What an attack is: plain values, a `_run` that its author writes, and a call that trusts nobody."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, Literal, final

import numpy as np
from pydantic import ConfigDict
from pydantic.dataclasses import dataclass

from holdfast.attacks.attempt import LiveAttempt
from holdfast.attacks.objective import OBJECTIVES, ObjectiveName
from holdfast.attacks.results import AttackResult, Attempt, Failure
from holdfast.attacks.sample import SAMPLE_SIZE
from holdfast.attacks.session import FAILURES_KEPT, Session
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget, Spend
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet

CLOSED = ConfigDict(extra="forbid")
"""For the dataclasses of attacks: values are validated when an attack is made, and unknown ones refused."""


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Attack(ABC):
    """A search for failures; concrete attacks are frozen dataclasses, and `repr(x)` is the call that makes x.

    With `stop="first"` an attempt ends at its first failure; with `"budget"` it goes on improving its
    objective until its queries are spent or its search brings nothing more.
    """

    name: ClassVar[str]
    """The registered name."""

    objective: ObjectiveName = "egregious"
    stop: Literal["first", "budget"] = "first"

    @abstractmethod
    def _run(self, session: Session) -> None:
        """Search; all judging and scoring goes through the session."""

    @final
    def __call__(
        self,
        target: Target,
        seeds: Sequence[Snippet],
        budget: Budget = Budget(queries_per_seed=1000),  # noqa: B008 (frozen)
        stream: Stream = Stream(0),  # noqa: B008 (frozen)
        progress: Progress = Silent(),  # noqa: B008 (has no state)
        *,
        sample_size: int = SAMPLE_SIZE,
    ) -> AttackResult:
        """Attack the target from each seed, and report only what an exact score and a second verdict confirm.

        The same stream gives the same result, and the result of a seed does not depend on the other seeds
        (but for a budget on the whole call, which they share). `sample_size` bounds the judged candidates
        that the result keeps. Raises UserError where the attack needs a
        generator and the target has none.
        """
        progress.start(f"attack: {self.name}", len(seeds))
        session = Session(
            target,
            seeds,
            budget,
            stream,
            OBJECTIVES[self.objective],
            stop_at_first=self.stop == "first",
            progress=progress,
            sample_size=sample_size,
        )
        self._run(session)
        result = self._confirmed(target, session)
        progress.finish(failures=len(result.failures), broken=result.broken, queries=result.spend.queries)
        return result

    def _confirmed(self, target: Target, session: Session) -> AttackResult:
        """Re-score and re-judge all that was reported, from its text, and drop what does not hold."""
        reported = [failure for attempt in session.attempts for failure in _kept(attempt)]
        confirmed = _reproduced(target, reported)
        attempts = [self._attempt(target, attempt, confirmed) for attempt in session.attempts]
        return AttackResult(
            attack=repr(self),
            attempts=tuple(attempts),
            spend=session.spend + Spend(judge_calls=len(reported)),
            candidates=session.sample.contents(),
            dropped=len(reported) - len(confirmed),
        )

    def _attempt(self, target: Target, attempt: LiveAttempt, confirmed: Sequence[Failure]) -> Attempt:
        failures = tuple(f for f in confirmed if f.seed_index == attempt.index)
        best = None
        if failures:
            log_odds = np.array([f.log_odds for f in failures])
            egregiousness = np.array([f.verdict.egregiousness for f in failures])
            values = OBJECTIVES[self.objective](log_odds, egregiousness, log_odds_of(target.threshold))
            best = failures[int(values.argmax())]
        first = min((f.query for f in failures), default=None)
        return Attempt(attempt.seed, attempt.queries, first, best, failures)


def _kept(attempt: LiveAttempt) -> list[Failure]:
    attempt.keep_best(FAILURES_KEPT)
    return [failure for _, failure in attempt.found.values()]


def _reproduced(target: Target, reported: Sequence[Failure]) -> list[Failure]:
    """The failures that hold, with the exact log odds and the verdict of the text as it stands."""
    snippets = [failure.snippet for failure in reported]
    tokens = target.scorer.codec.encode(snippets)
    log_odds = target.scorer.exact_log_odds(tokens).astype(np.float64)
    scores = probability(log_odds)
    verdicts = target.judge.judge(snippets)
    return [
        replace(f, tokens=t, log_odds=float(x), score=float(score), verdict=verdict)
        for f, t, x, score, verdict in zip(reported, tokens, log_odds, scores, verdicts, strict=True)
        if verdict.catastrophic and x < log_odds_of(target.threshold)
    ]
