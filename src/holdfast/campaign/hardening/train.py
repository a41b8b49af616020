"""Training a guard on: each round with what was found against it, the control with clean text alone.

Several learning rates may be tried from the same weights and the same mix; the guard that tells the classes
apart best on validation data, clean and adversarial, is kept, and what all of them cost is counted.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from holdfast.campaign.hardening.guards import (
    CONTROL,
    GuardName,
    guard_path,
    load_guard,
    start_of,
    train_step,
)
from holdfast.campaign.ledger import cost
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CLEAN_TRAIN, CLEAN_VALIDATION
from holdfast.campaign.stages.train import adversarial_pool, mixed_with_clean
from holdfast.campaign.starts import FineTuning, GuardFolder
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Snippet
from holdfast.evaluation.ranking import area_under_curve
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import StepOutput
from holdfast.training.classifier import LabelledTokens, TrainingReport, train_classifier
from holdfast.training.mixing import Pool, mix
from holdfast.training.recipes import ClassifierRecipe, MixingRecipe


def first(context: StepContext) -> StepOutput:
    """Take the guard from its folder, fine-tune it if that is asked for, and keep it with the run."""
    start = start_of(context)
    if start.fine_tune is not None:
        return _fine_tuned(context, start, start.fine_tune)
    context.progress.start(f"round 0: take {start.path}", 1)
    classifier = Classifier.load(start.path, context.task, start.format)
    kept = context.keep_model(classifier, "classifier", 0)
    context.progress.finish()
    told = {"hash": kept.row.hash, "parameters": classifier.parameters_count}
    return StepOutput(result=told, artifacts=(kept.artifact,), models=(kept.row,))


def _fine_tuned(context: StepContext, start: GuardFolder, asked: FineTuning) -> StepOutput:
    """The guard of the best setting, trained on the clean rows; an encoder without a head gets one first."""

    def opened() -> Classifier:
        stream = context.stream.child("head")
        return Classifier.load_to_tune(start.path, context.task, start.format, stream)

    def data(classifier: Classifier, steps: int) -> LabelledTokens:
        return _clean(context, classifier, steps * asked.recipe.batch_size)

    settings = [(rate, steps) for rate in asked.learning_rates for steps in asked.steps]
    best, spend = _searched(context, opened, data, asked.recipe, settings, 0)
    return _kept(context, best, spend, 0, {})


def again(context: StepContext, round_: int) -> StepOutput:
    """Train the attacked guard on, with clean rows and all that was found up to now."""
    asked, classifier = context.config.retraining, load_guard(context, round_ - 1, to_train=True)
    found = adversarial_pool(context, round_, classifier.codec)
    pool = found.where(classifier.fitting.trainable([example.tokens for example in found.examples]))
    clean = _clean_rows(context, classifier)
    mixed = mixed_with_clean(context, classifier, pool, asked.examples, clean)
    best, spend = _trained_on(context, round_ - 1, mixed, asked.steps, round_)
    positives = sum(example.label > 0.5 for example in pool.examples)
    left_out = len(found) - len(pool)
    counts = {"positives": positives, "negatives": len(pool) - positives, "left_out": left_out}
    return _kept(context, best, spend, round_, {"pool": counts})


def control(context: StepContext) -> StepOutput:
    """Train the first guard on with clean rows alone, at the FLOPs that the rounds' own trainings took.

    The trainings that were tried and not kept are on neither side of the comparison.
    """
    asked, classifier = context.config.retraining, load_guard(context, 0, to_train=True)
    rounds = range(1, context.config.rounds + 1)
    flops = sum(context.result(train_step(round_))["flops"] for round_ in rounds)
    clean = _clean_rows(context, classifier)
    each = 3 * classifier.flops_per_token * float(np.mean(classifier.fitting.lengths(clean.tokens)))
    steps = max(1, round(flops / (each * asked.recipe.batch_size)))
    mixed = _clean(context, classifier, steps * asked.recipe.batch_size)
    best, spend = _trained_on(context, 0, mixed, steps, CONTROL)
    return _kept(context, best, spend, CONTROL, {})


def _clean_rows(context: StepContext, classifier: Classifier) -> LabelledTokens:
    """The clean rows that can be trained on; raises UserError where none can."""
    clean = Samples.read(context.folder / CLEAN_TRAIN).labelled(classifier.codec)
    kept = clean.where(classifier.fitting.trainable(clean.tokens))
    if not len(kept):
        raise UserError(
            f"none of the {len(clean)} rows of 'train' fits the {classifier.fitting.positions} tokens that"
            " the guard reads; shorten them, or say what is to be read of them (overflow: head or tail)"
        )
    return kept


def _clean(context: StepContext, classifier: Classifier, size: int) -> LabelledTokens:
    """So many examples of the clean rows: whole shuffles of them one after another."""
    clean = _clean_rows(context, classifier)
    return mix(clean, Pool(), np.zeros(0), MixingRecipe(), size, context.stream.child("mix"))


@dataclass(frozen=True)
class _Trained:
    """A guard that was trained at one learning rate."""

    classifier: Classifier
    learning_rate: float
    steps: int
    report: TrainingReport
    area: float
    """Under the ROC curve on validation data; NaN where there is none."""


def _trained_on(
    context: StepContext, start: GuardName, data: LabelledTokens, steps: int, guard: GuardName
) -> tuple[_Trained, Spend]:
    """A guard of the run trained on, at the best of the learning rates for rounds."""
    asked = context.config.retraining
    rates = asked.learning_rates or (asked.recipe.learning_rate,)
    return _searched(
        context,
        lambda: load_guard(context, start, to_train=True),
        lambda classifier, steps: data,
        asked.recipe,
        [(rate, steps) for rate in rates],
        guard,
    )


def _searched(
    context: StepContext,
    opened: Callable[[], Classifier],
    data: Callable[[Classifier, int], LabelledTokens],
    recipe: ClassifierRecipe,
    settings: Sequence[tuple[float, int]],
    guard: GuardName,
) -> tuple[_Trained, Spend]:
    """The best of some learning rates and numbers of steps, each from the same weights, and what all cost.

    One that diverges is out. Raises UserError where all do.
    """
    tried, failed = [], None
    for rate, steps in settings:
        classifier = opened()
        context.progress.start(f"{_called(guard)}: train at {rate:g}", steps)
        own, stream = replace(recipe, learning_rate=rate), context.stream.child("training")
        try:
            report = train_classifier(
                classifier, data(classifier, steps), own, steps, stream, context.progress
            )
        except UserError as error:
            failed = error
            continue
        area = _area(context, classifier, guard)
        context.progress.finish(loss=report.final_loss, validation=area)
        tried.append(_Trained(classifier, rate, steps, report, area))
    if not tried:
        assert failed is not None
        raise failed
    best = max(tried, key=_worth)
    return best, sum((one.report.spend for one in tried), Spend())


def _worth(one: _Trained) -> tuple[float, int, float]:
    """The area first; of equals the one that changed least."""
    return (-math.inf if math.isnan(one.area) else one.area, -one.steps, -one.learning_rate)


def _area(context: StepContext, classifier: Classifier, guard: GuardName) -> float:
    """How well a guard tells the classes apart on the rows of 'validation' and what attacks made of them."""
    snippets, bad = zip(*_validation(context, guard), strict=True)
    tokens = classifier.codec.encode(snippets)
    fits = classifier.fits(tokens)
    scores = ScoringEngine(classifier).log_odds([t for t, fit in zip(tokens, fits, strict=True) if fit])
    found = area_under_curve(np.array(bad, dtype=bool)[fits], scores.astype(np.float64))
    return math.nan if found is None else found.value


def _validation(context: StepContext, guard: GuardName) -> Iterator[tuple[Snippet, bool]]:
    clean = Samples.read(context.folder / CLEAN_VALIDATION)
    yield from zip(clean.snippets, clean.catastrophic.tolist(), strict=True)
    # What attacks wrote is not the control's to know.
    rounds = range(1, guard + 1) if isinstance(guard, int) else ()
    for found in context.store.texts(context.run, split="validation", rounds=rounds):
        yield Snippet(found.prompt, found.completion), found.label == Label.CATASTROPHIC


def _kept(
    context: StepContext, best: _Trained, spend: Spend, guard: GuardName, more: dict[str, object]
) -> StepOutput:
    round_ = guard if isinstance(guard, int) else context.config.rounds
    kind = "classifier" if isinstance(guard, int) else CONTROL
    kept = context.keep_model(best.classifier, kind, round_, guard_path(guard))
    own = best.report.spend
    return StepOutput(
        result={
            "hash": kept.row.hash,
            "parameters": best.classifier.parameters_count,
            "losses": list(best.report.losses),
            "examples": best.report.examples,
            "learning_rate": best.learning_rate,
            "steps": best.steps,
            "validation_area": None if math.isnan(best.area) else best.area,
            "flops": own.forward_flops + own.backward_flops,
            **more,
        },
        artifacts=(kept.artifact,),
        models=(kept.row,),
        costs=(cost("defence", round_, spend),),
    )


def _called(guard: GuardName) -> str:
    return f"round {guard}" if isinstance(guard, int) else "control"
