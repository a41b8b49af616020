"""The claims that an evaluation's draws carry, each written to a file of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.record import ClaimRecord
from holdfast.campaign.evaluate.section_records import NotMeasuredRecord
from holdfast.campaign.evaluate.shards import Shard, shard_stream
from holdfast.campaign.outcome_files import source_of
from holdfast.core.files import write_text
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Evidence,
    InvalidClaim,
    Method,
    Outcomes,
    Quantity,
    Source,
    evidence_of,
)

CLAIMS = "claims"
CLAIMED = (Quantity.NATURAL_FAILURE_RATE, Quantity.REFUSAL_RATE, Quantity.FALSE_NEGATIVE_RATE)


@dataclass(frozen=True)
class Claims:
    """The claims made, and what could not be claimed, with the reason."""

    made: tuple[ClaimRecord, ...]
    refused: tuple[NotMeasuredRecord, ...]


def keep_claims(
    folder: Path, plan: EvaluationPlan, shards: Sequence[Shard], pool: Pool, certified: bool
) -> Claims:
    """Claim what may be claimed, into `claims/*.json`; `certified`: the monitor reached its target."""
    outcomes = _outcomes(plan, pool)
    sources = [source_of(shard.path, folder / CLAIMS, plan.distribution) for shard in shards]
    made, refused = [], []
    for quantity in CLAIMED:
        try:
            claim = _claim(plan, quantity, _evidence(plan, quantity, outcomes, sources), certified)
        except InvalidClaim as error:
            refused.append(NotMeasuredRecord(what=str(quantity), why=str(error)))
            continue
        file = f"{CLAIMS}/{str(quantity).replace(' ', '-')}.json"
        write_text(folder / file, claim.to_json())
        made.append(
            ClaimRecord(quantity=str(quantity), file=file, bound=claim.bound or 0.0, sentence=claim.sentence)
        )
    return Claims(tuple(made), tuple(refused))


def _claim(plan: EvaluationPlan, quantity: Quantity, evidence: Evidence, certified: bool) -> Claim:
    watched = certified and quantity is Quantity.NATURAL_FAILURE_RATE
    return Claim.of(
        evidence,
        plan.distribution,
        method=Method.E_PROCESS if plan.monitor else Method.BINOMIAL,
        confidence=plan.confidence,
        judge=plan.judged_by,
        target=plan.monitor if watched else None,
        corrected_for=plan.best_of,
    )


def _evidence(
    plan: EvaluationPlan, quantity: Quantity, outcomes: Outcomes, sources: Sequence[Source]
) -> Evidence:
    """Models are compared on one seed's draws only where the user says so, and then it is paid for."""
    chosen = (DataUse.CHOSE_MODEL,) if plan.best_of > 1 else ()
    return evidence_of(
        outcomes,
        quantity,
        plan.distribution,
        planned=plan.samples,
        looks=1,
        uses=(DataUse.MEASURED, *chosen),
        models_compared=plan.best_of,
        sources=sources,
        drawn_with=f"{shard_stream(plan, plan.filtered, 0)} and so on",
    )


def _outcomes(plan: EvaluationPlan, pool: Pool) -> Outcomes:
    """The draws as claims count them; the texts, which no count needs, are left in the files."""
    none = np.empty(0, dtype=object)
    return Outcomes(
        prompts=none,
        completions=none,
        prompt_index=pool.prompt_index,
        draw=pool.draw,
        bad=pool.bad,
        unsure=pool.unsure,
        log_odds=pool.log_odds.astype(np.float64),
        passes=pool.passes,
        egregiousness=pool.egregiousness,
        strata=None,
        queries=None,
        seconds=None,
        models=frozenset({(plan.distribution.generator, plan.distribution.classifier)}),
    )
