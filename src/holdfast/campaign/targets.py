"""Targets: the one place that puts together what is attacked."""

from __future__ import annotations

from typing import Literal

from holdfast.attacks.target import Target
from holdfast.campaign.config import RunConfig
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.masked import MaskedModel
from holdfast.models.scoring import ScoringEngine
from holdfast.models.systems import Filter
from holdfast.models.unit_filler import words_of
from holdfast.models.writing_systems import BareGenerator, SeededDraws
from holdfast.tasks.base import Task, surface_under
from holdfast.training.generator import tuned


def filter_target(
    task: Task,
    classifier: Classifier,
    threshold: float,
    generator: Generator | None = None,
    *,
    proposer: MaskedModel | None = None,
    judge: Judge | None = None,
    draws: int | None = None,
    temperature: float = 1.0,
    order: Literal["judge", "score"] | None = None,
) -> Target:
    """A classifier behind a threshold, with a scoring engine of its own and the task's judge unless told.

    With `order` None it is measured whether candidates are judged or scored first, and a run that is resumed
    may differ: whatever is recorded names it.
    """
    return Target(
        task=task,
        judge=judge or task.oracle,
        system=Filter(ScoringEngine(classifier), threshold),
        generator=generator,
        proposer=proposer,
        draws=draws,
        temperature=temperature,
        order=order,
        tune=tuned,
    )


def generator_target(
    task: Task,
    generator: Generator,
    stream: Stream,
    *,
    judge: Judge | None = None,
    draws: int = 32,
    temperature: float = 1.0,
    proposer: MaskedModel | None = None,
) -> Target:
    """A generator with no filter: the adversary writes prompts, of each of which it draws completions.

    The stream is the root of all draws. Raises UserError for a judge that decides no text of its own.
    """
    judge = judge or task.oracle
    words = surface_under(judge, task).limits.completion_words
    written = SeededDraws(generator, words, stream, temperature)
    return Target(
        task=task,
        judge=judge,
        system=BareGenerator(written, judge, draws),
        generator=generator,
        proposer=proposer,
        temperature=temperature,
        order="judge",
    )


def proposer_of(config: RunConfig, judge: Judge, task: Task) -> MaskedModel | None:
    """The masked language model that a configuration names, placed where it says; None where it names none.

    Raises UserError where attacks on this task, by this judge, write no single words of real text.
    """
    if config.proposer is None:
        return None
    words_of(surface_under(judge, task))
    return MaskedModel.load(config.proposer.path).to(config.placement)
