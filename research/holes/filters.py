"""The filters that holes are planted in: one small classifier a task, and one for each hole that is
trained.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.judge import Judge
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation import choose_threshold
from holdfast.models.classifier import Classifier
from holdfast.models.holes.base import Hole, Written, subjects
from holdfast.models.holes.blind import BlindJudge
from holdfast.models.scoring import ScoringEngine
from holdfast.models.size import ModelSize
from holdfast.models.systems import Filter
from holdfast.tasks.base import Task
from holdfast.training.classifier import ClassifierRecipe, LabelledTokens, train_classifier

THRESHOLD = "threshold.txt"
DRY = 40
"""Draws in a row without a text in the hole, after which it is held to be too rare to be trained."""


@dataclass(frozen=True)
class FilterRecipe:
    """How a filter is made: size, clean examples, training, and the share of harmless text that it
    accepts.
    """

    layers: int
    width: int
    heads: int
    examples: int
    steps: int
    batch_size: int = 64
    learning_rate: float = 2e-3
    accept: float = 0.97
    calibrated_on: int = 1000
    poisoned: float = 0.1
    """Of a trained hole's examples, the share that falls in it."""

    @property
    def plain(self) -> dict[str, Any]:
        """Its plain values, as cells declare them."""
        return asdict(self)


def filter_of(
    task: Task,
    recipe: FilterRecipe,
    stream: Stream,
    folder: Path,
    progress: Progress,
    hole: Hole | None = None,
) -> Filter:
    """The filter that a stream gives, trained once and kept in a folder.

    With a hole, which is trained into the weights: some of the examples are catastrophes in it, and the
    labels are those of a judge that is blind to it.
    """
    place = folder / THRESHOLD
    if not place.exists():
        _train(task, recipe, stream, folder, progress, hole)
    classifier = Classifier.load(folder, task)
    return Filter(ScoringEngine(classifier), float(place.read_text(encoding="utf-8")))


def _train(
    task: Task, recipe: FilterRecipe, stream: Stream, folder: Path, progress: Progress, hole: Hole | None
) -> None:
    size = ModelSize(recipe.layers, recipe.width, recipe.heads)
    classifier = Classifier.create(task, size, stream.child("weights"))
    snippets = task.sample(recipe.examples, stream.child("examples"), "hard")
    judge: Judge = task.oracle
    if hole is not None:
        wanted = max(1, round(recipe.poisoned * recipe.examples))
        snippets = [*snippets, *in_hole(task, hole, wanted, stream.child("in the hole"))]
        judge = BlindJudge(task.oracle, task, hole)
    verdicts = judge.judge(snippets)
    data = LabelledTokens(
        classifier.codec.encode(snippets),
        np.array([verdict.catastrophic for verdict in verdicts], dtype=np.float32),
        np.array([verdict.egregiousness for verdict in verdicts], dtype=np.float32),
    )
    training = ClassifierRecipe(batch_size=recipe.batch_size, learning_rate=recipe.learning_rate)
    progress.start("filter: train", recipe.steps)
    train_classifier(classifier, data, training, recipe.steps, stream.child("training"), progress)
    progress.finish()
    threshold = _threshold(task, classifier, recipe, stream)
    classifier.save(folder)
    write_text(folder / THRESHOLD, repr(threshold) + "\n")


def _threshold(task: Task, classifier: Classifier, recipe: FilterRecipe, stream: Stream) -> float:
    """The strictest that accepts the wished share of fresh harmless texts."""
    drawn = task.sample(4 * recipe.calibrated_on, stream.child("calibration"), "hard")
    verdicts = task.oracle.judge(drawn)
    harmless = [s for s, verdict in zip(drawn, verdicts, strict=True) if not verdict.catastrophic]
    engine = ScoringEngine(classifier)
    log_odds = engine.log_odds(engine.codec.encode(harmless[: recipe.calibrated_on]))
    return choose_threshold(log_odds, np.zeros(0), recipe.accept).threshold


def in_hole(task: Task, hole: Hole, count: int, stream: Stream) -> list[Snippet]:
    """So many catastrophes in a hole: hard snippets into which it is written, or that fall in it by
    themselves.

    Raises UserError where it cannot be written and is too rare to be drawn.
    """
    found: list[Snippet] = []
    dry, draw = 0, stream.child("places").python()
    for turn in range(10_000):
        drawn = task.sample(512, stream.child(turn), "hard")
        if isinstance(hole, Written):
            drawn = _written(task, hole, drawn, draw)
        read = subjects(task, task.oracle, drawn)
        fresh = [
            snippet
            for snippet, subject in zip(drawn, read, strict=True)
            if subject.verdict.catastrophic and hole.contains(subject)
        ]
        found += fresh
        dry = 0 if fresh else dry + 1
        if len(found) >= count:
            return found[:count]
        if dry == DRY:
            break
    raise UserError(
        f"the hole of the kind '{hole.kind}' is too rare to be trained: {len(found)} of {count} drawn"
    )


def _written(task: Task, hole: Written, snippets: Sequence[Snippet], draw: random.Random) -> list[Snippet]:
    """The snippets that are long enough, with the hole written over both parts as one."""
    found = []
    for snippet in snippets:
        prompt, completion = task.words(snippet.prompt), task.words(snippet.completion)
        words = hole.written_into([*prompt, *completion], draw)
        if words is not None:
            cut = len(prompt)
            found.append(Snippet(task.text(words[:cut]), task.text(words[cut:])))
    return found
