"""The first stage of every search: plain draws, of which the catastrophes are kept to start chains from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.chain import Floats, Margins, RareFailure, X

_BLOCK = 8192
"""Draws scored at once."""


@dataclass(frozen=True)
class PlainDraws(Generic[X]):
    """Independent natural draws: how many, and the catastrophes among them with their margins, in order."""

    draws: int
    states: list[X]
    margins: Floats

    @property
    def catastrophes(self) -> Proportion:
        """Catastrophes per draw."""
        return Proportion(len(self.states), self.draws)

    @property
    def failures(self) -> Proportion:
        """Failures per draw: what plain Monte Carlo would say."""
        return Proportion(int(np.count_nonzero(self.margins > 0)), self.draws)


def plain_draws(event: RareFailure[X], margins: Margins[X], count: int, stream: Stream) -> PlainDraws[X]:
    """Make the draws. Every one is scored and judged, whatever the event puts first."""
    states: list[X] = []
    found: list[Floats] = []
    for first in range(0, count, _BLOCK):
        drawn = event.distribution.sample(min(_BLOCK, count - first), stream.child(first))
        own = margins.of(drawn)
        rows = np.flatnonzero(own > -np.inf)
        states += [drawn[i] for i in rows]
        found.append(own[rows])
    return PlainDraws(count, states, np.concatenate(found) if found else np.zeros(0))
