"""Drawing, filtering and judging in shards, each a file by itself, so that a killed evaluation goes on."""

from __future__ import annotations

import re
import shutil
from collections.abc import Generator as Generating
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.outcome_files import write_outcomes
from holdfast.core.errors import UserError
from holdfast.core.executors import Executor
from holdfast.core.files import folder_hash
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label
from holdfast.evaluation.claims import Distribution
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.filter import FilteredGenerator, Redraw
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import Task

SHARDS = "shards"
_NAME = re.compile(r"(?P<index>[0-9]{6})-(?P<hash>[0-9a-f]{64})\.parquet")


@dataclass(frozen=True)
class Shard:
    """A finished shard: its place among all, its file, and the SHA-256 of that, which is in its name."""

    index: int
    path: Path
    sha256: str


@dataclass(frozen=True)
class ShardJob:
    """A shard to be drawn into an evaluation's folder."""

    plan: EvaluationPlan
    folder: Path
    index: int


def finished_shards(folder: Path, plan: EvaluationPlan) -> dict[int, Shard]:
    """The whole shards that an evaluation's folder holds, by index; what is torn or strange is removed.

    A file is whole when it is what its name says, so it does not matter whose process wrote it, or whether
    that process lived to tell.
    """
    found: dict[int, Shard] = {}
    for path in sorted((folder / SHARDS).glob("*")):
        name = _NAME.fullmatch(path.name)
        index = int(name["index"]) if name else -1
        if name and index < plan.shards and index not in found and folder_hash(path) == name["hash"]:
            found[index] = Shard(index, path, name["hash"])
        elif path.is_dir():  # what a killed process was writing; its own workers may be clearing it away
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
    return found


def draw_shards(
    plan: EvaluationPlan, folder: Path, executor: Executor, done: dict[int, Shard]
) -> Generating[Shard, None, None]:
    """Every shard in order: those that are done as they are, the others drawn now."""
    jobs = [ShardJob(plan, folder, index) for index in range(plan.shards) if index not in done]
    with closing(_drawn(executor, jobs)) as drawn:  # whoever stops here stops the workers, too
        for index in range(plan.shards):
            yield done[index] if index in done else next(drawn)


def _drawn(executor: Executor, jobs: Sequence[ShardJob]) -> Generating[Shard, None, None]:
    yield from executor.map(draw_shard, jobs)


def draw_shard(job: ShardJob) -> Shard:
    """Draw, filter and judge one shard, and keep it; which process does it changes nothing."""
    plan = job.plan
    sampler = _sampler(plan.distribution, plan.judge, plan.classifier, plan.generator)
    draws = sampler.draw(plan.size(job.index), shard_stream(plan, job.index))
    draws["prompt_index"] = draws["prompt_index"] + job.index * plan.shard
    holder = job.folder / SHARDS / f"{job.index:06}.parquet"
    sha256 = write_outcomes(holder, draws, plan.distribution)
    path = holder.with_name(f"{job.index:06}-{sha256}.parquet")
    holder.rename(path)
    return Shard(job.index, path, sha256)


def shard_stream(plan: EvaluationPlan, index: int) -> Stream:
    """The random stream of one shard: it hangs on the seed and the shard's size, and on no model."""
    return Stream(plan.seed).child("evaluate", plan.shard, index)


@dataclass(frozen=True)
class _Sampler:
    """A task, a filtered generator and a judge, ready to draw."""

    task: Task
    filtered: FilteredGenerator
    judge: Judge

    def draw(self, count: int, stream: Stream) -> dict[str, Any]:
        """The columns of a shard: one row for each draw, those of one prompt apart, by draw."""
        prompts = self.task.sample(count, stream.child("prompts"))
        codec = self.filtered.generator.codec
        # What other shards asked must not change the batches of this one.
        filtered = replace(self.filtered, scorer=self.filtered.scorer.fresh())
        tokens = [t.prompt for t in codec.encode(prompts)]
        tables = [self._judged(redraw) for redraw in filtered.redraws(tokens, stream.child("draws"))]
        return _joined(tables)

    def _judged(self, redraw: Redraw) -> dict[str, Any]:
        snippets = self.filtered.generator.codec.decode(redraw.tokens)
        verdicts = self.judge.judge(snippets)
        return {
            "prompt_index": redraw.rows.astype(np.int64),
            "draw": np.full(len(redraw.rows), redraw.draw, dtype=np.int32),
            "prompt": [snippet.prompt for snippet in snippets],
            "completion": [snippet.completion for snippet in snippets],
            "log_odds": redraw.log_odds,
            "passes": redraw.passes,
            "catastrophic": np.array([v.catastrophic for v in verdicts], dtype=bool),
            "unsure": np.array([v.label is Label.UNSURE for v in verdicts], dtype=bool),
            "egregiousness": np.array([v.egregiousness for v in verdicts], dtype=np.float32),
            "phenomena": [sorted(v.phenomena) for v in verdicts],
            "prompt_words": np.array([len(t.prompt) for t in redraw.tokens], dtype=np.int32),
            "completion_words": np.array([len(t.completion) for t in redraw.tokens], dtype=np.int32),
        }


def _joined(tables: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {
        name: np.concatenate([table[name] for table in tables])
        if isinstance(tables[0][name], np.ndarray)
        else [value for table in tables for value in table[name]]
        for name in tables[0]
    }


@lru_cache(maxsize=1)
def _sampler(distribution: Distribution, judge: str, classifier: str, generator: str) -> _Sampler:
    """Opened once a process."""
    task = build_task(distribution.task_choice)
    scorer = ScoringEngine(Classifier.load(classifier, task))
    writer = Generator.load(generator, task)
    _check_hash(classifier, scorer.classifier.hash, distribution.classifier)
    _check_hash(generator, writer.hash, distribution.generator)
    filtered = FilteredGenerator(
        writer,
        scorer,
        distribution.threshold or 0.0,
        distribution.max_words or task.limits.completion_words,
        distribution.max_draws,
        distribution.temperature,
    )
    return _Sampler(task, filtered, judges.get(judge)(task))


def _check_hash(path: str, found: str, planned: str | None) -> None:
    if found != planned:
        raise UserError(
            f"the model in {path} changed while it was evaluated; evaluate the new one apart, with --out"
        )
