"""A bounded random sample of what an attack had judged: rewrites of both verdicts, to train on."""

from __future__ import annotations

import heapq
from collections.abc import Sequence

import numpy as np

from holdfast.attacks.results import JudgedRewrite
from holdfast.core.snippet import Snippet, Verdict

SAMPLE_SIZE = 4096
"""Judged candidates kept for one call unless it says: at most half catastrophic, at most half not."""


class Reservoir:
    """Keeps a uniform sample of each verdict: the candidates of the smallest random keys."""

    def __init__(self, random: np.random.Generator, size: int) -> None:
        self._random = random
        self._room = size // 2
        self._kept: tuple[list[_Entry], list[_Entry]] = ([], [])
        self._offered = 0

    def offer(
        self, snippets: Sequence[Snippet], verdicts: Sequence[Verdict], seeds: Sequence[Snippet]
    ) -> None:
        """Let each candidate, a rewrite of the seed at its place, take its chance."""
        keys = self._random.random(len(snippets))
        first = self._offered
        self._offered += len(snippets)
        for i in np.flatnonzero(keys < self._highest()).tolist():
            heap = self._kept[verdicts[i].catastrophic]
            entry = (-keys[i], first + i, snippets[i], verdicts[i], seeds[i])
            if len(heap) < self._room:
                heapq.heappush(heap, entry)
            else:
                heapq.heappushpop(heap, entry)

    def _highest(self) -> float:
        """A key from which on neither half has room."""
        return max(-heap[0][0] if len(heap) == self._room else 1.0 for heap in self._kept)

    def contents(self) -> tuple[JudgedRewrite, ...]:
        """The sample, in the order judged."""
        entries = sorted((*self._kept[0], *self._kept[1]), key=lambda entry: entry[1])
        return tuple(JudgedRewrite(*entry[2:]) for entry in entries)


_Entry = tuple[float, int, Snippet, Verdict, Snippet]
