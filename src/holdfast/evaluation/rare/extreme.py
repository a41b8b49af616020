"""Forecasts of what was not seen: how the worst draw grows with the number of draws (arXiv 2502.16797).

Each draw has an elicitation probability: how likely it was to become a failure, or for a filter, the chance
of passing that the classifier gives a catastrophe, and nothing to the harmless. The largest of n draws
follows a regular law when the tail does: log(−log Q(n)) falls on a straight line in log n, where Q(n) is what
one draw in n exceeds. The line is fitted to the largest few, and read beyond them. The law is an assumption:
a rare way to fail that the draws never met is not in it (arXiv 2605.15134).

So it is not read far. On the demo's last model most catastrophes are scored near +2.6 in log odds, and one
in a hundred is overlooked and scored below -5: two groups. A thousand draws that happen to hold none of the
second have a straight tail, which puts the failures at 1e-16 where the truth is 1e-4: one in 1e13 times the
draws. A forecast that far beyond the draws is refused.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.rare.estimate import Estimate

Floats = NDArray[np.float64]

METHOD = "extreme-value forecast"

FEWEST, TOP_SHARE, MOST_OF_TAIL = 10, 0.01, 0.1
"""The line is fitted to the largest percent of the draws, but to no more than a tenth of those that have a
chance of failure, and to ten at least. The paper's ten are those of its thousand draws; ten of more draws are
needlessly noisy, for their slope has a relative error of a third."""

REACH = 1000.0
"""A forecast is of a rate of at least one in so many times the draws: the paper's go up to three orders of
magnitude beyond what was drawn."""

RESAMPLES = 400


@dataclass(frozen=True)
class Tail:
    """The line log(−log Q(n)) = intercept + slope · log n; the slope is below 0.

    `fitted` of the `draws` were used.
    """

    intercept: float
    slope: float
    fitted: int
    draws: int

    def log_probability(self, draws: float) -> float:
        """Log of the elicitation probability that one draw in so many exceeds; always below 0."""
        return -math.exp(self.intercept + self.slope * math.log(draws))

    def worst(self, draws: int) -> float:
        """The median of the largest elicitation probability among so many draws."""
        return math.exp(self.log_probability(draws / math.log(2)))

    def rate_beyond(self, log_probability: float) -> float:
        """The share of draws whose log elicitation probability is above that; at most 1."""
        exponent = (math.log(-log_probability) - self.intercept) / self.slope
        return math.exp(-exponent) if exponent > 0 else 1.0


def passing_log_probability(log_odds: Floats) -> Floats:
    """Log of the chance of passing that the classifier itself gives, log(1 − score), without underflow."""
    result: Floats = -np.logaddexp(0.0, np.asarray(log_odds, dtype=np.float64))
    return result


def fit_tail(log_probabilities: Floats, draws: int, top: int | None = None) -> Tail:
    """Fit the line to the `top` largest log elicitation probabilities of `draws` independent draws.

    `log_probabilities` (K,) holds at least those that are not −∞ (for a filter: of the catastrophes), all
    below 0. The i-th largest stands for what one draw in draws / i exceeds. Raises UserError where there are
    fewer than `top` of them, or where they are all the same, which is no tail.
    """
    values = np.asarray(log_probabilities, dtype=np.float64)
    top = default_top(draws, int(np.isfinite(values).sum())) if top is None else top
    _check(values, draws, top)
    largest = np.sort(values)[::-1][:top]
    slope, intercept = _lines(np.log(-largest)[None, :], np.log(draws / np.arange(1, top + 1)))
    if not slope[0] < -1e-12:
        raise UserError(
            f"the {top} worst draws are equally bad, so nothing can be forecast from their growth; judge more"
            " draws, or fit more of them"
        )
    return Tail(float(intercept[0]), float(slope[0]), top, draws)


def default_top(draws: int, possible: int) -> int:
    """How many the line is fitted to, of so many draws and so many that have a chance of failure."""
    return max(FEWEST, round(min(TOP_SHARE * draws, MOST_OF_TAIL * possible)))


def _check(values: Floats, draws: int, top: int) -> None:
    if top < 2:
        raise UserError(f"a line needs at least 2 points, and {top} were asked for")
    if np.isnan(values).any() or (values >= 0).any():
        raise ValueError("log elicitation probabilities must be below 0")
    if len(values) > draws:
        raise ValueError(f"{len(values)} elicitation probabilities from {draws} draws")
    if np.isfinite(values).sum() < top:
        raise UserError(
            f"a forecast needs {top} draws with a chance of failure, and {int(np.isfinite(values).sum())} of"
            f" {draws} have one; judge more draws"
        )


def _lines(heights: Floats, at: Floats) -> tuple[Floats, Floats]:
    """Slopes and intercepts of least-squares lines: one for each row of `heights` (B, K) over `at` (K,)."""
    middle = at.mean()
    slopes = heights @ (at - middle) / np.square(at - middle).sum()
    return slopes, heights.mean(axis=1) - slopes * middle


def extreme_estimate(
    log_probabilities: Floats,
    draws: int,
    threshold_log_probability: float,
    stream: Stream,
    *,
    top: int | None = None,
    resamples: int = RESAMPLES,
    confidence: float = 0.95,
) -> Estimate:
    """Forecast the rate of draws beyond a threshold that few or none of those drawn are beyond.

    For a filter, `log_probabilities` are `passing_log_probability` of the catastrophes among `draws` judged
    draws, and the threshold that of the filter's log odds. The interval is a percentile bootstrap over draws;
    it sees the noise of the fit and not whether the tail is regular. Resampled rates beyond `REACH` count as
    0 in it. Raises UserError where the forecast itself is beyond it; other errors as `fit_tail`.
    """
    if not threshold_log_probability < 0:
        raise ValueError("the threshold's log probability must be below 0")
    tail = fit_tail(log_probabilities, draws, top)
    rates = _resampled(log_probabilities, draws, threshold_log_probability, tail.fitted, resamples, stream)
    value = tail.rate_beyond(threshold_log_probability)
    nearest = 1 / (REACH * draws)
    if value < nearest:
        raise UserError(
            f"the forecast would be read at one failure in {1 / max(value, 1e-300):.0e} draws, more than"
            f" {REACH:,.0f} times the {draws:,} that were judged, and the line is not to be trusted so far: a"
            " way to fail that no draw met is not in it; judge more draws, or use another estimator"
        )
    told = np.where(rates < nearest, 0.0, rates)
    low, high = np.quantile(told, [(1 - confidence) / 2, (1 + confidence) / 2])
    return Estimate(
        value=value,
        interval=Interval(float(low), float(high)),
        confidence=confidence,
        method=METHOD,
        queries=draws,
        labels=draws,
        interval_kind="bootstrap",
    )


def _resampled(
    log_probabilities: Floats, draws: int, threshold: float, top: int, resamples: int, stream: Stream
) -> Floats:
    """The forecast from each bootstrap sample, shape (resamples,).

    How often a draw comes again is nearly Poisson of mean 1, so the `top` largest of a resample come from the
    few largest of the sample, and the rest need not be drawn.
    """
    values = np.asarray(log_probabilities, dtype=np.float64)
    largest = np.sort(values[np.isfinite(values)])[::-1][: 2 * top + 50]
    again = stream.numpy().poisson(1.0, (resamples, len(largest)))
    reached = np.cumsum(again, axis=1)
    picked = np.array([np.searchsorted(row, np.arange(top), side="right") for row in reached])
    heights = np.log(-largest[np.minimum(picked, len(largest) - 1)])
    slopes, intercepts = _lines(heights, np.log(draws / np.arange(1, top + 1)))
    slopes = np.minimum(slopes, -1e-12)
    exponent = (math.log(-threshold) - intercepts) / slopes
    result: Floats = np.exp(-np.clip(exponent, 0.0, 700.0))
    return result
