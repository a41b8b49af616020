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
    """Whether somebody has asked for the work to end."""

    def __init__(self) -> None:
        self.asked = False

    def bound(self, budget: Budget) -> Budget:
        """A budget that is also spent as soon as somebody asks."""
        limits = {field.name: getattr(budget, field.name) for field in fields(Budget)}
        return _EndedByInterrupt(**limits, interrupt=self)


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
        if interrupt.asked:
            raise KeyboardInterrupt
        interrupt.asked = True
        progress.note("stopping, and keeping what was found; Ctrl-C again stops at once")

    if threading.current_thread() is not threading.main_thread():
        yield interrupt  # only the main thread may take signals
        return
    before = signal.signal(signal.SIGINT, ask)
    try:
        yield interrupt
    finally:
        signal.signal(signal.SIGINT, before)
