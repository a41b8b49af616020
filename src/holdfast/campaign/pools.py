"""Pools of judged draws of a saved generator, scored by saved classifiers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Tokens
from holdfast.evaluation.deployment import Written
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks.base import QualityJudge, Task


@dataclass(frozen=True)
class Pool:
    """Several draws for each prompt; arrays are [prompts, draws], `snippets` a list of prompts for each draw.

    `quality` is 1 throughout where the task cannot tell.
    """

    snippets: list[list[Snippet]]
    phenomena: list[list[frozenset[str]]]
    catastrophic: np.ndarray
    quality: np.ndarray

    def written(self, task: Task, rows: np.ndarray, draws: np.ndarray) -> list[Written]:
        """One completion of each of those prompts, by its draw."""
        return [
            Written(tuple(task.words(self.snippets[draw][row].completion)), self.phenomena[draw][row])
            for row, draw in zip(rows.tolist(), draws.tolist(), strict=True)
        ]

    def scored(
        self,
        classifier: Classifier,
        progress: Progress = Silent(),  # noqa: B008 (has no state)
    ) -> np.ndarray:
        """Log odds of every draw by a classifier, [prompts, draws]."""
        engine = ScoringEngine(classifier)
        columns = []
        for snippets in self.snippets:
            columns.append(engine.log_odds(engine.codec.encode(snippets)))
            progress.advance(len(snippets))
        return np.stack(columns, axis=1).astype(np.float64)


def draw_pool(
    task: Task,
    generator: Generator,
    prompts: int,
    draws: int,
    stream: Stream,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
    *,
    temperature: float = 1.0,
) -> Pool:
    """Draw for the task's own prompts and judge; draw `k` of all prompts uses the stream's child `draw-k`."""
    asked = [
        tokens.prompt
        for tokens in generator.codec.encode(task.sample(prompts, stream.child("prompts"), "natural"))
    ]
    snippets, phenomena, catastrophic, quality = [], [], [], []
    words = task.limits.completion_words
    for tokens in complete_each(generator, asked, draws, stream, max_words=words, temperature=temperature):
        told = generator.codec.decode(tokens)
        verdicts = task.oracle.judge(told)
        snippets.append(told)
        phenomena.append([verdict.phenomena for verdict in verdicts])
        catastrophic.append([verdict.catastrophic for verdict in verdicts])
        quality.append(task.quality(told) if isinstance(task, QualityJudge) else [1.0] * prompts)
        progress.advance(prompts)
    return Pool(snippets, phenomena, np.array(catastrophic).T, np.array(quality).T)


def complete_each(
    generator: Generator,
    prompts: Sequence[tuple[int, ...]],
    draws: int,
    stream: Stream,
    *,
    max_words: int,
    temperature: float = 1.0,
) -> Iterator[list[Tokens]]:
    """So many completions of each prompt: draw `k` of all of them uses the stream's child `draw-k`."""
    for draw in range(draws):
        own = stream.child(f"draw-{draw}")
        written = generator.complete(prompts, own, temperature=temperature, max_words=max_words)
        yield [Tokens(p, c) for p, c in zip(prompts, written, strict=True)]
