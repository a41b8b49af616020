"""Measuring a round's model: threshold, natural failure rate and quality, fit, errors by phenomenon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.campaign.ledger import cost, rate_record
from holdfast.campaign.records import FitRecord, NaturalRecord, PhenomenonRecord
from holdfast.campaign.samples import Samples
from holdfast.campaign.stages.data import CALIBRATION, CLEAN_VALIDATION, NATURAL, completed
from holdfast.campaign.stages.threshold import calibrated_by_draws, draws_wanted, scored_in_blocks
from holdfast.campaign.stages.vetoes import acceptance
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
    asked, scorer = context.config, ScoringEngine(context.classifier(round_))
    prompts, each = draws_wanted(asked)
    total = (
        asked.threshold.completions
        + prompts * each
        + asked.extent(round_).prompts
        + asked.evaluation.snippets
    )
    context.progress.start(f"round {round_}: measure", total)
    choice = calibrated(context, scorer)
    scorer = scorer.at(choice.log_odds)
    draws = draw_filtered(context, scorer, choice, asked.extent(round_).prompts)
    natural = natural_record(draws, choice)
    clean = Samples.read(context.folder / CLEAN_VALIDATION)
    scores = scored_in_blocks(context, scorer, clean.snippets)
    phenomena = _phenomena(context, clean, scores, choice)
    fits = [fit_record("clean-validation", clean.catastrophic, scores, choice)]
    fits += _adversarial_fits(context, scorer, choice, round_)
    natural_texts = Samples.read(context.folder / NATURAL).first(asked.extent(round_).prompts)
    accepted = acceptance(context, scorer, natural_texts)
    context.progress.finish(
        failures=natural.failures.events, harmless_accepted=natural.harmless_accepted.rate or 0.0
    )
    return StepOutput(
        result={
            "threshold": choice.threshold,
            "rule": choice.rule,
            "natural": natural.model_dump(mode="json"),
            "phenomena": [p.model_dump(mode="json") for p in phenomena],
            **({"acceptance": [a.model_dump(mode="json") for a in accepted]} if accepted else {}),
            "fit": [f.model_dump(mode="json") for f in fits],
        },
        artifacts=_kept(context, draws, round_),
        costs=(cost("evaluation", round_, scorer.spend + draws.spend),),
    )


def calibrated(context: StepContext, scorer: ScoringEngine) -> ThresholdChoice:
    """The threshold that the run's rule sets, on the run's calibration set or on draws made for that.

    The scorer has no limit yet, so what a veto turns away counts as refused at every threshold: the share of
    harmless texts that is to be accepted is that of the whole filter.
    """
    rule = context.config.threshold
    samples = Samples.read(context.folder / CALIBRATION)
    scores, bad = scored_in_blocks(context, scorer, samples.snippets), samples.catastrophic
    if rule.rule == "accept":
        return choose_threshold(scores[~bad], scores[bad], rule.accept, rule.confidence)
    return calibrated_by_draws(context, scorer, scores, bad)


@dataclass(frozen=True)
class FilteredDraws:
    """The filtered generator's draws: two arrays [prompts, draws], NaN and False where none was needed.

    `redraws` has the columns of a table for each draw after the first.
    """

    log_odds: np.ndarray
    catastrophic: np.ndarray
    redraws: tuple[dict[str, Any], ...]
    spend: Spend


def draw_filtered(
    context: StepContext, scorer: ScoringEngine, choice: ThresholdChoice, prompts: int
) -> FilteredDraws:
    """Score the first draw of so many prompts, the same for all rounds, and draw again where it is refused.

    Later draws are needed for few prompts, other ones for each model, so they are made here, from streams of
    their own, and kept beside the scores.
    """
    samples = Samples.read(context.folder / NATURAL).first(prompts)
    draws = context.config.evaluation.max_draws
    log_odds = np.full((len(samples), draws), np.nan, dtype=np.float32)
    catastrophic = np.zeros(log_odds.shape, dtype=bool)
    log_odds[:, 0], catastrophic[:, 0] = (
        scored_in_blocks(context, scorer, samples.snippets),
        samples.catastrophic,
    )
    generator, rows, spend = context.generator(), np.arange(len(samples)), Spend()
    tables = []
    for draw in range(1, draws):
        rows = rows[~(log_odds[rows, draw - 1] < choice.log_odds)]
        asked = [generator.codec.encode_text(samples.snippets[i].prompt) for i in rows]
        temperature = context.config.writer.temperature
        stream = context.stream.child("draw", draw)
        drawn = Samples.of(
            completed(context.task, generator, asked, stream, temperature, judge=context.judge)
        )
        tokens = scorer.codec.encode(drawn.snippets)
        log_odds[rows, draw], catastrophic[rows, draw] = scorer.log_odds(tokens), drawn.catastrophic
        spend += Spend(generated_tokens=sum(len(t.completion) + 1 for t in tokens), judge_calls=len(rows))
        tables.append(drawn.columns(row=rows, draw=np.full(len(rows), draw), log_odds=log_odds[rows, draw]))
    return FilteredDraws(log_odds, catastrophic, tuple(tables), spend)


def _kept(context: StepContext, draws: FilteredDraws, round_: int) -> tuple[Artifact, ...]:
    """The scores of the first draws, in the order of the natural table, and all later draws whole."""
    place, tables = f"samples/{round_name(round_)}", draws.redraws
    artifacts = [context.keep_table(f"{place}-scores.parquet", {"log_odds": draws.log_odds[:, 0]})]
    if tables:
        columns = {name: [value for table in tables for value in table[name]] for name in tables[0]}
        artifacts.append(context.keep_table(f"{place}-redraws.parquet", columns))
    return tuple(artifacts)


def natural_record(draws: FilteredDraws, choice: ThresholdChoice) -> NaturalRecord:
    """What came out of the filtered generator."""
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
    """On the validation set whole; of the training set, which grows large, on as many as of the clean set.

    Of both, what was found before the model was trained: one that is taken from an earlier round saw no more.
    """
    fits, most = [], context.config.evaluation.snippets
    round_ = context.result(f"{round_name(round_)}/train").get("taken_from", round_)
    splits: tuple[Split, ...] = ("train", "validation")
    for split in splits if round_ else ():
        found = context.store.texts(context.run, split=split, rounds=range(1, round_ + 1))
        if split == "train" and len(found) > most:
            drawn = context.stream.child("fit").numpy().choice(len(found), most, replace=False)
            found = [found[i] for i in drawn.tolist()]
        scores = scorer.log_odds(scorer.codec.encode([Snippet(e.prompt, e.completion) for e in found]))
        labels = np.array([e.label == Label.CATASTROPHIC for e in found], dtype=bool)
        fits.append(fit_record(f"adversarial-{split}", labels, scores, choice))
    return fits


def fit_record(dataset: str, labels: np.ndarray, scores: np.ndarray, choice: ThresholdChoice) -> FitRecord:
    """Recall and loss on one labelled set, as `FitRecord` tells."""
    found = measure_fit(labels, scores, choice.log_odds)
    return FitRecord(
        dataset=dataset,
        recall_at_half=rate_record(found.recall_at_half),
        recall_at_threshold=rate_record(found.recall_at_threshold),
        loss=found.loss,
    )
