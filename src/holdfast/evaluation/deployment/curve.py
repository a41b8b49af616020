"""What each threshold would do: failures, refusals, draws and quality, all from one pool."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.odds import TURNED_AWAY
from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.deployment.reweighted import (
    PromptOutcomes,
    ReweightedOutcome,
    Sums,
    checked_pool,
    pool_outcomes,
    summarise,
)
from holdfast.evaluation.threshold import choose_threshold, sigmoid

ACCEPTED_SHARES = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.93, 0.95, 0.97, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)
"""Shares of harmless completions that the thresholds of a grid accept, unless others are asked for."""

_CELLS = 2_000_000
"""Prompts times thresholds worked on together: bounds the memory."""


@dataclass(frozen=True)
class FilteredQuality:
    """The mean quality of what is given and of what the generator writes unfiltered, prompt by prompt.

    `difference` is an approximate (normal) interval for filtered − unfiltered, with prompts as the sample.
    """

    filtered: float
    unfiltered: float
    difference: Interval


@dataclass(frozen=True)
class CurvePoint:
    """One threshold; a snippet passes when its log odds are below `log_odds`.

    `failures` and `refusals` are the filter run once over the pool's draws in their order, and
    `failure_bound` the exact one-sided upper limit on failures per completion; it holds for this threshold
    alone, if it was not chosen by looking at the curve. `reweighted` uses all draws. `quality` is None where
    nothing judges it or nothing is answered.
    """

    threshold: float
    log_odds: float
    failures: Proportion
    refusals: Proportion
    failure_bound: float
    harmless_accepted: Proportion
    reweighted: ReweightedOutcome
    quality: FilteredQuality | None


def threshold_grid(
    harmless_log_odds: np.ndarray, accept: Sequence[float] = ACCEPTED_SHARES
) -> tuple[float, ...]:
    """Thresholds as log odds, ascending, that accept those shares of harmless completions (1-d log odds).

    What a veto turns away passes no threshold, and is left out here.
    Choose the grid on completions other than those it is judged on: what follows holds for thresholds that
    were fixed beforehand.
    """
    empty, open_ = np.zeros(0), harmless_log_odds[harmless_log_odds < TURNED_AWAY]
    return tuple(sorted({choose_threshold(open_, empty, share).log_odds for share in accept}))


def threshold_curve(
    log_odds: np.ndarray,
    catastrophic: np.ndarray,
    thresholds: Sequence[float],
    max_draws: int,
    *,
    quality: np.ndarray | None = None,
    confidence: float = 0.95,
) -> tuple[CurvePoint, ...]:
    """A point for each threshold (log odds), strictest first.

    `log_odds` (float), `catastrophic` (bool) and, where the task can judge it, `quality` (float) are
    [prompts, draws] with `draws` ≥ `max_draws`, every entry known. All thresholds are worked out together, in
    blocks of prompts. Raises UserError for too few draws or no thresholds, ValueError on mismatched shapes.
    """
    scores, labels = checked_pool(log_odds, catastrophic)
    limits = _checked_thresholds(thresholds)
    values = None if quality is None else np.asarray(quality, dtype=np.float64)
    if values is not None and values.shape != scores.shape:
        raise ValueError(f"need quality {scores.shape}, got {values.shape}")
    parts = [
        _Part.of(scores[rows], labels[rows], None if values is None else values[rows], limits, max_draws)
        for rows in _blocks(len(scores), len(limits))
    ]
    whole = sum(parts[1:], parts[0])
    return tuple(
        _point(whole, at, float(limit), scores, labels, confidence) for at, limit in enumerate(limits)
    )


def _checked_thresholds(thresholds: Sequence[float]) -> np.ndarray:
    limits = np.unique(np.asarray(thresholds, dtype=np.float64))
    if not len(limits):
        raise UserError("a curve needs at least one threshold; `threshold_grid` makes some")
    if np.isnan(limits).any():
        raise ValueError("a threshold is not a number")
    return limits


def _blocks(prompts: int, thresholds: int) -> Iterator[slice]:
    size = max(1, _CELLS // (thresholds + 1))
    return (slice(first, first + size) for first in range(0, prompts, size))


def passing(values: np.ndarray, thresholds: np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """How many values of each row, [rows, values], are below each ascending threshold: [rows, thresholds].

    With `weights`, of the shape of the values, the sum of the weights of those that are.
    """
    rows, cells = len(values), len(thresholds) + 1
    first = np.searchsorted(thresholds, values, side="right") + np.arange(rows)[:, None] * cells
    flat = None if weights is None else weights.ravel()
    counts = np.bincount(first.ravel(), flat, minlength=rows * cells).reshape(rows, cells)
    total: np.ndarray = np.cumsum(counts, axis=1)[:, :-1]
    return total


@dataclass(frozen=True)
class _Part:
    """Sums over a block of prompts; arrays are [thresholds]."""

    sums: Sums
    answered: np.ndarray
    failures: np.ndarray
    harmless_accepted: np.ndarray
    quality: _QualitySums | None

    @classmethod
    def of(
        cls,
        scores: np.ndarray,
        labels: np.ndarray,
        quality: np.ndarray | None,
        limits: np.ndarray,
        max_draws: int,
    ) -> _Part:
        accepted = passing(scores, limits)
        failed = np.rint(passing(scores, limits, labels.astype(np.float64))).astype(np.int64)
        found = pool_outcomes(accepted, failed, scores.shape[1], max_draws)
        answered, failures = _direct(scores[:, :max_draws], labels, limits)
        return cls(
            Sums.of(found),
            answered,
            failures,
            (accepted - failed).sum(axis=0),
            None if quality is None else _QualitySums.of(found, accepted, scores, quality, limits),
        )

    def __add__(self, other: _Part) -> _Part:
        return _Part(
            self.sums + other.sums,
            self.answered + other.answered,
            self.failures + other.failures,
            self.harmless_accepted + other.harmless_accepted,
            None if self.quality is None or other.quality is None else self.quality + other.quality,
        )


def _direct(scores: np.ndarray, labels: np.ndarray, limits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Prompts answered, and answered with a failure, by the first passing draw at each threshold."""
    draws = scores.shape[1]
    first = draws - passing(np.minimum.accumulate(scores, axis=1), limits)
    answered = first < draws
    failed = np.take_along_axis(labels, np.minimum(first, draws - 1), axis=1) & answered
    return answered.sum(axis=0), failed.sum(axis=0)


@dataclass(frozen=True)
class _QualitySums:
    """With q a prompt's quality times P(answered), g that probability, and u its unfiltered mean quality."""

    q: np.ndarray
    qq: np.ndarray
    qg: np.ndarray
    qu: np.ndarray
    gu: np.ndarray
    u: float
    uu: float

    @classmethod
    def of(
        cls,
        found: PromptOutcomes,
        accepted: np.ndarray,
        scores: np.ndarray,
        quality: np.ndarray,
        limits: np.ndarray,
    ) -> _QualitySums:
        g, u = found.answered, quality.mean(axis=1)
        q = passing(scores, limits, quality) / np.maximum(accepted, 1) * g
        return cls(
            q.sum(axis=0),
            (q * q).sum(axis=0),
            (q * g).sum(axis=0),
            u @ q,
            u @ g,
            float(u.sum()),
            float(u @ u),
        )

    def __add__(self, other: _QualitySums) -> _QualitySums:
        return _QualitySums(
            self.q + other.q,
            self.qq + other.qq,
            self.qg + other.qg,
            self.qu + other.qu,
            self.gu + other.gu,
            self.u + other.u,
            self.uu + other.uu,
        )


def _point(
    whole: _Part, at: int, limit: float, scores: np.ndarray, labels: np.ndarray, confidence: float
) -> CurvePoint:
    prompts = len(scores)
    failures = Proportion(int(whole.failures[at]), int(whole.answered[at]))
    return CurvePoint(
        threshold=sigmoid(limit),
        log_odds=limit,
        failures=failures,
        refusals=Proportion(prompts - failures.trials, prompts),
        failure_bound=failures.upper(confidence),
        harmless_accepted=Proportion(int(whole.harmless_accepted[at]), int(np.count_nonzero(~labels))),
        reweighted=summarise(whole.sums.at(at), 1.0, confidence, scores.size, scores.size),
        quality=None if whole.quality is None else _quality(whole.quality, whole.sums, at, confidence),
    )


def _quality(found: _QualitySums, sums: Sums, at: int, confidence: float) -> FilteredQuality | None:
    """The ratio Σq / Σg, its difference from the mean of u, and the variance of its linear residuals."""
    from scipy.special import ndtri

    count, g = sums.prompts, float(sums.answered[at])
    if g <= 0:
        return None
    filtered, unfiltered = float(found.q[at]) / g, found.u / count
    scale = count / g
    own = float(found.qq[at] - 2 * filtered * found.qg[at] + filtered**2 * sums.answered_squared[at])
    cross = float(found.qu[at] - filtered * found.gu[at])
    spread = own * scale**2 - 2 * cross * scale + found.uu - count * unfiltered**2
    reach = float(ndtri((1 + confidence) / 2)) * math.sqrt(max(spread, 0.0)) / count
    difference = filtered - unfiltered
    return FilteredQuality(filtered, unfiltered, Interval(difference - reach, difference + reach))
