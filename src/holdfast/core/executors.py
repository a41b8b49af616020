"""Executors: where independent pieces of work run. Who hands out work knows this protocol alone."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Does pieces of work, and hands back their results in the order of the items."""

    @property
    def workers(self) -> int:
        """How many pieces run at once."""

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """The result of each item, in order; what a piece raises is raised here."""


@dataclass(frozen=True)
class Serial:
    """Does one piece after the other, here."""

    workers: int = 1

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """The result of each item, in order."""
        return map(work, items)


@dataclass(frozen=True)
class Processes:
    """Does pieces in fresh processes of one thread each, which pays where models are too small for more.

    Work and items travel by pickle, so both must be importable from there. A process ends when this one
    does, however it ends. With `leave_interrupts`, Ctrl-C interrupts this process alone: the others finish
    the piece in hand, which then should be short.
    """

    workers: int
    leave_interrupts: bool = False

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """The result of each item, in order; processes that are still at work are stopped when one raises."""
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(
            self.workers, mp_context=context, initializer=prepare_process, initargs=(self.leave_interrupts,)
        )
        try:
            yield from pool.map(work, items)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


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
