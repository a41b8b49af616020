"""A live round's progress as one share of the whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping

PARTS: Mapping[str, float] = {"read": 0.2, "train": 0.45, "measure": 0.2, "check": 0.15}
"""How much of the whole each part is, roughly; for telling alone."""

_STEP = 0.02
"""The least advance that is told."""


class SharedProgress:
    """Tells a share from 0 to 1 as the parts go by in their order."""

    def __init__(self, tell: Callable[[float], None]) -> None:
        self._tell = tell
        self._told = self._begin = self._end = 0.0
        self._total, self._done = 1, 0

    def start(self, step: str, total: int | None = None, *, weighed: bool = False) -> None:
        """A part begins."""
        self._begin, self._end = self._end, self._end + PARTS[step]
        self._total, self._done = max(1, total or 1), 0

    def advance(self, amount: int = 1, **figures: float | str) -> None:
        """Some of the part is done; what overruns its total counts no further."""
        self._done = min(self._total, self._done + amount)
        self._at(self._begin + (self._end - self._begin) * self._done / self._total)

    def finish(self, **figures: float | str) -> None:
        """The part has ended."""
        self._at(self._end)

    def note(self, message: str) -> None:
        """Nobody reads along."""

    def _at(self, share: float) -> None:
        if share >= self._told + _STEP:
            self._told = share
            self._tell(share)
