"""Named random streams grown from one root seed (contract 4: no global random state)."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class Stream:
    """A random stream named by its path from the root, such as `0/round-3/attack`.

    The same root seed and path give the same numbers on every machine and in every process, whatever
    else was drawn before; streams of different paths are independent (`numpy.random.SeedSequence`).
    """

    root: int
    path: tuple[str, ...] = field(default=())

    def child(self, *names: str | int) -> Stream:
        """The stream below this one with the given names."""
        return Stream(self.root, (*self.path, *(str(name) for name in names)))

    def _sequence(self) -> np.random.SeedSequence:
        digest = hashlib.sha256("\x1f".join(self.path).encode()).digest()
        words = tuple(int.from_bytes(digest[i : i + 4], "little") for i in range(0, 16, 4))
        return np.random.SeedSequence(self.root, spawn_key=words)

    def integer(self) -> int:
        """A 63-bit seed for a library that wants a single number."""
        return int(self._sequence().generate_state(1, np.uint64)[0]) >> 1

    def numpy(self) -> np.random.Generator:
        """A fresh numpy generator at the start of the stream."""
        return np.random.Generator(np.random.PCG64(self._sequence()))

    def python(self) -> random.Random:
        """A fresh `random.Random` at the start of the stream."""
        return random.Random(self.integer())

    def torch(self) -> torch.Generator:
        """A fresh CPU torch generator at the start of the stream."""
        import torch

        return torch.Generator().manual_seed(self.integer())

    def __str__(self) -> str:
        return "/".join((str(self.root), *self.path))
