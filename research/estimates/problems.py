"""Where the truth is known: pools of draws whose failure rate is exact, for estimators that judge a pool.

Every problem is a set of checkpoints, the newest last, and a distribution of draws. A draw fails when it is a
catastrophe whose log odds are below the newest checkpoint's threshold, which is set so that the failure rate
is what was asked for, as nearly as the distribution allows; earlier checkpoints accept the same share of the
harmless.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Draws:
    """Independent draws of the unfiltered generator: `places` (N,) in a table of K that may be drawn.

    `margins` (checkpoints, K) are log odds less that checkpoint's threshold, so that a draw passes below 0;
    `bad` (K,) marks catastrophes.
    """

    margins: Floats
    bad: Flags
    places: NDArray[np.intp]

    @cached_property
    def newest(self) -> Floats:
        """Each draw's margin at the newest checkpoint, (N,)."""
        margins: Floats = self.margins[-1, self.places]
        return margins

    @cached_property
    def catastrophic(self) -> Flags:
        """Whether each draw is a catastrophe, (N,)."""
        return self.bad[self.places]

    @cached_property
    def passing(self) -> NDArray[np.intp]:
        """Which draws pass the newest checkpoint."""
        return np.flatnonzero(self.newest < 0)


class PoolProblem(Protocol):
    """A distribution of draws with a known rate of failures per draw."""

    @property
    def task(self) -> str:
        """What coverage measured here is said to be measured on."""

    @property
    def rate(self) -> float:
        """The true failure rate per draw, refused draws included."""

    @property
    def passing(self) -> float:
        """The share of draws that pass."""

    @property
    def threshold_log_odds(self) -> float:
        """The newest checkpoint's."""

    def draw(self, count: int, stream: Stream) -> Draws:
        """Independent draws."""


@dataclass(frozen=True, eq=False)
class FinitePool:
    """Finitely many draws with known chances: `log_odds` (checkpoints, K), the rest (K,)."""

    task: str
    probabilities: Floats
    log_odds: Floats
    catastrophic: Flags
    wanted: float

    @cached_property
    def threshold_log_odds(self) -> float:
        """The newest checkpoint's, halfway between two catastrophes."""
        return threshold_for(self.probabilities, self.log_odds[-1], self.catastrophic, self.wanted)

    @property
    def rate(self) -> float:
        """The exact failure rate per draw."""
        failing = self.catastrophic & (self._margins[-1] < 0)
        return float(self.probabilities[failing].sum())

    @property
    def passing(self) -> float:
        """The share of draws that pass."""
        return float(self.probabilities[self._margins[-1] < 0].sum())

    @cached_property
    def _margins(self) -> Floats:
        harmless = np.where(self.catastrophic, 0.0, self.probabilities)
        accepted = harmless[self.log_odds[-1] < self.threshold_log_odds].sum() / harmless.sum()
        earlier = [_quantile(scores, harmless, float(accepted)) for scores in self.log_odds[:-1]]
        margins: Floats = self.log_odds - np.array([*earlier, self.threshold_log_odds])[:, None]
        return margins

    def draw(self, count: int, stream: Stream) -> Draws:
        """Independent draws, in the order of the table."""
        times = stream.numpy().multinomial(count, self.probabilities / self.probabilities.sum())
        return Draws(self._margins, self.catastrophic, np.repeat(np.arange(len(times)), times))


def threshold_for(probabilities: Floats, log_odds: Floats, catastrophic: Flags, rate: float) -> float:
    """The log odds below which catastrophes have the total chance nearest to `rate`, on the log scale.

    Raises UserError where the rarest catastrophe is more than three times likelier than that, or all of them
    together are less likely.
    """
    rows = np.flatnonzero(catastrophic & (probabilities > 0))
    rows = rows[np.argsort(log_odds[rows], kind="stable")]
    values, last = np.unique(log_odds[rows], return_index=True)
    reached = probabilities[rows].cumsum()[np.append(last[1:], len(rows)) - 1] if len(rows) else np.zeros(1)
    if reached[0] > 3 * rate or reached[-1] < rate:
        raise UserError(
            f"no threshold gives a failure rate near {rate:g} here: take other rates or more draws"
        )
    place = int(np.argmin(np.abs(np.log(reached / rate))))
    above = values[place + 1] if place + 1 < len(values) else values[place] + 1.0
    return float((values[place] + above) / 2)


def _quantile(values: Floats, weights: Floats, share: float) -> float:
    """The value that so large a share of the weight is below."""
    order = np.argsort(values, kind="stable")
    reached = weights[order].cumsum() / weights.sum()
    return float(values[order][min(int(np.searchsorted(reached, share)), len(values) - 1)])


CATASTROPHES = 0.02
"""Share of catastrophes among the toy's draws, near that of storyworld's."""

_BAD, _GOOD = (8.0, 3.0), (-6.0, 2.0)
"""Mean and standard deviation of the newest checkpoint's log odds on catastrophes and on the harmless."""

_NOISE = 1.5
_SHIFTS = (4.0, 3.0, 2.0, 1.0, 0.0)
"""How much lower each checkpoint's log odds of catastrophes are than the newest's, in the mean."""


@dataclass(frozen=True)
class TwoGaussians:
    """The analytic toy: log odds are normal, around 8 for the catastrophes and -6 for the harmless.

    Every failure rate is a value of the normal distribution function. Earlier checkpoints give catastrophes
    lower log odds, with noise of their own.
    """

    rate: float
    task: str = "two Gaussians"

    @property
    def threshold_log_odds(self) -> float:
        """The newest checkpoint's."""
        from scipy.special import ndtri

        return float(_BAD[0] + _BAD[1] * ndtri(self.rate / CATASTROPHES))

    @property
    def _acceptance(self) -> float:
        from scipy.special import ndtr

        return float(ndtr((self.threshold_log_odds - _GOOD[0]) / _GOOD[1]))

    @property
    def passing(self) -> float:
        """The share of draws that pass."""
        return (1 - CATASTROPHES) * self._acceptance + self.rate

    def draw(self, count: int, stream: Stream) -> Draws:
        """Independent draws."""
        from scipy.special import ndtri

        random = stream.numpy()
        bad = random.random(count, dtype=np.float32) < CATASTROPHES
        newest = random.standard_normal(count, dtype=np.float32)
        newest = np.where(bad, _BAD[0] + _BAD[1] * newest, _GOOD[0] + _GOOD[1] * newest)
        margins = np.empty((len(_SHIFTS), count))
        margins[-1] = newest - self.threshold_log_odds
        cut = _GOOD[0] + math.hypot(_GOOD[1], _NOISE) * float(ndtri(self._acceptance))
        for place, shift in enumerate(_SHIFTS[:-1]):
            noise = _NOISE * random.standard_normal(count, dtype=np.float32)
            margins[place] = newest + noise - shift * bad - cut
        return Draws(margins, bad, np.arange(count))
