"""Executors: where independent pieces of work run. Who hands out work knows this protocol alone."""

from __future__ import annotations

import multiprocessing
import os
import sys
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

    Work and items travel by pickle, so both must be importable from there.
    """

    workers: int

    def map(self, work: Callable[[Item], Result], items: Sequence[Item]) -> Iterator[Result]:
        """The result of each item, in order; processes that are still at work are stopped when one raises."""
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, mp_context=context, initializer=_one_thread)
        try:
            yield from pool.map(work, items)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _one_thread() -> None:
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
