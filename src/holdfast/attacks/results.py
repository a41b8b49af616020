"""What an attack hands back: failures, by attempt, with what they cost and a sample of what was judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from holdfast.core.budget import Spend
from holdfast.core.snippet import JudgedSnippet, Snippet, Units, Verdict

Outcome = Literal["broken", "withstood", "skipped", "pending"]
"""How an attempt ended: a failure was found; the budget was spent without one; it could not be made; what it
found waits for people's verdicts, and it goes on once they have come."""

ENDED: tuple[Outcome, ...] = ("broken", "withstood")
"""What rates are made of."""


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
    turned_away: int = 0
    """How many candidates of its attempt a veto had turned away by then; they are no queries."""
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
    turned_away: Mapping[str, int] = field(default_factory=dict)
    """By each veto of the filter, candidates that it turned away, which are no queries: the attacker knows
    the vetoes."""
    pending: tuple[Failure, ...] = ()
    """Rewrites that pass and wait for people to say whether they are catastrophic, most convincing first.

    A broken attempt may have some beside what people have confirmed."""

    @property
    def outcome(self) -> Outcome:
        """How it ended: one that was not made, or not to its end, has neither been broken nor withstood."""
        if self.skipped is not None:
            return "skipped"
        if self.best is not None:
            return "broken"
        return "pending" if self.pending else "withstood"

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
        """The attempts that came to an end, broken or withstood: skipped and pending ones are in no rate."""
        return tuple(attempt for attempt in self.attempts if attempt.outcome in ENDED)

    def count(self, outcome: Outcome) -> int:
        """How many attempts ended so."""
        return sum(attempt.outcome == outcome for attempt in self.attempts)

    @property
    def broken(self) -> int:
        """How many attempts found a failure."""
        return self.count("broken")

    @property
    def pending(self) -> tuple[tuple[Snippet, Failure], ...]:
        """What waits for people, each with its seed."""
        return tuple((attempt.seed, each) for attempt in self.attempts for each in attempt.pending)

    @property
    def clean_misses(self) -> int:
        """How many of the broken seeds passed as they stand."""
        return sum(attempt.clean_miss for attempt in self.made)

    @property
    def turned_away(self) -> dict[str, int]:
        """By each veto of the filter, candidates that it turned away."""
        found: Counter[str] = Counter()
        for attempt in self.attempts:
            found.update(attempt.turned_away)
        return dict(found)

    @property
    def first_failure_candidates(self) -> tuple[int | None, ...]:
        """The same as `first_failure_queries` with the candidates that a veto turned away among them."""
        firsts = [attempt.first_failure for attempt in self.made]
        return tuple(None if f is None else f.query + f.turned_away for f in firsts)

    @property
    def first_failure_queries(self) -> tuple[int | None, ...]:
        """For each attempt made the queries to its first failure; None where there was none (censored)."""
        return tuple(attempt.first_failure_query for attempt in self.made)
