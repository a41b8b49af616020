"""Training a guard on: each round with what was found against it, the control with clean text alone.

Several learning rates may be tried from the same weights and the same mix; the guard that tells the classes
apart best on validation data, clean and adversarial, is kept, and what all of them cost is counted.

A guard may be large, so one alone is in memory: the best up to now lies where the step is to leave it, and
the next replaces it only if it is better.
"""

from __future__ import annotations

import gc
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from holdfast.campaign.choices import PLAIN_DEFENCE, build_defence
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
from holdfast.campaign.stages.train import adversarial_pool, check_trainable, mixed_with_clean
from holdfast.campaign.starts import FineTuning, GuardFolder
from holdfast.campaign.step import KeptModel, StepContext
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Snippet
from holdfast.evaluation.ranking import area_under_curve
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import StepOutput
from holdfast.training.classifier import LabelledTokens, TrainingReport
from holdfast.training.defences import Defence, Lesson, flops_per_token
from holdfast.training.mixing import Pool, mix
from holdfast.training.optimisation import DivergedError
from holdfast.training.recipes import ClassifierRecipe, MixingRecipe


def first(context: StepContext) -> StepOutput:
    """Take the guard from its folder, fine-tune it if that is asked for, and keep it with the run."""
    start = start_of(context)
    if start.fine_tune is not None:
        return _fine_tuned(context, start, start.fine_tune)
    context.progress.start(f"round 0: take {start.path}", 1)
    classifier = Classifier.load(start.path, context.task, start.format)
    check_trainable(context, classifier)
    kept = context.keep_model(classifier, "classifier", 0)
    context.progress.finish()
    told = {"hash": kept.row.hash, "parameters": classifier.parameters_count}
    return StepOutput(result=told, artifacts=(kept.artifact,), models=(kept.row,))


def _fine_tuned(context: StepContext, start: GuardFolder, asked: FineTuning) -> StepOutput:
    """The guard of the best setting, trained on the clean rows; an encoder without a head gets one first."""

    def opened() -> Classifier:
        stream = context.stream.child("head")
        classifier = Classifier.load_to_tune(start.path, context.task, start.format, stream)
        check_trainable(context, classifier)
        return classifier

    def data(classifier: Classifier, steps: int) -> LabelledTokens:
        return _clean(context, classifier, steps * asked.recipe.batch_size)

    settings = [(rate, steps) for rate in asked.learning_rates for steps in asked.steps]
    defence = build_defence(PLAIN_DEFENCE, asked.adapter)
    search = _Search(context, 0, opened, data, asked.recipe, defence)
    return search.best_of(settings)


def again(context: StepContext, round_: int) -> StepOutput:
    """Train the attacked guard on, with clean rows and all that was found up to now."""
    mixed, pool = _mixed(context, round_)
    output = _trained_on(context, round_ - 1, mixed, context.config.retraining.steps, round_)
    return replace(output, result={**output.result, "pool": pool})


def _mixed(context: StepContext, round_: int) -> tuple[LabelledTokens, dict[str, int]]:
    """What a round trains on, and how many of each class its pool has; the guard that chooses is let go."""
    classifier = load_guard(context, round_ - 1, to_train=True)
    found = adversarial_pool(context, round_, classifier.codec)
    pool = found.where(classifier.fitting.trainable([example.tokens for example in found.examples]))
    clean = _clean_rows(context, classifier)
    mixed = mixed_with_clean(context, classifier, pool, context.config.retraining.examples, clean)
    positives = sum(example.label > 0.5 for example in pool.examples)
    left_out = len(found) - len(pool)
    return mixed, {"positives": positives, "negatives": len(pool) - positives, "left_out": left_out}


def control(context: StepContext) -> StepOutput:
    """Train the first guard on with clean rows alone, at the FLOPs that the rounds' own trainings took.

    The trainings that were tried and not kept are on neither side of the comparison.
    """
    mixed, steps = _control_data(context)
    return _trained_on(context, 0, mixed, steps, CONTROL)


def _control_data(context: StepContext) -> tuple[LabelledTokens, int]:
    asked, classifier = context.config.retraining, load_guard(context, 0, to_train=True)
    rounds = range(1, context.config.rounds + 1)
    flops = sum(context.result(train_step(round_))["flops"] for round_ in rounds)
    clean = _clean_rows(context, classifier)
    length = float(np.mean(classifier.fitting.lengths(clean.tokens)))
    each = length * flops_per_token(classifier, asked.made_defence, asked.recipe)
    steps = max(1, round(flops / (each * asked.recipe.batch_size)))
    return _clean(context, classifier, steps * asked.recipe.batch_size), steps


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


def _trained_on(
    context: StepContext, start: GuardName, data: LabelledTokens, steps: int, guard: GuardName
) -> StepOutput:
    """A guard of the run trained on, at the best of the learning rates for rounds."""
    asked = context.config.retraining
    rates = asked.learning_rates or (asked.recipe.learning_rate,)
    search = _Search(
        context,
        guard,
        lambda: load_guard(context, start, to_train=True),
        lambda classifier, steps: data,
        asked.recipe,
        asked.made_defence,
    )
    return search.best_of([(rate, steps) for rate in rates])


@dataclass(frozen=True)
class _Trained:
    """A training at one learning rate, whose guard is no longer in memory; `kept` while it is the best."""

    learning_rate: float
    steps: int
    report: TrainingReport
    area: float
    """Under the ROC curve on validation data; NaN where there is none."""
    kept: KeptModel | None = None


@dataclass(frozen=True)
class _Search:
    """Trainings of one guard, each from the same weights: `opened` gives them, `data` what is trained on."""

    context: StepContext
    guard: GuardName
    opened: Callable[[], Classifier]
    data: Callable[[Classifier, int], LabelledTokens]
    recipe: ClassifierRecipe
    defence: Defence

    def best_of(self, settings: Sequence[tuple[float, int]]) -> StepOutput:
        """The best of some learning rates and numbers of steps, kept with the run, and what all cost.

        One that diverges is out. Raises UserError where all do.
        """
        best, spend, failed = None, Spend(), ""
        for rate, steps in settings:
            try:
                tried = self._tried(rate, steps, best)
            except DivergedError as error:
                failed = str(error)  # the error itself would hold its guard in memory
                continue
            spend += tried.report.spend
            best = tried if tried.kept else best
        if best is None:
            raise DivergedError(failed)
        return self._output(best, spend)

    def _tried(self, rate: float, steps: int, best: _Trained | None) -> _Trained:
        """One training; its guard takes the place of the best up to now where it is better."""
        gc.collect()  # layers that name themselves would keep the guard before this one in memory
        context, classifier = self.context, self.opened()
        context.progress.start(f"{_called(self.guard)}: train at {rate:g}", steps)
        data, own = self.data(classifier, steps), replace(self.recipe, learning_rate=rate)
        stream = context.stream.child("training")
        lesson = Lesson(context.task, data, own, steps, stream, context.progress)
        report = self.defence.train(classifier, lesson)
        tried = _Trained(rate, steps, report, _area(context, classifier, self.guard))
        context.progress.finish(loss=report.final_loss, validation=tried.area)
        if best is not None and _worth(tried) <= _worth(best):
            return tried
        kind = "classifier" if isinstance(self.guard, int) else CONTROL
        return replace(tried, kept=context.keep_model(classifier, kind, self._round, guard_path(self.guard)))

    @property
    def _round(self) -> int:
        return self.guard if isinstance(self.guard, int) else self.context.config.rounds

    def _output(self, best: _Trained, spend: Spend) -> StepOutput:
        assert best.kept is not None
        row = best.kept.row
        return StepOutput(
            result={
                "hash": row.hash,
                "parameters": row.parameters,
                "trained": best.report.trained,
                "losses": list(best.report.losses),
                "examples": best.report.examples,
                "learning_rate": best.learning_rate,
                "steps": best.steps,
                "validation_area": None if math.isnan(best.area) else best.area,
                "flops": best.report.spend.flops,
            },
            artifacts=(best.kept.artifact,),
            models=(row,),
            costs=(cost("defence", self._round, spend),),
        )


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


def _called(guard: GuardName) -> str:
    return f"round {guard}" if isinstance(guard, int) else "control"
