"""Drawing, filtering and judging some prompts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np

from holdfast.campaign.choices import build_task
from holdfast.campaign.pools import complete_each
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label
from holdfast.evaluation.claims import Distribution
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.filter import FilteredGenerator, Redraw
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import Task

Columns = dict[str, Any]


@dataclass(frozen=True)
class Sampler:
    """A task, a filtered generator and a judge, ready to draw.

    Columns are those of `claims.stored`, with the parts' lengths in words and the phenomena: one row for each
    draw, in the order drawn.
    """

    task: Task
    filtered: FilteredGenerator
    judge: Judge

    def draw(self, count: int, stream: Stream) -> Columns:
        """So many prompts, each answered by the filtered generator or refused; refused draws are kept."""
        # What other shards asked must not change the batches of this one.
        filtered = replace(self.filtered, scorer=self.filtered.scorer.fresh())
        redraws = filtered.redraws(self._prompts(count, stream), stream.child("draws"))
        return _joined([self._judged(redraw) for redraw in redraws])

    def draw_all(self, count: int, draws: int, stream: Stream) -> Columns:
        """So many prompts with so many draws each of the generator alone."""
        filtered = self.filtered
        by_draw = complete_each(
            filtered.generator,
            self._prompts(count, stream),
            draws,
            stream.child("draws"),
            max_words=filtered.max_words,
            temperature=filtered.temperature,
        )
        tokens = [one for of_prompt in zip(*by_draw, strict=True) for one in of_prompt]
        # Thresholds are tried on these: what a veto turns away passes none of them.
        log_odds = filtered.scorer.fresh().at(None).log_odds(filtered.as_read(tokens))
        passes = log_odds.astype(np.float64) < log_odds_of(filtered.threshold)
        columns = self._judged(Redraw(1, np.arange(len(tokens)), tokens, log_odds, passes))
        place = np.arange(len(tokens))
        return {**columns, "prompt_index": place // draws, "draw": (place % draws + 1).astype(np.int32)}

    def _prompts(self, count: int, stream: Stream) -> list[tuple[int, ...]]:
        snippets = self.task.sample(count, stream.child("prompts"))
        return [t.prompt for t in self.filtered.generator.codec.encode(snippets)]

    def _judged(self, redraw: Redraw) -> dict[str, Any]:
        snippets = self.filtered.generator.codec.decode(redraw.tokens)
        verdicts = self.judge.judge(snippets)
        return {
            "prompt_index": redraw.rows.astype(np.int64),
            "draw": np.full(len(redraw.rows), redraw.draw, dtype=np.int32),
            "prompt": [snippet.prompt for snippet in snippets],
            "completion": [snippet.completion for snippet in snippets],
            "log_odds": redraw.log_odds,
            "passes": redraw.passes,
            "catastrophic": np.array([v.catastrophic for v in verdicts], dtype=bool),
            "unsure": np.array([v.label is Label.UNSURE for v in verdicts], dtype=bool),
            "egregiousness": np.array([v.egregiousness for v in verdicts], dtype=np.float32),
            "phenomena": [sorted(v.phenomena) for v in verdicts],
            "prompt_words": np.array([len(t.prompt) for t in redraw.tokens], dtype=np.int32),
            "completion_words": np.array([len(t.completion) for t in redraw.tokens], dtype=np.int32),
        }


def _joined(tables: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: np.concatenate([table[name] for table in tables])
        if isinstance(tables[0][name], np.ndarray)
        else [value for table in tables for value in table[name]]
        for name in tables[0]
    }


@lru_cache(maxsize=1)
def open_sampler(distribution: Distribution, judge: str, classifier: str, generator: str) -> Sampler:
    """Opened once a process."""
    task = build_task(distribution.task_choice)
    scorer = ScoringEngine(Classifier.load(classifier, task))
    writer = Generator.load(generator, task)
    check_hash(classifier, scorer.classifier.hash, distribution.classifier)
    check_hash(generator, writer.hash, distribution.generator)
    filtered = FilteredGenerator(
        writer,
        scorer,
        distribution.threshold or 0.0,
        distribution.max_words or task.limits.completion_words,
        distribution.max_draws,
        distribution.temperature,
    )
    return Sampler(task, filtered, judges.get(judge)(task))


def check_hash(path: str, found: str, planned: str | None) -> None:
    """Raise UserError where a model is no longer the one that was planned."""
    if found != planned:
        raise UserError(
            f"the model in {path} changed while it was evaluated; evaluate the new one apart, with --out"
        )
