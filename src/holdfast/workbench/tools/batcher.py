"""The batcher: one thread asks the models for all writers, and for those who wait together in common batches.

Scoring engines are not safe to share among threads, so that no other thread may touch the one that is
served. Work (`work.Task`) begins with whatever filter is served then and keeps it to its end; another filter
so comes in between two pieces of work, never within one.
"""

from __future__ import annotations

import asyncio
import gc
import threading
from collections import deque
from concurrent.futures import Future
from time import perf_counter
from typing import TYPE_CHECKING, Any

from holdfast.core.errors import HoldfastError
from holdfast.workbench.tools.work import COST, Begin, Lane, LogOdds, Result, Task, answer

if TYPE_CHECKING:
    from holdfast.workbench.bench import Workbench

SLICE = 128
"""Snippets that the menu lane has scored before it looks who else waits: some 20 ms with a small model."""

LEAST_SLICE, SLICE_SECONDS = 8, 0.25
"""A large guard takes its time for each: it scores fewer at once, so many as it does in these seconds."""

LIVE_ROUNDS = 2
"""Rounds of the live lane in a row while the menu lane waits, so that neither can starve.

A live score with saliency asks twice.
"""

MOST_WAITING = 1000
"""Pieces of work that may wait; a server that is so far behind had better say so."""


class Batcher:
    """Runs the work of all writers in one thread; `start` before the first, `close` after the last."""

    def __init__(self, bench: Workbench) -> None:
        self._bench = bench
        self._arrived: deque[Task[Any]] = deque()
        self._running: list[Task[Any]] = []
        self._changed = threading.Condition()
        self._closing = False
        self._pace = 0.0
        """Seconds that the menu lane takes for a snippet, of late."""
        self._thread = threading.Thread(target=self._run, name="scoring", daemon=True)

    def start(self) -> None:
        """Begin to serve."""
        # Models and libraries are there for good: the collector need not look through them while people wait.
        gc.collect()
        gc.freeze()
        self._thread.start()

    def close(self) -> None:
        """End once the present batch is done; work that waits fails."""
        with self._changed:
            self._closing = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()
            gc.unfreeze()

    async def run(self, begin: Begin[Result], lane: Lane = "live") -> Result:
        """The result of a piece of work; raises what it raises, and HoldfastError when too many wait."""
        return await asyncio.wrap_future(self.submit(begin, lane))

    def submit(self, begin: Begin[Result], lane: Lane = "live") -> Future[Result]:
        """The same for callers in threads of their own."""
        task = Task(begin, lane)
        with self._changed:
            if self._closing:
                raise HoldfastError("the workbench is closing")
            if len(self._arrived) + len(self._running) >= MOST_WAITING:
                raise HoldfastError("more people ask for scores than this machine can serve; try again")
            self._arrived.append(task)
            self._changed.notify()
        return task.future

    def _run(self) -> None:
        _use_one_core()
        while self._wait():
            self._take()
            for _ in range(LIVE_ROUNDS):
                live = [task for task in self._running if task.lane == "live"]
                if not live:
                    break
                answer(live, [None] * len(live))
                self._settle()
                self._take()
            self._slice()
            self._settle()
        for task in [*self._running, *self._arrived]:
            if not task.future.cancel():
                task.fail(HoldfastError("the workbench is closing"))

    def _wait(self) -> bool:
        """Sleep until there is something to do; false when it is time to end."""
        with self._changed:
            self._changed.wait_for(lambda: self._arrived or self._running or self._closing)
            return not self._closing

    def _take(self) -> None:
        """Begin the work that has arrived, with the filter that is served now."""
        with self._changed:
            arrived = list(self._arrived)
            self._arrived.clear()
        if arrived:
            served = self._bench.served
            for task in arrived:
                task.start(served)
            self._running += arrived
            self._settle()

    def _settle(self) -> None:
        self._running = [task for task in self._running if task.ask is not None]

    def _slice(self) -> None:
        """Answer questions of the menu lane, oldest first, as far as a slice goes."""
        whole = room = slice_at(self._pace)
        chosen: list[Task[Any]] = []
        parts: list[int | None] = []
        for task in self._running:
            if room <= 0:
                break
            if task.lane != "menu":
                continue
            part = min(room, len(task.left)) if isinstance(task.ask, LogOdds) else None
            chosen.append(task)
            parts.append(part)
            room -= COST[type(task.ask)] if part is None else part
        begun = perf_counter()
        answer(chosen, parts)
        if chosen:  # what is remembered costs nothing, and says little of what comes
            self._pace = max((perf_counter() - begun) / max(1, whole - room), self._pace / 2)


def slice_at(pace: float) -> int:
    """How many snippets are scored at once by a filter that takes so many seconds for each."""
    return int(min(SLICE, max(LEAST_SLICE, SLICE_SECONDS / max(pace, 1e-9))))


def _use_one_core() -> None:
    """Small models gain nothing from more threads, and the server needs the other core."""
    import torch

    torch.set_num_threads(1)
