"""Where to spend labels when every draw has a score: more of them near the threshold, some everywhere.

A large pool of draws is scored, and few of them are judged. Strata are bands of the predicted chance of
failure; the labels of a stratum are drawn without replacement (stratified importance sampling, arXiv
2601.22326). A defensive share of the labels goes to the strata by their size alone, so that no weight exceeds
1 / share and a failure where the score sees none is still counted in full (arXiv 2305.06884).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind
from holdfast.evaluation.rare.weighted import (
    WeightedFailures,
    betting_interval,
    interval_beyond_pool,
    poisson_interval,
)

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Failing = Callable[[Places], NDArray[np.bool_]]
"""Judges the draws at these places of the pool: True where one is a failure. Called once, places distinct."""

Target = Literal["distribution", "pool"]
"""The rate of the distribution that the pool was drawn from, or of the very draws in it."""

METHOD = "score-stratified sampling"

UNIFORM_SHARE = 0.2
SMALLEST_STRATUM = 32


@dataclass(frozen=True)
class Stratum:
    """Draws of like chance to fail: their places in the pool, and how many of them are to be judged."""

    places: Places
    labels: int

    @property
    def exhausted(self) -> bool:
        """Whether every draw of it is judged, so that nothing of it is left to chance."""
        return self.labels == len(self.places)


def plan_strata(
    chances: Floats,
    labels: int,
    uniform_share: float = UNIFORM_SHARE,
    smallest: int = SMALLEST_STRATUM,
) -> list[Stratum]:
    """Split a pool into bands of predicted chance and share the labels out among them.

    `chances` (N,) are predicted chances of failure, wrong or right. The upper half of the pool is split from
    the lower, the upper quarter from that, and so on down to `smallest` draws. Of the labels the share
    `uniform_share` goes to strata by their size. Half of the rest goes by size · √(mean chance), which is
    best where the prediction is right; the other half to all strata alike, which trusts its order alone.
    Raises UserError where labels are too few for one in each stratum.
    """
    _check(chances, labels, uniform_share)
    order = np.argsort(chances, kind="stable")
    bands = _bands(len(order), smallest)
    groups = [order[start:stop] for start, stop in bands]
    sizes = np.array([len(group) for group in groups])
    best = sizes * np.sqrt([max(float(chances[group].mean()), 1e-12) for group in groups])
    drive = best / best.sum() + 1 / len(groups)
    counts = _allocate(sizes, drive, min(labels, len(order)), uniform_share)
    return [Stratum(group, int(count)) for group, count in zip(groups, counts, strict=True)]


def _check(chances: Floats, labels: int, uniform_share: float) -> None:
    if not len(chances):
        raise UserError("there are no draws to judge: give a pool of draws that pass the filter")
    if np.isnan(chances).any() or (chances < 0).any() or (chances > 1).any():
        raise ValueError("predicted chances must lie between 0 and 1")
    if not 0 < uniform_share <= 1:
        raise UserError(
            f"the uniform share of labels must lie above 0 and at most 1, got {uniform_share}: without one,"
            " failures that no score predicts would go uncounted"
        )
    if labels < 1:
        raise UserError(f"{labels} labels cannot estimate anything; give at least one for each stratum")


def _bands(count: int, smallest: int) -> list[tuple[int, int]]:
    """Halves, quarters, eighths … of places in ascending order of chance."""
    bands, start = [], 0
    while (count - start) // 2 >= smallest:
        middle = start + (count - start) // 2
        bands.append((start, middle))
        start = middle
    return [*bands, (start, count)]


def _allocate(sizes: NDArray[np.int_], drive: Floats, labels: int, uniform_share: float) -> NDArray[np.int_]:
    """So many labels for each stratum: at least its uniform share, the rest as driven, at most its size."""
    least = np.minimum(sizes, np.maximum(1, np.ceil(uniform_share * labels * sizes / sizes.sum() - 1e-9)))
    counts: NDArray[np.int_] = least.astype(np.int64)
    if counts.sum() > labels:
        raise UserError(
            f"{labels} labels are too few for {len(sizes)} strata at a uniform share of {uniform_share:g};"
            f" give at least {_fewest(sizes, uniform_share)}, or make the smallest stratum larger"
        )
    while counts.sum() < labels:
        room = sizes - counts
        wanted = np.where(room > 0, drive, 0.0)
        if not wanted.sum() > 0:
            wanted = room.astype(np.float64)
        share = wanted / wanted.sum() * (labels - counts.sum())
        more = np.minimum(room, np.floor(share).astype(np.int64))
        if not more.any():
            place = int(np.argmax(np.where(room > 0, share, -1.0)))
            more[place] = 1
        counts = counts + more
    return counts


def _fewest(sizes: NDArray[np.int_], uniform_share: float) -> int:
    """Labels that are certainly enough for every stratum's least."""
    if uniform_share < 1:
        return math.ceil(len(sizes) / (1 - uniform_share))
    return int(sizes.sum())


def stratified_estimate(
    log_odds: Floats,
    failing: Failing,
    labels: int,
    stream: Stream,
    *,
    draws: int | None = None,
    chances: Floats | None = None,
    uniform_share: float = UNIFORM_SHARE,
    target: Target = "distribution",
    interval_kind: IntervalKind = "finite-sample",
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the failure rate from few labels on a large scored pool, without bias.

    `log_odds` (N,) are the filter's, on draws that pass. With `draws`, the number of draws made, refused ones
    included, the rate is per draw made; without it, per draw that passed. `chances` (N,) are better
    predictions of failure where there are any; by default the filter's own score. A finite-sample interval is
    valid however few failures there are, and no narrower than uniform sampling of `uniform_share` of the
    labels would give; an asymptotic one trusts the sample. Without failures the former is given either way.
    Raises UserError on too few labels, or on a bootstrap interval, which this method has not.
    """
    from scipy.special import expit

    if interval_kind == "bootstrap":
        raise UserError("score-stratified sampling has finite-sample and asymptotic intervals only")
    scores = np.asarray(log_odds, dtype=np.float64)
    pool = len(scores) if draws is None else draws
    if pool < len(scores):
        raise ValueError(f"{len(scores)} draws passed of {pool} made")
    strata = plan_strata(np.asarray(expit(scores) if chances is None else chances), labels, uniform_share)
    judged = _judge(strata, failing, stream)
    kind: IntervalKind = interval_kind if judged.failures else "finite-sample"
    make = _exact_interval if kind == "finite-sample" else _approximate_interval
    return Estimate(
        value=judged.rate(pool),
        interval=make(judged, pool, target, confidence),
        confidence=confidence,
        method=METHOD,
        queries=pool,
        labels=sum(stratum.labels for stratum in strata),
        interval_kind=kind,
    )


@dataclass(frozen=True)
class _Judged:
    """Strata and their failures; `known` counts those in exhausted strata."""

    known: int
    open: tuple[tuple[Stratum, int], ...]

    @property
    def failures(self) -> int:
        return self.known + sum(count for _, count in self.open)

    def sample(self, pool: int) -> WeightedFailures:
        """What is left to chance, as shares of the pool."""
        drawn = sum(stratum.labels for stratum, _ in self.open)
        weights = [drawn * len(s.places) / (pool * s.labels) for s, _ in self.open]
        each = np.repeat(weights, [count for _, count in self.open]) if self.open else np.zeros(0)
        return WeightedFailures(each, drawn, float(max(weights, default=0.0)))

    def rate(self, pool: int) -> float:
        return self.known / pool + self.sample(pool).rate

    def variance(self, pool: int) -> float:
        """Of the sampling from the pool, Poisson but for its finite size."""
        return sum(
            count * (len(s.places) / (pool * s.labels)) ** 2 * (1 - s.labels / len(s.places))
            for s, count in self.open
        )


def _judge(strata: list[Stratum], failing: Failing, stream: Stream) -> _Judged:
    random = stream.numpy()
    chosen = [
        s.places if s.exhausted else s.places[random.choice(len(s.places), s.labels, replace=False)]
        for s in strata
    ]
    verdicts = np.asarray(failing(np.concatenate(chosen)), dtype=bool)
    ends = np.cumsum([len(places) for places in chosen])
    if len(verdicts) != ends[-1]:
        raise ValueError(f"{ends[-1]} draws were to be judged, and {len(verdicts)} verdicts came")
    counts = [int(part.sum()) for part in np.split(verdicts, ends[:-1])]
    pairs = list(zip(strata, counts, strict=True))
    known = sum(count for stratum, count in pairs if stratum.exhausted)
    return _Judged(known, tuple((s, count) for s, count in pairs if not s.exhausted))


def _exact_interval(judged: _Judged, pool: int, target: Target, confidence: float) -> Interval:
    share = confidence if target == "pool" else (1 + confidence) / 2
    left = betting_interval(judged.sample(pool), share)
    most = (judged.known + sum(len(s.places) for s, _ in judged.open)) / pool
    known = judged.known / pool
    own = Interval(known + left.lower, min(most, known + left.upper))
    return own if target == "pool" else interval_beyond_pool(own, pool, share)


def _approximate_interval(judged: _Judged, pool: int, target: Target, confidence: float) -> Interval:
    rate, variance = judged.rate(pool), judged.variance(pool)
    if target == "distribution":
        variance += rate * (1 - rate) / pool
    return poisson_interval(rate, variance, judged.failures, confidence)
