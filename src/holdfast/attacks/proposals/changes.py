"""What differs between a seed and a rewrite, as single changes that can be made or taken back one by one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from typing import NamedTuple

from holdfast.core.snippet import Units


class Change(NamedTuple):
    """At a place of the seed's prompt (part 0) or completion (part 1): units taken out, and others put in.

    `turn` orders what is put in at one place.
    """

    part: int
    start: int
    stop: int
    turn: int
    words: tuple[int, ...]


def changes_between(seed: Units, units: Units) -> tuple[Change, ...]:
    """Single changes that make `units` of the seed, in their order: each takes out or puts in one unit, or
    both.
    """
    return tuple(change for part in (0, 1) for change in _of_part(part, seed[part], units[part]))


def applied(seed: Units, changes: Iterable[Change]) -> Units:
    """The seed with some changes made; of those that touch the same unit the first."""
    parts: list[list[int]] = [[], []]
    ends = [0, 0]
    for part, start, stop, _, words in sorted(changes):
        if start < ends[part]:
            continue
        parts[part] += [*seed[part][ends[part] : start], *words]
        ends[part] = stop
    prompt, completion = ((*made, *seed[part][ends[part] :]) for part, made in enumerate(parts))
    return Units(prompt, completion)


def _of_part(part: int, seed: tuple[int, ...], words: tuple[int, ...]) -> Iterator[Change]:
    for kind, first, last, at, end in SequenceMatcher(None, seed, words, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        pairs = min(last - first, end - at)
        for i in range(pairs):
            yield Change(part, first + i, first + i + 1, 0, (words[at + i],))
        for i in range(first + pairs, last):
            yield Change(part, i, i + 1, 0, ())
        for turn, word in enumerate(words[at + pairs : end], 1):
            yield Change(part, last, last, turn, (word,))
