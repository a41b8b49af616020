"""The parts of a program, and what each does when it runs (`docs/tasks/sandbox.md` has the grammar)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from holdfast.tasks.sandbox.machine import (
    MOST_IN_LIST,
    Cells,
    Machine,
    Stop,
    Value,
    bounded,
    number_of,
)
from holdfast.tasks.sandbox.tools import called

KEYWORDS = frozenset("for from to do end if else show is not above below and or".split())


class Expression(Protocol):
    """Has a value."""

    def value(self, machine: Machine) -> Value:
        """What it stands for now; raises `Stop`."""


class Test(Protocol):
    """Holds or does not."""

    def holds(self, machine: Machine) -> bool:
        """Whether it holds now; raises `Stop`."""


class Statement(Protocol):
    """Does something."""

    def run(self, machine: Machine) -> None:
        """Do it; raises `Stop`."""


@dataclass(frozen=True, slots=True)
class Number:
    """`7`"""

    number: int

    def value(self, machine: Machine) -> Value:
        """The number."""
        return self.number


@dataclass(frozen=True, slots=True)
class Name:
    """`scores`: a number, a list, or the cells of a region (which are not copied)."""

    name: str

    def value(self, machine: Machine) -> Value:
        """What goes by that name."""
        return machine.named(self.name)


@dataclass(frozen=True, slots=True)
class At:
    """`scores[2]`: the number at a place, from 0."""

    name: str
    index: Expression

    def value(self, machine: Machine) -> Value:
        """The number that is there."""
        return machine.read(machine.named(self.name), number_of(self.index.value(machine)))


@dataclass(frozen=True, slots=True)
class Made:
    """`[1, 2]`: a list of numbers of its own."""

    parts: Sequence[Expression]

    def value(self, machine: Machine) -> Value:
        """A new list."""
        values = [part.value(machine) for part in self.parts]
        if len(values) > MOST_IN_LIST:
            raise Stop("the list grows too long")
        return [number_of(value) for value in values]


@dataclass(frozen=True, slots=True)
class Minus:
    """`- x`"""

    part: Expression

    def value(self, machine: Machine) -> Value:
        """The number below zero."""
        return -number_of(self.part.value(machine))


@dataclass(frozen=True, slots=True)
class Sum:
    """`x + y - z`, and the same with `*`, `/` and `%`; flat, as there may be thousands of parts."""

    first: Expression
    rest: Sequence[tuple[str, Expression]]

    def value(self, machine: Machine) -> Value:
        """The number that comes of it, from left to right; division is of whole numbers, rounded down."""
        left = self.first.value(machine)
        for sign, part in self.rest:
            right = part.value(machine)
            left, right = number_of(left), number_of(right)
            if sign in "/%" and not right:
                raise Stop("it divides by zero")
            left = bounded(_SIGNS[sign](left, right))
        return left


_SIGNS: dict[str, Callable[[int, int], int]] = {
    "+": int.__add__,
    "-": int.__sub__,
    "*": int.__mul__,
    "/": int.__floordiv__,
    "%": int.__mod__,
}


@dataclass(frozen=True, slots=True)
class Call:
    """`sum(scores)`: a tool at work, as a value or as a statement."""

    tool: str
    values: Sequence[Expression]

    def value(self, machine: Machine) -> Value:
        """What the tool gives; raises `Stop` for a tool that gives nothing."""
        found = called(machine, self.tool, [each.value(machine) for each in self.values])
        if found is None:
            raise Stop(f"{self.tool} gives no value")
        return found

    def run(self, machine: Machine) -> None:
        """Let the tool work, whatever it gives."""
        called(machine, self.tool, [each.value(machine) for each in self.values])


@dataclass(frozen=True, slots=True)
class Compared:
    """`x is y`, `x is not y`, `x above y`, `x below y`."""

    left: Expression
    how: str
    right: Expression

    def holds(self, machine: Machine) -> bool:
        """Whether it is so; lists and cells are the same if their numbers are, in order."""
        left, right = self.left.value(machine), self.right.value(machine)
        if self.how == "above":
            return number_of(left) > number_of(right)
        if self.how == "below":
            return number_of(left) < number_of(right)
        return (_content(machine, left) == _content(machine, right)) == (self.how == "is")


def _content(machine: Machine, value: Value) -> int | list[int]:
    return machine.numbers(value) if isinstance(value, Cells) else value


@dataclass(frozen=True, slots=True)
class Not:
    """`not x is y`"""

    part: Test

    def holds(self, machine: Machine) -> bool:
        """Whether the part does not."""
        return not self.part.holds(machine)


@dataclass(frozen=True, slots=True)
class Joined:
    """Tests with `and` or `or` between them; the first that decides is the last that is looked at."""

    parts: Sequence[Test]
    until: bool
    """What decides: one that holds (`or`), or one that does not (`and`)."""

    def holds(self, machine: Machine) -> bool:
        """Whether any does (`or`), or all do (`and`)."""
        return any(part.holds(machine) is self.until for part in self.parts) is self.until


@dataclass(frozen=True, slots=True)
class Assign:
    """`x = y`: gives a name, and copies nothing."""

    name: str
    to: Expression

    def run(self, machine: Machine) -> None:
        """Let the name stand for the value."""
        machine.names[self.name] = self.to.value(machine)


@dataclass(frozen=True, slots=True)
class AssignAt:
    """`scores[2] = y`"""

    name: str
    index: Expression
    to: Expression

    def run(self, machine: Machine) -> None:
        """Write the number to that place."""
        number, to, index = self.to.value(machine), machine.named(self.name), self.index.value(machine)
        machine.write(to, number_of(index), number_of(number), self.name)


@dataclass(frozen=True, slots=True)
class Show:
    """`show x, y`"""

    parts: Sequence[Expression]

    def run(self, machine: Machine) -> None:
        """Show the numbers of each part, in order."""
        for part in self.parts:
            value = part.value(machine)
            numbers = [value] if isinstance(value, int) else machine.numbers(value)
            machine.step(len(numbers))
            machine.show(numbers)


@dataclass(frozen=True, slots=True)
class If:
    """`if x is y do … else … end`"""

    test: Test
    then: Block
    otherwise: Block

    def run(self, machine: Machine) -> None:
        """Run one block or the other."""
        (self.then if self.test.holds(machine) else self.otherwise).run(machine)


@dataclass(frozen=True, slots=True)
class For:
    """`for i from x to y do … end`: both ends count, and are worked out once."""

    name: str
    start: Expression
    stop: Expression
    block: Block

    def run(self, machine: Machine) -> None:
        """Run the block once for each number."""
        start, stop = self.start.value(machine), self.stop.value(machine)
        for number in range(number_of(start), number_of(stop) + 1):
            machine.step()
            machine.names[self.name] = number
            self.block.run(machine)


@dataclass(frozen=True, slots=True)
class Block:
    """Statements, one after the other, each with its number as they stand in the text."""

    statements: Sequence[tuple[int, Statement]]

    def run(self, machine: Machine) -> None:
        """Run each."""
        for place, statement in self.statements:
            machine.statement = place
            machine.step()
            statement.run(machine)


@dataclass(frozen=True, slots=True)
class Program:
    """A whole program. `spans`: the words from and up to which each statement stands."""

    block: Block
    spans: Sequence[tuple[int, int]]
