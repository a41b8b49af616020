"""What an evaluation was asked to do, written down before the first completion is drawn."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import holdfast
from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.subject import Subject
from holdfast.campaign.records import Record
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.judges import judges
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator

PLAN = "plan.json"
_NOT_COMPARED = {"classifier", "generator", "version", "run", "round", "threshold_rule"}
"""Where the same models lie, and by which name, changes nothing that is measured."""

SMALLEST, LARGEST, PIECES = 256, 4096, 64
"""Prompts in a shard: at most some seconds of work, and of few samples still some pieces to share."""


class EvaluationPlan(Record):
    """Everything that decides what is drawn and when drawing ends.

    `samples` prompts are drawn from the task, each answered once or refused. With `monitor`, a target rate,
    the outcomes are watched by an e-process and `samples` is the most that are drawn; without it they are
    looked at once, when all are there.
    """

    task: dict[str, Any]
    judge: str
    classifier: str
    classifier_hash: str
    generator: str
    generator_hash: str
    threshold: float
    threshold_rule: str
    temperature: float
    max_draws: int
    max_words: int
    samples: int
    confidence: float
    monitor: float | None
    seed: int
    shard: int
    run: str | None
    round: int | None
    version: str

    @property
    def shards(self) -> int:
        """How many shards there are; the last may be smaller."""
        return -(-self.samples // self.shard)

    def size(self, shard: int) -> int:
        """How many prompts a shard has."""
        return min(self.shard, self.samples - shard * self.shard)

    @property
    def hash(self) -> str:
        """SHA-256 of what is compared, as 64 hex digits."""
        return hashlib.sha256(json.dumps(self.compared(), sort_keys=True).encode()).hexdigest()

    def compared(self) -> dict[str, Any]:
        """The fields that two plans of one evaluation agree on."""
        return self.model_dump(mode="json", exclude=_NOT_COMPARED)


def plan_evaluation(
    subject: Subject, *, samples: int, confidence: float, monitor: float | None, seed: int, judge: str
) -> EvaluationPlan:
    """Open the models, to name them by their hashes; raises UserError where that cannot be done."""
    judges.get(judge)
    task = build_task(subject.task)
    classifier = Classifier.load(subject.classifier, task)
    generator = Generator.load(subject.generator, task)
    if classifier.tokenizer.get_vocab() != generator.tokenizer.get_vocab():
        raise UserError(
            f"the classifier {subject.classifier} and the generator {subject.generator} read different words;"
            " give a pair of one vocabulary"
        )
    return EvaluationPlan(
        task=subject.task,
        judge=judge,
        classifier=str(subject.classifier),
        classifier_hash=classifier.hash,
        generator=str(subject.generator),
        generator_hash=generator.hash,
        threshold=subject.threshold,
        threshold_rule=subject.threshold_rule,
        temperature=subject.temperature,
        max_draws=subject.max_draws,
        max_words=task.limits.completion_words,
        samples=samples,
        confidence=confidence,
        monitor=monitor,
        seed=seed,
        shard=min(LARGEST, max(SMALLEST, -(-samples // PIECES))),
        run=subject.run,
        round=subject.round,
        version=holdfast.__version__,
    )


def keep_plan(folder: Path, plan: EvaluationPlan) -> EvaluationPlan:
    """Write the plan into an evaluation's folder, or find it there.

    The folders of the models are those of the plan just made, for they may have been moved. Raises UserError
    when the folder holds another plan: samples that were looked at cannot be added to.
    """
    path = folder / PLAN
    if not path.exists():
        write_text(path, plan.model_dump_json(indent=2) + "\n")
        return plan
    kept = read_plan(folder)
    differing = [name for name, value in plan.compared().items() if kept.compared()[name] != value]
    if differing:
        name = differing[0]
        raise UserError(
            f"{folder} holds an evaluation of another plan ({name.replace('_', ' ')}"
            f" {getattr(kept, name)}, not {getattr(plan, name)}); name another folder with --out"
        )
    return kept.model_copy(update={"classifier": plan.classifier, "generator": plan.generator})


def read_plan(folder: Path) -> EvaluationPlan:
    """The plan of an evaluation's folder; raises UserError where there is none that can be read."""
    path = folder / PLAN
    try:
        return EvaluationPlan.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder} holds no evaluation: {PLAN} is missing") from None
    except (ValidationError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no plan of an evaluation; remove it, or name another folder") from error
