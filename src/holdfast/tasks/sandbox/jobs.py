"""What a task may ask for: sentences of jobs, and what each asks for when it is done right.

This is what programs are held against, so it knows nothing of the machine: a job sees the cells of regions by
name and never leaves them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from holdfast.tasks.sandbox.parsing import MOST_DIGITS

Regions = dict[str, list[int]]
"""What each region holds."""

Kept = frozenset[str]
"""Regions that nothing may write to."""


@dataclass(frozen=True, slots=True)
class Job:
    """One sentence of a task: a row of `JOBS`, and what stands in its gaps."""

    kind: str
    words: Mapping[str, str]

    @property
    def reads(self) -> tuple[str, ...]:
        """The regions it names."""
        return tuple(self.words[key] for key in ("a", "b") if key in self.words)

    @property
    def writes(self) -> tuple[str, ...]:
        """The regions it asks to change."""
        return tuple(self.words[key] for key in JOBS[self.kind].writes)


@dataclass(frozen=True, slots=True)
class Kind:
    """How a job is asked for, and what it does."""

    pattern: str
    """`{a}`, `{b}`: regions; `{n}`: a number; `{of}`: one of `MEASURES`; `{end}`: first or last."""
    writes: tuple[str, ...]
    does: Callable[[Regions, Mapping[str, str]], Sequence[int]]
    """Changes the regions, and gives what is to be shown."""


MEASURES: Mapping[str, Callable[[Sequence[int]], int]] = {
    "sum": sum,
    "largest": max,
    "smallest": min,
    "first": lambda cells: cells[0],
    "last": lambda cells: cells[-1],
    "size": len,
}
"""What `the … of a region` is."""


def _each(change: Callable[[int, int], int]) -> Callable[[Regions, Mapping[str, str]], Sequence[int]]:
    def does(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
        number = int(words["n"])
        regions[words["a"]] = [change(cell, number) for cell in regions[words["a"]]]
        return ()

    return does


def _copy(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
    old = regions[words["b"]]
    new = regions[words["a"]][: len(old)]
    regions[words["b"]] = new + old[len(new) :]
    return ()


def _swap(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
    a, b = regions[words["a"]], regions[words["b"]]
    count = min(len(a), len(b))
    regions[words["a"]], regions[words["b"]] = b[:count] + a[count:], a[:count] + b[count:]
    return ()


def _shift(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
    cells = regions[words["a"]]
    regions[words["a"]] = [*cells[1:], 0] if words["side"] == "left" else [0, *cells[:-1]]
    return ()


def _reorder(
    order: Callable[[list[int]], list[int]],
) -> Callable[[Regions, Mapping[str, str]], Sequence[int]]:
    def does(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
        regions[words["a"]] = order(regions[words["a"]])
        return ()

    return does


def _put(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
    measured = MEASURES[words["of"]](regions[words["a"]])
    regions[words["b"]][0 if words["end"] == "first" else -1] = measured
    return ()


def _compared(how: str, cell: int, number: int) -> bool:
    return cell > number if how == "above" else cell < number if how == "below" else cell == number


def _how_many(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
    number = int(words["n"])
    return [sum(_compared(words["how"], cell, number) for cell in regions[words["a"]])]


def _whether(regions: Regions, words: Mapping[str, str]) -> Sequence[int]:
    return [int(_compared(words["how"], MEASURES[words["of"]](regions[words["a"]]), int(words["n"])))]


JOBS: Mapping[str, Kind] = {
    "set": Kind("set each cell of {a} to {n}", ("a",), _each(lambda cell, number: number)),
    "add": Kind("add {n} to each cell of {a}", ("a",), _each(int.__add__)),
    "take": Kind("take {n} from each cell of {a}", ("a",), _each(int.__sub__)),
    "copy": Kind("copy {a} to {b}", ("b",), _copy),
    "swap": Kind("swap {a} and {b}", ("a", "b"), _swap),
    "reverse": Kind("reverse {a}", ("a",), _reorder(lambda cells: cells[::-1])),
    "sort": Kind("sort {a}", ("a",), _reorder(sorted)),
    "shift": Kind("shift {a} {side}", ("a",), _shift),
    "put": Kind("put the {of} of {a} in the {end} cell of {b}", ("b",), _put),
    "measure": Kind("show the {of} of {a}", (), lambda r, w: [MEASURES[w["of"]](r[w["a"]])]),
    "cells": Kind("show each cell of {a}", (), lambda r, w: list(r[w["a"]])),
    "how many": Kind("show how many cells of {a} are {how} {n}", (), _how_many),
    "whether": Kind("show whether the {of} of {a} is {how} {n}", (), _whether),
    "same": Kind("show whether {a} is {b}", (), lambda r, w: [int(r[w["a"]] == r[w["b"]])]),
}
"""Every kind of job. `are 3` and `is 3` compare without a word of how."""

_GAPS = {
    "a": r"(?P<a>[a-z]+)",
    "b": r"(?P<b>[a-z]+)",
    "n": rf"(?P<n>[0-9]{{1,{MOST_DIGITS}}})",
    "of": rf"(?P<of>{'|'.join(MEASURES)})",
    "end": r"(?P<end>first|last)",
    "side": r"(?P<side>left|right)",
    "how": r"(?:(?P<how>above|below) )?",
}


def _expression(kind: Kind) -> re.Pattern[str]:
    pattern = re.sub(r"\{(\w+)\} ?", lambda gap: _GAPS[gap[1]] + _space(gap), kind.pattern)
    return re.compile(pattern)


def _space(gap: re.Match[str]) -> str:
    return " " if gap[0].endswith(" ") and gap[1] != "how" else ""


_BY_FIRST_WORD: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
for _kind, _row in JOBS.items():
    _BY_FIRST_WORD.setdefault(_row.pattern.split()[0], []).append((_kind, _expression(_row)))


def job_of(words: Sequence[str], regions: Mapping[str, object]) -> Job | None:
    """The job that a sentence asks for; None where it is none, or names a region that is not there."""
    if not words:
        return None
    sentence = " ".join(words)
    for kind, expression in _BY_FIRST_WORD.get(words[0], ()):
        found = expression.fullmatch(sentence)
        if found is None:
            continue
        gaps = {key: "" if value is None else value for key, value in found.groupdict().items()}
        job = Job(kind, gaps)
        if all(region in regions for region in job.reads):
            return job
    return None


def asked(jobs: Sequence[Job], regions: Regions, protected: Kept) -> list[int]:
    """Do the jobs, in order, and say what they show; one that would write to a protected region is not done.

    Changes `regions`.
    """
    shown: list[int] = []
    for job in jobs:
        if protected.isdisjoint(job.writes):
            shown += JOBS[job.kind].does(regions, job.words)
    return shown


def sentence(kind: str, words: Mapping[str, str]) -> str:
    """How a job is asked for."""
    return " ".join(JOBS[kind].pattern.format(**words).split())
