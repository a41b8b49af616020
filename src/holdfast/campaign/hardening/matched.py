"""Matched negatives: harmless texts that were made as rewrites were made.

Retrained on rewrites alone a guard learns how they were made, and blocks harmless text of the same making. So
each rewrite that enters training brings a harmless text with it, to which the same was done.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.core.budget import Spend
from holdfast.core.judge import Judge, MatchingJudge, asking_flops
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Label, Snippet, Verdict
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.task import LabelledTask

Pair = tuple[Snippet, Snippet]
"""A seed and a rewrite of it."""

_TRIES = 5


class Matcher:
    """Makes harmless texts likewise, from the harmless rows of a split taken in turn, in random order."""

    def __init__(self, task: LabelledTask, judge: Judge, split: SplitName, stream: Stream) -> None:
        rows = stream.child("rows").numpy().permutation(task.distinct(split, Label.HARMLESS))
        self._judge = judge
        self._task = task
        self._rows = rows
        self._turn = 0
        self._tried: list[Snippet] = []

    @property
    def spend(self) -> Spend:
        """What a judge with a model of its own took to say what may be written into the harmless texts."""
        return Spend(judge_flops=asking_flops(self._judge, self._tried))

    def of(self, pairs: Sequence[Pair]) -> list[JudgedSnippet | None]:
        """One for each rewrite; None where its judge cannot tell, or no harmless text can be made so."""
        judge = self._judge
        if not isinstance(judge, MatchingJudge):
            return [None] * len(pairs)
        return [self._one(judge, seed, rewrite) for seed, rewrite in pairs]

    def _one(self, judge: MatchingJudge, seed: Snippet, rewrite: Snippet) -> JudgedSnippet | None:
        for harmless in self._next():
            self._tried.append(harmless)
            made = judge.likewise(seed, rewrite, harmless)
            if made is not None:
                return JudgedSnippet(made, Verdict(Label.HARMLESS, why="a harmless row, rewritten likewise"))
        return None

    def _next(self) -> list[Snippet]:
        """The next few rows; after the last the first again."""
        places = (self._turn + np.arange(_TRIES)) % len(self._rows)
        self._turn += 1
        return self._task.rows.snippets(self._rows[places])
