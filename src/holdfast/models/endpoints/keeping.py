"""What remembers the answers of a service, so that what was paid for is not asked again."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Protocol


class Kept(Protocol):
    """Answers of one version of one service, as JSON by key, and how many requests were sent to it."""

    @property
    def sent(self) -> int:
        """Requests sent so far."""

    def known(self, keys: Sequence[str]) -> dict[str, str]:
        """The answers to those of the keys that are known."""

    def keep(self, key: str, answer: str) -> None:
        """Remember an answer; it is safe once this returns."""

    def spend(self, most: int | None) -> bool:
        """Count a request that is about to be sent; False, and nothing counted, where `most` were sent."""


class KeptHere:
    """Answers in this process's memory."""

    def __init__(self) -> None:
        self.sent = 0
        self._answers: dict[str, str] = {}
        self._one = threading.Lock()

    def known(self, keys: Sequence[str]) -> dict[str, str]:
        """The answers to those of the keys that are known."""
        return {key: self._answers[key] for key in keys if key in self._answers}

    def keep(self, key: str, answer: str) -> None:
        """Remember an answer."""
        self._answers[key] = answer

    def spend(self, most: int | None) -> bool:
        """Count a request, unless `most` were sent."""
        with self._one:
            if most is not None and self.sent >= most:
                return False
            self.sent += 1
            return True
