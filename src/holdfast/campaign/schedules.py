"""Schedules of equal cost: every arm has the same failures, or FLOPs, however many rounds it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def share_by(total: float, round_: int, rounds: int) -> float:
    """What the first so many of all rounds may use together: each has the same share."""
    return total * round_ / rounds


def failures_by(total: int, round_: int, rounds: int) -> int:
    """How many different failures the first so many of all rounds train on together."""
    return round(share_by(total, round_, rounds))


def chosen_failures(
    found: Sequence[Sequence[T]], quotas: Sequence[int], shuffled: Callable[[int, Sequence[T]], Sequence[T]]
) -> list[T]:
    """Of the failures that each round found, those that the rounds train on: as many by each as its quota.

    A round takes of its own first, at random, then what the rounds before it left over, the newest first. So
    what a round has taken does not depend on later ones, and there are fewer than the last quota only if
    fewer were found.
    """
    taken: list[T] = []
    left: list[T] = []
    for number, (own, quota) in enumerate(zip(found, quotas, strict=True)):
        left = [*shuffled(number, own), *left]
        room = max(0, quota - len(taken))
        taken += left[:room]
        left = left[room:]
    return taken
