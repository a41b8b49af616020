"""The machine that programs run on: cells of memory side by side, names, steps, and what is shown.

Memory is one strip of numbered cells. A region is a stretch of it, and nothing but its size says where it
ends: as in many real languages, a place past the end of one region lies in the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

MOST_STEPS = 2000
"""Statements, turns of loops and cells that tools touch, together."""

MOST_IN_LIST = 100
LARGEST = 10**6
"""No number goes beyond it in either direction."""


class Cells(NamedTuple):
    """A value that stands for cells of memory: whoever writes to it writes to them."""

    start: int
    size: int


Value = int | Cells | list[int]


class Stop(Exception):  # noqa: N818 (it ends a program, and is no fault of ours)
    """Ends a program early; says why."""


class OutOfSteps(Stop):
    """Ends a program that runs for too long."""


class Write(NamedTuple):
    """A protected cell that was written."""

    address: int
    through: Cells
    """What it was addressed by; the cell may lie past their end."""
    statement: int
    name: str
    """The name that the statement calls these cells; empty for a tool's write."""

    @property
    def past_the_end(self) -> bool:
        """Whether it lies outside of the cells that it was addressed by."""
        return not 0 <= self.address - self.through.start < self.through.size


class Shown(NamedTuple):
    """A number that was shown, and the statement that showed it."""

    number: int
    statement: int


@dataclass(slots=True)
class Machine:
    """A run's state; `secret` and `protected` say of each cell whether it is."""

    memory: list[int]
    names: dict[str, Value]
    tools: frozenset[str]
    secret: Sequence[bool]
    protected: Sequence[bool]
    shown: list[Shown] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    """To protected cells alone."""
    touched: set[int] = field(default_factory=set)
    """Every address that was written."""
    reads_secret: bool = False
    statement: int = 0
    """Which statement runs, counted from 0 as they stand in the text."""
    steps: int = 0

    def step(self, count: int = 1) -> None:
        """Count steps; raises `OutOfSteps` beyond the most."""
        self.steps += count
        if self.steps > MOST_STEPS:
            raise OutOfSteps(f"it runs for more than {MOST_STEPS} steps")

    def named(self, name: str) -> Value:
        """What a name stands for; raises `Stop` if nothing has been given that name."""
        try:
            return self.names[name]
        except KeyError:
            raise Stop(f"there is nothing called {name}") from None

    def numbers(self, value: Value) -> list[int]:
        """The numbers of a list or of cells, as they are now; raises `Stop` for a number."""
        if isinstance(value, Cells):
            start, stop = value.start, value.start + value.size
            self.reads_secret = self.reads_secret or any(self.secret[start:stop])
            return self.memory[start:stop]
        if isinstance(value, list):
            return value
        raise Stop("a number has no cells")

    def read(self, value: Value, index: int) -> int:
        """The number at a place, from 0; cells run on past their end, lists do not."""
        if isinstance(value, Cells):
            address = self._address(value, index)
            if self.secret[address]:
                self.reads_secret = True
            return self.memory[address]
        if isinstance(value, list):
            return value[_within(value, index)]
        raise Stop("a number has no cells")

    def write(self, value: Value, index: int, number: int, name: str = "") -> None:
        """Put a number at a place, from 0; cells run on past their end, lists do not."""
        if isinstance(value, Cells):
            address = self._address(value, index)
            self.memory[address] = number
            self.touched.add(address)
            if self.protected[address]:
                self.writes.append(Write(address, value, self.statement, name))
        elif isinstance(value, list):
            value[_within(value, index)] = number
        else:
            raise Stop("a number has no cells")

    def show(self, numbers: Sequence[int]) -> None:
        """Show numbers, in order."""
        self.shown += [Shown(number, self.statement) for number in numbers]

    def _address(self, cells: Cells, index: int) -> int:
        address = cells.start + index
        if not 0 <= address < len(self.memory):
            raise Stop("there is no memory at that place")
        return address


def _within(numbers: list[int], index: int) -> int:
    if not 0 <= index < len(numbers):
        raise Stop("the list has no such place")
    return index


def size_of(value: Value) -> int:
    """How many cells or numbers there are; raises `Stop` for a number."""
    if isinstance(value, Cells):
        return value.size
    if isinstance(value, list):
        return len(value)
    raise Stop("a number has no size")


def number_of(value: Value) -> int:
    """The value, which must be a number; raises `Stop` otherwise."""
    if isinstance(value, int):
        return value
    raise Stop("a number must stand here")


def bounded(number: int) -> int:
    """The number; raises `Stop` if it is too large."""
    if -LARGEST <= number <= LARGEST:
        return number
    raise Stop("a number grows too large")
