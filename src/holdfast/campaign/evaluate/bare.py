"""How often a generator with no filter writes a catastrophe: one completion of each of so many prompts.

The number of prompts is fixed beforehand, and written down before the first is drawn. Draws are kept in
shards, so that an evaluation that was killed goes on; the count is looked at once, when all are there.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

import holdfast
from holdfast.campaign.choices import build_judge, build_task
from holdfast.campaign.evaluate.drawing import check_hash
from holdfast.campaign.evaluate.ledger import LedgerEntry, numbered, undertaking
from holdfast.campaign.evaluate.record import ClaimRecord
from holdfast.campaign.evaluate.section_records import NotMeasuredRecord
from holdfast.campaign.evaluate.series import LARGEST, Series
from holdfast.campaign.kept_plan import ComparedPlan
from holdfast.campaign.ledger import rate_record
from holdfast.campaign.outcome_files import read_outcomes, source_of, write_outcomes
from holdfast.campaign.records import RateRecord, Record
from holdfast.campaign.tables import Table, finished_tables, named_whole
from holdfast.campaign.threads import computing_with
from holdfast.core.files import write_text
from holdfast.core.judge import Judge
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet
from holdfast.evaluation import Proportion
from holdfast.evaluation.claims import (
    Claim,
    DataUse,
    Distribution,
    InvalidClaim,
    JudgeRecord,
    Method,
    Outcomes,
    Quantity,
    evidence_of,
)
from holdfast.models.generator import Generator
from holdfast.models.writing_systems import completed
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock
from holdfast.tasks import Task

CLAIM = "claims/catastrophe-rate.json"
RECORD = "generator.json"
WORST = 12
"""Worst catastrophes shown."""


class BarePlan(ComparedPlan):
    """Everything that decides what is drawn, and what is claimed of it; the judge is the task's oracle."""

    file: ClassVar[str] = "generator-plan.json"
    what: ClassVar[str] = "evaluation of a generator"
    not_compared: ClassVar[frozenset[str]] = frozenset({"generator", "version"})

    distribution: Distribution
    generator: str
    samples: int
    confidence: float
    seed: int
    version: str

    @property
    def series(self) -> Series:
        """The shards."""
        return Series("shards", "evaluate", self.samples, LARGEST)

    def stream(self, index: int) -> Stream:
        """The random stream of a shard."""
        return Stream(self.seed).child("evaluate a generator", self.series.shard, index)

    @property
    def drawn_with(self) -> str:
        """The streams of all shards, in words."""
        return f"{self.stream(0)} and so on"


class CatastropheRecord(Record):
    """A catastrophe that the generator wrote."""

    prompt: str
    completion: str
    egregiousness: float
    why: str


class BareRecord(Record):
    """What was found; `rate` is of catastrophes per completion, an unsure verdict counted as one."""

    plan: BarePlan
    evaluation: int
    """Its number among the evaluations of this generator, as the ledger has it."""
    rate: RateRecord
    mean_egregiousness: float | None
    """Of the catastrophes; None without any."""
    worst: tuple[CatastropheRecord, ...]
    claims: tuple[ClaimRecord, ...]
    not_claimed: tuple[NotMeasuredRecord, ...]


def plan_bare(
    task_choice: dict[str, Any],
    generator: Path,
    *,
    samples: int,
    confidence: float,
    seed: int,
    temperature: float,
) -> BarePlan:
    """Open the generator, to name it by its hash; raises UserError where that cannot be done."""
    task = build_task(task_choice)
    writer = Generator.load(generator, task)
    distribution = Distribution.of(
        task,
        options={name: value for name, value in task_choice.items() if name != "kind"},
        generator=writer.hash,
        classifier=None,
        threshold=None,
        temperature=temperature,
        max_words=task.limits.completion_words,
    )
    return BarePlan(
        distribution=distribution,
        generator=str(generator),
        samples=samples,
        confidence=confidence,
        seed=seed,
        version=holdfast.__version__,
    )


def evaluate_bare(
    plan: BarePlan, folder: Path, evaluations: Path, progress: Progress | None = None
) -> BareRecord:
    """Carry a plan out in a folder of its own, or go on with it there; the record is written as JSON, too.

    `evaluations` is the folder whose ledger counts this one. Raises UserError when the folder holds another
    plan or a live process works in it, or when the generator has changed meanwhile.
    """
    with full_disk_told(folder), RunLock(folder), computing_with(1):
        plan.keep(folder)
        number = numbered(evaluations, _entry(plan, folder), folder)
        shards = _draw(plan, folder, progress or Silent())
        record = _summed_up(plan, folder, shards, number)
        write_text(folder / RECORD, record.model_dump_json(indent=2) + "\n")
        return record


def _entry(plan: BarePlan, folder: Path) -> LedgerEntry:
    """A generator stands in the ledger by its hash, in the place of a filter."""
    return LedgerEntry(
        filter=plan.distribution.generator or "",
        plan=undertaking(plan.distribution, plan.drawn_with, plan.samples),
        evaluation=1,
        folder=str(folder),
        samples=plan.samples,
        seed=plan.seed,
        confidence=plan.confidence,
        threshold=0.0,
    )


def _draw(plan: BarePlan, folder: Path, progress: Progress) -> list[Table]:
    """Every shard of the plan, drawn now or found."""
    series = plan.series
    done = finished_tables(folder / series.name, series.shards)
    progress.start("draw and judge", plan.samples)
    if len(done) < series.shards:
        task = build_task(plan.distribution.task_choice)
        judge = build_judge({"kind": "oracle"}, task)
        writer = Generator.load(plan.generator, task)
        check_hash(plan.generator, writer.hash, plan.distribution.generator)
    for index in range(series.shards):
        if index not in done:
            columns = _drawn(plan, index, task, judge, writer)
            written = folder / series.name / f"{index:06}.parquet"
            done[index] = named_whole(written, index, write_outcomes(written, columns, plan.distribution))
        progress.advance(series.size(index))
    progress.finish()
    return [done[index] for index in range(series.shards)]


def _drawn(plan: BarePlan, index: int, task: Task, judge: Judge, writer: Generator) -> dict[str, Any]:
    """One completion of each prompt of a shard, judged."""
    series, of = plan.series, plan.distribution
    count = series.size(index)
    stream = plan.stream(index)
    prompts = [snippet.prompt for snippet in task.sample(count, stream.child("prompts"))]
    words = of.max_words or task.limits.completion_words
    uniforms = stream.child("draws").numpy().random((count, words))
    texts = completed(writer, prompts, uniforms, of.temperature)
    verdicts = judge.judge([Snippet(p, text) for p, text in zip(prompts, texts, strict=True)])
    return {
        "prompt_index": np.arange(count, dtype=np.int64) + index * series.shard,
        "prompt": prompts,
        "completion": texts,
        "catastrophic": np.array([v.catastrophic for v in verdicts], dtype=bool),
        "unsure": np.array([v.label is Label.UNSURE for v in verdicts], dtype=bool),
        "egregiousness": np.array([v.egregiousness for v in verdicts], dtype=np.float32),
    }


def _summed_up(plan: BarePlan, folder: Path, shards: Sequence[Table], number: int) -> BareRecord:
    outcomes = read_outcomes([shard.path for shard in shards])
    bad = np.flatnonzero(outcomes.bad)
    grades = outcomes.egregiousness[bad]
    claims, refused = _claimed(plan, folder, shards, outcomes, number)
    return BareRecord(
        plan=plan,
        evaluation=number,
        rate=rate_record(Proportion(len(bad), len(outcomes))),
        mean_egregiousness=float(grades.mean()) if len(bad) else None,
        worst=_worst(plan, outcomes, bad[np.argsort(-grades, kind="stable")][:WORST]),
        claims=claims,
        not_claimed=refused,
    )


def _worst(plan: BarePlan, outcomes: Outcomes, places: NDArray[np.int64]) -> tuple[CatastropheRecord, ...]:
    judge = build_judge({"kind": "oracle"}, build_task(plan.distribution.task_choice))
    snippets = [Snippet(outcomes.prompts[i], outcomes.completions[i]) for i in places.tolist()]
    return tuple(
        CatastropheRecord(
            prompt=snippet.prompt,
            completion=snippet.completion,
            egregiousness=verdict.egregiousness,
            why=verdict.why,
        )
        for snippet, verdict in zip(snippets, judge.judge(snippets), strict=True)
    )


def _claimed(
    plan: BarePlan, folder: Path, shards: Sequence[Table], outcomes: Outcomes, number: int
) -> tuple[tuple[ClaimRecord, ...], tuple[NotMeasuredRecord, ...]]:
    """The claim on the rate, written to its file; or why there is none."""
    beside = (folder / CLAIM).parent
    quantity = Quantity.CATASTROPHE_RATE
    try:
        evidence = evidence_of(
            outcomes,
            quantity,
            plan.distribution,
            planned=plan.samples,
            looks=1,
            uses=(DataUse.MEASURED,),
            models_compared=1,
            sources=[source_of(shard.path, beside, plan.distribution) for shard in shards],
            drawn_with=plan.drawn_with,
        )
        claim = Claim.of(
            evidence,
            plan.distribution,
            method=Method.BINOMIAL,
            confidence=plan.confidence,
            judge=JudgeRecord.oracle_of(plan.distribution.task),
            evaluation=number,
        )
    except InvalidClaim as error:
        return (), (NotMeasuredRecord(what=str(quantity), why=str(error)),)
    write_text(folder / CLAIM, claim.to_json())
    made = ClaimRecord(
        quantity=str(quantity), file=CLAIM, bound=claim.bound, sentence=claim.sentence, text=str(claim)
    )
    return (made,), ()
