"""Choosing a hole near a wished rarity: kinds propose, and the first that is near enough is planted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.campaign.holes.planted import PlantedHole, Rarity, seal
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.models.holes import holes
from holdfast.models.holes.base import Hole, Subject, subjects
from holdfast.tasks.base import Focus, Task
from holdfast.tasks.editions import edition_of

NEAR = 1.6
"""How far a hole's share may be from the wished one, as a factor: a fifth of a power of ten."""
LEAST_IN_POOL = 10
"""Catastrophes of the pool in a hole by which it may be chosen where its share cannot be counted."""
TRIES = 4000

Counting = Callable[[Hole], float | None]
"""The exact share of a task's catastrophes in a hole; None where it cannot be counted."""


@dataclass(frozen=True)
class Pools:
    """Catastrophes of one of the task's samples: some to choose holes by, others to measure them on."""

    focus: Focus
    choosing: Sequence[Subject]
    measuring: Sequence[Subject]

    @classmethod
    def drawn(
        cls, task: Task, judge: Judge, focus: Focus, choosing: int, measuring: int, stream: Stream
    ) -> Pools:
        """So many catastrophes for each, drawn independently."""
        one = catastrophes(task, judge, choosing, focus, stream.child("choosing"))
        other = catastrophes(task, judge, measuring, focus, stream.child("measuring"))
        return cls(focus, one, other)


def catastrophes(task: Task, judge: Judge, count: int, focus: Focus, stream: Stream) -> list[Subject]:
    """The first so many catastrophes among a task's samples; raises UserError where next to none come."""
    found: list[Subject] = []
    for turn in range(10_000):
        if len(found) >= count:
            return found[:count]
        drawn = task.sample(2000, stream.child(turn), focus)
        found += [each for each in subjects(task, judge, drawn) if each.verdict.catastrophic]
        if turn >= 30 and not found:
            break
    raise UserError(f"the task {task.name} makes too few {focus} catastrophes: {len(found)} of {count}")


def plant(
    task: Task,
    kind: str,
    wished: float,
    stream: Stream,
    pools: Pools,
    counting: Counting = lambda hole: None,
    other: Pools | None = None,
) -> PlantedHole:
    """A hole of a kind whose share of the first pools' sample is near the wished one; `other` is measured
    beside.

    The same stream and pools give the same hole. Raises UserError where none near enough is found.
    """
    _check(task, kind, wished)
    chosen = _chosen(task, kind, wished, stream, pools, counting)
    counted = counting(chosen)
    rarity = (
        _sampled(chosen, pools)
        if counted is None
        else Rarity(focus=pools.focus, how="counted", share=counted, lower=counted, upper=counted)
    )
    beside = () if other is None else (_sampled(chosen, other),)
    hash_, sealed = seal(chosen, stream)
    return PlantedHole(
        hash=hash_,
        task=task.name,
        edition=edition_of(task),
        kind=kind,
        wished=wished,
        rarities=(rarity, *beside),
        sealed=sealed,
    )


def _check(task: Task, kind: str, wished: float) -> None:
    holes.get(kind)
    if not 0 < wished < 1:
        raise UserError(f"a rarity is a share between 0 and 1, and not {wished:g}")


def _chosen(task: Task, kind: str, wished: float, stream: Stream, pools: Pools, counting: Counting) -> Hole:
    draw, proposed = stream.child("proposals").python(), holes.get(kind)
    pool, nearest = pools.choosing, 0.0
    for _ in range(TRIES):
        hole: Hole = proposed.proposed(task, pool, draw)  # type: ignore[attr-defined]
        share = counting(hole)
        if share is None:
            inside = _inside(hole, pool, wished)
            share = inside / len(pool) if inside >= LEAST_IN_POOL else 0.0
        if wished / NEAR <= share <= wished * NEAR:
            return hole
        nearest = min(nearest, share, key=lambda one: abs(one - wished)) if nearest else share
    raise UserError(
        f"no hole of the kind '{kind}' near the rarity {wished:g} was found on the task {task.name} in"
        f" {TRIES} tries (the nearest: {nearest:g}; {len(pool):,} catastrophes to choose by); wish for a"
        " commoner one, or draw more"
    )


def _inside(hole: Hole, pool: Sequence[Subject], wished: float) -> int:
    """How many of the pool are in it; where they are clearly too many or too few no more are looked at."""
    most, count = wished * NEAR * len(pool), 0
    for looked_at, subject in enumerate(pool, 1):
        count += hole.contains(subject)
        if count > most or (looked_at * wished > 20 and count < looked_at * wished / 10):
            return count if count > most else 0
    return count


def _sampled(hole: Hole, pools: Pools) -> Rarity:
    found = Proportion(sum(map(hole.contains, pools.measuring)), len(pools.measuring))
    limits = found.interval()
    return Rarity(
        focus=pools.focus,
        how="sampled",
        share=found.rate or 0.0,
        lower=limits.lower,
        upper=limits.upper,
        trials=found.trials,
    )
