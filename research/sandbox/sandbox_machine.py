"""A stack machine that runs programs of sandbox, written from docs/tasks/sandbox.md alone.

Memory is a dictionary from addresses to numbers. A value is a number, a Python list (a list of the
program) or a `Span` (cells). The machine does not know what is protected or secret: it records which
addresses were read and written, and the verdict follows from that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from sandbox_program import Instruction

MOST_STEPS = 2000
MOST = 1_000_000
LONGEST = 100


class Span(NamedTuple):
    """Cells side by side."""

    start: int
    size: int


Value = int | list[int] | Span
NOTHING = None
"""What a tool gives that gives nothing."""


class StoppedError(Exception):
    """The program stops before its end; the argument says how."""


def early() -> NoReturn:
    """Stop, as something is not there or cannot be."""
    raise StoppedError("early")


@dataclass
class Machine:
    """One run: where things stand, and all that happened."""

    memory: dict[int, int]
    names: dict[str, Value]
    tools: set[str]
    shown: list[int] = field(default_factory=list)
    read: set[int] = field(default_factory=set)
    written: set[int] = field(default_factory=set)
    steps: int = 0
    ending: str = "end"
    stack: list[Any] = field(default_factory=list)

    def run(self, code: Sequence[Instruction]) -> None:
        """Run to the end, or until something stops the program."""
        at = 0
        try:
            while at < len(code):
                at = self.do(code[at], at)
        except StoppedError as stop:
            self.ending = str(stop)

    def do(self, instruction: Instruction, at: int) -> int:
        """Do one instruction; which comes next."""
        kind = instruction[0]
        if kind in ("jump", "jump if not", "keep if true", "keep if false", "turn"):
            return self.jump(instruction, at)
        if kind in ("is", "above", "below", "not"):
            self.test(kind)
        elif kind in ("number", "list", "look up", "fetch", "minus", "work out", "must give"):
            self.value(*instruction)
        else:
            self.act(*instruction)
        return at + 1

    # What jumps.

    def jump(self, instruction: Instruction, at: int) -> int:
        """Go elsewhere, or on."""
        kind: str = instruction[0]
        to: int = instruction[-1]
        if kind == "jump":
            return to
        if kind == "jump if not":
            return at + 1 if self.stack.pop() else to
        if kind == "turn":
            following, last = self.stack[-2:]
            if following > last:
                del self.stack[-2:]
                return to
            self.step()
            self.names[instruction[1]] = following
            self.stack[-2] += 1
            return at + 1
        if self.stack[-1] == (kind == "keep if true"):
            return to
        self.stack.pop()
        return at + 1

    # Tests.

    def test(self, kind: str) -> None:
        """Compare what lies on the stack."""
        right = self.stack.pop()
        if kind == "not":
            self.stack.append(not right)
            return
        left = self.stack.pop()
        if kind == "is":
            if isinstance(left, int) or isinstance(right, int):
                same = isinstance(left, int) and isinstance(right, int) and left == right
            else:
                same = self.numbers(left) == self.numbers(right)
            self.stack.append(same)
        elif kind == "above":
            self.stack.append(number(left) > number(right))
        else:
            self.stack.append(number(left) < number(right))

    # Values.

    def value(self, kind: str, of: Any = None) -> None:
        """Put one more value on the stack."""
        stack = self.stack
        if kind == "number":
            stack.append(of)
        elif kind == "list":
            numbers = [number(stack.pop()) for _ in range(of)][::-1]
            stack.append(short(numbers))
        elif kind == "look up":
            stack.append(self.names[of] if of in self.names else early())
        elif kind == "fetch":
            place = number(stack.pop())
            stack.append(self.fetch(stack.pop(), place))
        elif kind == "minus":
            stack.append(-number(stack.pop()))
        elif kind == "work out":
            right, left = number(stack.pop()), number(stack.pop())
            stack.append(work_out(left, of, right))
        elif stack[-1] is NOTHING:  # must give
            early()

    # What changes something.

    def act(self, kind: str, of: Any = None, count: int = 0) -> None:
        """Take a step, show, bind, store, call or begin a loop."""
        stack = self.stack
        if kind == "step":
            self.step()
        elif kind == "show":
            value = stack.pop()
            self.step(1 if isinstance(value, int) else size(value))
            self.shown += [value] if isinstance(value, int) else self.numbers(value)
        elif kind == "bind":
            self.names[of] = stack.pop()
        elif kind == "drop":
            stack.pop()
        elif kind == "store":
            place, target, new = number(stack.pop()), stack.pop(), number(stack.pop())
            self.store(target, place, new)
        elif kind == "loop":
            number(stack[-1])
            number(stack[-2])
        else:
            given = stack[len(stack) - count :]
            del stack[len(stack) - count :]
            stack.append(self.call(of, given))

    def step(self, count: int = 1) -> None:
        """Count steps."""
        self.steps += count
        if self.steps > MOST_STEPS:
            raise StoppedError("out of steps")

    # Places.

    def fetch(self, target: Value, place: int) -> int:
        """The number at a place."""
        if isinstance(target, list):
            return target[place] if 0 <= place < len(target) else early()
        address = cells(target).start + place
        if address not in self.memory:
            early()
        self.read.add(address)
        return self.memory[address]

    def store(self, target: Value, place: int, new: int) -> None:
        """Write a number to a place."""
        if isinstance(target, list):
            if not 0 <= place < len(target):
                early()
            target[place] = new
            return
        address = cells(target).start + place
        if address not in self.memory:
            early()
        self.written.add(address)
        self.memory[address] = new

    def numbers(self, value: Value) -> list[int]:
        """All numbers of a list or of cells."""
        return [self.fetch(value, place) for place in range(size(value))]

    # Tools.

    def call(self, tool: str, given: list[Value]) -> Value | None:
        """Use a tool; what it gives."""
        if tool not in self.tools:
            early()
        wanted = {"append": (2,), "count": (2,), "copy": (2,), "fill": (2, 3)}.get(tool, (1,))
        if len(given) not in wanted:
            early()
        x, rest = given[0], given[1:]
        if tool == "size":
            return size(x)
        if tool in ("append", "copy", "fill", "reverse", "sort"):
            self.change(tool, x, rest)
            return NOTHING
        n = number(rest[0]) if rest else 0
        self.step(size(x))
        return reckon(tool, self.numbers(x), n)

    def change(self, tool: str, x: Value, rest: list[Value]) -> None:
        """Use a tool that gives nothing."""
        if tool == "append":
            self.append(x, number(rest[0]))
        elif tool == "copy":
            self.copy(x, rest[0])
        elif tool == "fill":
            self.fill(x, *[number(one) for one in rest])
        else:
            old = self.numbers(x)
            self.write(x, sorted(old) if tool == "sort" else old[::-1])

    def append(self, x: Value, n: int) -> None:
        """One more number at the end of a list."""
        if not isinstance(x, list):
            early()
        short([*x, n])
        x.append(n)

    def copy(self, x: Value, y: Value) -> None:
        """Each number of x into y, one after the other."""
        size(y)
        for place in range(size(x)):
            self.step()
            self.store(y, place, self.fetch(x, place))

    def fill(self, x: Value, n: int, k: int | None = None) -> None:
        """The same number into many places."""
        places = size(x) if k is None else k
        self.write(x, [n] * min(places, MOST_STEPS + 1))  # more would be out of steps in any case

    def write(self, x: Value, numbers: list[int]) -> None:
        """These numbers into x, from its first place on."""
        size(x)
        for place, n in enumerate(numbers):
            self.step()
            self.store(x, place, n)


def number(value: Value) -> int:
    """The value, which must be a number."""
    return value if isinstance(value, int) else early()


def cells(value: Value) -> Span:
    """The value, which must be cells."""
    return value if isinstance(value, Span) else early()


def size(value: Value) -> int:
    """How many numbers a list or cells have."""
    return len(value) if isinstance(value, list) else cells(value).size


def short(numbers: list[int]) -> list[int]:
    """The list, unless it is too long."""
    return numbers if len(numbers) <= LONGEST else early()


def work_out(left: int, sign: str, right: int) -> int:
    """The result of two numbers."""
    if sign in "/%" and right == 0:
        early()
    if sign == "+":
        result = left + right
    elif sign == "-":
        result = left - right
    elif sign == "*":
        result = left * right
    else:
        result = left // right if sign == "/" else left % right
    return within(result)


def within(result: int) -> int:
    """The result, unless it is too large."""
    return result if -MOST <= result <= MOST else early()


def reckon(tool: str, numbers: list[int], n: int) -> Value:
    """What a tool gives that only reads."""
    if tool == "sum":
        return within(sum(numbers))
    if tool == "count":
        return numbers.count(n)
    if tool == "cells":
        return numbers
    if not numbers:
        early()
    return max(numbers) if tool == "largest" else min(numbers)
