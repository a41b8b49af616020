"""Answers that are remembered: what was asked before is not asked again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from itertools import islice
from typing import Generic, TypeVar

Q = TypeVar("Q", bound=Hashable)
A = TypeVar("A")


class Remembered(Generic[Q, A]):
    """Asks `ask` for what is new, all at once, and forgets the oldest beyond `size` answers."""

    def __init__(self, ask: Callable[[Sequence[Q]], Sequence[A]], size: int) -> None:
        self._ask = ask
        self._size = size
        self._known: dict[Q, A] = {}

    def __call__(self, asked: Sequence[Q]) -> list[A]:
        """An answer to each question, in order."""
        known = self._known
        new = [question for question in dict.fromkeys(asked) if question not in known]
        if new:
            known.update(zip(new, self._ask(new), strict=True))
        answers = [known[question] for question in asked]
        surplus = len(known) - self._size
        if surplus > 0:
            for question in list(islice(known, surplus)):
                del known[question]
        return answers
