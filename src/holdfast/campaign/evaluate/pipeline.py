"""The whole evaluation: plan, draw in shards, read them all back, sum up."""

from __future__ import annotations

import os
from collections.abc import Generator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from holdfast.campaign.attempt_rows import Columns, read_attempts
from holdfast.campaign.audit_files import keep_audit
from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.attack_records import AttacksRecord, SecondsRecord
from holdfast.campaign.evaluate.attack_results import Attacked
from holdfast.campaign.evaluate.attacking import attack_shard, rows_file
from holdfast.campaign.evaluate.choosing import choice_curve, settle
from holdfast.campaign.evaluate.claiming import CLAIMS, keep_attack_claims, keep_claims
from holdfast.campaign.evaluate.deployment import Attempts, measure_deployment
from holdfast.campaign.evaluate.errors import phenomena, scores, severity
from holdfast.campaign.evaluate.estimates import Estimates, estimate_failures
from holdfast.campaign.evaluate.fitting import run_fits
from holdfast.campaign.evaluate.ledger import entered
from holdfast.campaign.evaluate.plan import EvaluationPlan, keep_plan
from holdfast.campaign.evaluate.pool import Pool
from holdfast.campaign.evaluate.record import EvaluationRecord, MonitorRecord, ShardRecord
from holdfast.campaign.evaluate.series import AttackSeries, Series
from holdfast.campaign.evaluate.shards import (
    Shard,
    ShardJob,
    Work,
    draw_shard,
    finished_jobs,
    finished_shards,
    make_shards,
)
from holdfast.campaign.evaluate.summary import draws_per_completion, keep_failures, rates
from holdfast.campaign.evaluate.telltale import measure_telltale
from holdfast.campaign.evaluate.watching import Watched, watch
from holdfast.campaign.ledger import spend_record
from holdfast.campaign.machine import machine
from holdfast.campaign.threads import computing_with
from holdfast.core.budget import Spend
from holdfast.core.executors import Executor, Processes, Serial
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.evaluation.monitor import Monitor
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator as Writer
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock

RECORD, BY_THE_CLOCK = "evaluation.json", "seconds.json"
WORST = 12


def evaluate(
    plan: EvaluationPlan,
    folder: Path,
    workers: int | None = None,
    progress: Progress | None = None,
    ledger: Path | None = None,
) -> EvaluationRecord:
    """Carry a plan out in a folder of its own, or go on with it there; the result is written as JSON too.

    `workers` processes draw at once, as many as there are cores if None; their number changes nothing of the
    result, nor does being killed on the way. `ledger` is the folder of evaluations whose ledger counts this
    one. Raises UserError when the folder holds another plan or a live process works in it, or when a model
    has changed meanwhile.
    """
    with full_disk_told(folder), RunLock(folder):
        told = progress or Silent()
        with computing_with(1):  # as the worker processes do it, so that this one rounds as they do
            settled = settle(plan, folder, partial(_calibrated, folder, workers, told))
            kept = keep_plan(folder, entered(ledger, settled, folder) if ledger else settled)
            if plan.audited_on and kept.judged_by.sensitivity:
                keep_audit(kept.judged_by.sensitivity, Path(plan.audited_on), folder, CLAIMS)
            drawn = _draw(kept, folder, workers, told)
            record = _summed_up(kept, folder, drawn)
            if kept.attacks:
                seconds = Attacked.read(kept, folder, drawn.assaults).seconds()
                write_text(folder / BY_THE_CLOCK, seconds.model_dump_json(indent=2) + "\n")
        write_text(folder / RECORD, record.model_dump_json(indent=2) + "\n")
        return record


def read_seconds(folder: Path) -> SecondsRecord | None:
    """What the clock said of an evaluation's attacks; None where there were none."""
    path = folder / BY_THE_CLOCK
    return SecondsRecord.model_validate_json(path.read_text("utf-8")) if path.is_file() else None


def read_rows(plan: EvaluationPlan, folder: Path) -> list[Columns]:
    """Attempts of each attack on each model as rows, a table a shard; empty where nothing was attacked."""
    found: list[Columns] = []
    for series in plan.assaults:
        for index in range(series.shards) if series.role != "neutral" else ():
            rows = read_attempts(rows_file(folder, series.name, index))
            models = np.full(len(rows["attack"]), plan.attacked(series.role).told, dtype=object)
            found.append({"model": models, **rows})
    return found


@dataclass(frozen=True)
class _Drawn:
    """The shards that count, those of the pool, and those of each attack."""

    watched: Watched
    pooled: list[Shard]
    assaults: list[tuple[AttackSeries, list[Shard]]]

    @property
    def shards(self) -> list[Shard]:
        """Those that count."""
        return self.watched.shards


def _draw(plan: EvaluationPlan, folder: Path, workers: int | None, progress: Progress) -> _Drawn:
    """All shards, or as many as the monitor needs; files of others are removed."""
    # No failure is told of here: a claim on a fixed number of samples is void where somebody, seeing how it
    # goes, may choose to stop.
    with closing(_series(plan, plan.filtered, folder, workers, progress)) as drawn:
        watched = watch(plan, drawn)
    for index, left in finished_shards(folder, plan.filtered).items():
        if index >= len(watched.shards):
            left.path.unlink()
    pooled = list(_series(plan, plan.pooled, folder, workers, progress))
    assaults = _assaults(plan, folder, workers, progress)
    return _Drawn(watched, pooled, assaults)


def _series(
    plan: EvaluationPlan, series: Series, folder: Path, workers: int | None, progress: Progress
) -> Generator[Shard, None, None]:
    """The shards of one series, told as progress."""
    yield from _told_shards(
        [ShardJob(plan, series, folder, i) for i in range(series.shards)],
        series.told,
        draw_shard,
        workers,
        progress,
    )


def _assaults(
    plan: EvaluationPlan, folder: Path, workers: int | None, progress: Progress
) -> list[tuple[AttackSeries, list[Shard]]]:
    """The shards of all attacks on all models, by workers that are started once."""
    for series in plan.assaults:
        if series.role != "neutral":
            for index, shard in finished_shards(folder, series).items():
                if not rows_file(folder, series.name, index).is_file():  # of an earlier version: made again
                    shard.path.unlink()
    jobs = [ShardJob(plan, series, folder, i) for series in plan.assaults for i in range(series.shards)]
    shards = iter(list(_told_shards(jobs, "attacks", attack_shard, workers, progress))) if jobs else iter(())
    return [(series, [next(shards) for _ in range(series.shards)]) for series in plan.assaults]


def _told_shards(
    jobs: Sequence[ShardJob], told: str, work: Work, workers: int | None, progress: Progress
) -> Generator[Shard, None, None]:
    """The shard of each job, in order: those that are there as they are, the others made now."""
    done = finished_jobs(jobs)
    if done:
        progress.note(f"{told}: {len(done)} of {len(jobs)} shards were finished already")
    executor = _executor(workers, len(jobs) - len(done))
    progress.start(told, sum(job.prompts for job in jobs))
    with closing(make_shards(jobs, executor, done, work)) as made:
        for job, shard in zip(jobs, made, strict=True):
            progress.advance(job.prompts)
            yield shard
    progress.finish()


def _calibrated(
    folder: Path, workers: int | None, progress: Progress, plan: EvaluationPlan, series: Series
) -> list[Shard]:
    """A series that a threshold is chosen on."""
    return list(_series(plan, series, folder, workers, progress))


def _executor(workers: int | None, shards: int) -> Executor:
    wanted = min(workers or len(os.sched_getaffinity(0)), max(shards, 1))
    return Processes(wanted, leave_interrupts=True) if wanted > 1 else Serial()


def _summed_up(plan: EvaluationPlan, folder: Path, drawn: _Drawn) -> EvaluationRecord:
    pool = drawn.watched.pool()
    task = build_task(plan.distribution.task_choice)
    classifier, generator = Classifier.load(plan.classifier, task), Writer.load(plan.generator, task)
    found = keep_failures(folder, plan, drawn.shards, pool)
    claims = keep_claims(folder, plan, drawn.watched)
    on_attacks = keep_attack_claims(folder, plan, drawn.assaults)
    estimated = estimate_failures(plan, drawn.shards, pool, task) if plan.estimates else Estimates()
    return EvaluationRecord(
        plan=plan,
        plan_hash=plan.hash,
        machine=machine(),
        classifier_parameters=classifier.parameters_count,
        prompts=pool.prompts,
        **rates(pool, plan.confidence),
        unsure=int(np.count_nonzero(pool.unsure)),
        draws_per_completion=draws_per_completion(pool),
        monitor=_told(drawn.watched.monitor) if drawn.watched.monitor else None,
        claims=claims.made + on_attacks.made,
        not_claimed=claims.refused + on_attacks.refused,
        severity=severity(pool, plan.confidence),
        deployment=measure_deployment(plan, drawn.pooled, pool, task) if plan.pool else None,
        fit=run_fits(plan, classifier),
        attacks=_attacked(plan, folder, drawn) if plan.attacks else None,
        estimates=estimated.made,
        not_estimated=estimated.failed,
        choice_curve=choice_curve(plan, partial(_calibrated, folder, 1, Silent())) if plan.choose else (),
        scores=scores(pool),
        phenomena=phenomena(plan, drawn.shards, pool.prompts, list(task.phenomena)),
        worst=tuple(sorted(found, key=lambda one: (-one.egregiousness, one.prompt_index))[:WORST]),
        shards=_files(drawn.shards),
        pool=_files(drawn.pooled),
        spend=spend_record(_spend(pool, classifier, generator)),
    )


def _attacked(plan: EvaluationPlan, folder: Path, drawn: _Drawn) -> AttacksRecord:
    found, tries = Attacked.read(plan, folder, drawn.assaults), Attempts()
    telltale = None
    if plan.attacks and plan.attacks.neutral:
        task = build_task(plan.distribution.task_choice)
        telltale = tries.of("the telltale test", lambda: measure_telltale(plan, drawn.assaults, task))
    return AttacksRecord(
        attacks=found.records(),
        together=found.together(),
        telltale=telltale,
        not_measured=tuple(tries.failed),
    )


def _files(shards: list[Shard]) -> tuple[ShardRecord, ...]:
    return tuple(ShardRecord(file=f"{s.path.parent.name}/{s.path.name}", sha256=s.sha256) for s in shards)


def _told(monitor: Monitor) -> MonitorRecord:
    return MonitorRecord(
        target=monitor.target,
        standing=str(monitor.standing),
        completions=monitor.trials,
        failures=monitor.failures,
        needed_without_failure=monitor.needed_without_failure,
    )


def _spend(pool: Pool, classifier: Classifier, generator: Writer) -> Spend:
    """What drawing, filtering and judging cost, but for the seconds, which are not the same twice."""
    words = int(pool.prompt_words.sum()) + int(pool.completion_words.sum())
    return Spend(
        queries=len(pool.draw),
        judge_calls=len(pool.draw),
        generated_tokens=int(pool.completion_words.sum()) + len(pool.draw),
        forward_flops=classifier.flops_per_token * (words + classifier.layout.specials * len(pool.draw))
        + generator.flops_per_token * (words + generator.layout.specials * len(pool.draw)),
    )
