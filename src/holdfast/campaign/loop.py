"""The campaign: runs its steps, keeps each in the store as it finishes, and goes on where it was stopped."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import perf_counter

import torch

import holdfast
from holdfast.campaign.config import RunConfig
from holdfast.campaign.editions import usable_config
from holdfast.campaign.history import WORKBENCH_PRESET, campaign_record, is_path, open_store, runs_folder
from holdfast.campaign.machine import machine
from holdfast.campaign.people.waiting import WaitsForPeopleError, check_waiting
from holdfast.campaign.plan import steps
from holdfast.campaign.records import CampaignRecord
from holdfast.campaign.run_names import RUN_NAME, new_folder
from holdfast.campaign.stages.validate import ended_after
from holdfast.campaign.step import Step, StepContext, stream_of
from holdfast.campaign.threads import computing_with
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress, Silent
from holdfast.core.writable import check_new_folder
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock
from holdfast.store.schema import Artifact, Run
from holdfast.store.schema import Step as StepRow
from holdfast.store.store import Store, now
from holdfast.tasks.editions import installed_edition


class Campaign:
    """A whole run of one configuration, in a folder of its own.

    The folder's name is the run's; beside it, in the folder of all runs, lies the database. Without one, a
    new folder in `runs_folder()` is named after what it runs (`run_names`). Raises UserError for a name
    that will not do.
    """

    def __init__(self, config: RunConfig, folder: Path | str | None = None) -> None:
        self.config = config
        self.folder = Path(folder) if folder is not None else new_folder(config)
        if not RUN_NAME.fullmatch(self.folder.name):
            raise UserError(
                f"the run name '{self.folder.name}' may have letters, digits, '.', '_' and '-' alone"
            )

    @property
    def run_id(self) -> str:
        """The run's name."""
        return self.folder.name

    def run(self, progress: Progress | None = None) -> CampaignRecord:
        """Carry it out, and return what was found (`hardening_record` and `tuned_record` tell
        of runs without a filter of the task's own text)."""
        self.carry_out(progress)
        return campaign_record(open_store(self.folder.parent), self.run_id)

    def carry_out(self, progress: Progress | None = None, *, leave_pending: bool = False) -> None:
        """Do all steps that are not done.

        A run that was stopped or killed goes on, and its result equals an uninterrupted one's; a finished
        one has lost files made again. Raises UserError when the run was begun with another configuration,
        or a live process works on it. Ctrl-C (KeyboardInterrupt) keeps every finished step and passes on.
        Where people judge it raises WaitsForPeopleError while a step needs verdicts that have not come,
        unless what is pending is to be left so.
        """
        check_new_folder(self.folder)
        store = open_store(self.folder.parent)
        with full_disk_told(self.folder), RunLock(self.folder):
            clear_unfinished(self.folder)
            _begin(store, self.run_id, self.config)
            _carry_out(store, self.folder, self.config, progress or Silent(), leave_pending)

    @classmethod
    def resume(cls, run: Path | str, progress: Progress | None = None) -> CampaignRecord:
        """Go on with a run, by its folder or its name in `runs_folder()`; raises UserError without one."""
        return cls.begun(run).run(progress)

    @classmethod
    def begun(cls, run: Path | str) -> Campaign:
        """A run that was begun before, by its folder or its name; raises UserError without one."""
        path = Path(run)
        named = isinstance(run, str) and not is_path(run)
        folder = runs_folder() / path if named or (isinstance(run, Path) and len(path.parts) == 1) else path
        store = open_store(folder.parent, must_exist=True)
        row = store.run(folder.name)
        if row.preset == WORKBENCH_PRESET:
            raise UserError(
                f"the run '{row.id}' is a guard on the workbench, which no campaign made; open it with"
                f" `holdfast serve {row.id}`"
            )
        return cls(usable_config(row), folder)


def clear_unfinished(folder: Path) -> None:
    """Remove what a killed process was writing beside its place (`core.files.replacing`)."""
    for place in ("models", "samples"):
        for left in (folder / place).glob(".*"):
            shutil.rmtree(left, ignore_errors=True)


def _begin(store: Store, run_id: str, config: RunConfig) -> None:
    """Note a new run; one that is there already must be of the same configuration."""
    known = {run.id: run for run in store.runs()}.get(run_id)
    if known is None:
        store.add_run(run_row(run_id, config))
    elif usable_config(known) != config:
        raise UserError(f"there is a run '{run_id}' of another configuration; choose another name")


def run_row(run_id: str, config: RunConfig) -> Run:
    """How a run stands in the store when it begins."""
    return Run(
        id=run_id,
        task=config.task_kind,
        task_edition=installed_edition(config.task_kind),
        preset=config.preset,
        seed=config.seed,
        config=config.model_dump(mode="json"),
        version=holdfast.__version__,
        machine=machine(),
        started=now(),
    )


def _carry_out(
    store: Store, folder: Path, config: RunConfig, progress: Progress, leave_pending: bool
) -> None:
    run_id = folder.name
    store.set_status(run_id, "running", pid=os.getpid(), host=platform.node())
    try:
        with repeatable(config.threads):
            _do_steps(store, run_id, config, progress, leave_pending)
    except (KeyboardInterrupt, WaitsForPeopleError):
        store.set_status(run_id, "stopped")
        raise
    except BaseException:
        with suppress(Exception):  # a full disk may not take even this; the first error is the one to tell
            store.set_status(run_id, "failed")
        raise
    store.set_status(run_id, "finished")


def _do_steps(store: Store, run_id: str, config: RunConfig, progress: Progress, leave_pending: bool) -> None:
    """Do what is not done. Each step's input hash covers the configuration and all artifacts before it.

    The configuration is hashed as it was stored, for a later version may know fields that it does not have.
    """
    stored = json.dumps(store.run(run_id).config, separators=(",", ":"), ensure_ascii=False)
    chain = hashlib.sha256(stored.encode()).hexdigest()
    plan, position = steps(config), 0
    told = _Told(progress, plan)
    while position < len(plan):
        step = plan[position]
        artifacts = store.finished_step(run_id, step.name, chain)
        if artifacts is None:
            context = StepContext(config, store, run_id, step.name, progress, leave_pending)
            if context.desk is not None and not leave_pending:
                check_waiting(store, run_id, step.name, context.desk)
            told.begins(position)
            artifacts = do_step(context, step, position, chain)
        told.done(position)
        chain = _linked(chain, step.name, artifacts)
        if step.may_end is not None and store.result(run_id, step.name)["ends"]:
            asked, config = config.rounds, ended_after(config, step.may_end)
            plan = steps(config)
            told.replanned(position, plan, step.may_end, asked)
        position += 1
    told.finish()


class _Told:
    """Progress over a whole campaign; what was finished before is no work, and not counted."""

    def __init__(self, progress: Progress, plan: Sequence[Step]) -> None:
        self._progress = progress
        self._weights = [step.weight for step in plan]
        self._begun = False

    def begins(self, position: int) -> None:
        """A step begins that has to be done; the first of them opens the campaign."""
        if self._begun:
            return
        if position:
            self._progress.note(f"{position} of {len(self._weights)} steps were finished already")
        self._progress.start("campaign", sum(self._weights[position:]), weighed=True)
        self._begun = True

    def done(self, position: int) -> None:
        """A step is finished, now or before."""
        if self._begun:
            self._progress.advance(
                self._weights[position], steps_done=f"{position + 1} of {len(self._weights)}"
            )

    def replanned(self, position: int, plan: Sequence[Step], ended: int, asked: int) -> None:
        """Rounds have ended after a step, so that less is left to do; what is left out counts as done."""
        before = sum(self._weights[position + 1 :])
        self._weights = [step.weight for step in plan]
        if ended < asked and self._begun:
            self._progress.note(
                f"rounds end after round {ended} of {asked}: the models become no harder to break"
            )
            left_out = before - sum(self._weights[position + 1 :])
            self._progress.advance(left_out, steps_done=f"{position + 1} of {len(self._weights)}")

    def finish(self) -> None:
        """All steps are finished."""
        if self._begun:
            self._progress.finish()


def _linked(chain: str, name: str, artifacts: list[Artifact]) -> str:
    parts = [chain, name, *(f"{a.name}={a.sha256}" for a in sorted(artifacts, key=lambda a: a.name))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def do_step(context: StepContext, step: Step, position: int, chain: str) -> list[Artifact]:
    """Do one step and keep what it leaves in the store, under the hash of all that came before it."""
    store, run_id = context.store, context.run
    store.begin_step(
        StepRow(
            run=run_id,
            name=step.name,
            position=position,
            state="running",
            stream=str(stream_of(context.config, step.name)),
            input_hash=chain,
            started=now(),
        )
    )
    began = perf_counter()
    try:
        output = step.run(context)
    except WaitsForPeopleError as waits:
        store.leave_waiting(run_id, step.name, waits.kept)
        raise
    store.finish_step(run_id, step.name, output, perf_counter() - began)
    return list(output.artifacts)


@contextmanager
def repeatable(threads: int) -> Iterator[None]:
    """The same threads and deterministic kernels whatever the process did before; both put back after."""
    strict = torch.are_deterministic_algorithms_enabled()
    torch.use_deterministic_algorithms(True, warn_only=True)
    try:
        with computing_with(threads):
            yield
    finally:
        torch.use_deterministic_algorithms(strict)
