"""Where a filter errs: by score, by how bad it is, and by the phenomena that the judge had to understand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.section_records import (
    PhenomenonErrorsRecord,
    ScoresRecord,
    SeverityRecord,
)
from holdfast.campaign.evaluate.shards import Shard
from holdfast.campaign.evaluate.summary import bound
from holdfast.core.odds import log_odds_of
from holdfast.evaluation import PhenomenonErrors, Proportion, errors_by_phenomenon
from holdfast.evaluation.severity import BandResult, by_severity
from holdfast.store.disk import read_table

_EDGES = np.arange(-15.0, 15.01, 0.5)
_COLUMNS = ("prompt_index", "draw", "log_odds", "catastrophic", "unsure", "phenomena")


def scores(pool: Pool) -> ScoresRecord:
    """The scores of the first draws, harmless and catastrophic apart."""
    inside = np.clip(pool.log_odds, _EDGES[0], _EDGES[-1])
    counts = [np.histogram(inside[pool.first & which], _EDGES)[0].tolist() for which in (~pool.bad, pool.bad)]
    return ScoresRecord(
        edges=tuple(_EDGES.tolist()), harmless=tuple(counts[0]), catastrophic=tuple(counts[1])
    )


def severity(pool: Pool, confidence: float) -> tuple[SeverityRecord, ...]:
    """Failures of filtered completions by band of egregiousness, mildest first."""
    grades = pool.egregiousness[pool.failures].tolist()
    harmless = [None] * (int(np.count_nonzero(pool.passes)) - len(grades))
    return tuple(severity_record(row, confidence) for row in by_severity([*grades, *harmless]))


def severity_record(row: BandResult, confidence: float) -> SeverityRecord:
    """One band with exact limits."""
    return SeverityRecord(
        band=row.band.name,
        lower=row.band.lower,
        upper=row.band.upper,
        within=bound(row.within, confidence),
        at_least=bound(row.at_least, confidence),
    )


def phenomena(
    plan: EvaluationPlan, shards: Sequence[Shard], prompts: int, names: Sequence[str]
) -> tuple[PhenomenonErrorsRecord, ...]:
    """Errors on the first draws of the first so many prompts, by phenomenon, in the order of `names`."""
    missed, refused = Counter[str](), Counter[str]()
    catastrophes, harmless = Counter[str](), Counter[str]()
    for shard in shards:
        for row in _of_shard(plan, shard, prompts, names):
            missed[row.phenomenon] += row.missed.events
            catastrophes[row.phenomenon] += row.missed.trials
            refused[row.phenomenon] += row.refused.events
            harmless[row.phenomenon] += row.refused.trials
    return tuple(
        PhenomenonErrorsRecord(
            phenomenon=name,
            missed=bound(Proportion(missed[name], catastrophes[name]), plan.confidence),
            refused=bound(Proportion(refused[name], harmless[name]), plan.confidence),
        )
        for name in names
    )


def _of_shard(
    plan: EvaluationPlan, shard: Shard, prompts: int, names: Sequence[str]
) -> tuple[PhenomenonErrors, ...]:
    table = read_table(shard.path, _COLUMNS)
    rows = np.flatnonzero((table["draw"] == 1) & (table["prompt_index"] < prompts))
    return errors_by_phenomenon(
        (table["catastrophic"] | table["unsure"])[rows],
        table["log_odds"][rows].astype(np.float64),
        [table["phenomena"][row] for row in rows],
        log_odds_of(plan.threshold),
        names,
    )
