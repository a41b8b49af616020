"""What an evaluation draws: series of prompts or attempts, cut into shards."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

SMALLEST, LARGEST, PIECES = 256, 4096, 64
"""Draws in a shard: at most some seconds of work, and of few samples still some pieces to share."""

GRID = 2000
"""Completions that give the thresholds to choose among."""

ATTEMPTS, ATTEMPT_PIECES = 25, 16
"""Attempts in a shard at least (together they make batches), and how many shards there are where there are
more."""

Role = Literal["this", "other", "neutral"]
"""Who is attacked: the filter under evaluation, the one that it is compared with, and one that selects
failures of neither."""


@dataclass(frozen=True)
class Series:
    """Prompts that are drawn in shards into a folder `name`, the last of which may be smaller.

    `draws` None: the filtered generator answers each. Otherwise the generator alone draws so many of each.
    """

    name: str
    told: str
    prompts: int
    shard: int
    draws: int | None = None

    @property
    def shards(self) -> int:
        """How many shards there are."""
        return -(-self.prompts // self.shard)

    def size(self, index: int) -> int:
        """How many prompts a shard has."""
        return min(self.shard, self.prompts - index * self.shard)


@dataclass(frozen=True)
class AttackSeries(Series):
    """Attempts of one attack, from a seed each; `choice` is the attack as a configuration names it."""

    attack: str = ""
    role: Role = "this"
    choice: dict[str, Any] = field(default_factory=dict)
