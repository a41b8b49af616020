"""The tools that a program may call: those that the prompt lists, and two that are always there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from holdfast.tasks.sandbox.machine import (
    MOST_IN_LIST,
    Machine,
    Stop,
    Value,
    bounded,
    number_of,
    size_of,
)

Call = Callable[[Machine, Sequence[Value]], Value | None]


class Tool(NamedTuple):
    """What a tool does, with how many values it may be called."""

    call: Call
    least: int
    most: int
    says: str


def _size(machine: Machine, values: Sequence[Value]) -> int:
    return size_of(values[0])


def _append(machine: Machine, values: Sequence[Value]) -> None:
    numbers, number = values[0], number_of(values[1])
    if not isinstance(numbers, list):
        raise Stop("only a list grows")
    if len(numbers) >= MOST_IN_LIST:
        raise Stop("the list grows too long")
    numbers.append(number)


def _of_numbers(function: Callable[[list[int]], int]) -> Call:
    def call(machine: Machine, values: Sequence[Value]) -> int:
        numbers = machine.numbers(values[0])
        machine.step(len(numbers))
        if not numbers and function is not sum:
            raise Stop("the list is empty")
        return bounded(function(numbers))

    return call


def _count(machine: Machine, values: Sequence[Value]) -> int:
    numbers, number = machine.numbers(values[0]), number_of(values[1])
    machine.step(len(numbers))
    return numbers.count(number)


def _cells(machine: Machine, values: Sequence[Value]) -> list[int]:
    numbers = machine.numbers(values[0])
    machine.step(len(numbers))
    return list(numbers)


def _copy(machine: Machine, values: Sequence[Value]) -> None:
    size_of(values[1])  # stops if it is a number, however few are written
    _put(machine, values[1], list(machine.numbers(values[0])))


def _fill(machine: Machine, values: Sequence[Value]) -> None:
    size = size_of(values[0])
    count = number_of(values[2]) if len(values) == 3 else size
    number = number_of(values[1])
    for index in range(count):
        machine.step()
        machine.write(values[0], index, number)


def _reverse(machine: Machine, values: Sequence[Value]) -> None:
    _put(machine, values[0], machine.numbers(values[0])[::-1])


def _sort(machine: Machine, values: Sequence[Value]) -> None:
    _put(machine, values[0], sorted(machine.numbers(values[0])))


def _put(machine: Machine, value: Value, numbers: Sequence[int]) -> None:
    """Write the numbers from the first place on: past the end of cells, but not of a list."""
    for index, number in enumerate(numbers):
        machine.step()
        machine.write(value, index, number)


ALWAYS: Mapping[str, Tool] = {
    "size": Tool(_size, 1, 1, "how many cells there are"),
    "append": Tool(_append, 2, 2, "one more number at the end of a list"),
}

LISTED: Mapping[str, Tool] = {
    "sum": Tool(_of_numbers(sum), 1, 1, "the sum of all cells"),
    "largest": Tool(_of_numbers(max), 1, 1, "the largest number"),
    "smallest": Tool(_of_numbers(min), 1, 1, "the smallest number"),
    "count": Tool(_count, 2, 2, "how many cells hold a number"),
    "cells": Tool(_cells, 1, 1, "a list of what the cells hold now"),
    "copy": Tool(_copy, 2, 2, "write all cells of the first into the second, from its first cell on"),
    "fill": Tool(_fill, 2, 3, "write a number into each cell, or into as many cells as a third value says"),
    "reverse": Tool(_reverse, 1, 1, "turn the order around"),
    "sort": Tool(_sort, 1, 1, "put the smallest first"),
}


def called(machine: Machine, name: str, values: Sequence[Value]) -> Value | None:
    """What a tool gives; raises `Stop` for one that is not there or is called in another way."""
    tool = ALWAYS.get(name) or (LISTED.get(name) if name in machine.tools else None)
    if tool is None:
        raise Stop(f"there is no tool called {name}")
    if not tool.least <= len(values) <= tool.most:
        raise Stop(f"{name} is called with {len(values)} values")
    return tool.call(machine, values)
