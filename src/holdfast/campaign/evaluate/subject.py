"""What an evaluation measures: a filter, its generator and its task, of a run or of anyone's folders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.campaign.choices import build_task
from holdfast.campaign.config import RunConfig
from holdfast.campaign.editions import usable_config
from holdfast.campaign.generators.places import place_of
from holdfast.campaign.history import open_store
from holdfast.campaign.step import classifier_path, generator_path, measure_step
from holdfast.core.errors import UserError
from holdfast.store.store import Store


@dataclass(frozen=True)
class Checkpoint:
    """A classifier of an earlier round, with the threshold that it had."""

    classifier: Path
    threshold: float


@dataclass(frozen=True)
class Subject:
    """A filtered generator by the folders of its parts; `runs`, `run` and `round` say where they come from.

    `evaluations` is the folder that its evaluations lie in unless another is named, `earlier` are the
    classifiers of the rounds before, in order.
    """

    task: dict[str, Any]
    classifier: Path
    generator: Path
    threshold: float
    threshold_rule: str
    temperature: float
    max_draws: int
    evaluations: Path
    runs: Path | None = None
    run: str | None = None
    round: int | None = None
    earlier: tuple[Checkpoint, ...] = ()


@dataclass(frozen=True)
class Overrides:
    """What a user asks for in the place of what a run would say; None leaves it to the run."""

    generator: Path | None = None
    threshold: float | None = None
    max_draws: int | None = None
    temperature: float | None = None


@dataclass(frozen=True)
class OtherModel:
    """Another filter that is attacked beside the subject; `told` says in words whose it is."""

    classifier: Path
    threshold: float
    told: str


UNSETTLED = 0.5
"""Stands for a threshold that is chosen later."""

MAX_DRAWS, TEMPERATURE = 10, 1.0
"""Where neither a run nor the user says."""

_GIVEN = "given by the user"


def is_model(path: Path) -> bool:
    """Whether a path is the folder of a saved model."""
    return (path / "config.json").is_file()


def subject_of_model(classifier: Path, task: str | None, given: Overrides) -> Subject:
    """A classifier's folder with a generator and a threshold; raises UserError when one is missing."""
    if task is None:
        raise UserError(f"{classifier} is a model's folder and names no task; give one with --task")
    if given.generator is None:
        raise UserError("a filter is measured on what a generator writes; give its folder with --generator")
    if given.threshold is None:
        raise UserError(
            "a classifier alone has no threshold; give one with --threshold, or let"
            " --choose-threshold find it"
        )
    choice = {"kind": task}
    build_task(choice)
    return Subject(
        task=choice,
        classifier=classifier,
        generator=given.generator,
        threshold=given.threshold,
        threshold_rule=_GIVEN,
        temperature=given.temperature or TEMPERATURE,
        max_draws=given.max_draws or MAX_DRAWS,
        evaluations=Path("evaluations"),
    )


def subject_of_run(runs: Path, run: str, task: str | None, round_: int | None, given: Overrides) -> Subject:
    """The filter that a round of a run ended with, by default its last finished one.

    Raises UserError without the run or the round, or when the run is of another task.
    """
    store = open_store(runs, read_only=True)
    config = usable_config(store.run(run))
    if task is not None and task != config.task_kind:
        raise UserError(f"run '{run}' is of the task {config.task_kind}, not {task}; leave out --task")
    _ = config.reader  # a generator alone has none
    chosen = finished_round(store, run, round_)
    measured = store.result(run, measure_step(chosen))
    folder = store.run_folder(run)
    return Subject(
        task=config.task,
        classifier=folder / classifier_path(chosen),
        generator=given.generator or folder / generator_path(),
        threshold=measured["threshold"] if given.threshold is None else given.threshold,
        threshold_rule=_rule(measured, config) if given.threshold is None else _GIVEN,
        temperature=given.temperature or config.writer.temperature,
        max_draws=given.max_draws or config.evaluation.max_draws,
        evaluations=folder / "evaluations",
        runs=runs,
        run=run,
        round=chosen,
        earlier=tuple(
            Checkpoint(folder / classifier_path(i), store.result(run, measure_step(i))["threshold"])
            for i in range(chosen)
        ),
    )


@dataclass(frozen=True)
class WriterSubject:
    """A generator with no filter by its folder; `evaluations` is where its evaluations lie."""

    task: dict[str, Any]
    generator: Path
    temperature: float
    evaluations: Path


def writer_of_run(runs: Path, run: str, task: str | None, round_: int | None) -> WriterSubject:
    """The generator that a round of a run ended with, by default its last finished one.

    A run of a filter has one generator for all rounds. Raises UserError without the run or the round, when
    the run is of another task, and for a round of a run that trains no generator.
    """
    store = open_store(runs, read_only=True)
    config = usable_config(store.run(run))
    if task is not None and task != config.task_kind:
        raise UserError(f"run '{run}' is of the task {config.task_kind}, not {task}; leave out --task")
    folder = store.run_folder(run)
    chosen = finished_round(store, run, round_)
    if config.system == "filter" and round_ is not None:
        raise UserError(f"run '{run}' has one generator for all its rounds; leave out --round")
    path = generator_path() if config.system == "filter" else place_of(chosen)
    return WriterSubject(config.task, folder / path, config.writer.temperature, folder / "evaluations")


def other_of_model(classifier: Path, threshold: float | None, option: str) -> OtherModel:
    """A classifier's folder, which has no threshold of its own: `option` is what gives one."""
    if threshold is None:
        raise UserError(f"{classifier} is a model's folder and has no threshold; give one with {option}")
    return OtherModel(classifier, threshold, classifier.name)


def other_of_run(runs: Path, run: str, round_: int | None, task: str, threshold: float | None) -> OtherModel:
    """The filter that a round of a run of that task ended with, by default its last finished one."""
    store = open_store(runs, read_only=True)
    config = usable_config(store.run(run))
    if config.task_kind != task:
        raise UserError(f"run '{run}' is of the task {config.task_kind}, not {task}; name one of that")
    _ = config.reader
    chosen = finished_round(store, run, round_)
    own: float = store.result(run, measure_step(chosen))["threshold"]
    return OtherModel(
        store.run_folder(run) / classifier_path(chosen),
        own if threshold is None else threshold,
        f"run {run}, round {chosen}",
    )


def finished_round(store: Store, run: str, asked: int | None = None) -> int:
    """The round asked for, by default the last finished one; raises UserError where there is none."""
    finished = [row.index for row in store.rounds(run)]
    if not finished:
        raise UserError(f"run '{run}' has finished no round yet; resume it first")
    if asked is not None and asked not in finished:
        raise UserError(f"run '{run}' has no finished round {asked}; its rounds are 0 to {finished[-1]}")
    return finished[-1] if asked is None else asked


def _rule(measured: dict[str, Any], config: RunConfig) -> str:
    return f"{measured['rule']}, on {config.threshold.completions:,} completions of the run"
