"""Progress for people: a live display on a terminal, plain lines anywhere else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from holdfast.cli.streams import forgiving
from holdfast.core.progress import Progress

if TYPE_CHECKING:
    from rich.progress import TaskID

Figures = dict[str, float | str]
Clock = Callable[[], float]

SECONDS_BETWEEN_LINES = 5.0


def duration(seconds: float) -> str:
    """A length of time as people say it: `42 s`, `3 min 05 s`, `1 h 20 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    return f"{minutes // 60} h {minutes % 60:02d} min"


def figure(value: float | str) -> str:
    """A figure in few characters: three significant digits, whole numbers as they are."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) or (value.is_integer() and abs(value) < 1e6):
        return f"{int(value):,}"
    return f"{value:.3g}"


def told(figures: Figures) -> str:
    """Figures in one line: `loss 0.12, found 7`."""
    return ", ".join(f"{name.replace('_', ' ')} {figure(value)}" for name, value in figures.items())


@dataclass
class Step:
    """One running step: how far it is, and how long it still needs at its speed so far."""

    name: str
    total: int | None
    started: float
    weighed: bool = False
    done: int = 0
    figures: Figures = field(default_factory=dict)
    moved: float | None = None
    """When it last advanced."""

    def advance(self, amount: int, figures: Figures, now: float) -> None:
        """Count, and keep the figures."""
        self.done += amount
        self.figures.update(figures)
        self.moved = now

    def seconds_left(self, now: float) -> float | None:
        """What the mean speed up to the last advance promises, less the time since; None without a speed."""
        if not self.total or not self.done:
            return None
        moved = now if self.moved is None else self.moved
        promised = max(0, self.total - self.done) * (moved - self.started) / self.done
        return max(0.0, promised - (now - moved))

    def count(self) -> str:
        """How far it is: `40 of 100`, `40`, or of weights the share, `40 %`."""
        if not self.total:
            return f"{self.done:,}"
        return f"{self.done / self.total:.0%}" if self.weighed else f"{self.done:,} of {self.total:,}"

    def left(self, now: float) -> str:
        """How long still, for people; empty where nothing is left, or there is nothing to go by."""
        seconds = self.seconds_left(now)
        if not seconds:
            return ""
        return f"{'about ' if self.weighed else ''}{duration(seconds)} left"


class PlainProgress:
    """One line when a step starts and ends, and at most one every few seconds between.

    A step of weighed pieces, which are few and long, gets a line for each piece.
    """

    def __init__(self, out: TextIO, clock: Clock = time.monotonic) -> None:
        self._out = out
        self._clock = clock
        self._steps: list[Step] = []
        self._last_line = clock()

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        """Say that a step begins."""
        self._steps.append(Step(step, total, self._clock(), weighed))
        self._line(f"{step} ..." if total is None or weighed else f"{step} ... ({total:,})")

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """Count, and say where the step stands if nothing was said for a while."""
        if not self._steps:
            return
        step, now = self._steps[-1], self._clock()
        step.advance(amount, figures, now)
        if now - self._last_line >= SECONDS_BETWEEN_LINES or (step.weighed and amount):
            self._line(self._standing(step, now))

    def finish(self, **figures: float | str) -> None:
        """Say that the step has ended, how long it took, and its closing figures."""
        if not self._steps:
            return
        step = self._steps.pop()
        text = f"{step.name}: done in {duration(self._clock() - step.started)}"
        self._line(f"{text}; {told(figures)}" if figures else text, after=step)

    def note(self, message: str) -> None:
        """Print the line."""
        self._line(message)

    def _standing(self, step: Step, now: float) -> str:
        gone = f"{duration(now - step.started)} so far" if step.weighed else ""
        parts = (step.count(), gone, step.left(now), told(step.figures))
        return f"{step.name}: {', '.join(part for part in parts if part)}"

    def _line(self, text: str, after: Step | None = None) -> None:
        depth = len(self._steps) - (0 if after else 1)
        print("  " * max(0, depth) + text, file=self._out, flush=True)
        self._last_line = self._clock()


class LiveProgress:
    """A bar for each running step, with its figures; finished steps stay above as lines."""

    def __init__(self, out: TextIO) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._display = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=24),
            TextColumn("{task.fields[count]}", markup=False),
            TimeElapsedColumn(),
            TextColumn("{task.fields[left]}", markup=False),
            TextColumn("{task.fields[told]}", markup=False),
            console=Console(file=out),
            transient=True,
        )
        self._steps: list[tuple[TaskID, Step]] = []

    def open(self) -> None:
        """Begin to draw."""
        self._display.start()

    def close(self) -> None:
        """Stop drawing and leave the terminal as it was."""
        self._display.stop()

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        """Add a bar."""
        began = Step(step, total, time.monotonic(), weighed)
        name = "  " * len(self._steps) + step
        row = self._display.add_task(name, total=total, count=began.count(), left="", told="")
        self._steps.append((row, began))

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """Move the innermost bar; those around it count their time down."""
        if not self._steps:
            return
        now = time.monotonic()
        self._steps[-1][1].advance(amount, figures, now)
        for row, step in self._steps:
            self._display.update(
                row, completed=step.done, count=step.count(), left=step.left(now), told=told(step.figures)
            )

    def finish(self, **figures: float | str) -> None:
        """Take the innermost bar away and leave a line."""
        if not self._steps:
            return
        row, step = self._steps.pop()
        self._display.remove_task(row)
        taken = duration(time.monotonic() - step.started)
        closing = f"; {told(figures)}" if figures else ""
        self.note(f"{'  ' * len(self._steps)}✓ {step.name}: {taken}{closing}")

    def note(self, message: str) -> None:
        """Print a line above the bars."""
        self._display.console.print(message, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def showing(out: TextIO) -> Iterator[Progress]:
    """Progress on `out`: live if it is a terminal, plain lines if not."""
    lasting = forgiving(out)
    if not out.isatty():
        yield PlainProgress(lasting)
        return
    live = LiveProgress(lasting)
    live.open()
    try:
        yield live
    finally:
        live.close()
