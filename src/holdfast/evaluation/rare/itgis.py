"""Importance sampling tilted by gradient scores (ITGIS, arXiv 2410.13211), with a defensive share.

Draws come from q, which is the natural distribution p with each word made likelier by exp(score / T). The
score of a word is what the gradient of the margin promises of it, to first order, averaged over the draws so
far (older rounds fade). A failure counts p / q. For a distribution of independent tokens, as published, q
has independent tokens too, tilted place by place. For a generator that writes word by word, q tilts each
next-word distribution and normalises it there; its sequence likelihoods are as exact as the generator's own.

The scores know the classifier and not the judge: where few draws are catastrophes, words that lower the score
mostly make them harmless, and the tilt gains nothing.

A share of every round comes from p itself, and q is that mixture, so no weight exceeds 1 / share. A round's q
depends on earlier rounds alone, which keeps the mean of the weighted failures unbiased.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.rare.chain import Distribution, Floats, Margins, RareFailure
from holdfast.evaluation.rare.estimate import Estimate
from holdfast.evaluation.rare.guided import GRADIENT_QUERIES, Gains
from holdfast.evaluation.rare.weighted import WeightedFailures, betting_interval

METHOD = "gradient-tilted importance sampling (ITGIS, arXiv 2410.13211)"


class Tiltable(Distribution[Tokens], Protocol):
    """A distribution that can be tilted towards words; the shape of a tilt is its own affair."""

    def sample_tilted(self, count: int, tilt: Floats, stream: Stream) -> list[Tokens]:
        """Independent draws from the tilted distribution q."""

    def log_ratio(self, states: Sequence[Tokens], tilt: Floats) -> Floats:
        """log q - log p of each snippet in the support, exact, shape (B,)."""

    def tilt_of(self, states: Sequence[Tokens], gains: Sequence[np.ndarray]) -> Floats:
        """The tilt at temperature 1 that these gains ask for, on average."""


@dataclass(frozen=True)
class ITGISSettings:
    """How hard to look.

    `rounds` of `batch` draws each, a share `defensive` of them from p; the gradients of `gradients` draws of
    each are added to the scores, and those before fade by `decay` (published: 0.9, and every draw's). The
    first scores are from natural draws that are used for nothing else. Queries: rounds · (batch + 3
    gradients).
    """

    temperature: float = 1.0
    rounds: int = 32
    batch: int = 256
    gradients: int = 64
    decay: float = 0.9
    defensive: float = 0.1

    def __post_init__(self) -> None:
        if self.temperature <= 0 or self.rounds < 1 or not 1 <= self.gradients <= self.batch:
            raise ValueError(
                f"ITGIS needs a temperature above 0, a round, and gradients within a batch: {self}"
            )
        if not 0 <= self.decay < 1 or not 0 < self.defensive < 1 or self.natural >= self.batch:
            raise ValueError(f"decay lies in [0, 1) and the defensive share in (0, 1): {self}")

    @property
    def natural(self) -> int:
        """Draws from p in each round."""
        return max(1, round(self.defensive * self.batch))


@dataclass(frozen=True)
class ITGISResult:
    """The estimate of P(catastrophic and passes) for one unfiltered draw.

    `failures` were met, and weigh as much as `effective_failures` equal ones (Kish): few of those mean an
    estimate that hangs on a few draws. `largest_weight` is of any failure.
    """

    estimate: Estimate
    failures: int
    effective_failures: float
    largest_weight: float


def estimate_by_itgis(
    event: RareFailure[Tokens],
    distribution: Tiltable,
    gains: Gains,
    settings: ITGISSettings,
    stream: Stream,
    confidence: float = 0.95,
    interval_kind: Literal["asymptotic", "finite-sample"] = "asymptotic",
) -> ITGISResult:
    """Estimate P(catastrophic and log odds < threshold) for one unfiltered draw of `distribution`.

    The asymptotic interval is Fay and Feuer's for weighted counts (Statistics in Medicine 16, 1997), whose
    weights here are random: it is no better than the failures that were met, and says nothing of regions
    never drawn. The finite-sample one holds whatever was met, and cannot be below about
    ln(4 / (1 - confidence)) / (natural draws). Raises ValueError on any other kind.
    """
    if interval_kind not in ("asymptotic", "finite-sample"):
        raise ValueError(f"ITGIS has an asymptotic and a finite-sample interval, not a {interval_kind} one")
    margins, scores = Margins(event), _Scores(settings.decay)

    def learn(states: Sequence[Tokens]) -> None:
        scores.add(distribution.tilt_of(states, gains(states)))
        margins.charge(GRADIENT_QUERIES * len(states))

    learn(distribution.sample(settings.gradients, stream.child("first")))
    weights: list[Floats] = []
    for number in range(settings.rounds):
        own = stream.child("round", number)
        drawn, found = _draw(distribution, scores.mean / settings.temperature, settings, own)
        weights.append(np.where(margins.of(drawn) > 0, found, 0.0))
        if number + 1 < settings.rounds:
            learn([drawn[int(i)] for i in _chosen(len(drawn), settings.gradients, own.child("gradients"))])
    met = np.concatenate(weights)
    draws, largest = len(met), settings.batch / settings.natural
    met = met[met > 0]
    if interval_kind == "asymptotic":
        limits = weighted_count_interval(met, draws, largest, confidence)
    else:
        limits = betting_interval(WeightedFailures(met, draws, largest), confidence)
    value = min(1.0, float(met.sum() / draws))
    estimate = Estimate(
        value, limits, confidence, METHOD, margins.queries, margins.labels, interval_kind=interval_kind
    )
    effective = float(met.sum() ** 2 / np.sum(met**2)) if len(met) else 0.0
    return ITGISResult(estimate, len(met), effective, float(met.max(initial=0.0)))


def _draw(
    distribution: Tiltable, tilt: Floats, settings: ITGISSettings, stream: Stream
) -> tuple[list[Tokens], Floats]:
    """One round's draws and their weights p / q."""
    drawn = distribution.sample(settings.natural, stream.child("natural"))
    drawn += distribution.sample_tilted(settings.batch - settings.natural, tilt, stream.child("tilted"))
    share = settings.natural / settings.batch
    log_mixture = np.logaddexp(np.log1p(-share) + distribution.log_ratio(drawn, tilt), np.log(share))
    return drawn, np.exp(-log_mixture)


def _chosen(count: int, wanted: int, stream: Stream) -> np.ndarray:
    return stream.numpy().choice(count, wanted, replace=False)


class _Scores:
    """A mean of tilts in which older ones fade."""

    def __init__(self, decay: float) -> None:
        self._decay = decay
        self._weight = 0.0
        self.mean: Floats = np.zeros(1)

    def add(self, tilt: Floats) -> None:
        """One more."""
        before = self._decay * self._weight
        self._weight = before + 1
        self.mean = (before * self.mean + tilt) / self._weight


def weighted_count_interval(weights: Floats, draws: int, most: float, confidence: float) -> Interval:
    """Limits on the mean of weighted counts: Fay and Feuer's gamma interval.

    `weights` are those of the events met in so many draws. The upper limit takes one event more, of the
    largest weight met, or `most` where none was.
    """
    from scipy.special import chdtri

    tail = (1 - confidence) / 2
    total, squares = weights.sum() / draws, np.sum(weights**2) / draws**2
    largest = float(weights.max(initial=0.0) or most) / draws
    lower = squares / (2 * total) * chdtri(2 * total**2 / squares, 1 - tail) if len(weights) else 0.0
    ahead, spread = total + largest, squares + largest**2
    upper = spread / (2 * ahead) * chdtri(2 * ahead**2 / spread, tail)
    return Interval(float(lower), min(1.0, float(upper)))
