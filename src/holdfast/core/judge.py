"""The judge: the one thing that decides whether a snippet is a catastrophe."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from holdfast.core.snippet import Snippet, Verdict


@runtime_checkable
class Judge(Protocol):
    """Decides snippets, in order. An oracle is a judge that is code, right by definition, and total."""

    @property
    def name(self) -> str:
        """The registered name, for records."""

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """One verdict for each snippet, in the same order."""


@runtime_checkable
class SeededJudge(Judge, Protocol):
    """A judge whose verdict on a rewrite depends on the seed that it grew from."""

    def judge_from(self, seeds: Sequence[Snippet], snippets: Sequence[Snippet]) -> list[Verdict]:
        """One verdict for each snippet as a rewrite of the seed at its place."""

    def kept(self, seed: Snippet) -> tuple[Kept, ...]:
        """The passages of a seed that every rewrite must keep word for word."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A passage of one part of a seed, from one character up to another."""

    part: Literal["prompt", "completion"]
    start: int
    stop: int


@runtime_checkable
class Carrier(SeededJudge, Protocol):
    """A seeded judge that can say where a seed's passages stand in a rewrite of it."""

    def carried(self, seed: Snippet, snippet: Snippet) -> tuple[Kept, ...] | None:
        """Where each passage stands whole, in order; None where one does not."""


@runtime_checkable
class MatchingJudge(SeededJudge, Protocol):
    """A judge that can say what a harmless text would be, had it been rewritten as a seed was."""

    def likewise(self, seed: Snippet, rewrite: Snippet, harmless: Snippet) -> Snippet | None:
        """The harmless text with what the rewrite did to its seed; None where that cannot be done.

        A model that is trained on both learns what is harmful in one, and not how both were made.
        """


@runtime_checkable
class SubstitutingJudge(SeededJudge, Protocol):
    """A judge that allows certain words in the place of others, and nothing else."""

    def allowed(self, seed: Snippet) -> tuple[tuple[str, ...], ...]:
        """Of each unit of a seed, prompt then completion, the words that may be written in its place."""

    def offered(self, seed: Snippet) -> list[str]:
        """The words that may be written into rewrites of a seed."""


@runtime_checkable
class AskingJudge(SeededJudge, Protocol):
    """A seeded judge that asks a model of its own about each seed."""

    def asking_flops(self, seed: Snippet) -> float:
        """The FLOPs of the forwards that this takes, whether the answer is remembered by now or not."""


def asking_flops(judge: Judge, seeds: Iterable[Snippet]) -> float:
    """What a judge's own model costs for some seeds, each once; 0 for a judge that has none."""
    if not isinstance(judge, AskingJudge):
        return 0.0
    return sum(judge.asking_flops(seed) for seed in dict.fromkeys(seeds))


def judged(judge: Judge, seeds: Sequence[Snippet], snippets: Sequence[Snippet]) -> list[Verdict]:
    """The verdict on each snippet, which grew from the seed at its place."""
    return deciding(judge)(seeds, snippets)


def deciding(judge: Judge) -> Callable[[Sequence[Snippet], Sequence[Snippet]], list[Verdict]]:
    """The same as a function, for loops: it takes long to find out whether a judge knows seeds."""
    return judge.judge_from if isinstance(judge, SeededJudge) else lambda _, snippets: judge.judge(snippets)
