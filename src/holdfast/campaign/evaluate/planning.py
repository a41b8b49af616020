"""From what a user asks to the plan of an evaluation: models named by their hashes, everything settled."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import holdfast
from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.attack_plan import AttacksAsked, plan_attacks
from holdfast.campaign.evaluate.choice_records import ThresholdAsked
from holdfast.campaign.evaluate.plan import ORACLE, EarlierRecord, EvaluationPlan
from holdfast.campaign.evaluate.subject import Subject
from holdfast.evaluation.claims import Audit, Distribution, JudgeRecord
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.tasks import Task


@dataclass(frozen=True)
class Asked:
    """How much of a subject is measured, and how it is judged.

    `audit` counts the failures known to be such that a judge who is no oracle caught, in the table
    `audited_on` where there is one.
    """

    samples: int
    confidence: float = 0.95
    monitor: float | None = None
    best_of: int = 1
    pool: int = 0
    estimates: bool = False
    seed: int = 0
    judge: str = ORACLE
    audit: Audit | None = None
    audited_on: Path | None = None
    attacks: AttacksAsked | None = None
    choose: ThresholdAsked | None = None


def plan_evaluation(subject: Subject, asked: Asked) -> EvaluationPlan:
    """Open the models, to name them by their hashes; raises UserError where that cannot be done."""
    judges.get(asked.judge)
    task = build_task(subject.task)
    classifier = Classifier.load(subject.classifier, task)
    generator = Generator.load(subject.generator, task)
    distribution = Distribution.of(
        task,
        options={name: value for name, value in subject.task.items() if name != "kind"},
        generator=generator.hash,
        classifier=classifier.hash,
        threshold=subject.threshold,
        max_draws=subject.max_draws,
        temperature=subject.temperature,
        max_words=task.limits.completion_words,
    )
    return EvaluationPlan(
        distribution=distribution,
        classifier=str(subject.classifier),
        generator=str(subject.generator),
        threshold_rule=subject.threshold_rule,
        judge=asked.judge,
        judged_by=_judge_record(task, asked),
        samples=asked.samples,
        confidence=asked.confidence,
        monitor=asked.monitor,
        best_of=asked.best_of,
        pool=asked.pool,
        estimates=asked.estimates,
        earlier=_earlier(subject, task) if asked.estimates else (),
        seed=asked.seed,
        runs=None if subject.runs is None else str(subject.runs),
        run=subject.run,
        round=subject.round,
        version=holdfast.__version__,
        audited_on=None if asked.audited_on is None else str(asked.audited_on.resolve()),
        attacks=plan_attacks(asked.attacks, task, classifier, generator) if asked.attacks else None,
        choose=asked.choose,
    )


def _earlier(subject: Subject, task: Task) -> tuple[EarlierRecord, ...]:
    return tuple(
        EarlierRecord(
            classifier=str(one.classifier),
            hash=Classifier.load(one.classifier, task).hash,
            threshold=one.threshold,
        )
        for one in subject.earlier
    )


def _judge_record(task: Task, asked: Asked) -> JudgeRecord:
    if asked.judge == ORACLE:
        return JudgeRecord.oracle_of(task.name)
    return JudgeRecord(name=asked.judge, oracle=False, sensitivity=asked.audit)
