"""The part of a failure that makes it fail: what is left when all else is taken away.

Delta debugging (Zeller and Hildebrandt 2002, 'Simplifying and isolating failure-inducing input'), for a
judge and a scorer that answer many questions at once: at each size of chunk all single deletions are tried
together, and then the longest union of those that did no harm.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Sequence
from typing import Any

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Request, Scored
from holdfast.core.snippet import Units

Chunk = frozenset[int]
Failing = Callable[[LiveAttempt, Scored], list[tuple[Units, float]]]
"""Tells the failures among what was scored, with their log odds."""


def minimal_places(
    attempt: LiveAttempt, units: Units, failing: Failing, sizes: Sequence[int]
) -> Generator[Request, Any, list[int]]:
    """The positions of a failure that cannot be done without, in chunks of the last size.

    What the mask closes always stays. Two requests a size, of a query at most for each chunk left.
    """
    left = set(range(len(units)))
    for size in sizes:
        chunks = _chunks(units, sorted(left & set(attempt.mask.positions(units))), size)
        spare = yield from _failing(attempt, units, left, chunks, failing)
        unions = [frozenset().union(*spare[: n + 1]) for n in range(1, len(spare))]
        together = yield from _failing(attempt, units, left, unions, failing)
        left -= max([*spare[:1], *together], key=len, default=frozenset())
    return sorted(left)


def restricted(units: Units, places: set[int]) -> Units:
    """The snippet with the words at these positions alone."""
    length = len(units.prompt)
    return Units(
        tuple(word for i, word in enumerate(units.prompt) if i in places),
        tuple(word for i, word in enumerate(units.completion, length) if i in places),
    )


def runs(units: Units, places: Sequence[int]) -> tuple[tuple[int, tuple[int, ...]], ...]:
    """Neighbouring positions as runs of words, each with its part, in the manner of `Mask.kept`."""
    found: list[tuple[int, tuple[int, ...]]] = []
    length, before = len(units.prompt), -2
    for place in places:
        part = int(place >= length)
        word = units[part][place - part * length]
        if place == before + 1 and place != length:
            found[-1] = part, (*found[-1][1], word)
        else:
            found.append((part, (word,)))
        before = place
    return tuple(found)


def _failing(
    attempt: LiveAttempt, units: Units, left: set[int], chunks: list[Chunk], failing: Failing
) -> Generator[Request, Any, list[Chunk]]:
    """The chunks without which the snippet still fails, that of the lowest log odds first."""
    candidates = {rest: chunk for chunk in chunks if (rest := restricted(units, left - chunk)).completion}
    scored = yield from attempt.score(list(candidates))
    ranked = sorted(failing(attempt, scored), key=lambda row: row[1])
    return [candidates[rest] for rest, _ in ranked if rest in candidates]


def _chunks(units: Units, places: list[int], size: int) -> list[Chunk]:
    """Places in groups of a size, none across the two parts."""
    return [frozenset(group) for part in _parts(units, places) for group in _groups(part, size)]


def _parts(units: Units, places: list[int]) -> Iterator[list[int]]:
    yield [place for place in places if place < len(units.prompt)]
    yield [place for place in places if place >= len(units.prompt)]


def _groups(places: list[int], size: int) -> Iterator[list[int]]:
    return (places[i : i + size] for i in range(0, len(places), size))
