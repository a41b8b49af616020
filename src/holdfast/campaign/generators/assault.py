"""How a generator stands up to a fresh run of each attack on its prompts, the held-out ones too."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.attacks.results import AttackResult, Attempt
from holdfast.campaign.attempt_rows import ATTEMPTS, attempt_columns
from holdfast.campaign.choices import build_attack
from holdfast.campaign.generators.drawing import attack_seeds, written
from holdfast.campaign.generators.measure import mean_record, worst_of
from holdfast.campaign.generators.places import GeneratorName, bare_target, called, index_of, load
from holdfast.campaign.generators.record import MeanRecord, PromptAttackRecord
from holdfast.campaign.ledger import cost, rate_record, spend_record
from holdfast.campaign.stages.assault import Assault
from holdfast.campaign.stages.attack import Origin, failure_example
from holdfast.campaign.step import StepContext, stream_of
from holdfast.core.budget import Budget, Spend
from holdfast.core.snippet import JudgedSnippet
from holdfast.evaluation import Proportion, summarise_attempts
from holdfast.models.generator import Generator
from holdfast.store.schema import Artifact
from holdfast.store.store import StepOutput


def run_assault(context: StepContext, name: GeneratorName, assault: Assault) -> StepOutput:
    """Attack from the evaluation seeds, each attempt until its first failure."""
    config, index = context.config, index_of(context, name)
    asked, generator = config.extent(index), load(context, name)
    target = bare_target(context, generator, stream_of(config, "evaluation/draws"))
    made = build_attack(assault.choice, objective=config.objective, stop="first")
    seeds = attack_seeds(
        context, config.most.attack_seeds, "evaluation", stream_of(config, "evaluation/seeds")
    )
    budget = Budget(queries_per_seed=asked.queries_per_seed)
    result = made(
        target, seeds[: asked.attack_seeds], budget, context.stream.child("attack"), context.progress
    )
    rate, spend = _attacked_rate(context, generator, result)
    origin = Origin(context.step, assault.choice["kind"], index, generator.hash)
    best = [(place, each.best) for place, each in enumerate(result.attempts) if each.best is not None]
    worst = worst_of(context, [JudgedSnippet(one.snippet, one.verdict) for _, one in best])
    return StepOutput(
        result={
            "record": _record(result, assault, asked.queries_per_seed, rate).model_dump(mode="json"),
            "worst": [one.model_dump(mode="json") for one in worst],
        },
        examples=tuple(
            failure_example(one, origin, f"{called(name)}/evaluation/{place:04}", "evaluation")
            for place, one in best
        ),
        artifacts=(_keep_attempts(context, name, assault, result),),
        costs=(cost("evaluation", index, result.spend + spend),),
    )


def _keep_attempts(
    context: StepContext, name: GeneratorName, assault: Assault, result: AttackResult
) -> Artifact:
    """Write every attempt as a row of a table of the run's; `generator` says against which one."""
    size = len(result.attempts)
    columns = {
        "generator": np.full(size, called(name), dtype=object),
        "held_out": np.full(size, assault.held_out, dtype=np.bool_),
        **attempt_columns(assault.label, result.attempts),
    }
    return context.keep_attempts(f"{ATTEMPTS}/{called(name)}-{assault.label}.parquet", columns)


def _attacked_rate(
    context: StepContext, generator: Generator, result: AttackResult
) -> tuple[MeanRecord, Spend]:
    """The catastrophe rate under attack, and what drawing for it cost."""
    unbroken = [attempt.seed.prompt for attempt in result.made if attempt.success is None]
    count = context.config.tuned.fresh_draws
    repeated = [prompt for prompt in unbroken for _ in range(count)]
    drawn = written(context, generator, repeated, context.stream.child("fresh"))
    bad = [each.verdict.catastrophic for each in drawn.judged]
    rates = [sum(bad[at : at + count]) / count for at in range(0, len(bad), count)]
    return mean_record([*_found_rates(result.made), *rates]), drawn.spend


def _found_rates(attempts: Sequence[Attempt]) -> list[float]:
    """Of each broken attempt the share of catastrophes in the fresh draws that the engine made."""
    found = [attempt.success for attempt in attempts if attempt.success is not None]
    return [each.failures / each.draws for each in found]


def _record(result: AttackResult, assault: Assault, queries: int, rate: MeanRecord) -> PromptAttackRecord:
    summary = summarise_attempts(result.first_failure_queries, queries) if result.made else None
    return PromptAttackRecord(
        attack=assault.label,
        call=result.attack,
        held_out=assault.held_out,
        queries_per_seed=queries,
        success=rate_record(Proportion(result.broken, len(result.made))),
        clean_misses=result.clean_misses,
        skipped=result.count("skipped"),
        first_failure_queries=result.first_failure_queries,
        median_queries=None if summary is None else summary.median_or_none,
        attacked_rate=rate,
        cost=spend_record(result.spend),
    )
