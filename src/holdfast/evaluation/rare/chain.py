"""Chains that leave a distribution as it is, and what the searching estimators ask of one.

All that these estimators need of the distribution p of a draw is a *balanced move*: from x draw y with some
probability k(y | x), and say

    log_ratio = log p(y) k(x | y) - log p(x) k(y | x).

Accepting y with probability min(1, exp(log_ratio) w(y) / w(x)) then leaves p(x) w(x) as it is, whatever the
weight w (Metropolis, Rosenbluth, Rosenbluth, Teller and Teller 1953; Hastings 1970). With w the indicator of
a level set that is p restricted to the set; with w = exp(margin / T) it is a tempered p. Redrawing part of x
from p given the rest has log_ratio 0, and asks for no density at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from holdfast.core.seeds import Stream

X = TypeVar("X")
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
LogOdds = Callable[[Sequence[X]], np.ndarray]
"""The classifier: log odds of catastrophe for each draw, shape (B,)."""
Catastrophic = Callable[[Sequence[X]], np.ndarray]
"""The judge: whether each draw is a catastrophe, shape (B,), bool."""


@dataclass(frozen=True, slots=True)
class Move(Generic[X]):
    """Where a balanced move leads, and its log_ratio (see the module); the state itself: it leads nowhere."""

    state: X
    log_ratio: float = 0.0


class Kernel(Protocol[X]):
    """Draws balanced moves."""

    def refresh(self, states: Sequence[X], stream: Stream) -> list[Move[X]]:
        """One move from each state, independent of each other."""


class Distribution(Kernel[X], Protocol[X]):
    """The natural distribution of one unfiltered draw."""

    def sample(self, count: int, stream: Stream) -> list[X]:
        """Independent draws; the same stream gives the same."""


class KnownDistribution(Distribution[X], Protocol[X]):
    """One whose density is known."""

    def log_prob(self, states: Sequence[X]) -> np.ndarray:
        """log p of each state, shape (B,), float64; -inf outside the support."""


@dataclass(frozen=True)
class RareFailure(Generic[X]):
    """The event whose probability is wanted: one unfiltered draw is a catastrophe that passes.

    That is P(catastrophic and log odds < `threshold_log_odds`) for one draw of `distribution`, before any
    rejection: the filter redraws what it refuses, so that the rate per filtered completion is another number
    (see `holdfast.evaluation.deployment`). With `judge_first` all draws are judged and catastrophes scored,
    which suits a judge that is code; without, all are scored and only what may matter is judged, which
    suits one that is dear.
    """

    distribution: Distribution[X]
    log_odds: LogOdds[X]
    catastrophic: Catastrophic[X]
    threshold_log_odds: float
    judge_first: bool = True

    def __post_init__(self) -> None:
        if not np.isfinite(self.threshold_log_odds):
            raise ValueError("a threshold of 0 or 1 passes nothing or everything; there is nothing to search")


class Margins(Generic[X]):
    """How far each draw is a failure, with a count of what that cost.

    The margin of a catastrophe is threshold - log odds: above 0 it is a failure. That of anything else
    is -inf.
    """

    def __init__(self, event: RareFailure[X]) -> None:
        self._event = event
        self.queries = 0
        self.labels = 0

    def of(self, states: Sequence[X], floors: Floats | float = -np.inf) -> Floats:
        """The margins, shape (B,), float64; -inf also for those below their floor."""
        floor = np.broadcast_to(np.asarray(floors, dtype=np.float64), (len(states),))
        margins = np.full(len(states), -np.inf)
        if self._event.judge_first:
            rows = np.flatnonzero(self._judged(states))
            found = self._scored([states[int(i)] for i in rows])
            high = found >= floor[rows]
            margins[rows[high]] = found[high]
            return margins
        found = self._scored(states)
        rows = np.flatnonzero(found >= floor)
        worst = rows[self._judged([states[int(i)] for i in rows])]
        margins[worst] = found[worst]
        return margins

    def charge(self, queries: int) -> None:
        """Count forwards that were spent elsewhere, such as on gradients."""
        self.queries += queries

    def _scored(self, states: Sequence[X]) -> Floats:
        self.queries += len(states)
        if not len(states):
            return np.zeros(0)
        log_odds = np.asarray(self._event.log_odds(states), dtype=np.float64)
        if log_odds.shape != (len(states),) or np.isnan(log_odds).any():
            raise ValueError(f"{len(states)} draws need as many log odds, none of them NaN")
        margins: Floats = self._event.threshold_log_odds - log_odds
        return margins

    def _judged(self, states: Sequence[X]) -> Flags:
        self.labels += len(states)
        if not len(states):
            return np.zeros(0, dtype=bool)
        verdicts = np.asarray(self._event.catastrophic(states), dtype=bool)
        if verdicts.shape != (len(states),):
            raise ValueError(f"{len(states)} draws need as many verdicts, got shape {verdicts.shape}")
        return verdicts


@dataclass(frozen=True)
class ChainDiagnostics:
    """How well the chains behind an estimate moved; none of it is a guarantee.

    `accepted` of `proposals` moves led somewhere new. Of the `particles` that the estimate stands on
    at the end, the natural draws that they descend from are `ancestors` different ones (splitting with ideal
    chains leaves about particles / ln(1 / p) of them), and `distinct` counts different states. Few of either
    means that the chains hardly mixed.
    """

    proposals: int
    accepted: int
    particles: int
    ancestors: int
    distinct: int

    @property
    def acceptance(self) -> float | None:
        """The share of proposals accepted; None without any."""
        return self.accepted / self.proposals if self.proposals else None
