"""What an attack hands back: failures, by attempt, with what they cost and a sample of what was judged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from holdfast.core.budget import Spend
from holdfast.core.snippet import JudgedSnippet, Snippet, Units, Verdict

Outcome = Literal["broken", "withstood", "skipped"]
"""How an attempt ended (DESIGN section 2)."""


@dataclass(frozen=True, slots=True)
class JudgedRewrite(JudgedSnippet):
    """A judged candidate of an attack, with the seed that it grew from."""

    seed: Snippet


@dataclass(frozen=True)
class Failure:
    """A catastrophe that passes, confirmed by an exact score and a fresh verdict."""

    seed_index: int
    """Which of the call's seeds it grew from."""
    snippet: Snippet
    units: Units
    """The snippet as units of the surface that was searched."""
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
    skipped: str | None = None
    """Why no attempt was made from this seed, in words; None where one was."""
    clean_miss: bool = False
    """Whether the seed passed as it stands, at the first query: no search was needed."""

    @property
    def outcome(self) -> Outcome:
        """How it ended: an attempt that was not made has neither been broken nor withstood."""
        if self.skipped is not None:
            return "skipped"
        return "withstood" if self.best is None else "broken"

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
    candidates: tuple[JudgedRewrite, ...] = ()
    dropped: int = 0
    order: Literal["judge", "score"] = "judge"
    """Which came first for each candidate."""

    @property
    def failures(self) -> tuple[Failure, ...]:
        """The failures of all attempts."""
        return tuple(failure for attempt in self.attempts for failure in attempt.failures)

    @property
    def made(self) -> tuple[Attempt, ...]:
        """The attempts that were made: all but the skipped ones."""
        return tuple(attempt for attempt in self.attempts if attempt.outcome != "skipped")

    def count(self, outcome: Outcome) -> int:
        """How many attempts ended so."""
        return sum(attempt.outcome == outcome for attempt in self.attempts)

    @property
    def broken(self) -> int:
        """How many attempts found a failure."""
        return self.count("broken")

    @property
    def clean_misses(self) -> int:
        """How many of the broken seeds passed as they stand."""
        return sum(attempt.clean_miss for attempt in self.made)

    @property
    def first_failure_queries(self) -> tuple[int | None, ...]:
        """For each attempt made the queries to its first failure; None where there was none (censored)."""
        return tuple(attempt.first_failure_query for attempt in self.made)
