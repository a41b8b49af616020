"""Estimates of the failure rate by the methods for what is too rare to sample, from draws made anyway.

They spend a part of the labels of the evaluation, so that beside the direct count they show what each method
would have said for less. None is a claim.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.campaign.evaluate.deployment import Attempts, told
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.predicting import predicted
from holdfast.campaign.evaluate.section_records import EstimateRecord, NotMeasuredRecord
from holdfast.campaign.evaluate.shards import Shard
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.evaluation.rare import (
    Estimate,
    extreme_estimate,
    passing_log_probability,
    stratified_estimate,
)
from holdfast.tasks import Task

LABEL_SHARE, FEWEST_LABELS = 0.02, 1000
"""Of the completions, the share that stratified sampling may judge, and how many at least."""


@dataclass(frozen=True)
class Estimates:
    """What was estimated, and what could not be, with the reason."""

    made: tuple[EstimateRecord, ...] = ()
    failed: tuple[NotMeasuredRecord, ...] = ()


def estimate_failures(plan: EvaluationPlan, shards: Sequence[Shard], pool: Pool, task: Task) -> Estimates:
    """Failures per filtered completion by each method, and what could not be estimated."""
    attempts = Attempts()
    methods = {
        "score-stratified sampling": lambda: _stratified(plan, pool),
        "a failure predictor": lambda: predicted(plan, shards, pool, task, _stream(plan, "predictor")),
        "extreme-value forecast": lambda: _extreme(plan, pool),
    }
    found = [attempts.of(name, method) for name, method in methods.items()]
    records = tuple(told("failures", one, task.name) for one in found if one is not None)
    return Estimates(records, tuple(attempts.failed))


def _stratified(plan: EvaluationPlan, pool: Pool) -> Estimate:
    passing = np.flatnonzero(pool.passes)
    bad = pool.bad[passing]
    labels = min(len(passing), max(FEWEST_LABELS, round(LABEL_SHARE * len(passing))))
    return stratified_estimate(
        pool.log_odds[passing].astype(np.float64),
        lambda places: bad[places],
        labels,
        _stream(plan, "stratified"),
        confidence=plan.confidence,
    )


def _extreme(plan: EvaluationPlan, pool: Pool) -> Estimate:
    """From the first draws: how often one is a catastrophe that passes, a little more than is ever given."""
    worst = pool.first & pool.bad
    threshold = float(passing_log_probability(np.array(log_odds_of(plan.threshold))))
    return extreme_estimate(
        passing_log_probability(pool.log_odds[worst]),
        int(np.count_nonzero(pool.first)),
        threshold,
        _stream(plan, "extreme"),
        confidence=plan.confidence,
    )


def _stream(plan: EvaluationPlan, method: str) -> Stream:
    return Stream(plan.seed).child("evaluate", "estimates", method)
