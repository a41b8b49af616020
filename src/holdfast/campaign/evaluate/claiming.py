"""The claims that an evaluation's draws carry, each written to a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from holdfast.campaign.attack_claims import Attempts, success_claim, worst_claim
from holdfast.campaign.choices import build_attack
from holdfast.campaign.evaluate.attack_plan import independent
from holdfast.campaign.evaluate.attack_results import Assaults
from holdfast.campaign.evaluate.attacking import attempts_distribution, attempts_stream
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.record import ClaimRecord
from holdfast.campaign.evaluate.section_records import NotMeasuredRecord
from holdfast.campaign.evaluate.series import AttackSeries
from holdfast.campaign.evaluate.shards import Shard, shard_stream
from holdfast.campaign.evaluate.watching import Watched
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


def natural_claims(
    folder: Path, plan: EvaluationPlan, watched: Watched
) -> Iterator[tuple[Quantity, Callable[[], Claim]]]:
    """What may be claimed of the shards that count, and how: each raises InvalidClaim where it cannot be."""
    outcomes = _outcomes(plan, watched.pool())
    sources = [source_of(shard.path, folder / CLAIMS, plan.distribution) for shard in watched.shards]
    for quantity in CLAIMED:
        yield quantity, partial(_claim, plan, quantity, outcomes, sources, watched.certified)


def keep_claims(folder: Path, plan: EvaluationPlan, watched: Watched) -> Claims:
    """Claim what may be claimed, into `claims/*.json`."""
    made, refused = [], []
    for quantity, claimed in natural_claims(folder, plan, watched):
        try:
            claim = claimed()
        except InvalidClaim as error:
            refused.append(NotMeasuredRecord(what=str(quantity), why=str(error)))
            continue
        file = f"{CLAIMS}/{str(quantity).replace(' ', '-')}.json"
        write_text(folder / file, claim.to_json())
        made.append(_record(claim, file))
    return Claims(tuple(made), tuple(refused))


def keep_attack_claims(folder: Path, plan: EvaluationPlan, assaults: Assaults) -> Claims:
    """Claim of each attack on this model how often it succeeds, and the worst that it found."""
    made: list[ClaimRecord] = []
    refused: list[NotMeasuredRecord] = []
    for series, shards in assaults:
        if series.role == "this":
            for what, name, claimed in attack_claims(folder, plan, series, shards):
                file = f"{CLAIMS}/{name}.json"
                try:
                    claim = claimed()
                    write_text(folder / file, claim.to_json())
                    made.append(_record(claim, file))
                except InvalidClaim as error:
                    refused.append(NotMeasuredRecord(what=what, why=str(error)))
    return Claims(tuple(made), tuple(refused))


def attack_claims(
    folder: Path, plan: EvaluationPlan, series: AttackSeries, shards: Sequence[Shard]
) -> Iterator[tuple[str, str, Callable[[], Claim]]]:
    """What may be claimed of an attack, the name of its file, and how to claim it."""
    call = repr(build_attack(series.choice, objective="egregious", stop="budget"))
    attempts = Attempts(
        tables=tuple(shard.path for shard in shards),
        distribution=attempts_distribution(plan, "this", call),
        planned=series.prompts,
        drawn_with=f"{attempts_stream(plan, series, 0)} and so on",
        judge=plan.judged_by,
        models=plan.best_of,
        assumptions=plan.assumptions,
        plan=plan.hash,
        evaluation=plan.evaluation,
    )

    def success() -> Claim:
        if not independent(series.choice):
            raise InvalidClaim("its attempts learn from each other, and are no independent trials")
        return success_claim(attempts, folder / CLAIMS, plan.confidence)

    yield f"success of {series.attack}", f"attack-success-{series.attack}", success
    yield (
        f"worst failure that {series.attack} found",
        f"worst-found-{series.attack}",
        lambda: worst_claim(attempts, folder / CLAIMS),
    )


def _record(claim: Claim, file: str) -> ClaimRecord:
    return ClaimRecord(
        quantity=str(claim.quantity), file=file, bound=claim.bound, sentence=claim.sentence, text=str(claim)
    )


def _claim(
    plan: EvaluationPlan,
    quantity: Quantity,
    outcomes: Outcomes,
    sources: Sequence[Source],
    certified: bool,
) -> Claim:
    watched = certified and quantity is Quantity.NATURAL_FAILURE_RATE
    return Claim.of(
        _evidence(plan, quantity, outcomes, sources),
        plan.distribution,
        method=Method.E_PROCESS if plan.monitor else Method.BINOMIAL,
        confidence=plan.confidence,
        judge=plan.judged_by,
        target=plan.monitor if watched else None,
        corrected_for=plan.best_of,
        evaluation=plan.evaluation,
        assumptions=plan.assumptions,
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
        plan=plan.hash,
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
        prompt_codes=pool.prompt_codes,
        text_codes=pool.text_codes,
    )
