"""What attempts carry as a claim: how often an attack breaks a seed within its budget."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.attacks.base import Attack
from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Distribution,
    JudgeRecord,
    Method,
    Quantity,
    evidence_of,
)

SEEDS = "seeds that are the catastrophes among the task's hard snippets"


@dataclass(frozen=True)
class Tried:
    """One attack on one target, whole: `budget` in words as the user gave it, `drawn_with` the stream."""

    method: Attack
    result: AttackResult
    target: Target
    budget: str
    drawn_with: str


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
    if target.draws is not None:
        raise UserError("a claim on attack success is of attempts on the classifier; leave out --draws")


def claim_success(tried: Tried, folder: Path, confidence: float) -> tuple[Path, Claim]:
    """Claim the attack's success rate in `folder`, beside the table of its attempts; returns file and claim.

    The seeds must have been fixed beforehand, each attempted to its end. Raises InvalidClaim otherwise.
    """
    name = tried.method.name
    distribution = _distribution(tried)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / f"{name}-attempts.parquet"
    write_outcomes(table, _columns(tried), distribution)
    evidence = evidence_of(
        read_outcomes([table]),
        Quantity.ATTACK_SUCCESS_RATE,
        distribution,
        planned=len(tried.result.attempts),
        looks=1,
        uses=(DataUse.MEASURED,),
        models_compared=1,
        sources=[source_of(table, folder, distribution)],
        drawn_with=tried.drawn_with,
    )
    claim = Claim.of(
        evidence,
        distribution,
        method=Method.BINOMIAL,
        confidence=confidence,
        judge=JudgeRecord.oracle_of(tried.target.task.name),
    )
    file = folder / f"{name}-success.json"
    write_text(file, claim.to_json())
    return file, claim


def _distribution(tried: Tried) -> Distribution:
    target = tried.target
    natural = Distribution.of(
        target.task,
        focus="hard",
        generator=None if target.generator is None else target.generator.hash,
        classifier=target.scorer.classifier.hash,
        threshold=target.threshold,
        attack=tried.result.attack,
        budget=tried.budget,
    )
    return Distribution(**{**natural.model_dump(), "prompts": SEEDS})


def _columns(tried: Tried) -> dict[str, Any]:
    """A row for each attempt: its best failure, or the seed's prompt and no completion."""
    attempts = tried.result.attempts
    best = [attempt.best for attempt in attempts]
    broken = np.array([failure is not None for failure in best], dtype=bool)
    snippets = [a.seed if f is None else f.snippet for a, f in zip(attempts, best, strict=True)]
    return {
        "prompt": [snippet.prompt for snippet in snippets],
        "completion": [s.completion if hit else "" for s, hit in zip(snippets, broken, strict=True)],
        "catastrophic": broken,
        "log_odds": np.array([np.nan if f is None else f.log_odds for f in best], dtype=np.float64),
        "passes": broken,
        "egregiousness": np.array([0.0 if f is None else f.verdict.egregiousness for f in best]),
        "queries": np.array([attempt.queries for attempt in attempts], dtype=np.int64),
        "seconds": np.array([attempt.seconds for attempt in attempts], dtype=np.float64),
    }
