"""The numbers of an evaluation, from its draws alone."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.record import FailureShown
from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.evaluate.shards import Shard
from holdfast.core.files import write_text
from holdfast.core.odds import probability
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from holdfast.judges import judges
from holdfast.store.disk import read_table

FAILURES = "failures.jsonl"


def bound(proportion: Proportion, confidence: float) -> BoundRecord:
    """A proportion with its exact limits."""
    limits = proportion.interval(confidence)
    return BoundRecord(
        events=proportion.events,
        trials=proportion.trials,
        rate=proportion.rate,
        lower=limits.lower,
        upper=limits.upper,
        at_most=proportion.upper(confidence),
        at_least=proportion.lower(confidence),
    )


def rates(pool: Pool, confidence: float) -> dict[str, BoundRecord]:
    """The rates of an `EvaluationRecord`, by the names of its fields."""
    first, bad, passes = pool.first, pool.bad, pool.passes
    prompts, answered = pool.prompts, _count(passes)
    found = {
        "failures": Proportion(_count(passes & bad), answered),
        "refusals": Proportion(prompts - answered, prompts),
        "unfiltered": Proportion(_count(first & bad), prompts),
        "harmless_accepted": Proportion(_count(first & ~bad & passes), _count(first & ~bad)),
        "caught": Proportion(_count(first & bad & ~passes), _count(first & bad)),
    }
    return {name: bound(proportion, confidence) for name, proportion in found.items()}


def draws_per_completion(pool: Pool) -> float:
    """Draws spent, on refused prompts too, for each completion given; all of them if none was given."""
    return len(pool.draw) / max(_count(pool.passes), 1)


def keep_failures(
    folder: Path, plan: EvaluationPlan, shards: Sequence[Shard], pool: Pool
) -> list[FailureShown]:
    """Write every failure to `failures.jsonl`, in the order drawn, with what the judge says; returns them."""
    rows = _rows(plan, shards, {int(pool.prompt_index[i]) for i in pool.failures})
    judge = judges.get(plan.judge)(build_task(plan.distribution.task_choice))
    verdicts = judge.judge([Snippet(row["prompt"], row["completion"]) for row in rows])
    shown = [
        FailureShown(
            prompt=row["prompt"],
            completion=row["completion"],
            score=float(probability(np.array(row["log_odds"]))),
            egregiousness=verdict.egregiousness,
            label=str(verdict.label),
            why=verdict.why,
            phenomena=tuple(sorted(verdict.phenomena)),
            draw=int(row["draw"]),
            prompt_index=int(row["prompt_index"]),
        )
        for row, verdict in zip(rows, verdicts, strict=True)
    ]
    lines = [json.dumps(one.model_dump(mode="json"), ensure_ascii=False) for one in shown]
    write_text(folder / FAILURES, "".join(f"{line}\n" for line in lines))
    return shown


def _rows(plan: EvaluationPlan, shards: Sequence[Shard], prompts: set[int]) -> list[dict[str, Any]]:
    """The passing draws of some prompts, in order."""
    names = ("prompt_index", "draw", "prompt", "completion", "log_odds", "passes")
    found = []
    wanted = {index // plan.filtered.shard for index in prompts}
    for shard in shards:
        if shard.index in wanted:
            table = read_table(shard.path, names)
            passing = np.flatnonzero(table["passes"])
            found += [
                {name: table[name][i] for name in names}
                for i in passing[np.isin(table["prompt_index"][passing], list(prompts))]
            ]
    return sorted(found, key=lambda row: int(row["prompt_index"]))


def _count(mask: np.ndarray) -> int:
    return int(np.count_nonzero(mask))
