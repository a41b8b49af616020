"""The meter: what a call has spent, attempt by attempt, and what its budget still allows."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.core.budget import Budget, Spend
from holdfast.core.snippet import Units

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.models.unit_scores import UnitScores

IDLE_LIMIT = 200
"""Requests in a row without one candidate to score, after which an attempt is given up."""


class Meter:
    """Counts queries, calls, FLOPs and seconds, and stops attempts on the budget, exactly.

    The call's FLOPs are those of real forwards and backwards. An attempt's own FLOPs count every query as a
    forward, remembered or not, so that they do not depend on its neighbours; its seconds are its even share
    of the time of each round of requests that it took part in.
    """

    def __init__(self, scores: UnitScores, generator: Generator | None, budget: Budget) -> None:
        self._scores = scores
        self._generator = generator
        self._budget = budget
        self._counted = Spend()
        self._scores_before = scores.spend
        self._begun = time.perf_counter()
        self._round_begun = self._begun
        self._running = 1
        self._stopped = False

    @property
    def spend(self) -> Spend:
        """What the call has cost so far."""
        seconds = Spend(seconds=time.perf_counter() - self._begun)
        return self._counted + (self._scores.spend - self._scores_before) + seconds

    @property
    def exhausted(self) -> bool:
        """Whether the budget on the whole call is spent, or the call was stopped."""
        return self._stopped or self._budget.exhausted_by(self.spend) is not None

    def stop(self) -> None:
        """Let the call end as if its budget were spent."""
        self._stopped = True

    def left(self, attempt: LiveAttempt) -> int:
        """Queries that an attempt may still spend."""
        limits = (
            (self._budget.queries_per_seed, attempt.queries),
            (self._budget.queries, self._counted.queries),
        )
        return max(
            0, min((limit - spent for limit, spent in limits if limit is not None), default=sys.maxsize)
        )

    def spend_queries(self, attempt: LiveAttempt, count: int) -> range:
        """Count queries and return their numbers within the attempt, which ends when it has none left."""
        numbers = range(attempt.queries + 1, attempt.queries + count + 1)
        attempt.queries += count
        attempt.idle = 0 if count else attempt.idle + 1
        self.count(Spend(queries=count))
        attempt.over |= attempt.idle > IDLE_LIMIT or not self.left(attempt)
        return numbers

    def gradient_calls_left(self) -> int:
        """Gradient calls that the whole call may still make."""
        limit = self._budget.gradient_calls
        return sys.maxsize if limit is None else max(0, limit - self._counted.gradient_calls)

    def count(self, spend: Spend) -> None:
        """Add to what the call has cost; the scoring engine counts its own FLOPs."""
        self._counted += spend

    def scored(self, attempt: LiveAttempt, units: Sequence[Units], passes: int = 1) -> None:
        """Charge an attempt for the scores of some snippets; a gradient is three passes."""
        attempt.flops += passes * self._scores.flops(units)

    def generated(self, attempt: LiveAttempt | None, read: int, written: int, passes: int = 1) -> None:
        """Count the tokens that went through the generator, each once a pass, and charge the attempt."""
        assert self._generator is not None
        flops = passes * self._generator.flops_per_token * (read + written)
        self.count(Spend(generated_tokens=written, forward_flops=flops))
        if attempt is not None:
            attempt.flops += flops
            attempt.written += written

    def proposed(self, attempt: LiveAttempt, flops: float) -> None:
        """Charge an attempt for words proposed to it, remembered or not; the call counts real forwards."""
        attempt.flops += flops

    def begin_round(self, running: int) -> None:
        """A round of requests of so many attempts begins."""
        self._round_begun = time.perf_counter()
        self._running = max(running, 1)

    def share(self) -> float:
        """Seconds of the round so far that fall to each attempt in it."""
        return (time.perf_counter() - self._round_begun) / self._running
