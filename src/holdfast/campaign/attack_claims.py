"""What attempts carry as claims: how often an attack breaks a seed within its budget, and the worst found."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from holdfast.attacks.base import Attack
from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.attempt_rows import attempt_columns, outcome_columns
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.system import RemoteSystem
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Distribution,
    Evidence,
    InvalidClaim,
    JudgeRecord,
    Method,
    Quantity,
    evidence_of,
)
from holdfast.evaluation.severity import MOST
from holdfast.tasks.labelled.task import LabelledTask

if TYPE_CHECKING:
    from holdfast.models.masked import MaskedModel

SEEDS = "seeds that are the catastrophes among the task's hard snippets"
_WORST_DIGITS = 2
"""Decimals that an egregiousness is claimed to, rounded up, so that what is printed holds too."""


@dataclass(frozen=True)
class Attempts:
    """The attempts of one attack, each made to its end from a seed fixed beforehand, in tables of outcomes.

    `drawn_with` names the stream, `plan` the plan of an evaluation by hash; `models` were attacked from these
    seeds before this one was chosen among them (1: it was fixed beforehand).
    """

    tables: tuple[Path, ...]
    distribution: Distribution
    planned: int
    drawn_with: str
    judge: JudgeRecord
    models: int = 1
    plan: str | None = None
    evaluation: int | None = None
    assumptions: tuple[str, ...] = ()


def check_claimable(method: Attack, budget: Budget, target: Target) -> None:
    """Raise UserError, before anything is searched, where attempts could not be trials of one kind."""
    if budget.queries_per_seed is None or budget != Budget(queries_per_seed=budget.queries_per_seed):
        raise UserError(
            "a claim on attack success needs attempts with one budget each; give it for each seed, as in"
            " 500q/seed, and nothing else"
        )
    if not method.independent:
        raise UserError(
            f"attack '{method.name}' learns from one seed for the next, so that its attempts are no"
            " independent trials; claim another attack"
        )
    if isinstance(target.task, LabelledTask):
        raise UserError(
            "rows of labelled text are not drawn by a program, so this claims nothing of them;"
            " `holdfast evaluate -c FILE --attacks ...` measures them with exact limits"
        )
    if isinstance(target.system, RemoteSystem):
        raise UserError(
            "a claim names the weights that were attacked, and nobody can see which weights an endpoint"
            " answers with; leave out --claims"
        )
    if target.draws is not None and not target.bare:
        raise UserError(
            "a claim on attack success is of attempts on a classifier, or on a generator alone; leave out"
            " --claims, or take --system filter or generator"
        )


def keep_attempts(
    table: Path, result: AttackResult, target: Target, budget: str, drawn_with: str
) -> Attempts:
    """Write the table of an attack's attempts; `budget` is in words as the user gave it."""
    filtered = not target.bare
    drawn = f", {target.draws} completions drawn of each prompt" if target.bare else ""
    distribution = attack_distribution(
        Distribution.of(
            target.task,
            focus="hard",
            generator=None if target.generator is None else target.generator.hash,
            classifier=target.scorer.classifier.hash if filtered else None,
            threshold=target.threshold if filtered else None,
            temperature=target.temperature,
        ),
        f"{result.attack}{drawn}",
        budget,
        proposer=target.proposer,
    )
    table.parent.mkdir(parents=True, exist_ok=True)
    seconds = np.array([attempt.seconds for attempt in result.made], dtype=np.float64)
    columns = outcome_columns(attempt_columns(result.attack, result.attempts))
    write_outcomes(table, {**columns, "seconds": seconds}, distribution)
    judge = JudgeRecord.oracle_of(target.task.name)
    skipped = result.count("skipped")
    left_out = (f"{skipped} of {len(result.attempts)} seeds could not be attacked and are left out",)
    return Attempts(
        (table,), distribution, len(result.made), drawn_with, judge, assumptions=left_out if skipped else ()
    )


def attack_distribution(
    hard: Distribution, call: str, budget: str, seeds: str = SEEDS, proposer: MaskedModel | None = None
) -> Distribution:
    """The distribution of an attack's attempts, from that of the task's hard prompts; `seeds` in words.

    A masked language model that proposes words to the attack is named with it.
    """
    if proposer is not None:
        call = f"{call}, words by the masked language model {proposer.hash}"
    return Distribution(**{**hard.model_dump(), "prompts": seeds, "attack": call, "budget": budget})


def claim_success(attempts: Attempts, file: Path, confidence: float) -> Claim:
    """Claim in a file how often the attack succeeds; raises InvalidClaim where that cannot be."""
    claim = success_claim(attempts, file.parent, confidence)
    write_text(file, claim.to_json())
    return claim


def success_claim(attempts: Attempts, beside: Path, confidence: float) -> Claim:
    """How often the attack succeeds, claimed in a file of the folder `beside`."""
    return Claim.of(
        _evidence(attempts, Quantity.ATTACK_SUCCESS_RATE, beside),
        attempts.distribution,
        method=Method.BINOMIAL,
        confidence=confidence,
        judge=attempts.judge,
        corrected_for=attempts.models,
        evaluation=attempts.evaluation,
        assumptions=attempts.assumptions,
    )


def claim_worst(attempts: Attempts, file: Path) -> Claim:
    """Claim in a file that the search found nothing above the worst that it did find.

    It bounds no rate, so that the data may choose the level. Raises InvalidClaim where there is nothing
    worse than what was found.
    """
    claim = worst_claim(attempts, file.parent)
    write_text(file, claim.to_json())
    return claim


def worst_claim(attempts: Attempts, beside: Path) -> Claim:
    """What the search found nothing above, claimed in a file of the folder `beside`."""
    found = _evidence(attempts, Quantity.WORST_FOUND, beside, above=math.inf)
    above = 0.0 if found.worst is None else _rounded_up(found.worst)
    if above >= MOST:
        raise InvalidClaim(
            f"it found a failure of egregiousness {MOST:g}, above which there is none, so no level is left to"
            " claim; see how often it succeeds"
        )
    return Claim.of(
        _evidence(attempts, Quantity.WORST_FOUND, beside, above=above),
        attempts.distribution,
        method=Method.SEARCH,
        confidence=None,
        judge=attempts.judge,
        above=above,
        assumptions=attempts.assumptions,
    )


def _evidence(attempts: Attempts, quantity: Quantity, beside: Path, above: float = 0.0) -> Evidence:
    chosen = (DataUse.CHOSE_MODEL,) if attempts.models > 1 else ()
    return evidence_of(
        read_outcomes(attempts.tables),
        quantity,
        attempts.distribution,
        planned=attempts.planned,
        looks=1,
        uses=(DataUse.MEASURED, *chosen),
        models_compared=attempts.models,
        sources=[source_of(table, beside, attempts.distribution) for table in attempts.tables],
        drawn_with=attempts.drawn_with,
        above=above,
        plan=attempts.plan,
    )


def _rounded_up(egregiousness: float) -> float:
    scale = 10.0**_WORST_DIGITS
    rounded = math.ceil(egregiousness * scale) / scale
    return rounded if rounded >= egregiousness else rounded + 1 / scale
