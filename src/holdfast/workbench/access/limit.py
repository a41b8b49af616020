"""How many tries at signing in are let through, by name and by address."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

_REMEMBERED = 10_000
"""Keys that are remembered at most; the oldest goes first, so that guessing at names fills no memory."""


@dataclass
class TryLimit:
    """Lets through so many tries of each key within a sliding window."""

    most: int
    seconds: float
    clock: Callable[[], float] = time.monotonic
    _tries: dict[str, deque[float]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def enter(self, key: str) -> float | None:
        """Count a try; the seconds to wait if it is one too many, None if it may go on.

        It is counted before it is known to fail, or tries at the same instant would all be let through.
        """
        with self._lock:
            now = self.clock()
            tries = self._tries.pop(key, deque())
            self._tries[key] = tries
            while tries and tries[0] <= now - self.seconds:
                tries.popleft()
            if len(tries) >= self.most:
                return tries[0] + self.seconds - now
            tries.append(now)
            if len(self._tries) > _REMEMBERED:
                del self._tries[next(iter(self._tries))]
        return None

    def forgive(self, key: str) -> None:
        """Forget a key's last try, for it was right."""
        with self._lock:
            if tries := self._tries.get(key):
                tries.pop()

    def clear(self, key: str) -> None:
        """Forget all of a key's tries."""
        with self._lock:
            self._tries.pop(key, None)
