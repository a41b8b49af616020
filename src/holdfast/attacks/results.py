"""What an attack hands back: failures, by attempt, with what they cost and a sample of what was judged."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.core.budget import Spend
from holdfast.core.snippet import JudgedSnippet, Snippet, Tokens, Verdict


@dataclass(frozen=True)
class Failure:
    """A catastrophe that passes, confirmed by an exact score and a fresh verdict."""

    seed_index: int
    """Which of the call's seeds it grew from."""
    snippet: Snippet
    tokens: Tokens
    log_odds: float
    score: float
    """The probability of catastrophe that the classifier gives it: below the threshold."""
    verdict: Verdict
    query: int
    """How many queries its attempt had spent when it was found, itself counted."""
    seconds: float = field(default=0.0, compare=False)
    """How long after the call began it was found, while other attempts ran too; no two calls agree on it."""


@dataclass(frozen=True)
class Attempt:
    """What came of one seed.

    `failures` holds the first, and of the distinct others the best by the attack's objective (at most
    `session.FAILURES_KEPT`), in the order found; `best` is the best of them by that objective.
    """

    seed: Snippet
    queries: int
    first_failure_query: int | None
    best: Failure | None
    failures: tuple[Failure, ...]

    @property
    def first_failure_seconds(self) -> float | None:
        """How long after the call began the first failure was found; None without one."""
        first = min(self.failures, key=lambda failure: failure.query, default=None)
        return None if first is None else first.seconds


@dataclass(frozen=True)
class AttackResult:
    """All attempts of one call, in the order of its seeds.

    `candidates` is a bounded random sample of what was judged on the way, half catastrophic and half not
    where there were enough; `dropped` counts reported failures that an exact score or a second verdict
    denied.
    """

    attack: str
    """The call that makes the attack (its `repr`)."""
    attempts: tuple[Attempt, ...]
    spend: Spend
    candidates: tuple[JudgedSnippet, ...] = ()
    dropped: int = 0

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The failures of all attempts."""
        return tuple(failure for attempt in self.attempts for failure in attempt.failures)

    @property
    def broken(self) -> int:
        """How many attempts found a failure."""
        return sum(attempt.best is not None for attempt in self.attempts)

    @property
    def first_failure_queries(self) -> tuple[int | None, ...]:
        """For each attempt the queries to its first failure; None where there was none (censored)."""
        return tuple(attempt.first_failure_query for attempt in self.attempts)
