"""Executors: where independent pieces of work run. Who hands out work knows this protocol alone."""

from __future__ import annotations

import importlib
import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from holdfast.core.errors import HoldfastError

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 2
"""Short pieces that a process has in hand: with the next one there, it never waits for the consumer."""


class Executor(Protocol):
    """Does pieces of work, and hands back their results in the order of the items."""

    @property
    def workers(self) -> int:
        """How many pieces run at once."""

    def map(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result] | None = None,
    ) -> Iterator[Result]:
        """The result of each item, in order; what a piece raises is raised here.

        `lost` gives what stands for a piece whose process was killed, and killed again when it was tried
        alone; without it a HoldfastError is raised once the others are done.
        """

    def as_done(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        """Each item and its result, in the order in which they are done; what a piece raises is raised here.

        Raises HoldfastError for a piece whose process was killed twice, once the others are done.
        """


@dataclass(frozen=True)
class Serial:
    """Does one piece after the other, here."""

    workers: int = 1

    def map(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result] | None = None,
    ) -> Iterator[Result]:
        """The result of each item, in order; what kills a piece kills this process, too."""
        return map(work, items)

    def as_done(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        """Each item and its result, one after the other."""
        return ((item, work(item)) for item in items)


@dataclass(frozen=True)
class Processes:
    """Does pieces in fresh processes of one thread each, which pays where models are too small for more.

    Work and items travel by pickle, so both must be importable from there. A process ends when this one
    does, however it ends. With `leave_interrupts`, Ctrl-C interrupts this process alone: the others finish
    the piece in hand, which then should be short. `ahead` is how many pieces a process has in hand: 1 for
    long ones, so that none waits behind another while a process is idle.
    """

    workers: int
    leave_interrupts: bool = False
    ahead: int = _AHEAD

    def map(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result] | None = None,
    ) -> Iterator[Result]:
        """The result of each item, in order; processes that are still at work are stopped when one raises.

        A process may be killed, as by a system out of memory. Its piece is done again after all others.
        """
        with _weights_by_name():
            yield from self._mapped(work, items, lost)

    def as_done(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[tuple[Item, Result]]:
        """Each item and its result, in the order in which they are done."""
        with _weights_by_name():
            lanes = _Lanes(self, work, items)
            try:
                while (place := lanes.next_done()) is not None:
                    yield items[place], lanes.result(place)
                lanes.check(False)
            finally:
                lanes.close()

    def _mapped(
        self, work: Callable[[Item], Result], items: Sequence[Item], lost: Callable[[Item], Result] | None
    ) -> Iterator[Result]:
        lanes = _Lanes(self, work, items)
        try:
            for place in range(len(items)):
                if lanes.has_result(place):
                    yield lanes.result(place)
                elif lost is not None:
                    yield lost(items[place])
            lanes.check(lost is not None)
        finally:
            lanes.close()


@contextmanager
def _weights_by_name() -> Iterator[None]:
    """Let torch share weights with workers as named memory: else each one holds open files on both sides,
    and a model has hundreds where a process may have some tens."""
    if "torch" not in sys.modules:
        yield
        return
    sharing = importlib.import_module("torch.multiprocessing")
    before = sharing.get_sharing_strategy()
    sharing.set_sharing_strategy("file_system")
    try:
        yield
    finally:
        sharing.set_sharing_strategy(before)


class _Lanes:
    """Processes that each have a pool to themselves, so that a killed one shows which piece it was at."""

    def __init__(self, asked: Processes, work: Callable[[Any], Any], items: Sequence[Any]) -> None:
        self._asked, self._work, self._items = asked, work, items
        self._waiting = deque(range(len(items)))
        self._retried: set[int] = set()
        self._lost: list[int] = []
        self._done: dict[int, Future[Any]] = {}
        self._succeeded = False
        self._lanes = [_Lane(asked) for _ in range(min(asked.workers, len(items)))]

    def has_result(self, place: int) -> bool:
        """Wait for the piece at a place; False where it is lost."""
        while place not in self._done and place not in self._lost:
            self._step()
        return place in self._done

    def next_done(self) -> int | None:
        """Wait for any piece that has a result; None when no more will have one."""
        while not self._done and (self._waiting or any(lane.pieces for lane in self._lanes)):
            self._step()
        return next(iter(self._done), None)

    def result(self, place: int) -> Any:
        """The result of a piece that has one; raises what it raised."""
        return self._done.pop(place).result()

    def check(self, replaced: bool) -> None:
        """Raise HoldfastError for lost pieces: where others stand for them only if nothing came of any."""
        if self._lost and not (replaced and self._succeeded):
            pieces = ", ".join(str(place + 1) for place in self._lost[:10])
            raise HoldfastError(
                f"the worker process was killed twice at {len(self._lost)} of {len(self._items)} pieces"
                f" ({pieces}), perhaps for want of memory; run it again with fewer workers"
            )

    def close(self) -> None:
        """Stop what is still at work."""
        for lane in self._lanes:
            lane.close()

    def _step(self) -> None:
        """Hand out pieces, wait for any, and take in what is finished."""
        for lane in self._lanes:
            while self._waiting and len(lane.pieces) < self._asked.ahead:
                lane.begin(self._waiting[0], self._work, self._items[self._waiting[0]])
                self._waiting.popleft()
        running = [future for lane in self._lanes for _, future in lane.pieces]
        wait(running, return_when=FIRST_COMPLETED)
        for lane in self._lanes:
            self._take(lane)

    def _take(self, lane: _Lane) -> None:
        while lane.pieces and lane.pieces[0][1].done():
            place, future = lane.pieces.popleft()
            if not isinstance(future.exception(), BrokenProcessPool):
                self._done[place] = future
                self._succeeded = True
                continue
            self._waiting.extendleft(reversed([other for other, _ in lane.pieces]))
            lane.renew()
            if place in self._retried:
                self._lost.append(place)
            else:
                self._retried.add(place)
                self._waiting.append(place)


class _Lane:
    """One process, and the pieces that it has in hand: the first is the one that it works at."""

    def __init__(self, asked: Processes) -> None:
        self._asked = asked
        self.pieces: deque[tuple[int, Future[Any]]] = deque()
        self._pool = self._opened()

    def begin(self, place: int, work: Callable[[Any], Any], item: Any) -> None:
        """Hand a piece over; a process that died while it had none is replaced."""
        try:
            future = self._pool.submit(work, item)
        except BrokenProcessPool:
            if self.pieces:  # what it was at will show it, too
                future = Future()
                future.set_exception(BrokenProcessPool())
            else:
                self.renew()
                future = self._pool.submit(work, item)
        self.pieces.append((place, future))

    def renew(self) -> None:
        """Go on with another process, and nothing in hand."""
        self.close()
        self.pieces.clear()
        self._pool = self._opened()

    def close(self) -> None:
        """End the process once it has done what it is at."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _opened(self) -> ProcessPoolExecutor:
        context = multiprocessing.get_context("spawn")
        initargs = (self._asked.leave_interrupts,)
        return ProcessPoolExecutor(1, mp_context=context, initializer=prepare_process, initargs=initargs)


def prepare_process(leave_interrupts: bool) -> None:
    """Make a process one that works for another: a single thread, and gone when the other is gone."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    if leave_interrupts:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    _one_thread()


def _end_with_parent() -> None:
    """End when the process that waits for results is gone; the queue of work would never say so."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _one_thread() -> None:
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
