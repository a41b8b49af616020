"""What a step of a campaign is, what it may use, and what it leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from holdfast.attacks.target import Target
from holdfast.campaign.attempt_rows import Columns, write_attempts
from holdfast.campaign.choices import build_judge, build_task
from holdfast.campaign.config import RunConfig
from holdfast.campaign.editions import usable_config
from holdfast.campaign.history import open_store
from holdfast.campaign.people.desk import PeopleDesk
from holdfast.campaign.people.queue import Question
from holdfast.campaign.people.waiting import WaitsForPeopleError
from holdfast.campaign.starts import GuardFolder
from holdfast.campaign.targets import filter_target, proposer_of
from holdfast.core.files import folder_hash
from holdfast.core.judge import Judge
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.judges.people import People
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.vetoes.panel import Vetoes
from holdfast.store.disk import write_table
from holdfast.store.schema import Artifact, Model
from holdfast.store.store import StepOutput, Store
from holdfast.tasks import Task


@dataclass(frozen=True)
class StepContext:
    """What a step may use: the configuration, its own random stream, and what earlier steps left.

    A step reads earlier results from the store and from files alone, never from memory, so that a resumed
    campaign sees what an uninterrupted one sees.
    """

    config: RunConfig
    store: Store
    run: str
    step: str
    progress: Progress
    leave_pending: bool = False
    """Whether to go on without the verdicts that people have not given."""

    @cached_property
    def task(self) -> Task:
        """The task of the campaign."""
        return build_task(self.config.task)

    @cached_property
    def judge(self) -> Judge:
        """Who decides in the campaign; people as far as they have said anything."""
        judge = build_judge(self.config.judge_choice, self.task, self.config.placement)
        return self.desk.knowing(judge) if self.desk and isinstance(judge, People) else judge

    @cached_property
    def desk(self) -> PeopleDesk | None:
        """Where people are asked; None where a judge that is code decides."""
        return PeopleDesk(self.config, self.store) if self.config.asks_people else None

    def ask_people(self, questions: Sequence[Question]) -> None:
        """Have people judge some texts; raises WaitsForPeopleError unless they have, or need not."""
        if self.desk is None or not questions:
            return
        waiting = self.desk.ask(questions)
        if waiting and not self.leave_pending:
            raise WaitsForPeopleError(self.desk, self.folder, self.step, waiting, len(waiting))

    @property
    def stream(self) -> Stream:
        """The step's own random stream, named after it."""
        return stream_of(self.config, self.step)

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return self.store.run_folder(self.run)

    def result(self, step: str) -> dict[str, Any]:
        """What an earlier step found."""
        return self.store.result(self.run, step)

    def generator(self) -> Generator:
        """The campaign's generator, as it was saved."""
        return Generator.load(self.folder / generator_path(), self.task)

    def vetoes(self) -> Vetoes:
        """The vetoes of the campaign's filter, as they were calibrated, with its generator; maybe none."""
        if not self.config.vetoes:
            return Vetoes()
        generator = self.generator()
        return Vetoes.told_by(self.result(VETOES)["vetoes"], generator)

    def classifier(self, round_: int) -> Classifier:
        """The classifier that a round ended with, as it was saved."""
        start = self.config.classifier
        format = start.format if isinstance(start, GuardFolder) else None
        return Classifier.load(self.folder / classifier_path(round_), self.task, format)

    def threshold(self, round_: int) -> float:
        """The threshold chosen for the classifier of a round."""
        threshold: float = self.result(measure_step(round_))["threshold"]
        return threshold

    def target(self, round_: int) -> Target:
        """The filter of a round, ready to be attacked, with a scoring engine of its own.

        The judge always comes first: were that left to the clock, a run that is taken up again might differ.
        """
        classifier, threshold = self.classifier(round_), self.threshold(round_)
        return filter_target(
            self.task,
            classifier,
            threshold,
            self.generator(),
            proposer=proposer_of(self.config, self.judge, self.task),
            judge=self.judge,
            order="judge",
        )

    def keep_table(self, path: str, columns: Mapping[str, Any]) -> Artifact:
        """Write a table of samples into the run's folder."""
        sha256 = write_table(self.folder / path, columns)
        return Artifact(name=Path(path).stem, path=path, sha256=sha256)

    def keep_attempts(self, path: str, table: Columns) -> Artifact:
        """Write a table of attempts into the run's folder."""
        sha256 = write_attempts(self.folder / path, [table])
        return Artifact(name=Path(path).stem, path=path, sha256=sha256)

    def keep_model(
        self, model: Classifier | Generator, kind: str, round_: int, path: str | None = None
    ) -> KeptModel:
        """Save a model into the run's folder, at its usual place unless another one is told."""
        path = path or (classifier_path(round_) if kind == "classifier" else generator_path())
        content = model.save(self.folder / path)
        row = Model(kind=kind, round=round_, hash=content, path=path, parameters=model.parameters_count)
        return KeptModel(row, Artifact(name=kind, path=path, sha256=folder_hash(self.folder / path)))


def finished(folder: Path) -> StepContext:
    """A run that has ended, by its folder: its configuration, task and models; UserError without the run."""
    store = open_store(folder.parent, must_exist=True)
    config = usable_config(store.run(folder.name))
    return StepContext(config, store, folder.name, "afterwards", Silent())


def finished_target(folder: Path, round_: int) -> Target:
    """The filter that a round of a run ended with, ready to be attacked; raises UserError without the run."""
    return finished(folder).target(round_)


@dataclass(frozen=True)
class KeptModel:
    """A saved model, as the two rows that tell of it."""

    row: Model
    artifact: Artifact


@dataclass(frozen=True)
class Step:
    """A named piece of work that is done once; a campaign is a list of these.

    `weight` is how much work it is beside the other steps, roughly (`campaign.weights`).
    """

    name: str
    run: Callable[[StepContext], StepOutput] = field(compare=False)
    weight: int = 0
    may_end: int | None = None
    """The round that this may be the end of: its result then says `ends`, and later rounds are not done."""


VETOES = "data/vetoes"
"""The step that calibrates the vetoes."""


def stream_of(config: RunConfig, step: str) -> Stream:
    """The random stream of a step: the root seed's child of the same name."""
    return Stream(config.seed).child(*step.split("/"))


def generator_path() -> str:
    """Where the generator lies in a run's folder."""
    return "models/generator"


def classifier_path(round_: int) -> str:
    """Where the classifier of a round lies in a run's folder."""
    return f"models/classifier-{round_:02}"


def round_name(round_: int) -> str:
    """How the steps of a round begin."""
    return f"round-{round_:02}"


def measure_step(round_: int) -> str:
    """The step that sets the threshold of a round's classifier and measures it."""
    return f"{round_name(round_)}/measure"
