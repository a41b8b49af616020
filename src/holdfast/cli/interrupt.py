"""Ctrl-C once: end soon and keep what was found. Twice: end now."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from typing import Any

from holdfast.core.budget import Budget, Spend
from holdfast.core.progress import Progress


class Interrupt:
    """Whether somebody has asked for the work to end.

    Sent to a worker process it becomes that process's own, which hears the same Ctrl-C: a worker, too, ends
    its piece early and hands back what it has found.
    """

    def __init__(self) -> None:
        self.asked = False

    def __reduce__(self) -> tuple[Any, ...]:
        return _of_this_process, (self.asked,)

    def ask(self, number: int, frame: Any) -> None:
        """Take a Ctrl-C: the first as a wish to end, the second as ever."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def bound(self, budget: Budget) -> Budget:
        """A budget that is also spent as soon as somebody asks."""
        limits = {field.name: getattr(budget, field.name) for field in fields(Budget)}
        return _EndedByInterrupt(**limits, interrupt=self)


_here: Interrupt | None = None


def _of_this_process(asked: bool) -> Interrupt:
    """The interrupt of a worker process, which listens from its first piece on."""
    global _here
    if _here is None:
        _here = Interrupt()
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, _here.ask)
    _here.asked = _here.asked or asked
    return _here


@dataclass(frozen=True)
class _EndedByInterrupt(Budget):
    interrupt: Interrupt = field(default_factory=Interrupt, compare=False, repr=False)

    def exhausted_by(self, spend: Spend) -> str | None:
        return "interrupt" if self.interrupt.asked else super().exhausted_by(spend)


@contextmanager
def ending_softly(progress: Progress) -> Iterator[Interrupt]:
    """Take the first Ctrl-C as a wish to end; the second raises KeyboardInterrupt as ever."""
    interrupt = Interrupt()

    def ask(number: int, frame: Any) -> None:
        interrupt.ask(number, frame)
        progress.note("stopping, and keeping what was found; Ctrl-C again stops at once")

    if threading.current_thread() is not threading.main_thread():
        yield interrupt  # only the main thread may take signals
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
