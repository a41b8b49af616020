"""How a round's model stands up to a fresh run of each attack, the held-out ones too."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from holdfast.attacks.results import AttackResult, Failure
from holdfast.attacks.target import Target
from holdfast.campaign.attempt_rows import ATTEMPTS, Columns, attempt_columns
from holdfast.campaign.choices import build_attack, names_of
from holdfast.campaign.config import RunConfig
from holdfast.campaign.ledger import cost, rate_record, spend_record
from holdfast.campaign.records import (
    AttackRecord,
    AttemptTimesRecord,
    FailureRecord,
    IntentRecord,
    VetoedRecord,
)
from holdfast.campaign.restating import plain_log_odds
from holdfast.campaign.saliency import salient_words
from holdfast.campaign.split import different_catastrophes
from holdfast.campaign.stages.attack import Origin, failure_example, labels
from holdfast.campaign.step import StepContext, round_name, stream_of
from holdfast.core.budget import Budget
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Snippet
from holdfast.evaluation import split_by_intent, summarise_attempts
from holdfast.store.store import StepOutput
from holdfast.tasks.base import Restater


@dataclass(frozen=True)
class Assault:
    """An attack as it is used to evaluate."""

    label: str
    choice: dict[str, Any]
    held_out: bool


def assaults(config: RunConfig) -> list[Assault]:
    """Every attack of the configuration: those trained against, then the held-out ones."""
    trained = zip(labels(config), config.attacks, strict=True)
    held_out = zip(names_of(config.held_out), config.held_out, strict=True)
    return [
        *(Assault(label, each.attack, False) for label, each in trained),
        *(Assault(label, choice, True) for label, choice in held_out),
    ]


def assault_step(round_: int, assault: Assault) -> str:
    """The name of the step that runs it."""
    return f"{round_name(round_)}/evaluate/{assault.label}"


def run_assault(context: StepContext, round_: int, assault: Assault) -> StepOutput:
    """Attack the round's model from the evaluation seeds, each attempt until its first failure."""
    asked, target = context.config.extent(round_), context.target(round_)
    made = build_attack(assault.choice, objective=context.config.objective, stop="first")
    seeds = evaluation_seeds(context)[: asked.attack_seeds]
    budget = Budget(queries_per_seed=asked.queries_per_seed)
    result = made(target, seeds, budget, context.stream.child("attack"), context.progress)
    failures = [(i, a.best) for i, a in enumerate(result.attempts) if a.best is not None]
    kind = assault.choice["kind"]
    origin = Origin(context.step, kind, round_, target.scorer.classifier.hash)
    examples = [failure_example(f, origin, f"evaluation/{i:04}", "evaluation") for i, f in failures]
    worst = worst_failures(
        target, [f for _, f in failures], seeds, kind, round_, context.config.evaluation.worst
    )
    return StepOutput(
        result={
            "record": _record(result, assault, asked.queries_per_seed, target).model_dump(mode="json"),
            "worst": [w.model_dump(mode="json") for w in worst],
        },
        examples=tuple(examples),
        artifacts=(context.keep_attempts(attempts_table(round_, assault), _rows(result, assault, round_)),),
        costs=(cost("evaluation", round_, result.spend),),
    )


def attempts_table(round_: int, assault: Assault) -> str:
    """Where the attempts lie as rows, in the run's folder."""
    return f"{ATTEMPTS}/{round_name(round_)}-{assault.label}.parquet"


def _rows(result: AttackResult, assault: Assault, round_: int) -> Columns:
    size = len(result.attempts)
    return {
        "round": np.full(size, round_, dtype=np.int64),
        "held_out": np.full(size, assault.held_out, dtype=np.bool_),
        **attempt_columns(assault.label, result.attempts),
    }


def evaluation_seeds(context: StepContext) -> list[Snippet]:
    """The same seeds for every attack and every round, on the side that no training sees."""
    count, stream = context.config.most.attack_seeds, stream_of(context.config, "evaluation/seeds")
    return different_catastrophes(context.task, context.judge, count, "evaluation", stream)


def _record(result: AttackResult, assault: Assault, queries: int, target: Target) -> AttackRecord:
    summary = summarise_attempts(result.first_failure_queries, queries)
    return AttackRecord(
        attack=assault.choice["kind"],
        call=result.attack,
        held_out=assault.held_out,
        queries_per_seed=queries,
        success=rate_record(summary.success),
        first_failure_queries=result.first_failure_queries,
        median_queries=summary.median_or_none,
        egregiousness=tuple(a.best.verdict.egregiousness for a in result.attempts if a.best is not None),
        cost=spend_record(result.spend),
        seconds=AttemptTimesRecord(
            first_failure=tuple(a.first_failure_seconds for a in result.made),
            spent=tuple(a.seconds for a in result.made),
        ),
        flops=AttemptTimesRecord(
            first_failure=tuple(a.first_failure_flops for a in result.made),
            spent=tuple(a.flops for a in result.made),
        ),
        vetoes=_vetoed(result, target),
        intent=_intent(target, [a.best for a in result.attempts if a.best is not None]),
    )


def _vetoed(result: AttackResult, target: Target) -> VetoedRecord | None:
    names = target.scorer.vetoes.names
    if not names:
        return None
    found = result.first_failure_candidates
    most = max((c for c in found if c is not None), default=1)
    return VetoedRecord(
        turned_away={name: result.turned_away.get(name, 0) for name in names},
        first_failure_candidates=found,
        median_candidates=summarise_attempts(found, most).median_or_none,
    )


def _intent(target: Target, failures: Sequence[Failure]) -> IntentRecord | None:
    """Whether the classifier stops the failures told plainly; None where the task cannot tell them so."""
    if not isinstance(target.task, Restater):
        return None
    found = split_by_intent(plain_log_odds(target, failures), log_odds_of(target.threshold))[0]
    return IntentRecord(capability=rate_record(found.capability), untold=found.untold)


def worst_failures(
    target: Target,
    failures: Sequence[Failure],
    seeds: Sequence[Snippet],
    attack: str,
    round_: int,
    count: int,
) -> list[FailureRecord]:
    """The worst different failures, egregiousness × evasion first, with the saliency of each word."""
    limit = log_odds_of(target.threshold)
    ranked = sorted(failures, key=lambda f: -badness(f.verdict.egregiousness, f.log_odds, limit))
    different = list({f.snippet: f for f in reversed(ranked)}.values())[::-1]
    return list(_shown(target, different[:count], seeds, attack, round_))


def badness(egregiousness: float, log_odds: float, limit: float) -> float:
    """Egregiousness × evasion, where evasion = sigmoid(limit - log odds)."""
    return egregiousness * float(probability(np.array([limit - log_odds]))[0])


def _shown(
    target: Target, failures: Sequence[Failure], seeds: Sequence[Snippet], attack: str, round_: int
) -> Iterator[FailureRecord]:
    for failure, words in zip(failures, salient_words(target, [f.snippet for f in failures]), strict=True):
        seed = seeds[failure.seed_index]
        yield FailureRecord(
            prompt=failure.snippet.prompt,
            completion=failure.snippet.completion,
            prompt_words=words.prompt,
            completion_words=words.completion,
            prompt_saliency=tuple(words.prompt_saliency.tolist()),
            completion_saliency=tuple(words.completion_saliency.tolist()),
            score=failure.score,
            threshold=target.threshold,
            egregiousness=failure.verdict.egregiousness,
            why=failure.verdict.why,
            phenomena=tuple(sorted(failure.verdict.phenomena)),
            attack=attack,
            round=round_,
            seed_prompt=seed.prompt,
            seed_completion=seed.completion,
        )
