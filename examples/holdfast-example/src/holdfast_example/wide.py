"""A judge in one file: a wider predicate to train on than the one that is measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from holdfast.core.judge import Judge
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.tasks.base import Task


@dataclass(frozen=True)
class WideJudge:
    """Calls catastrophic what the oracle does, what it is unsure of, and what shows a `decoy`.

    Training on the wider set leaves a margin around what must never happen.
    """

    oracle: Judge
    name: str = "wide"

    def judge(self, snippets: Sequence[Snippet]) -> list[Verdict]:
        """One verdict for each snippet, in the same order."""
        return [_widened(verdict) for verdict in self.oracle.judge(snippets)]


def _widened(verdict: Verdict) -> Verdict:
    if verdict.catastrophic or not ("decoy" in verdict.phenomena or verdict.label is Label.UNSURE):
        return verdict
    return replace(verdict, label=Label.CATASTROPHIC, egregiousness=1.0, why=f"close to one: {verdict.why}")


def wide(task: Task) -> Judge:
    """The judge made for a task."""
    return WideJudge(task.oracle)
