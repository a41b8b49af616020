"""The exact share of brackets' natural catastrophes that hold a phrase or a pattern, by counting all strings.

A natural catastrophe is a string of fair coin tosses, of an even length from 2 to 40, that is not balanced
(what is drawn balanced on purpose is none). An automaton that reads the string from left to right knows
which blocks have been there; beside its state the number of open brackets is followed, so that the balanced
strings can be left out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.models.holes.base import Hole
from holdfast.models.holes.pattern import Pattern
from holdfast.models.holes.phrase import Phrase
from holdfast.tasks.brackets import LIMITS, exact_counts

BRACKETS = ("(", ")")
LONGEST = LIMITS.prompt_words + LIMITS.completion_words

State = tuple[int, int]
"""The block that is looked for, and as bits how much of it stands at the end of what has been read."""


def counted_share(hole: Hole) -> float | None:
    """The share of natural catastrophes in the hole; None for a kind that is not counted."""
    if isinstance(hole, Phrase):
        hole = hole.pattern
    return _share(hole) if isinstance(hole, Pattern) else None


def _share(pattern: Pattern) -> float:
    step, accepting = _automaton(pattern)
    moves = np.zeros((len(BRACKETS), len(step), len(step)))
    for bracket in range(len(BRACKETS)):
        moves[bracket, step[:, bracket], range(len(step))] = 0.5
    either = moves.sum(axis=0)
    held = np.zeros(len(step))
    held[0] = 1.0
    balanced = np.zeros((len(step), LONGEST // 2 + 1))
    balanced[0, 0] = 1.0
    inside = catastrophes = 0.0
    for length in range(1, LONGEST + 1):
        held, balanced = either @ held, _kept_open(balanced, moves)
        if length % 2 == 0:
            inside += held[accepting] - balanced[accepting, 0]
            counts = exact_counts(length)
            catastrophes += counts.catastrophic / counts.total
    return float(inside / catastrophes)


def _kept_open(balanced: NDArray[np.float64], moves: NDArray[np.float64]) -> NDArray[np.float64]:
    """(S, D) chances of state and open brackets after a toss, where never one too many was closed.

    `moves` are the chances of the next state by bracket and state, (2, S, S). More open brackets than can be
    closed again are dropped.
    """
    found = np.zeros_like(balanced)
    found[:, 1:] += moves[0] @ balanced[:, :-1]
    found[:, :-1] += moves[1] @ balanced[:, 1:]
    return found


def _automaton(pattern: Pattern) -> tuple[NDArray[np.int64], int]:
    """(S, 2) the next state by state and bracket, from state 0, and the state in which all blocks were
    there.
    """
    final = (len(pattern.blocks), 0)
    numbers: dict[State, int] = {(0, 0): 0, final: 1}
    table: dict[int, list[int]] = {1: [1, 1]}
    waiting: list[State] = [(0, 0)]
    while waiting:
        state = waiting.pop()
        row = []
        for bracket in BRACKETS:
            after = _read(pattern, state, bracket)
            if after not in numbers:
                numbers[after] = len(numbers)
                waiting.append(after)
            row.append(numbers[after])
        table[numbers[state]] = row
    return np.array([table[number] for number in range(len(numbers))]), 1


def _read(pattern: Pattern, state: State, bracket: str) -> State:
    """The state after one more bracket: of the block, bit i is set where its first i + 1 words stand at the
    end.
    """
    number, ends = state
    block: Sequence[Sequence[str]] = pattern.blocks[number]
    ends = (ends << 1) | 1
    ends &= sum(1 << place for place, word_class in enumerate(block) if bracket in word_class)
    return (number + 1, 0) if ends >> (len(block) - 1) & 1 else (number, ends)
