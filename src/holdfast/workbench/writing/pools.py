"""Pools of texts to start from: catastrophes that the served model catches, and near misses.

Of a task that samples, all are drawn on the training side (`campaign.split`), so that nobody's edits begin at
a text that a model is evaluated on. Of labelled text they are rows of the split `validation`, or of `test`
where that has none.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import count
from threading import Lock
from typing import TYPE_CHECKING

import numpy as np

from holdfast.campaign.split import side
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Verdict
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.task import LabelledTask

if TYPE_CHECKING:
    from holdfast.attacks.target import Target
    from holdfast.workbench.writing.shapes import SeedKind

DRAWN = 256
"""Snippets drawn from the task at a time, of both verdicts and all sides."""

ROWS = 16
"""Rows of labelled text read at a time, of either label: a real guard takes its time for each."""

NEAR_SHARE = 0.1
"""Share of the caught catastrophes, those of lowest log odds, that count as near misses."""

_MOST_TURNS, _MOST_DRY_TURNS = 40, 5


@dataclass(frozen=True)
class Candidate:
    """A text to start from, judged, and scored by the served model."""

    snippet: Snippet
    verdict: Verdict
    log_odds: float


@dataclass
class Pool:
    """Texts scored by one model; it grows when a writer has used up what there is."""

    target: Target
    stream: Stream
    _known: dict[Snippet, Candidate] = field(default_factory=dict)
    _turns: int = 0
    _dry: int = 0

    def of(self, kind: SeedKind, least: int, without: frozenset[Snippet]) -> list[Candidate]:
        """At least so many of a kind, but for those left out; fewer if the task has no more."""
        while True:
            chosen = self._caught() if kind == "catastrophe" else self._near_misses()
            left = [one for one in chosen if one.snippet not in without]
            if len(left) >= least or self._turns >= self._most_turns or self._dry == _MOST_DRY_TURNS:
                return left
            self._grow()

    def _caught(self) -> list[Candidate]:
        limit = log_odds_of(self.target.threshold)
        return [one for one in self._known.values() if one.verdict.catastrophic and one.log_odds >= limit]

    def _near_misses(self) -> list[Candidate]:
        """Catastrophes barely above the threshold, and as many harmless texts most like a catastrophe."""
        caught = sorted(self._caught(), key=lambda one: one.log_odds)
        barely = caught[: round(NEAR_SHARE * len(caught))]
        harmless = [one for one in self._known.values() if not one.verdict.catastrophic]
        harmless.sort(key=lambda one: -one.log_odds)
        return barely + harmless[: max(1, len(barely))]

    @property
    def _most_turns(self) -> int:
        if self._rows is None:
            return _MOST_TURNS
        return -(-max(map(len, self._rows)) // ROWS)

    @cached_property
    def _rows(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The rows that may be started from, bad and harmless ones, in random order; None of other tasks."""
        task = self.target.task
        if not isinstance(task, LabelledTask):
            return None
        draw, labels = self.stream.child("rows").numpy(), (Label.CATASTROPHIC, Label.HARMLESS)
        split: SplitName = "validation" if len(task.distinct("validation", labels[0])) else "test"
        bad, harmless = (draw.permutation(task.distinct(split, label)) for label in labels)
        return bad, harmless

    def _drawn(self) -> list[Snippet]:
        task = self.target.task
        if self._rows is not None and isinstance(task, LabelledTask):
            first = self._turns * ROWS
            return task.rows.snippets(np.concatenate([rows[first : first + ROWS] for rows in self._rows]))
        drawn = task.sample(DRAWN, self.stream.child("draw", self._turns), "hard")
        return [snippet for snippet in drawn if side(snippet) == "train"]

    def _grow(self) -> None:
        scorer = self.target.scorer
        fresh = [snippet for snippet in dict.fromkeys(self._drawn()) if snippet not in self._known]
        tokens = scorer.codec.encode(fresh)
        fits = scorer.classifier.fits(tokens).tolist() if fresh else []
        new = [snippet for snippet, fit in zip(fresh, fits, strict=True) if fit]
        if new:
            verdicts = self.target.judge.judge(new)
            log_odds = scorer.exact_log_odds([t for t, fit in zip(tokens, fits, strict=True) if fit]).tolist()
            texts = zip(new, verdicts, log_odds, strict=True)
            self._known |= {s: Candidate(s, verdict, odds) for s, verdict, odds in texts}
        self._turns += 1
        self._dry = 0 if new else self._dry + 1


@dataclass
class Pools:
    """The pool of the model that is served."""

    _pool: Pool | None = None
    _asked: count[int] = field(default_factory=count)
    _lock: Lock = field(default_factory=Lock)

    def draw(
        self,
        target: Target,
        stream: Stream,
        kind: SeedKind,
        number: int,
        without: frozenset[Snippet],
    ) -> list[Candidate]:
        """So many texts of a kind at random, others each time, and none of those left out."""
        with self._lock:
            if self._pool is None or self._pool.target is not target:
                self._pool = Pool(target, stream)
            found = self._pool.of(kind, number, without)
            order = stream.child("order", next(self._asked)).numpy().permutation(len(found))
        return [found[i] for i in np.asarray(order)[:number].tolist()]
