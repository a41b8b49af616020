"""Running what is left of a study: in this process, or in several, each cell kept the moment it is done."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter

import holdfast
from holdfast.campaign.machine import machine
from holdfast.campaign.study.plan import Cell, StudyPlan
from holdfast.campaign.study.rows import CellResult, Row, StudyRows
from holdfast.campaign.threads import computing_with
from holdfast.core.errors import HoldfastError, UserError
from holdfast.core.executors import Executor, Processes, Serial
from holdfast.core.progress import Progress, Silent
from holdfast.store.lock import held

Work = Callable[[Cell, Progress], Sequence[Row]]
"""What a cell does: its rows, plain JSON values. It must be importable where several processes work."""


@dataclass(frozen=True)
class Failed:
    """A cell that raised an error; it is not done."""

    cell: Cell
    message: str
    users: bool
    """Whether the mistake is the user's."""


def run_study(
    plan: StudyPlan,
    rows: Path,
    work: Work,
    *,
    workers: int = 1,
    threads: int = 1,
    only: Collection[Cell] | None = None,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
) -> dict[Cell, CellResult]:
    """Run the cells that are not done, and return all that are, in the plan's order.

    `only` names those of the plan to run now; None: all. `workers` processes with `threads` each. Ctrl-C and
    `kill -9` lose no cell but those that were running. A cell that fails does not stop the others. Raises
    UserError for a file of rows of another study or endpoint, or one that another process works on;
    HoldfastError at the end where cells failed.
    """
    kept = StudyRows(rows)
    busy = f"another process works on the study '{plan.name}' ({rows}); wait for it, or stop it"
    with held(_lock(rows), busy):
        kept.begin(plan)
        left = [cell for cell in missing(plan, kept) if only is None or cell in only]
        failed = _run(plan, left, _Filling(kept, work, threads), workers, progress)
    if failed:
        raise _failure(plan, failed)
    return kept.done(plan)


def missing(plan: StudyPlan, rows: StudyRows) -> list[Cell]:
    """The cells that are left to run."""
    done = rows.done(plan)
    return [cell for cell in plan.cells if cell not in done]


def _lock(rows: Path) -> Path:
    return rows.with_name(f".{rows.name}.lock")


def _run(
    plan: StudyPlan, left: Sequence[Cell], fill: _Filling, workers: int, progress: Progress
) -> list[Failed]:
    others = len(plan.cells) - len(left)
    if others:
        progress.note(f"{len(left)} of {len(plan.cells)} cells are to be run now")
    if not left:
        return []
    progress.start(f"{plan.name}: cells", len(left))
    executor: Executor = Serial()
    if workers > 1:
        executor = Processes(workers, ahead=1)
    else:
        fill = _Filling(fill.rows, fill.work, fill.threads, progress)
    failed = []
    for cell, failure in executor.as_done(fill, left):
        if failure is not None:
            failed.append(failure)
            progress.note(f"{cell.name}: failed: {failure.message}")
        progress.advance(cell=cell.name)
    progress.finish(failed=len(failed))
    return failed


@dataclass(frozen=True)
class _Filling:
    """Does a cell and keeps its rows, wherever it runs."""

    rows: StudyRows
    work: Work
    threads: int
    progress: Progress = Silent()  # noqa: RUF009 (has no state)

    def __call__(self, cell: Cell) -> Failed | None:
        began, shown = perf_counter(), _Steps(self.progress)
        try:
            with computing_with(self.threads):
                found = list(self.work(cell, shown))
        except Exception as error:
            shown.end()
            message = str(error) if isinstance(error, HoldfastError) else _last_line()
            return Failed(cell, " ".join(message.split()), isinstance(error, UserError))
        self.rows.add(
            CellResult(
                cell.arm,
                cell.seed,
                cell.budget,
                cell.declared,
                cell.hash,
                found,
                seconds=round(perf_counter() - began, 3),
                finished=datetime.now(UTC).isoformat(timespec="seconds"),
                machine=machine(),
                version=holdfast.__version__,
            )
        )
        return None


class _Steps:
    """The progress of one cell, which ends the steps that a failed one has left open."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._open = 0

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        """Pass it on."""
        self._open += 1
        self._progress.start(step, total, weighed=weighed)

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """Pass it on."""
        self._progress.advance(amount, **figures)

    def finish(self, **figures: float | str) -> None:
        """Pass it on."""
        self._open -= 1
        self._progress.finish(**figures)

    def note(self, message: str) -> None:
        """Pass it on."""
        self._progress.note(message)

    def end(self) -> None:
        """End what is open."""
        while self._open > 0:
            self.finish()


def _last_line() -> str:
    """The error that is being handled, and where it was raised."""
    whole = traceback.format_exc().strip().splitlines()
    place = next((line.strip() for line in reversed(whole) if line.lstrip().startswith("File ")), "")
    return f"{whole[-1]} ({place})"


def _failure(plan: StudyPlan, failed: Sequence[Failed]) -> HoldfastError:
    first = failed[0]
    kind = UserError if all(each.users for each in failed) else HoldfastError
    return kind(
        f"{len(failed)} of {len(plan.cells)} cells of the study '{plan.name}' failed; the others are kept."
        f" The first, '{first.cell.name}': {first.message}"
    )
