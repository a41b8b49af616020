"""The shards of an evaluation, each a file by itself, so that a killed evaluation goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from holdfast.campaign.evaluate.drawing import open_sampler
from holdfast.campaign.evaluate.plan import EvaluationPlan, Series
from holdfast.campaign.outcome_files import write_outcomes
from holdfast.core.executors import Executor
from holdfast.core.files import folder_hash
from holdfast.core.seeds import Stream

_NAME = re.compile(r"(?P<index>[0-9]{6})-(?P<hash>[0-9a-f]{64})\.parquet")


@dataclass(frozen=True)
class Shard:
    """A finished shard: its place among all, its file, and the SHA-256 of that, which is in its name."""

    index: int
    path: Path
    sha256: str


@dataclass(frozen=True)
class ShardJob:
    """A shard of a series, to be drawn into an evaluation's folder."""

    plan: EvaluationPlan
    series: Series
    folder: Path
    index: int


def finished_shards(folder: Path, series: Series) -> dict[int, Shard]:
    """The whole shards that an evaluation's folder holds, by index; what is torn or strange is removed.

    A file is whole when it is what its name says, so it does not matter whose process wrote it, or whether
    that process lived to tell.
    """
    found: dict[int, Shard] = {}
    for path in sorted((folder / series.name).glob("*")):
        name = _NAME.fullmatch(path.name)
        index = int(name["index"]) if name else -1
        if name and index < series.shards and index not in found and folder_hash(path) == name["hash"]:
            found[index] = Shard(index, path, name["hash"])
        elif path.is_dir():  # what a killed process was writing; its own workers may be clearing it away
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return found


def draw_shards(
    plan: EvaluationPlan, series: Series, folder: Path, executor: Executor, done: dict[int, Shard]
) -> Generator[Shard, None, None]:
    """Every shard in order: those that are done as they are, the others drawn now."""
    jobs = [ShardJob(plan, series, folder, index) for index in range(series.shards) if index not in done]
    with closing(_drawn(executor, jobs)) as drawn:  # whoever stops here stops the workers, too
        for index in range(series.shards):
            yield done[index] if index in done else next(drawn)


def _drawn(executor: Executor, jobs: Sequence[ShardJob]) -> Generator[Shard, None, None]:
    yield from executor.map(draw_shard, jobs)


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
    written = job.folder / series.name / f"{job.index:06}.parquet"
    sha256 = write_outcomes(written, columns, plan.distribution)
    path = written.with_name(f"{job.index:06}-{sha256}.parquet")
    written.rename(path)
    return Shard(job.index, path, sha256)


def shard_stream(plan: EvaluationPlan, series: Series, index: int) -> Stream:
    """The random stream of one shard: it hangs on the seed and the shard's size, and on no model."""
    return Stream(plan.seed).child("evaluate", series.name, series.shard, index)
