"""What an attack hands back: failures, by attempt, with what they cost and a sample of what was judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

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
    success: float | None = None
    """For a filtered generator: the share of the passing completions of its prompt that were catastrophic."""
    flops: float = field(default=0.0, compare=False)
    """What its attempt's queries, gradients and generated words had cost by then."""
    seconds: float = field(default=0.0, compare=False)
    """What its attempt had taken of the machine's time: an even share of each round that it took part in. No
    two calls agree on it."""


@dataclass(frozen=True)
class Success:
    """How often a prompt leads the filtered generator to a failure, on draws that no search saw."""

    draws: int
    passing: int
    failures: int


@dataclass(frozen=True)
class Attempt:
    """What came of one seed.

    `failures` holds the first, the most egregious, and of the distinct others the best by the attack's
    objective (at most `keep` of the call), in the order found; `best` is the best of them by that objective.
    """

    seed: Snippet
    queries: int
    first_failure_query: int | None
    best: Failure | None
    failures: tuple[Failure, ...]
    found: int = 0
    """All different failures reported, kept or not; those not kept were not confirmed."""
    flops: float = field(default=0.0, compare=False)
    seconds: float = field(default=0.0, compare=False)
    success: Success | None = None
    """For a filtered generator: fresh draws from the prompt of the best failure."""

    @property
    def first_failure(self) -> Failure | None:
        """The failure found first."""
        return min(self.failures, key=lambda failure: failure.query, default=None)

    @property
    def worst(self) -> Failure | None:
        """The most egregious failure, whatever the attack's objective; of equals the one found first."""
        return max(self.failures, key=lambda failure: failure.verdict.egregiousness, default=None)

    @property
    def first_failure_seconds(self) -> float | None:
        """What the first failure took of the machine's time; None without one."""
        return None if self.first_failure is None else self.first_failure.seconds

    @property
    def first_failure_flops(self) -> float | None:
        """What the first failure took in FLOPs; None without one."""
        return None if self.first_failure is None else self.first_failure.flops


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
    order: Literal["judge", "score"] = "judge"
    """Which came first for each candidate."""

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
