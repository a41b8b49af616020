"""A live round's training: from the model that is served, by the run's own recipes, to one that is measured.

Its pool is that of the campaign with the writers' texts, and what was made from them, beside it. Those are
few among tens of thousands, so they have a share of the mix to themselves, drawn by the same rule: in one
pool with all others, a hundred steps would hardly come by each of them once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from holdfast.campaign.evaluate.subject import finished_round
from holdfast.campaign.ledger import rate_record
from holdfast.campaign.records import NaturalRecord, RateRecord
from holdfast.campaign.stages.measure import calibrated, draw_filtered, natural_record
from holdfast.campaign.stages.train import earlier_pool, mixed_with_clean, train_members
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.evaluation import ThresholdChoice, measure_fit
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.models.vetoes.panel import Vetoes
from holdfast.store.workbench.schema import LiveRound
from holdfast.training.classifier import LabelledTokens, TrainingReport
from holdfast.training.mixing import mix
from holdfast.workbench.rounds.lessons import Lesson, pool

LIVE_SHARE = 0.25
"""Share of what a live round trains on that writers wrote, or that was made from it."""

WORKBENCH = Path("workbench")
"""The workbench's folder in a run's."""

ROUNDS = WORKBENCH / "rounds"
"""What workers complain of, and the lock that lets one train at a time."""


def step_name(round_: int) -> str:
    """The name of a live round's random stream, below the run's seed."""
    return f"workbench/round-{round_:02}"


def model_path(round_: int) -> Path:
    """Where the model of a live round lies, in the run's folder."""
    return WORKBENCH / "models" / f"classifier-{round_:02}"


def lessons_path(round_: int) -> Path:
    """Where it is written what a live round learns from, in the run's folder."""
    return WORKBENCH / "samples" / f"round-{round_:02}.parquet"


def train(
    context: StepContext, classifier: Classifier, lessons: Sequence[Lesson], row: LiveRound
) -> TrainingReport:
    """Train the classifier in place; the same row, lessons and classifier give the same weights."""
    asked = context.config.retraining
    data = _mixed(context, classifier, lessons, min(asked.examples, row.steps * asked.recipe.batch_size))
    context.progress.start("train", row.steps * len(classifier.members))
    report = train_members(context, classifier, data, asked.recipe, row.steps, asked.made_defence)
    context.progress.finish()
    return report


def _mixed(
    context: StepContext, classifier: Classifier, lessons: Sequence[Lesson], size: int
) -> LabelledTokens:
    asked, last = context.config.retraining, finished_round(context.store, context.run)
    live = pool(lessons, classifier.codec, last)
    wanted = round(size * LIVE_SHARE) if len(live) else 0
    context.progress.start("read", 2)
    # As many beside a small mix as the campaign had beside its own: scoring them is most of the reading.
    replay = round(asked.replay * min(1.0, size / asked.examples))
    found = earlier_pool(context, last, classifier.codec, replay)
    context.progress.advance()
    mixed = mixed_with_clean(context, classifier, found, size - wanted)
    if wanted:
        recipe = replace(asked.mixing, adversarial_share=1.0)
        log_odds = ScoringEngine(classifier, vetoes=Vetoes()).log_odds(
            [each.tokens for each in live.examples]
        )
        mixed = mixed.joined(mix(mixed, live, log_odds, recipe, wanted, context.stream.child("live")))
    context.progress.finish()
    return mixed


@dataclass(frozen=True)
class Measured:
    """What a live round's model does."""

    choice: ThresholdChoice
    natural: NaturalRecord
    recall_new: RateRecord
    recall_held_back: RateRecord
    spend: Spend


def measure(context: StepContext, classifier: Classifier, lessons: Sequence[Lesson], round_: int) -> Measured:
    """Set the threshold by the run's rule; measure natural failures, and recall of what writers found."""
    scorer, asked = ScoringEngine(classifier), context.config
    context.progress.start("measure", asked.threshold.completions + asked.evaluation.prompts)
    choice = calibrated(context, scorer)
    scorer = scorer.at(choice.log_odds)
    draws = draw_filtered(context, scorer, choice, asked.evaluation.prompts)
    context.progress.finish()
    failures = [lesson for lesson in lessons if lesson.catastrophic]
    new = [lesson for lesson in failures if lesson.round == round_ and not lesson.held_back]
    held_back = [lesson for lesson in failures if lesson.held_back]
    return Measured(
        choice,
        natural_record(draws, choice),
        _recall(scorer, choice, new),
        _recall(scorer, choice, held_back),
        scorer.spend + draws.spend,
    )


def _recall(scorer: ScoringEngine, choice: ThresholdChoice, failures: Sequence[Lesson]) -> RateRecord:
    scores = scorer.log_odds(scorer.codec.encode([lesson.snippet for lesson in failures]))
    fit = measure_fit(np.ones(len(failures), dtype=bool), scores, choice.log_odds)
    return rate_record(fit.recall_at_threshold)
