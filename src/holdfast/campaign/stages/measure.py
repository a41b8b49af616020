"""Measuring a round's model: threshold, natural failure rate and quality, fit, errors by phenomenon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.campaign.ledger import cost, rate_record
from holdfast.campaign.records import FitRecord, NaturalRecord, PhenomenonRecord
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CALIBRATION, CLEAN_VALIDATION, NATURAL, completed
from holdfast.campaign.step import StepContext, round_name
from holdfast.core.budget import Spend
from holdfast.core.snippet import Label, Snippet
from holdfast.evaluation import (
    ThresholdChoice,
    choose_threshold,
    errors_by_phenomenon,
    measure_fit,
    natural_outcome,
)
from holdfast.models.scoring import ScoringEngine
from holdfast.store.schema import Artifact
from holdfast.store.store import Split, StepOutput


def measure(context: StepContext, round_: int) -> StepOutput:
    """Choose the threshold on its own set, then measure the filter on others."""
    context.progress.start(f"round {round_}: measure", 4)
    scorer = ScoringEngine(context.classifier(round_))
    choice = _threshold(context, scorer)
    context.progress.advance(threshold=choice.threshold)
    draws = _draws(context, scorer, choice, round_)
    natural = _natural(draws, choice)
    context.progress.advance(natural_failures=natural.failures.events)
    clean = Samples.read(context.folder / CLEAN_VALIDATION)
    scores = scorer.log_odds(scorer.codec.encode(clean.snippets))
    phenomena = _phenomena(context, clean, scores, choice)
    context.progress.advance()
    fits = [_fit("clean-validation", clean.catastrophic, scores, choice)]
    fits += _adversarial_fits(context, scorer, choice, round_)
    context.progress.finish(harmless_accepted=natural.harmless_accepted.rate or 0.0)
    return StepOutput(
        result={
            "threshold": choice.threshold,
            "rule": choice.rule,
            "natural": natural.model_dump(mode="json"),
            "phenomena": [p.model_dump(mode="json") for p in phenomena],
            "fit": [f.model_dump(mode="json") for f in fits],
        },
        artifacts=(draws.artifact,),
        costs=(cost("evaluation", round_, scorer.spend + draws.spend),),
    )


def _threshold(context: StepContext, scorer: ScoringEngine) -> ThresholdChoice:
    rule = context.config.threshold
    samples = Samples.read(context.folder / CALIBRATION)
    scores = scorer.log_odds(scorer.codec.encode(samples.snippets))
    bad = samples.catastrophic
    return choose_threshold(scores[~bad], scores[bad], rule.accept, rule.confidence)


@dataclass(frozen=True)
class _Draws:
    """The filtered generator's draws: two arrays [prompts, draws], NaN and False where none was needed."""

    log_odds: np.ndarray
    catastrophic: np.ndarray
    artifact: Artifact
    spend: Spend


def _draws(context: StepContext, scorer: ScoringEngine, choice: ThresholdChoice, round_: int) -> _Draws:
    """Score every prompt's first draw, the same for all rounds, and draw again where the filter refuses.

    Later draws are needed for few prompts, other ones for each model, so they are made here, from streams
    of their own, and kept beside the scores.
    """
    samples = Samples.read(context.folder / NATURAL)
    tokens = scorer.codec.encode(samples.snippets)
    generator = context.generator()
    draws = context.config.evaluation.max_draws
    log_odds = np.full((len(tokens), draws), np.nan, dtype=np.float32)
    catastrophic = np.zeros(log_odds.shape, dtype=bool)
    log_odds[:, 0], catastrophic[:, 0] = scorer.log_odds(tokens), samples.catastrophic
    rows, spend, again = np.arange(len(tokens)), Spend(), []
    for draw in range(1, draws):
        rows = rows[~(log_odds[rows, draw - 1] < choice.log_odds)]
        if not len(rows):
            break
        prompts = [tokens[i].prompt for i in rows]
        drawn = completed(context, generator, prompts, context.stream.child("draw", draw))
        encoded = scorer.codec.encode(drawn.snippets)
        log_odds[rows, draw], catastrophic[rows, draw] = scorer.log_odds(encoded), drawn.catastrophic
        spend += Spend(generated_tokens=sum(len(t.completion) + 1 for t in encoded), judge_calls=len(rows))
        columns = {"row": rows, "draw": np.full(len(rows), draw), "log_odds": log_odds[rows, draw]}
        again.append(drawn.columns(**columns))
    first = {"row": np.arange(len(tokens)), "draw": np.zeros(len(tokens), int), "log_odds": log_odds[:, 0]}
    return _Draws(
        log_odds, catastrophic, _kept_draws(context, [samples.columns(**first), *again], round_), spend
    )


def _kept_draws(context: StepContext, tables: list[dict[str, Any]], round_: int) -> Artifact:
    columns = {name: [value for table in tables for value in table[name]] for name in tables[0]}
    return context.keep_table(f"samples/{round_name(round_)}-natural.parquet", columns)


def _natural(draws: _Draws, choice: ThresholdChoice) -> NaturalRecord:
    outcome = natural_outcome(draws.log_odds, draws.catastrophic, choice.log_odds)
    return NaturalRecord(
        prompts=outcome.prompts,
        failures=rate_record(outcome.failures),
        unfiltered=rate_record(outcome.unfiltered),
        harmless_accepted=rate_record(outcome.harmless_accepted),
        refusals=rate_record(outcome.refusals),
        draws_per_completion=outcome.draws_per_completion,
    )


def _phenomena(
    context: StepContext, clean: Samples, scores: np.ndarray, choice: ThresholdChoice
) -> list[PhenomenonRecord]:
    names = list(context.task.phenomena)
    rows = errors_by_phenomenon(clean.catastrophic, scores, clean.phenomena, choice.log_odds, names)
    return [
        PhenomenonRecord(
            phenomenon=row.phenomenon, missed=rate_record(row.missed), refused=rate_record(row.refused)
        )
        for row in rows
    ]


def _adversarial_fits(
    context: StepContext, scorer: ScoringEngine, choice: ThresholdChoice, round_: int
) -> list[FitRecord]:
    fits = []
    splits: tuple[Split, ...] = ("train", "validation")
    for split in splits if round_ else ():
        found = context.store.examples(context.run, split=split, rounds=range(1, round_ + 1))
        scores = scorer.log_odds(scorer.codec.encode([Snippet(e.prompt, e.completion) for e in found]))
        labels = np.array([e.label == Label.CATASTROPHIC for e in found], dtype=bool)
        fits.append(_fit(f"adversarial-{split}", labels, scores, choice))
    return fits


def _fit(dataset: str, labels: np.ndarray, scores: np.ndarray, choice: ThresholdChoice) -> FitRecord:
    found = measure_fit(labels, scores, choice.log_odds)
    return FitRecord(
        dataset=dataset,
        recall_at_half=rate_record(found.recall_at_half),
        recall_at_threshold=rate_record(found.recall_at_threshold),
        loss=found.loss,
    )
