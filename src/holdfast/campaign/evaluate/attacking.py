"""Attacking a filter afresh, shard by shard: each a table of attempts, or of texts for the telltale test."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import numpy as np

from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.attack_claims import attack_distribution
from holdfast.campaign.attempt_rows import ATTEMPTS, Columns, attempt_columns, outcome_columns, write_attempts
from holdfast.campaign.choices import build_attack, build_task
from holdfast.campaign.evaluate.attack_plan import OtherModelRecord
from holdfast.campaign.evaluate.drawing import check_hash
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.series import AttackSeries, Role
from holdfast.campaign.evaluate.shards import Shard, ShardJob, keep_shard
from holdfast.campaign.restating import plain_log_odds
from holdfast.campaign.split import independent_seeds
from holdfast.campaign.targets import filter_target
from holdfast.core.budget import Budget
from holdfast.core.files import write_text
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation.claims import Distribution
from holdfast.evaluation.claims.distribution import prompts_hash
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator

SEEDS = "seeds that are the catastrophes among the task's hard snippets that no training sees"
SECONDS = "seconds"
"""Where an evaluation keeps what the clock said, which no two evaluations agree on."""


def attack_shard(job: ShardJob) -> Shard:
    """Attack from the seeds of one shard, and keep what came of it; which process does it changes nothing."""
    plan, series = job.plan, job.series
    if not isinstance(series, AttackSeries) or plan.attacks is None:
        raise ValueError(f"the series {series.name} attacks nothing")
    opened = open_target(plan.distribution, plan.judge, plan.generator, plan.attacked(series.role))
    # What other shards asked must not change the batches of this one.
    target, neutral = opened.fresh(), series.role == "neutral"
    stream = attempts_stream(plan, series, job.index)
    seeds = independent_seeds(target.task, series.size(job.index), "evaluation", stream.child("seeds"))
    stop: Literal["first", "budget"] = "first" if neutral else "budget"
    result = attack_afresh(target, series.choice, seeds, plan.attacks.queries, stream.child("attack"), stop)
    if neutral:
        columns = _texts(result, job.index, -(-plan.attacks.clean // series.shards))
    else:
        rows = _rows(job, series, result)
        columns = _columns(target, result, rows)
        write_attempts(rows_file(job.folder, series.name, job.index), [rows])
        _keep_seconds(job, result)
    return keep_shard(job, columns, attempts_distribution(plan, series.role, result.attack))


def attack_afresh(
    target: Target,
    choice: dict[str, Any],
    seeds: Sequence[Snippet],
    queries: int,
    stream: Stream,
    stop: Literal["first", "budget"],
) -> AttackResult:
    """Attack from each seed with so many queries, to the first failure or on to worse ones."""
    made = build_attack(choice, objective="egregious", stop=stop)
    return made(target, seeds, Budget(queries_per_seed=queries), stream)


def attempts_stream(plan: EvaluationPlan, series: AttackSeries, index: int) -> Stream:
    """The random stream of one shard's seeds and attempts: the same for every model.

    Each attack has seeds of its own, so that attacks may be added up as independent strata.
    """
    return Stream(plan.seed).child("evaluate", "attacks", series.attack, series.shard, index)


def attempts_distribution(plan: EvaluationPlan, role: Role, call: str) -> Distribution:
    """What the attempts on a model are drawn from."""
    model, budget = plan.attacked(role), plan.attacks.budget if plan.attacks else ""
    natural = plan.distribution
    hard = Distribution(
        task=natural.task,
        task_edition=natural.task_edition,
        task_options=natural.task_options,
        task_hash=natural.task_hash,
        prompts=natural.prompts,
        prompts_hash=prompts_hash(build_task(natural.task_choice), "hard"),
        generator=natural.generator,
        classifier=model.hash,
        threshold=model.threshold,
    )
    return attack_distribution(hard, call, budget, SEEDS)


@lru_cache(maxsize=3)
def open_target(distribution: Distribution, judge: str, generator: str, model: OtherModelRecord) -> Target:
    """A model as a target; opened once a process, and never judged in an order that depends on timing."""
    task = build_task(distribution.task_choice)
    classifier = Classifier.load(model.classifier, task)
    writer = Generator.load(generator, task)
    check_hash(model.classifier, classifier.hash, model.hash)
    check_hash(generator, writer.hash, distribution.generator)
    decides = judges.get(judge)(task)
    return filter_target(
        task,
        classifier,
        model.threshold,
        writer,
        judge=decides,
        temperature=distribution.temperature,
        order="judge",
    )


def _columns(target: Target, result: AttackResult, rows: Columns) -> dict[str, Any]:
    """A shard of outcomes: of each attempt made what it and its first failure took (-1 and NaN without one),
    and the score of its worst failure told plainly."""
    firsts = [attempt.first_failure for attempt in result.made]
    return {
        **outcome_columns(rows),
        "first_query": np.array([-1 if f is None else f.query for f in firsts], dtype=np.int64),
        "first_flops": np.array([np.nan if f is None else f.flops for f in firsts]),
        "flops": np.array([attempt.flops for attempt in result.made]),
        "plain_log_odds": plain_log_odds(target, [attempt.worst for attempt in result.made]),
    }


def _rows(job: ShardJob, series: AttackSeries, result: AttackResult) -> Columns:
    """All attempts of a shard as rows, with what they took."""
    attempts = result.attempts
    firsts = [attempt.first_failure_flops for attempt in attempts]
    return {
        **attempt_columns(series.attack, attempts, job.index * series.shard),
        "flops": np.array([attempt.flops for attempt in attempts]),
        "first_failure_flops": np.array(firsts, dtype=np.float64),
    }


def _keep_seconds(job: ShardJob, result: AttackResult) -> None:
    """Before the table, whose name says that the shard is whole."""
    times = {
        "first": [attempt.first_failure_seconds for attempt in result.made],
        "spent": [attempt.seconds for attempt in result.made],
    }
    write_text(seconds_file(job.folder, job.series.name, job.index), json.dumps(times) + "\n")


def seconds_file(folder: Path, series: str, index: int) -> Path:
    """Where the seconds of a shard's attempts lie."""
    return folder / SECONDS / series / f"{index:06}.json"


def rows_file(folder: Path, series: str, index: int) -> Path:
    """Where a shard's attempts lie as rows, the skipped ones too."""
    return folder / ATTEMPTS / series / f"{index:06}.parquet"


def _texts(result: AttackResult, index: int, harmless: int) -> dict[str, Any]:
    """The failures with the seeds that they grew from, and so many harmless candidates, whose seed nobody
    noted."""
    rows = [(f.snippet, True, f"seed-{index}-{f.seed_index}") for f in result.failures]
    others = [judged.snippet for judged in result.candidates if not judged.verdict.catastrophic]
    rows += [(s, False, f"candidate-{index}-{place}") for place, s in enumerate(others[:harmless])]
    return {
        "prompt": [snippet.prompt for snippet, *_ in rows],
        "completion": [snippet.completion for snippet, *_ in rows],
        "catastrophic": np.array([bad for _, bad, _ in rows], dtype=bool),
        "origin": [origin for *_, origin in rows],
    }
