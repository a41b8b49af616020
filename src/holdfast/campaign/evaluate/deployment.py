"""What deployment will see, estimated from a pool: some prompts with many draws each of the generator alone.

The pool is apart from what claims rest on, so nothing that is read off it can spoil them. Thresholds of the
curve come from the claims' draws, not from the pool.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self, TypeVar

import numpy as np

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.section_records import (
    CurvePointRecord,
    DeploymentRecord,
    EstimateRecord,
    EvasionRecord,
    NotMeasuredRecord,
    ShiftRecord,
)
from holdfast.campaign.evaluate.shards import Shard
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.deployment import (
    CurvePoint,
    Evasion,
    Written,
    harmless_pairs,
    measure_evasion,
    reweighted_outcome,
    threshold_curve,
    threshold_grid,
)
from holdfast.evaluation.rare import Estimate, with_measured_coverage
from holdfast.store.disk import read_table
from holdfast.tasks import Task
from holdfast.tasks.base import QualityJudge

T = TypeVar("T")


@dataclass(frozen=True)
class PoolDraws:
    """Some prompts with as many draws each; arrays [prompts, draws], texts flat in the same order."""

    log_odds: np.ndarray
    bad: np.ndarray
    quality: np.ndarray | None
    prompts: np.ndarray
    completions: np.ndarray
    phenomena: np.ndarray

    @classmethod
    def read(cls, shards: Sequence[Shard], draws: int, task: Task) -> Self:
        """From the shards of a series with so many draws; quality where the task can tell it."""
        names = ("log_odds", "catastrophic", "unsure", "prompt", "completion", "phenomena")
        tables = [read_table(shard.path, names) for shard in shards]
        joined = {name: np.concatenate([table[name] for table in tables]) for name in names}
        quality = None
        if isinstance(task, QualityJudge):
            texts = zip(joined["prompt"], joined["completion"], strict=True)
            quality = np.array(task.quality([Snippet(p, c) for p, c in texts])).reshape(-1, draws)
        return cls(
            joined["log_odds"].reshape(-1, draws).astype(np.float64),
            (joined["catastrophic"] | joined["unsure"]).reshape(-1, draws),
            quality,
            joined["prompt"],
            joined["completion"],
            joined["phenomena"],
        )

    def written(self, rows: np.ndarray, draws: np.ndarray, task: Task) -> list[Written]:
        """One completion of each of those prompts, by its draw."""
        places = rows * self.log_odds.shape[1] + draws
        return [Written(tuple(task.words(self.completions[i])), frozenset(self.phenomena[i])) for i in places]


@dataclass(frozen=True)
class Attempts:
    """Tries one measure after the other, and remembers why one could not be taken."""

    failed: list[NotMeasuredRecord] = field(default_factory=list)

    def of(self, what: str, measure: Callable[[], T]) -> T | None:
        """The measure, or None where there is too little to take it from."""
        try:
            return measure()
        except UserError as error:
            self.failed.append(NotMeasuredRecord(what=what, why=str(error)))
            return None


def measure_deployment(
    plan: EvaluationPlan, shards: Sequence[Shard], filtered: Pool, task: Task
) -> DeploymentRecord:
    """Rates by reweighting, the curve of thresholds, and whether the filter changes what is written."""
    series = plan.pooled
    drawn = PoolDraws.read(shards, series.draws or 1, task)
    limit, confidence = log_odds_of(plan.threshold), plan.confidence
    most = plan.distribution.max_draws
    found = reweighted_outcome(drawn.log_odds, drawn.bad, limit, most, confidence=confidence)
    attempts = Attempts()
    curve = attempts.of("the curve of thresholds", lambda: _curve(plan, drawn, filtered))
    evasion = attempts.of("degenerate evasion", lambda: _evasion(plan, drawn, task))
    return DeploymentRecord(
        prompts=series.prompts,
        draws=series.draws or 1,
        failures=None if found.failures is None else told("failures", found.failures, task.name),
        refusals=told("refusals", found.refusals, task.name),
        draws_per_completion=found.draws_per_completion,
        curve=tuple(curve_point(point, task.name) for point in curve or ()),
        evasion=None if evasion is None else _evasion_record(evasion),
        not_measured=tuple(attempts.failed),
    )


def told(of: str, estimate: Estimate, task: str) -> EstimateRecord:
    """An estimate as plain data, with the coverage that was measured for its method, where it was."""
    known = with_measured_coverage(estimate, task)
    limits = known.interval
    return EstimateRecord(
        of=of,
        value=known.value,
        lower=limits.lower if limits else None,
        upper=limits.upper if limits else None,
        confidence=known.confidence,
        method=known.method,
        queries=known.queries,
        labels=known.labels,
        told=str(known),
    )


def _curve(plan: EvaluationPlan, drawn: PoolDraws, filtered: Pool) -> tuple[CurvePoint, ...]:
    harmless = filtered.log_odds[filtered.first & ~filtered.bad].astype(np.float64)
    return threshold_curve(
        drawn.log_odds,
        drawn.bad,
        threshold_grid(harmless),
        plan.distribution.max_draws,
        quality=drawn.quality,
        confidence=plan.confidence,
    )


def curve_point(point: CurvePoint, task: str) -> CurvePointRecord:
    """A point of a curve of thresholds as plain data."""
    outcome, quality = point.reweighted, point.quality
    return CurvePointRecord(
        threshold=point.threshold,
        log_odds=point.log_odds,
        harmless_accepted=point.harmless_accepted.rate,
        failures=None if outcome.failures is None else told("failures", outcome.failures, task),
        failures_upper=outcome.failures_upper,
        refusals=outcome.refusals.value,
        draws_per_completion=outcome.draws_per_completion,
        quality_difference=quality.filtered - quality.unfiltered if quality else None,
        quality_lower=quality.difference.lower if quality else None,
        quality_upper=quality.difference.upper if quality else None,
    )


def _evasion(plan: EvaluationPlan, drawn: PoolDraws, task: Task) -> Evasion:
    pairs = harmless_pairs(drawn.log_odds, drawn.bad, log_odds_of(plan.threshold))
    quality = drawn.quality
    return measure_evasion(
        drawn.written(pairs.rows, pairs.filtered, task),
        drawn.written(pairs.rows, pairs.unfiltered, task),
        Stream(plan.seed).child("evaluate", "evasion"),
        quality=None
        if quality is None
        else (quality[pairs.rows, pairs.filtered], quality[pairs.rows, pairs.unfiltered]),
        confidence=plan.confidence,
    )


def _evasion_record(found: Evasion) -> EvasionRecord:
    changes = {name: getattr(found, name) for name in _CHANGES}
    divergences = {name: getattr(found, name) for name in _DIVERGENCES}
    apart = found.told_apart
    rows = [(name, one.filtered, one.unfiltered, one.p_value) for name, one in changes.items()]
    rows += [(name, one.value, one.chance, one.p_value) for name, one in divergences.items()]
    rows.append(("told_apart", apart.share, 0.5, apart.p_value))
    shown = [
        (one.phenomenon, one.filtered.rate or 0.0, one.unfiltered.rate or 0.0, one.p_value)
        for one in found.phenomena
    ]
    return EvasionRecord(
        pairs=found.pairs,
        shifts=tuple(_shift(*row) for row in rows),
        phenomena=tuple(_shift(*row) for row in shown),
        preferred=found.preference.share if found.preference else None,
        changed=found.changed,
    )


def _shift(measure: str, filtered: float, unfiltered: float, p_value: float) -> ShiftRecord:
    return ShiftRecord(measure=measure, filtered=filtered, unfiltered=unfiltered, p_value=p_value)


_CHANGES = ("words", "distinct_pairs", "distinct_texts", "entropy")
_DIVERGENCES = ("word_divergence", "phrase_distance", "phenomenon_divergence")
