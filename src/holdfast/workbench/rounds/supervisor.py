"""Watches over live rounds: queues one when enough was found, has a worker train it, serves what is no worse.

Everything that must last is in the rounds' rows; the supervisor can be killed between any two lines, and the
next server's takes up from there.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO

from holdfast.core.errors import UserError
from holdfast.store.workbench.rounds import Rounds
from holdfast.store.workbench.schema import LiveRound
from holdfast.workbench.bench import Workbench
from holdfast.workbench.bulletin import News
from holdfast.workbench.review.deciding import settle
from holdfast.workbench.rounds import training
from holdfast.workbench.rounds.record import LiveRecord
from holdfast.workbench.served import Served, served_by

ATTEMPTS = 3
"""Workers that are started for a round, as long as they are killed."""

_SECONDS_BETWEEN_TURNS = 0.5
_SECONDS_TO_END = 5.0

Start = Callable[[Workbench, int], "subprocess.Popen[bytes]"]

_log = logging.getLogger("holdfast.workbench")


def start_worker(bench: Workbench, round_: int) -> subprocess.Popen[bytes]:
    """Start the process that trains a round; what it complains of goes to a file."""
    folder = bench.store.run_folder(bench.run) / training.ROUNDS
    folder.mkdir(parents=True, exist_ok=True)
    module = "holdfast.workbench.rounds.worker"
    command = [sys.executable, "-m", module, str(bench.store.folder), bench.run, str(round_)]
    with (folder / f"round-{round_:02}.log").open("ab") as complaints:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=complaints,
            stderr=complaints,
            env=_one_thread(),
            start_new_session=True,  # Ctrl-C in the server's terminal is not meant for it
        )


class Supervisor:
    """The thread that carries the rounds of one workbench; it is made while the first model is served.

    `start` serves the model that was served last at once.
    """

    def __init__(
        self, bench: Workbench, *, start: Start = start_worker, seconds: float = _SECONDS_BETWEEN_TURNS
    ) -> None:
        self._bench = bench
        self._rounds = Rounds(bench.store, bench.run)
        self._start_worker = start
        self._seconds = seconds
        self._worker: subprocess.Popen[bytes] | None = None
        self._stop = threading.Event()
        self._wake = threading.Event()
        self._thread: threading.Thread | None = None
        self._told: tuple[int, str, float | None] | None = None
        self._labels = bench.settings.labels_per_item
        self._first = bench.served

    def start(self) -> None:
        """Serve the model that was served last, or one before that can be read, then watch."""
        self._rounds.forget_attempts()
        self._conclude()
        self._serve_chosen()
        settle(self._bench)
        self._thread = threading.Thread(target=self._watch, name="rounds", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop watching, and end the worker; the next server starts it anew."""
        self._stop.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._end_worker()

    def hurry(self) -> None:
        """Look again now."""
        self._wake.set()

    def _watch(self) -> None:
        while not self._stop.is_set():
            try:
                self.turn()
            except Exception:  # a full disk, a database that is locked for long: look again later
                _log.exception("live rounds: looking again in a moment")
            self._wake.wait(self._seconds)
            self._wake.clear()

    def turn(self) -> None:
        """Do whatever is due now; never waits for training."""
        self._settle_change()
        ended = self._worker is not None and self._worker.poll() is not None
        if ended:
            self._reap()
        self._conclude()
        self._serve_chosen()
        row = self._rounds.unfinished() or self._queue()
        if row is not None:
            self._attend(row)

    def _settle_change(self) -> None:
        labels = self._bench.settings.labels_per_item
        if labels != self._labels:
            self._labels = labels
            settle(self._bench)

    def _queue(self) -> LiveRound | None:
        settings = self._bench.settings
        if not self._bench.trains or self._rounds.fresh() < settings.failures_per_round:
            return None
        row = self._rounds.queue(settings.failures_per_round, settings.steps_per_round)
        if row is not None:
            self._tell(row)
        return row

    def _attend(self, row: LiveRound) -> None:
        if self._worker is not None:
            self._tell(row)
        elif row.attempts >= ATTEMPTS:
            self._fail(row, f"its training was ended {ATTEMPTS} times before it was done")
        else:
            row = self._rounds.begin(row.round)
            self._worker = self._start_worker(self._bench, row.round)
            self._tell(row)

    def _reap(self) -> None:
        """A worker has ended: by itself, and the row says how; or killed, and it is started anew."""
        worker, self._worker = self._worker, None
        assert worker is not None
        _let_go(worker)
        last = self._rounds.all()[-1]
        if last.state == "training" and worker.returncode >= 0:
            self._fail(last, f"its worker ended with exit code {worker.returncode}; see {self._log_of(last)}")
        elif last.state == "training":
            name = signal.Signals(-worker.returncode).name
            _log.warning("live round %d: the worker was ended by %s", last.round, name)
        self._tell(self._rounds.get(last.round))

    def _log_of(self, row: LiveRound) -> Path:
        return training.ROUNDS / f"round-{row.round:02}.log"

    def _fail(self, row: LiveRound, why: str) -> None:
        self._rounds.failed(row.round, why)
        self._tell(self._rounds.get(row.round))

    def _conclude(self) -> None:
        """Serve the model that is ready if its check found nothing worse; else the old one stays."""
        row = self._rounds.trained()
        if row is None:
            return
        served = self._rounds.served()
        why = why_not(row, 0 if served is None else served.round)
        if why:
            self._rounds.declined(row.round, why)
        else:
            self._take_over(row)
        self._tell(self._rounds.get(row.round))

    def _take_over(self, row: LiveRound) -> None:
        try:
            served = self._read(row)
        except UserError as error:
            self._rounds.unusable(row.round, str(error))
            return
        self._bench.serve(served)
        self._rounds.serving(row.round)

    def _serve_chosen(self) -> None:
        """Serve what the rows say is served; a model that cannot be read gives way to the one before."""
        while (row := self._rounds.served()) is not None:
            if row.round == self._bench.served.round:
                return
            try:
                self._bench.serve(self._read(row))
            except UserError as error:
                self._rounds.unusable(row.round, str(error))
            self._tell(self._rounds.get(row.round))
        if self._bench.served.round != self._first.round:
            self._bench.serve(self._first)

    def _read(self, row: LiveRound) -> Served:
        return served_by(self._bench.served, self._bench.store.run_folder(self._bench.run), row)

    def _tell(self, row: LiveRound) -> None:
        """Post how a round stands, if that is news."""
        now = (row.round, row.state, row.progress)
        if now == self._told:
            return
        self._told = now
        data = {"round": row.round, "state": row.state, "progress": row.progress, "error": row.error}
        self._bench.bulletin.post(News("round", data))

    def _end_worker(self) -> None:
        worker, self._worker = self._worker, None
        if worker is None:
            return
        worker.terminate()
        with suppress(subprocess.TimeoutExpired):
            worker.wait(_SECONDS_TO_END)
        worker.kill()
        worker.wait()
        _let_go(worker)


def why_not(row: LiveRound, served: int) -> str:
    """Why a model that is ready is not to be served, while the model of a round is; empty where it is."""
    if row.base != served:
        return (
            f"it was compared with the model of round {row.base}, and meanwhile that of round {served} is"
            " served; what it was trained on waits for the next round"
        )
    record = LiveRecord.model_validate(row.record) if row.record else None
    return "; ".join(record.check.worse) if record and record.check else ""


def _let_go(worker: subprocess.Popen[bytes]) -> None:
    stdin: IO[bytes] | None = worker.stdin
    if stdin is not None:
        stdin.close()


def _one_thread() -> dict[str, str]:
    """The server's environment, with one thread for whatever counts them."""
    return {**os.environ, "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
