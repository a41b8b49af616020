"""Whether a run's model fits what it was trained on, source by source, and what it is short of."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.config import LABELLED
from holdfast.campaign.editions import usable_config
from holdfast.campaign.hardening.guards import load_guard, train_step
from holdfast.campaign.history import open_store
from holdfast.campaign.loop import repeatable
from holdfast.campaign.online import CampaignAdversary
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CLEAN_TRAIN, CLEAN_VALIDATION
from holdfast.campaign.stages.train import adversarial_pool, mixed_with_clean
from holdfast.campaign.stages.validate import trained_round
from holdfast.campaign.starts import ClassifierConfig
from holdfast.campaign.step import StepContext
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Tokens
from holdfast.evaluation.training_fit import (
    Contradictions,
    SourceErrors,
    SourceFit,
    Verdict,
    contradictions,
    fit_verdict,
    source_fit,
)
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.training.defences import Lesson
from holdfast.training.mixing import Pool

CLEAN = "clean"
MOST_CLEAN = 20_000
"""Clean examples that are scored at most, drawn at random."""


@dataclass(frozen=True)
class Longer:
    """The same model after more training on the same examples."""

    steps: int
    sources: tuple[SourceFit, ...]


@dataclass(frozen=True)
class FitDiagnosis:
    """What was found; `sources` are clean examples, then adversarial ones by attack."""

    run: str
    round: int
    parameters: int
    sources: tuple[SourceFit, ...]
    validation: SourceFit | None
    """Clean examples that were not trained on."""
    texts_with_both_labels: int
    examples_that_cannot_be_right: int
    losses: tuple[float, ...]
    """Of the round's training, over equal stretches."""
    longer: Longer | None
    verdict: Verdict


@dataclass(frozen=True)
class _Examples:
    """Examples of one source, which the model can read."""

    source: str
    tokens: list[Tokens]
    labels: np.ndarray


def diagnose_fit(
    run: Path,
    round_: int | None = None,
    steps: int = 0,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
) -> FitDiagnosis:
    """Diagnose a round's model (None: the last); with `steps`, a copy of it is trained on for so many.

    The run is left as it is. Raises UserError for a round that the run has not trained.
    """
    store = open_store(run.parent, read_only=True)
    config = usable_config(store.run(run.name))
    _ = config.reader  # a generator alone has no classifier to diagnose
    round_ = trained_round(store, run.name, config) if round_ is None else round_
    done = store.results(run.name)
    result = done.get(train_step(round_))
    if result is not None and "taken_from" in result:
        raise UserError(
            f"round {round_} trained nothing: its model is that of round {result['taken_from']}; name that"
        )
    if result is None:
        raise UserError(f"the run '{run.name}' has not trained round {round_}; name another with --round")
    context = StepContext(config, store, run.name, train_step(round_), progress)
    with repeatable(config.threads):
        return _diagnosed(context, round_, tuple(result.get("losses", ())), steps)


def _diagnosed(context: StepContext, round_: int, losses: tuple[float, ...], steps: int) -> FitDiagnosis:
    classifier = _model(context, round_)
    pool = adversarial_pool(context, round_, classifier.codec) if round_ else Pool()
    pool = pool.where(classifier.fits([example.tokens for example in pool.examples]))
    examples = [each for each in _sources(context, classifier, pool) if each.tokens]
    context.progress.start("score what was trained on", len(examples))
    sources = tuple(_measured(classifier, each, context.progress) for each in examples)
    context.progress.finish()
    held = _readable(classifier, "clean validation", *_clean(context, CLEAN_VALIDATION, classifier))
    validation = _measured(classifier, held, Silent()) if held.tokens else None
    texts = [(t.prompt, t.completion) for each in examples for t in each.tokens]
    labels = np.concatenate([each.labels for each in examples])
    found = contradictions(texts, labels)
    longer = _longer(context, classifier, pool, examples, steps) if steps else None
    return FitDiagnosis(
        context.run,
        round_,
        classifier.parameters_count,
        sources,
        validation,
        found.texts,
        found.unavoidable,
        losses,
        longer,
        fit_verdict(
            _errors(sources, examples, found, longer),
            losses,
            None if validation is None else validation.errors,
        ),
    )


def _errors(
    sources: Sequence[SourceFit], examples: Sequence[_Examples], found: Contradictions, longer: Longer | None
) -> list[SourceErrors]:
    """Each source's errors, with those of its examples that no model can get right."""
    ends = np.cumsum([len(each.tokens) for each in examples])
    forced = [int(part.sum()) for part in np.split(found.lost, ends[:-1])]
    again = [None] * len(sources) if longer is None else [one.errors for one in longer.sources]
    return [
        SourceErrors(one.source, one.errors, lost, after)
        for one, lost, after in zip(sources, forced, again, strict=True)
    ]


def _model(context: StepContext, round_: int) -> Classifier:
    if context.config.task_kind == LABELLED:
        return load_guard(context, round_, to_train=True)
    return context.classifier(round_)


def _sources(context: StepContext, classifier: Classifier, pool: Pool) -> Iterator[_Examples]:
    """Clean examples, then those that each attack wrote."""
    yield _readable(classifier, CLEAN, *_clean(context, CLEAN_TRAIN, classifier))
    for attack in dict.fromkeys(example.attack for example in pool.examples):
        own = [example for example in pool.examples if example.attack == attack]
        yield _Examples(attack, [e.tokens for e in own], np.array([e.label > 0.5 for e in own]))


def _clean(context: StepContext, path: str, classifier: Classifier) -> tuple[list[Tokens], np.ndarray]:
    samples = Samples.read(context.folder / path).drawn(MOST_CLEAN, context.stream.child("diagnose", path))
    return classifier.codec.encode(samples.snippets), samples.catastrophic


def _readable(classifier: Classifier, source: str, tokens: list[Tokens], labels: np.ndarray) -> _Examples:
    fits = classifier.fits(tokens)
    return _Examples(source, [t for t, fit in zip(tokens, fits, strict=True) if fit], labels[fits])


def _measured(classifier: Classifier, examples: _Examples, progress: Progress) -> SourceFit:
    log_odds = ScoringEngine(classifier).log_odds(examples.tokens)
    progress.advance()
    return source_fit(examples.source, examples.labels, log_odds)


def _longer(
    context: StepContext, classifier: Classifier, pool: Pool, examples: Sequence[_Examples], steps: int
) -> Longer:
    """Train the loaded model on, by the round's recipe on its own mix, and measure it again."""
    retraining, start = context.config.retraining, context.config.classifier
    asked = start if isinstance(start, ClassifierConfig) and not len(pool) else retraining
    recipe = asked.recipe
    data = mixed_with_clean(context, classifier, pool, steps * recipe.batch_size)
    data = data.where(classifier.fitting.trainable(data.tokens))
    context.progress.start("train on", steps)
    stream = context.stream.child("diagnose", "longer")
    adversary = CampaignAdversary(context, classifier.vetoes)
    lesson = Lesson(context.task, data, recipe, steps, stream, context.progress, adversary)
    asked.made_defence.train(classifier, lesson)
    context.progress.finish()
    return Longer(steps, tuple(_measured(classifier, each, Silent()) for each in examples))
