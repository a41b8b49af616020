"""Training a guard on: each round with what was found against it, the control with clean text alone.

Several learning rates may be tried from the same weights and the same mix; the guard that tells the classes
apart best on validation data, clean and adversarial, is kept, and what all of them cost is counted.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
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


def first(context: StepContext) -> StepOutput:
    """Take the guard from its folder as it is, and keep it with the run."""
    start = start_of(context)
    context.progress.start(f"round 0: take {start.path}", 1)
    classifier = Classifier.load(start.path, context.task, start.format)
    kept = context.keep_model(classifier, "classifier", 0)
    context.progress.finish()
    told = {"hash": kept.row.hash, "parameters": classifier.parameters_count}
    return StepOutput(result=told, artifacts=(kept.artifact,), models=(kept.row,))


def again(context: StepContext, round_: int) -> StepOutput:
    """Train the attacked guard on, with clean rows and all that was found up to now."""
    asked, classifier = context.config.retraining, load_guard(context, round_ - 1, to_train=True)
    pool = adversarial_pool(context, round_, classifier.codec)
    mixed = mixed_with_clean(context, classifier, pool, asked.examples)
    best, spend = _searched(context, round_ - 1, mixed, asked.steps, round_)
    positives = sum(example.label > 0.5 for example in pool.examples)
    counts = {"positives": positives, "negatives": len(pool) - positives}
    return _kept(context, best, spend, round_, {"pool": counts})


def control(context: StepContext) -> StepOutput:
    """Train the first guard on with clean rows alone, at the FLOPs that the rounds' own trainings took.

    The trainings that were tried and not kept are on neither side of the comparison.
    """
    asked, classifier = context.config.retraining, load_guard(context, 0, to_train=True)
    rounds = range(1, context.config.rounds + 1)
    flops = sum(context.result(train_step(round_))["flops"] for round_ in rounds)
    clean = Samples.read(context.folder / CLEAN_TRAIN).labelled(classifier.codec)
    each = 3 * classifier.flops_per_token * float(np.mean(classifier.fitting.lengths(clean.tokens)))
    steps = max(1, round(flops / (each * asked.recipe.batch_size)))
    size = steps * asked.recipe.batch_size
    mixed = mix(clean, Pool(), np.zeros(0), asked.mixing, size, context.stream.child("mix"))
    best, spend = _searched(context, 0, mixed, steps, CONTROL)
    return _kept(context, best, spend, CONTROL, {})


@dataclass(frozen=True)
class _Trained:
    """A guard that was trained at one learning rate."""

    classifier: Classifier
    learning_rate: float
    report: TrainingReport
    area: float
    """Under the ROC curve on validation data; NaN where there is none."""


def _searched(
    context: StepContext, start: GuardName, data: LabelledTokens, steps: int, guard: GuardName
) -> tuple[_Trained, Spend]:
    """The best of the learning rates, and what all of them cost.

    One that diverges is out. Raises UserError where all do.
    """
    asked = context.config.retraining
    tried, failed = [], None
    for rate in asked.learning_rates or (asked.recipe.learning_rate,):
        classifier = load_guard(context, start, to_train=True)
        context.progress.start(f"{_called(guard)}: train at {rate:g}", steps)
        recipe = replace(asked.recipe, learning_rate=rate)
        try:
            report = train_classifier(
                classifier, data, recipe, steps, context.stream.child("training"), context.progress
            )
        except UserError as error:
            failed = error
            continue
        area = _area(context, classifier, guard)
        context.progress.finish(loss=report.final_loss, validation=area)
        tried.append(_Trained(classifier, rate, report, area))
    if not tried:
        assert failed is not None
        raise failed
    best = max(tried, key=lambda one: (-math.inf if math.isnan(one.area) else one.area, -one.learning_rate))
    return best, sum((one.report.spend for one in tried), Spend())


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
