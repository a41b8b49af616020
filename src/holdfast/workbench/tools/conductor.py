"""Conducts searches: processes that are lent to one search at a time, and ended where they do not listen."""

from __future__ import annotations

import multiprocessing
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess

from holdfast.workbench.tools.searching import STOP, Assignment, Package, work
from holdfast.workbench.tools.shapes import SearchEnd, SearchStep

_LISTENS = 0.05
"""Seconds after which a search that is asked to stop is noticed to be."""

_GRACE = 0.4
"""Seconds that a process has to end its search by itself; training inside an attack takes longer."""


class Process:
    """One process that searches; used by one thread at a time."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process: BaseProcess = context.Process(target=work, args=(theirs,), daemon=True, name="search")
        self._process.start()
        theirs.close()
        self._opened = ""

    def open(self, package: Package) -> None:
        """Have it ready for a target."""
        if self._opened != package.name:
            self._connection.send(package)
            self._opened = package.name

    def search(
        self,
        package: Package,
        assignment: Assignment,
        tell: Callable[[SearchStep], None],
        stopping: threading.Event,
    ) -> SearchEnd:
        """Run a search to its end; where the process dies or does not stop, tell what is known."""
        begun, last = time.perf_counter(), _Last(tell)
        with suppress(EOFError, OSError):
            self.open(package)
            self._connection.send(assignment)
            end = self._listen(self._connection, last, stopping)
            if end is not None:
                return end
        self.end()
        reason, message = "error", "the process that searched has died; try again"
        if stopping.is_set():
            reason, message = "stopped", "it was stopped"
        step = last.step
        return SearchEnd.model_validate(
            {
                "reason": reason,
                "message": message,
                "best": step if step and not _same(step, assignment) else None,
                "queries": step.queries if step else 0,
                "seconds": time.perf_counter() - begun,
            }
        )

    def _listen(self, connection: Connection, last: _Last, stopping: threading.Event) -> SearchEnd | None:
        """Hand on steps until the end comes; None when it does not come in time after a stop."""
        deadline = None
        while deadline is None or time.perf_counter() < deadline:
            if connection.poll(_LISTENS):
                message = connection.recv()
                if isinstance(message, SearchEnd):
                    return message
                last.hear(message)
            if deadline is None and stopping.is_set():
                connection.send(STOP)
                deadline = time.perf_counter() + _GRACE
        return None

    @property
    def alive(self) -> bool:
        """Whether it can be lent again."""
        return self._process.is_alive()

    def kill(self) -> None:
        """Kill it, whatever it does; a search that waits for it then ends it."""
        self._process.kill()
        self._process.join()

    def end(self) -> None:
        """Kill it and let go of it: for whoever it is lent to, as a connection may be closed once only."""
        self.kill()
        self._connection.close()


class _Last:
    """Hands steps on, and remembers the last."""

    def __init__(self, tell: Callable[[SearchStep], None]) -> None:
        self._tell = tell
        self.step: SearchStep | None = None

    def hear(self, step: SearchStep) -> None:
        self.step = step
        self._tell(step)


def _same(step: SearchStep, assignment: Assignment) -> bool:
    return (step.prompt, step.completion) == (assignment.snippet.prompt, assignment.snippet.completion)


class Processes:
    """Lends processes, never more than `most` at once; one that is given back waits for the next search."""

    def __init__(self, most: int) -> None:
        self._room = threading.Semaphore(most)
        self._idle: list[Process] = []
        self._lent: set[Process] = set()
        self._lock = threading.Lock()
        self._closed = False

    def warm(self, package: Package) -> None:
        """Have one ready, if none has been needed yet."""
        with self._lock:
            if not (self._idle or self._lent or self._closed):
                process = Process()
                process.open(package)
                self._idle.append(process)

    def search(
        self,
        package: Package,
        assignment: Assignment,
        tell: Callable[[SearchStep], None],
        stopping: threading.Event,
    ) -> SearchEnd | None:
        """Run a search once there is room; None where it was stopped before it began."""
        while not self._room.acquire(timeout=_LISTENS):
            if stopping.is_set():
                return None
        try:
            process = None if stopping.is_set() else self._lend()
            if process is None:
                return None
            try:
                return process.search(package, assignment, tell, stopping)
            finally:
                self._give_back(process)
        finally:
            self._room.release()

    def close(self) -> None:
        """End all of them."""
        with self._lock:
            self._closed = True
            idle, lent = [*self._idle], [*self._lent]
            self._idle.clear()
        for process in idle:
            process.end()
        for process in lent:
            process.kill()

    def _lend(self) -> Process | None:
        with self._lock:
            if self._closed:
                return None
            process = self._idle.pop() if self._idle else Process()
            self._lent.add(process)
            return process

    def _give_back(self, process: Process) -> None:
        with self._lock:
            self._lent.discard(process)
            if process.alive and not self._closed:
                self._idle.append(process)
