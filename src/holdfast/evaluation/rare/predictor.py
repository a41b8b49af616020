"""Importance sampling from a failure predictor that learnt from earlier checkpoints (arXiv 1812.01647).

Earlier checkpoints fail more often, and on much the same inputs, so their failures teach where the newest one
may fail. The proposal is the pool reweighted by the square root of the predicted chance, which is the best
proposal where the prediction is right (Uesato et al., section 4.2); a uniform share keeps every weight
bounded, and the correction keeps the estimate unbiased, however wrong the prediction is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind
from holdfast.evaluation.rare.stratified import UNIFORM_SHARE, Failing, Target
from holdfast.evaluation.rare.weighted import (
    WeightedFailures,
    betting_interval,
    interval_beyond_pool,
    poisson_interval,
)

Floats = NDArray[np.float64]
Outcomes = NDArray[np.bool_]

METHOD = "sampling by a failure predictor"


def checkpoint_features(log_odds: Floats, checkpoint: int, cheap: Floats | None = None) -> Floats:
    """What is known of draws about one checkpoint, the same columns for every checkpoint; shape (N, 5 + F).

    `log_odds` (checkpoints, N) are the classifiers' own, each less its threshold, in the order of training.
    The columns: this checkpoint's log odds, those of the one before, and the mean, largest and smallest of
    all before; then `cheap` (N, F), such as lengths. Nothing of a later checkpoint is read. Raises ValueError
    for the first checkpoint, which has none before it.
    """
    if not 1 <= checkpoint < len(log_odds):
        raise ValueError(
            f"checkpoint {checkpoint} of {len(log_odds)} has no features: it needs one before it"
        )
    scores = np.asarray(log_odds, dtype=np.float64)
    before = scores[:checkpoint]
    columns = [scores[checkpoint], before[-1], before.mean(0), before.max(0), before.min(0)]
    return np.column_stack(columns if cheap is None else [*columns, cheap])


@dataclass(frozen=True)
class FailurePredictor:
    """A logistic regression, then an isotonic step that says how often draws of that rank really failed.

    `centre` and `scale` (D,) standardise features, `weights` (D,) and `bias` make log odds of them; `ranks`
    and `chances` (K,) are the isotonic curve's corners, between which it is straight.
    """

    centre: Floats
    scale: Floats
    weights: Floats
    bias: float
    ranks: Floats
    chances: Floats

    def predict(self, features: Floats) -> Floats:
        """The chance of failure for each row of (N, D) features, shape (N,); never 0."""
        return np.interp(self._logits(features), self.ranks, self.chances)

    def _logits(self, features: Floats) -> Floats:
        logits: Floats = (features - self.centre) / self.scale @ self.weights + self.bias
        return logits


def fit_predictor(features: Floats, failed: Outcomes, ridge: float = 1.0) -> FailurePredictor:
    """Learn to predict failures from (N, D) features and the outcomes (N,) of earlier checkpoints.

    Rows of several checkpoints are put one below the other. `ridge` is the penalty on the weights, as of that
    many times half a unit of log-likelihood. Raises UserError where no checkpoint failed or all did.
    """
    from scipy.optimize import minimize

    rows, outcomes = np.asarray(features, dtype=np.float64), np.asarray(failed, dtype=np.float64)
    if rows.ndim != 2 or len(rows) != len(outcomes) or not np.isfinite(rows).all():
        raise ValueError(f"need finite features (N, D) and outcomes (N,), got {rows.shape}, {outcomes.shape}")
    if not 0 < outcomes.sum() < len(outcomes):
        raise UserError(
            "a failure predictor needs failures and non-failures of earlier checkpoints to learn from, and"
            f" {int(outcomes.sum())} of {len(outcomes)} draws failed; judge more draws of earlier rounds, or"
            " use score-stratified sampling"
        )
    centre, scale = rows.mean(0), rows.std(0)
    scale = np.where(scale > 0, scale, 1.0)
    inputs = (rows - centre) / scale
    start = np.zeros(rows.shape[1] + 1)
    start[-1] = math.log(outcomes.mean() / (1 - outcomes.mean()))
    found = minimize(_loss, start, args=(inputs, outcomes, ridge), jac=True, method="L-BFGS-B")
    ranks, chances = _isotonic(inputs @ found.x[:-1] + found.x[-1], outcomes)
    return FailurePredictor(centre, scale, found.x[:-1], float(found.x[-1]), ranks, chances)


def _loss(given: Floats, inputs: Floats, outcomes: Floats, ridge: float) -> tuple[float, Floats]:
    """The penalised negative log-likelihood and its gradient."""
    from scipy.special import expit

    logits = inputs @ given[:-1] + given[-1]
    surplus = expit(logits) - outcomes
    loss = float(np.logaddexp(0, logits).sum() - outcomes @ logits + ridge / 2 * given[:-1] @ given[:-1])
    return loss, np.append(inputs.T @ surplus + ridge * given[:-1], surplus.sum())


def _isotonic(logits: Floats, outcomes: Floats) -> tuple[Floats, Floats]:
    """The corners of the monotone curve from logit to share of failures, half a failure added to each level.

    Without the half, the level below every failure would be 0 and its draws left to the uniform share alone.
    """
    from scipy.optimize import isotonic_regression

    order = np.argsort(logits, kind="stable")
    ordered = logits[order]
    blocks = isotonic_regression(outcomes[order]).blocks
    starts, stops = blocks[:-1].astype(np.intp), blocks[1:].astype(np.intp)
    totals = np.add.reduceat(outcomes[order], starts)
    chances = np.maximum.accumulate((totals + 0.5) / (stops - starts + 1.0))
    ranks = np.column_stack([ordered[starts], ordered[stops - 1]]).ravel()
    return ranks, np.repeat(chances, 2)


def predictor_estimate(
    chances: Floats,
    failing: Failing,
    labels: int,
    stream: Stream,
    *,
    draws: int | None = None,
    uniform_share: float = UNIFORM_SHARE,
    target: Target = "distribution",
    interval_kind: IntervalKind = "finite-sample",
    confidence: float = 0.95,
) -> Estimate:
    """Estimate the failure rate from draws of a pool in proportion to √chance, corrected, without bias.

    `chances` (N,) are predicted for draws that pass. Places are drawn with replacement, `labels` of them, and
    each is judged once, so the labels spent may be fewer. With `draws`, the number of draws made, refused
    ones included, the rate is per draw made; without it, per draw that passed. `queries` counts a forward of
    the newest classifier for each; those of earlier ones were made in their time. For intervals see
    `stratified_estimate`. Raises UserError on too few labels or no uniform share.
    """
    predicted = _checked(chances, labels, uniform_share, interval_kind)
    pool = len(predicted) if draws is None else draws
    if pool < len(predicted):
        raise ValueError(f"{len(predicted)} draws passed of {pool} made")
    drive = np.sqrt(predicted)
    proposal = uniform_share / len(predicted) + (1 - uniform_share) * drive / drive.sum()
    places = _draw(proposal, labels, stream)
    distinct, back = np.unique(places, return_inverse=True)
    failed = np.asarray(failing(distinct), dtype=bool)[back]
    sample = WeightedFailures(
        1.0 / (pool * proposal[places[failed]]), labels, float(1.0 / (pool * proposal.min()))
    )
    kind: IntervalKind = interval_kind if failed.any() else "finite-sample"
    exact = kind == "finite-sample"
    return Estimate(
        value=sample.rate,
        interval=(_exact if exact else _approximate)(sample, pool, target, confidence),
        confidence=confidence,
        method=METHOD,
        queries=pool,
        labels=len(distinct),
        interval_kind=kind,
    )


def _checked(chances: Floats, labels: int, uniform_share: float, interval_kind: IntervalKind) -> Floats:
    predicted = np.asarray(chances, dtype=np.float64)
    if not len(predicted):
        raise UserError("there are no draws to judge: give a pool of draws that pass the filter")
    if not ((predicted > 0) & (predicted <= 1)).all():
        raise ValueError("predicted chances must lie above 0 and at most at 1")
    if not 0 < uniform_share <= 1:
        raise UserError(f"the uniform share must lie above 0 and at most at 1, got {uniform_share}")
    if labels < 1:
        raise UserError(f"{labels} labels cannot estimate anything")
    if interval_kind == "bootstrap":
        raise UserError("sampling by a failure predictor has finite-sample and asymptotic intervals only")
    return predicted


def _draw(proposal: Floats, count: int, stream: Stream) -> NDArray[np.intp]:
    reach = np.cumsum(proposal)
    found: NDArray[np.intp] = np.searchsorted(reach, stream.numpy().random(count) * reach[-1], side="right")
    return np.minimum(found, len(proposal) - 1)


def _exact(sample: WeightedFailures, pool: int, target: Target, confidence: float) -> Interval:
    share = confidence if target == "pool" else (1 + confidence) / 2
    own = betting_interval(sample, share)
    own = Interval(own.lower, min(1.0, own.upper))
    return own if target == "pool" else interval_beyond_pool(own, pool, share)


def _approximate(sample: WeightedFailures, pool: int, target: Target, confidence: float) -> Interval:
    variance = sample.variance + (sample.rate / pool if target == "distribution" else 0.0)
    return poisson_interval(sample.rate, variance, len(sample.weights), confidence)
