"""The shards of an evaluation, each a file by itself, so that a killed evaluation goes on."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.campaign.evaluate.drawing import open_sampler
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.series import Series
from holdfast.campaign.outcome_files import write_outcomes
from holdfast.campaign.tables import Table, finished_tables, named_whole, whole_tables
from holdfast.core.executors import Executor
from holdfast.core.seeds import Stream
from holdfast.evaluation.claims import Distribution

Shard = Table
"""A finished shard: its place among all, its file, and the SHA-256 of that."""


@dataclass(frozen=True)
class ShardJob:
    """A shard of a series, to be drawn into an evaluation's folder."""

    plan: EvaluationPlan
    series: Series
    folder: Path
    index: int

    @property
    def prompts(self) -> int:
        """How many prompts it has."""
        return self.series.size(self.index)


def whole_shards(folder: Path, series: Series) -> tuple[dict[int, Shard], list[Path]]:
    """The whole shards that an evaluation's folder holds, by index, and what else lies beside them."""
    return whole_tables(folder / series.name, series.shards)


def finished_shards(folder: Path, series: Series) -> dict[int, Shard]:
    """The whole shards that an evaluation's folder holds, by index; what is torn or strange is removed."""
    return finished_tables(folder / series.name, series.shards)


Work = Callable[[ShardJob], Shard]


def finished_jobs(jobs: Sequence[ShardJob]) -> dict[int, Shard]:
    """The whole shards of jobs, by their places among them; what is torn or strange is removed."""
    found = {job.series.name: finished_shards(job.folder, job.series) for job in jobs if job.index == 0}
    return {
        place: found[job.series.name][job.index]
        for place, job in enumerate(jobs)
        if job.index in found[job.series.name]
    }


def make_shards(
    jobs: Sequence[ShardJob], executor: Executor, done: Mapping[int, Shard], work: Work
) -> Generator[Shard, None, None]:
    """The shard of each job in order: those that are done (by place) as they are, the others made now."""
    left = [job for place, job in enumerate(jobs) if place not in done]
    with closing(_made(executor, work, left)) as made:  # whoever stops here stops the workers, too
        for place in range(len(jobs)):
            yield done[place] if place in done else next(made)


def _made(executor: Executor, work: Work, jobs: Sequence[ShardJob]) -> Generator[Shard, None, None]:
    yield from executor.map(work, jobs)


def draw_shard(job: ShardJob) -> Shard:
    """Draw and judge one shard, and keep it; which process does it changes nothing."""
    plan, series = job.plan, job.series
    sampler = open_sampler(plan.distribution, plan.judge, plan.classifier, plan.generator)
    count, stream = series.size(job.index), shard_stream(plan, series, job.index)
    if series.draws is None:
        columns = sampler.draw(count, stream)
    else:
        columns = sampler.draw_all(count, series.draws, stream)
    columns["prompt_index"] = columns["prompt_index"] + job.index * series.shard
    return keep_shard(job, columns, plan.distribution)


def keep_shard(job: ShardJob, columns: Mapping[str, Any], distribution: Distribution) -> Shard:
    """Write a shard's table, and give it the name that says that it is whole."""
    written = job.folder / job.series.name / f"{job.index:06}.parquet"
    return named_whole(written, job.index, write_outcomes(written, columns, distribution))


def shard_stream(plan: EvaluationPlan, series: Series, index: int) -> Stream:
    """The random stream of one shard: it hangs on the seed and the shard's size, and on no model."""
    return Stream(plan.seed).child("evaluate", series.name, series.shard, index)
