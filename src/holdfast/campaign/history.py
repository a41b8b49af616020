"""Runs as they stand in the store: found, listed, and told as records."""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from holdfast.campaign.attempt_rows import ATTEMPTS, Columns, read_attempts
from holdfast.campaign.config import LABELLED
from holdfast.campaign.records import CampaignRecord, GeneratorRecord, ObjectiveRecord, RoundRecord
from holdfast.core.errors import UserError
from holdfast.store.lock import in_use
from holdfast.store.schema import Run
from holdfast.store.store import Store


def runs_folder() -> Path:
    """The folder of all runs: the environment variable HOLDFAST_HOME, or `runs` here."""
    return Path(os.environ.get("HOLDFAST_HOME") or "runs")


def is_path(run: str) -> bool:
    """Whether what names a run is the path of its folder, such as `./trial` or `trial/`, and no name."""
    return "/" in run or os.sep in run or run in (".", "..")


def open_store(folder: Path, *, must_exist: bool = False, read_only: bool = False) -> Store:
    """The store of a runs folder, its database named by HOLDFAST_DATABASE where that is set.

    One to read in alone needs no folder that can be written, and waits for nobody who writes.
    Raises UserError if it must exist and does not.
    """
    url = os.environ.get("HOLDFAST_DATABASE") or None
    if (must_exist or read_only) and url is None and not (folder / "holdfast.db").exists():
        raise UserError(f"there are no runs in {folder}; give the runs folder with --runs or HOLDFAST_HOME")
    return Store(folder, url, read_only=read_only)


class RunSummary(BaseModel):
    """One line of `holdfast runs list`.

    `status` is `running` only while a live process holds the run; one that was killed is `interrupted`, and
    one that needs people's verdicts is `waiting`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    run: str
    task: str
    task_edition: int
    """Which edition of the task it was made on."""
    preset: str
    seed: int
    status: str
    rounds: int
    """Rounds finished, the first model's (round 0) not counted."""
    steps: int
    started: str
    finished: str | None


def list_runs(folder: Path | None = None) -> list[RunSummary]:
    """Every run of a runs folder, newest first."""
    store = open_store(folder or runs_folder(), read_only=True)
    return [_summary(store, run) for run in store.runs()]


def _summary(store: Store, run: Run) -> RunSummary:
    return RunSummary(
        run=run.id,
        task=run.task,
        task_edition=run.task_edition,
        preset=run.preset,
        seed=run.seed,
        status=_status(store, run),
        rounds=max(0, len(store.rounds(run.id)) - 1),
        steps=sum(step.state == "finished" for step in store.steps(run.id)),
        started=run.started,
        finished=run.finished,
    )


def _status(store: Store, run: Run) -> str:
    if run.status == "stopped" and store.left_waiting(run.id) is not None:
        return "waiting"
    dead = run.status == "running" and not in_use(store.run_folder(run.id))
    return "interrupted" if dead else run.status


WORKBENCH_PRESET = "guard"
"""The preset of the runs that the workbench keeps for a guard of one's own; no campaign made them."""


def hardens_a_guard(store: Store, run_id: str) -> bool:
    """Whether a run is of a guard and labelled text; UserError with the nearest name if there is none."""
    return store.run(run_id).task == LABELLED


def trains_a_generator(store: Store, run_id: str) -> bool:
    """Whether a run is of a generator with no filter; UserError with the nearest name if there is none."""
    return bool(store.run(run_id).config.get("system") == "generator")


def load_record(run_id: str, folder: Path | None = None) -> CampaignRecord:
    """What a run has found so far; raises UserError with the nearest name if there is no such run."""
    return campaign_record(open_store(folder or runs_folder(), read_only=True), run_id)


def load_attempts(run_id: str, folder: Path | None = None) -> list[Columns]:
    """What the attacks of a run's evaluations tried, as rows; empty where its folder lacks some of them.

    Runs of earlier versions kept none.
    """
    store = open_store(folder or runs_folder(), read_only=True)
    done = {step.name for step in store.steps(run_id) if step.state == "finished"}
    tables = [one for one in store.artifacts(run_id) if one.path.startswith(f"{ATTEMPTS}/")]
    paths = [store.run_folder(run_id) / one.path for one in tables if one.step in done]
    return [read_attempts(path) for path in paths] if all(path.is_file() for path in paths) else []


def campaign_record(store: Store, run_id: str) -> CampaignRecord:
    """The record of a run, from the store alone."""
    run = store.run(run_id)
    if hardens_a_guard(store, run_id):
        raise UserError(
            f"the run '{run_id}' hardened a guard of labelled text; `holdfast report {run_id}` tells of it,"
            " and what was asked is for tasks that draw their own text"
        )
    if trains_a_generator(store, run_id):
        raise UserError(
            f"the run '{run_id}' trained a generator with no filter; `holdfast report {run_id}` tells of it,"
            " and what was asked is for filters"
        )
    done = store.results(run_id)
    generator, classifier = done.get("generator"), done.get("round-00/train")
    objectives = done.get("objectives", {}).get("records", ())
    return CampaignRecord(
        run=run.id,
        task=run.task,
        task_edition=run.task_edition,
        preset=run.preset,
        objective=run.config["objective"],
        seed=run.seed,
        config=run.config,
        version=run.version,
        machine=run.machine,
        started=run.started,
        finished=run.finished,
        classifier_parameters=classifier["parameters"] if classifier else 0,
        generator=GeneratorRecord.model_validate(generator["record"]) if generator else None,
        rounds=tuple(RoundRecord.model_validate(row.record) for row in store.rounds(run_id)),
        objectives=tuple(ObjectiveRecord.model_validate(each) for each in objectives),
    )
