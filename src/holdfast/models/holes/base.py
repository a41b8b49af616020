"""What a hole is: plain values, whether a snippet falls in it, and how near it comes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol, Self, runtime_checkable

from pydantic import ConfigDict

from holdfast.core.judge import Judge
from holdfast.core.snippet import Snippet, Verdict
from holdfast.tasks.base import Task

CLOSED = ConfigDict(extra="forbid")
"""For the dataclasses of holes: values are validated when one is made, and unknown ones refused."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A snippet as holes see it: its words, prompt then completion, and the verdict on it."""

    words: tuple[str, ...]
    verdict: Verdict


def subjects(task: Task, judge: Judge, snippets: Sequence[Snippet]) -> list[Subject]:
    """Snippets as holes see them, judged."""
    verdicts = judge.judge(snippets)
    return [
        Subject((*task.words(each.prompt), *task.words(each.completion)), verdict)
        for each, verdict in zip(snippets, verdicts, strict=True)
    ]


class Hole(Protocol):
    """A predicate on snippets; a concrete one is a frozen dataclass of plain values, registered as its
    `kind`.
    """

    kind: ClassVar[str]
    """The registered name."""

    def contains(self, subject: Subject) -> bool:
        """Whether the snippet falls in the hole."""

    def nearness(self, subject: Subject) -> float:
        """How near it comes, from 0 to 1: 1 in the hole and nowhere else."""

    @classmethod
    def proposed(cls, task: Task, pool: Sequence[Subject], draw: random.Random) -> Self:
        """A random hole of this kind that at least one catastrophe of the pool falls in."""


@runtime_checkable
class Written(Protocol):
    """A hole that can be written into a text; optional."""

    def written_into(self, words: Sequence[str], draw: random.Random) -> list[str] | None:
        """The words, as many, changed at random places so that they fall in it; None where they are too
        few.
        """
