"""One call in pieces: seeds shared among workers, which changes nothing of what is found."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from holdfast.attacks.results import AttackResult, Attempt
from holdfast.attacks.target import Target
from holdfast.core.budget import Budget, Spend
from holdfast.core.errors import UserError
from holdfast.core.executors import Executor
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.core.surface import Surface, units_of

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack

PIECES_PER_WORKER = 4
"""More pieces than workers, so that none waits long for the last."""

LOST = "its worker process was killed twice"
"""Why the seeds of a lost shard were skipped."""


@dataclass(frozen=True)
class Shard:
    """Some of the seeds of a call, with their places among all, and all that attacking them takes."""

    attack: Attack
    target: Target
    seeds: tuple[Snippet, ...]
    places: tuple[int, ...]
    budget: Budget
    stream: Stream
    sample_size: int
    keep: int

    def run(self) -> AttackResult:
        """Attack the seeds of this shard."""
        return self.attack(
            self.target,
            self.seeds,
            self.budget,
            self.stream,
            sample_size=self.sample_size,
            keep=self.keep,
        )

    def lost(self) -> AttackResult:
        """What stands for this shard where its worker was killed: attempts that were not made."""
        attempts = (Attempt(seed, 0, None, None, (), skipped=LOST) for seed in self.seeds)
        return AttackResult(repr(self.attack), tuple(attempts), Spend())


def run_in_shards(whole: Shard, executor: Executor, progress: Progress) -> AttackResult:
    """Attack all seeds by shards, and put the results together in the order of the seeds.

    Raises UserError for a budget on the whole call, or an attack whose attempts learn from each other: both
    need one place that sees all.
    """
    _check(whole)
    begun = time.perf_counter()
    progress.start(f"attack: {whole.attack.name}", len(whole.seeds))
    shards = _shards(whole, executor.workers * PIECES_PER_WORKER)
    results = []
    for shard, result in zip(shards, executor.map(Shard.run, shards, Shard.lost), strict=True):
        results.append(result)
        progress.advance(len(shard.seeds), queries=sum(r.spend.queries for r in results))
    result = _joined(whole, shards, results, time.perf_counter() - begun)
    progress.finish(failures=len(result.failures), broken=result.broken, queries=result.spend.queries)
    return result


def _check(whole: Shard) -> None:
    from holdfast.attacks.compose import parts

    budget = whole.budget
    if any((budget.queries, budget.gradient_calls, budget.seconds, budget.flops)):
        raise UserError(
            "workers cannot share a budget on the whole call; give each seed its own, such as 500q/seed"
        )
    learning = [part.name for part in parts(whole.attack) if not part.independent]
    if learning:
        raise UserError(
            f"attempts of '{learning[0]}' learn from each other and cannot be shared among workers; use one"
        )


def _shards(whole: Shard, count: int) -> list[Shard]:
    """Seeds dealt out in turn; equal ones stay together, for each takes its course by its number of them."""
    target = whole.target.fresh()
    turns: dict[Snippet, int] = {}
    for seed in whole.seeds:
        turns.setdefault(seed, len(turns) % count)
    dealt = [[i for i, seed in enumerate(whole.seeds) if turns[seed] == turn] for turn in range(count)]
    return [
        replace(whole, target=target, seeds=tuple(whole.seeds[i] for i in places), places=tuple(places))
        for places in dealt
        if places
    ]


def _joined(
    whole: Shard, shards: Sequence[Shard], results: Sequence[AttackResult], seconds: float
) -> AttackResult:
    attempts: dict[int, Attempt] = {}
    for shard, result in zip(shards, results, strict=True):
        for place, attempt in zip(shard.places, result.attempts, strict=True):
            attempts[place] = _placed(attempt, place, whole.target.surface)
    spend = sum((result.spend for result in results), Spend())
    sample = [candidate for result in results for candidate in result.candidates]
    return AttackResult(
        attack=repr(whole.attack),
        attempts=tuple(attempts[place] for place in sorted(attempts)),
        spend=replace(spend, seconds=seconds),
        candidates=tuple(sample[:: -(-len(sample) // whole.sample_size)] if sample else ()),
        dropped=sum(result.dropped for result in results),
        order=results[0].order if results else "judge",
    )


def _placed(attempt: Attempt, place: int, surface: Surface) -> Attempt:
    """An attempt of a worker, whose surface may have numbered its units otherwise."""
    units = units_of(surface, [failure.snippet for failure in attempt.failures])
    failures = tuple(
        replace(failure, seed_index=place, units=own)
        for failure, own in zip(attempt.failures, units, strict=True)
    )
    best = next((f for f, old in zip(failures, attempt.failures, strict=True) if old is attempt.best), None)
    return replace(attempt, failures=failures, best=best)
