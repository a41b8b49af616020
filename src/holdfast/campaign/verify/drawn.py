"""Prompts and shards drawn again: what a plan's seed gives, against what is stored."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.attacking import attack_shard, attempts_stream
from holdfast.campaign.evaluate.series import AttackSeries
from holdfast.campaign.evaluate.shards import Shard, ShardJob, draw_shard, shard_stream
from holdfast.campaign.split import independent_seeds
from holdfast.campaign.threads import computing_with
from holdfast.campaign.verify.check import Check
from holdfast.campaign.verify.planned import PlannedShards
from holdfast.core.errors import UserError
from holdfast.core.snippet import Snippet
from holdfast.store.disk import read_table
from holdfast.tasks import Task

ENOUGH = 20_000
"""Prompts that are drawn again where nobody asks for more: some seconds, and no model is needed for it."""

_LOG_ODDS_TOLERANCE = 1e-3


@dataclass(frozen=True)
class Models:
    """Folders of the models that shards are drawn with; None where one is not here."""

    classifier: Path | None
    generator: Path | None


def prompts_again(planned: PlannedShards, random: np.random.Generator) -> Check:
    """The prompts (for attacks: the seeds) of shards picked at random, against those of the plan's seed.

    Prompts come from the task and the seed alone, so that copies, other prompts and another seed show without
    any model.
    """
    task = build_task(planned.plan.distribution.task_choice)
    checked = prompts = 0
    for place in random.permutation(len(planned.shards)).tolist():
        shard = planned.shards[place]
        wrong = _wrong_prompts(planned, shard, task)
        if wrong:
            return Check("prompts", False, wrong)
        checked, prompts = checked + 1, prompts + planned.series.size(shard.index)
        if prompts >= ENOUGH:
            break
    what = "seeds" if isinstance(planned.series, AttackSeries) else "prompts"
    told = f"{prompts:,} {what} of {checked} of {len(planned.shards)} shards, picked at random, are those"
    return Check("prompts", True, f"{told} that the plan's seed draws")


def _wrong_prompts(planned: PlannedShards, shard: Shard, task: Task) -> str | None:
    plan, series, size = planned.plan, planned.series, planned.series.size(shard.index)
    if isinstance(series, AttackSeries):
        stream = attempts_stream(plan, series, shard.index).child("seeds")
        drawn = independent_seeds(task, size, "evaluation", stream)
        table = read_table(shard.path, ["seed_prompt", "seed_completion"])
        stored = [Snippet(*pair) for pair in zip(*table.values(), strict=True)]
        if _in_order(stored, drawn):
            return None
        return f"shard {shard.index} of {series.name} has attempts from other seeds than the plan draws"
    snippets = task.sample(size, shard_stream(plan, series, shard.index).child("prompts"))
    table = read_table(shard.path, ["prompt_index", "prompt"])
    place = table["prompt_index"] - shard.index * series.shard
    for at, prompt in zip(place.tolist(), table["prompt"], strict=True):
        if task.words(prompt) != task.words(snippets[at].prompt):
            return (
                f"prompt {at + shard.index * series.shard:,} in shard {shard.index} is not the one that the"
                f" plan's seed {plan.seed} draws there"
            )
    return None


def _in_order(stored: Iterable[Snippet], drawn: Iterable[Snippet]) -> bool:
    """Whether the stored seeds are some of those drawn, in their order (those skipped are left out)."""
    rest = iter(drawn)
    return all(seed in rest for seed in stored)


def shards_again(
    planned: PlannedShards, models: Models, count: int, random: np.random.Generator
) -> Iterator[Check]:
    """So many shards picked at random and drawn again, byte by byte.

    Raises UserError where a model is not here.
    """
    if models.classifier is None or models.generator is None:
        raise UserError(
            "drawing again takes the claim's models, and they are not here; name their folders with"
            " --classifier and --generator"
        )
    plan = planned.plan.model_copy(
        update={"classifier": str(models.classifier), "generator": str(models.generator)}
    )
    picked = random.permutation(len(planned.shards))[:count].tolist()
    again = replace(planned, plan=plan, shards=[planned.shards[place] for place in sorted(picked)])
    with tempfile.TemporaryDirectory() as folder, computing_with(1):
        yield _redrawn(again, Path(folder), len(planned.shards))


def _redrawn(planned: PlannedShards, folder: Path, of: int) -> Check:
    rounded = 0
    work = attack_shard if isinstance(planned.series, AttackSeries) else draw_shard
    for shard in planned.shards:
        drawn = work(ShardJob(planned.plan, planned.series, folder, shard.index))
        if drawn.sha256 == shard.sha256:
            continue
        differing = _differing(shard.path, drawn.path)
        if differing:
            return Check(
                "redraw",
                False,
                f"shard {shard.index} of {planned.series.name}, drawn again, differs in {differing}; another"
                " kind of processor may draw a few texts otherwise, so draw again where the evaluation ran"
                " before you call it forged",
            )
        rounded += 1
    told = f"{len(planned.shards)} of {of} shards, picked at random, were drawn again to the same bytes"
    if rounded:
        told += f", but for the last digits of scores in {rounded}"
    return Check("redraw", True, told)


def _differing(stored: Path, drawn: Path) -> str:
    """How two shards differ beyond the rounding of scores, in words; empty where they do not."""
    one, other = read_table(stored), read_table(drawn)
    if set(one) != set(other):
        return "its columns"
    if len(one["prompt"]) != len(other["prompt"]):
        return f"its number of rows ({len(one['prompt']):,}, and {len(other['prompt']):,} when drawn again)"
    for name in one:
        wrong = _wrong(one[name], other[name], close=name in ("log_odds", "plain_log_odds"))
        if wrong.any():
            return f"'{name}' in {int(wrong.sum()):,} of {len(wrong):,} rows"
    return ""


def _wrong(stored: np.ndarray, drawn: np.ndarray, *, close: bool) -> np.ndarray:
    if stored.dtype.kind == "f":
        same = np.isclose(stored, drawn, rtol=0, atol=_LOG_ODDS_TOLERANCE if close else 0, equal_nan=True)
        return np.asarray(~same)
    if stored.dtype == object:
        return np.array([list(a) != list(b) for a, b in zip(stored, drawn, strict=True)], dtype=bool)
    return np.asarray(stored != drawn)
