"""The estimators that search with chains or tilted proposals, and the analytic problem they are scored on."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.evaluation.rare.chain import Move, RareFailure
from holdfast.evaluation.rare.guided import Gains
from holdfast.evaluation.rare.itgis import ITGISSettings, Tiltable, estimate_by_itgis
from holdfast.evaluation.rare.mhis import MHISSettings, estimate_by_mhis
from holdfast.evaluation.rare.splitting import SplittingSettings, estimate_by_splitting
from research.estimates.methods import Attempt, Effort


@dataclass(frozen=True, eq=False)
class Search:
    """An event of known probability; `tiltable` and `gains` where tokens are independent.

    `rate` is the true failure rate per draw, `passing` the share of draws that pass.
    """

    task: str
    rate: float
    passing: float
    event: RareFailure[Any]
    tiltable: Tiltable | None = None
    gains: Gains | None = None


SearchMethod = Callable[[Search, Effort, Stream], list[Attempt]]


def splitting(search: Search, effort: Effort, stream: Stream) -> list[Attempt]:
    """Multilevel splitting."""
    usual = SplittingSettings()
    settings = replace(
        usual,
        draws=_scaled(usual.draws, effort),
        particles=_scaled(usual.particles, effort),
        smallest=1e-9,
    )
    return [_attempt(estimate_by_splitting(search.event, settings, stream).estimate)]


def mhis(search: Search, effort: Effort, stream: Stream) -> list[Attempt]:
    """Metropolis–Hastings importance sampling, bridged."""
    usual = MHISSettings()
    settings = replace(usual, draws=_scaled(usual.draws, effort), steps=_scaled(usual.steps, effort))
    return [_attempt(estimate_by_mhis(search.event, settings, stream).estimate)]


def itgis(search: Search, effort: Effort, stream: Stream) -> list[Attempt]:
    """Gradient-tilted importance sampling; raises ValueError where there is no density per token."""
    if search.tiltable is None or search.gains is None:
        raise ValueError("ITGIS needs a distribution of tokens and gradients")
    usual = ITGISSettings()
    settings = replace(usual, rounds=_scaled(usual.rounds, effort))
    result = estimate_by_itgis(search.event, search.tiltable, search.gains, settings, stream)
    return [_attempt(result.estimate)]


def _scaled(count: int, effort: Effort) -> int:
    return max(8, round(count * effort.searches))


def _attempt(estimate: Any) -> Attempt:
    return Attempt(estimate.interval_kind, estimate)


SEARCH_METHODS: Mapping[str, SearchMethod] = {"splitting": splitting, "mhis": mhis, "itgis": itgis}

_DIMENSIONS = 4
_KEPT = 0.8
_SCALE = 3.0

Point = tuple[float, ...]


class GaussianDraws:
    """Independent standard normal numbers, a few to a draw; a move keeps most of each (autoregressive)."""

    def sample(self, count: int, stream: Stream) -> list[Point]:
        """Independent draws."""
        return [tuple(row) for row in stream.numpy().normal(size=(count, _DIMENSIONS)).tolist()]

    def refresh(self, states: Sequence[Point], stream: Stream) -> list[Move[Point]]:
        """One move each, which leaves the normal law as it is."""
        fresh = stream.numpy().normal(size=(len(states), _DIMENSIONS))
        moved = _KEPT * np.array(states).reshape(len(states), _DIMENSIONS) + math.sqrt(1 - _KEPT**2) * fresh
        return [Move(tuple(row)) for row in moved.tolist()]


def gaussian_walk(rate: float) -> Search:
    """The first number, tripled, is the log odds; where the second is above 0 a draw is a catastrophe."""
    from scipy.special import ndtr, ndtri

    threshold = _SCALE * float(ndtri(2 * rate))
    return Search(
        task="Gaussian half-space",
        rate=rate,
        passing=float(ndtr(threshold / _SCALE)),
        event=RareFailure(
            GaussianDraws(),
            lambda states: _SCALE * np.array([state[0] for state in states]),
            lambda states: np.array([state[1] > 0 for state in states]),
            threshold,
        ),
    )
