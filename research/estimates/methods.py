"""Each estimator on each kind of problem, once: what the study of estimates repeats."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind
from holdfast.evaluation.rare.extreme import extreme_estimate, passing_log_probability
from holdfast.evaluation.rare.predictor import checkpoint_features, fit_predictor, predictor_estimate
from holdfast.evaluation.rare.stratified import stratified_estimate
from research.estimates.problems import Draws, Floats, PoolProblem


@dataclass(frozen=True)
class Effort:
    """What one estimate may spend.

    A pool has `pool_failures` failures in expectation and at most `pool` draws, of which `labels` are judged.
    The failure predictor learns from `training` judged draws of each earlier checkpoint. Plain Monte Carlo
    and the extreme-value forecast judge `judged` draws. The searches are given `searches` times their default
    steps.
    """

    labels: int = 5000
    pool: int = 1_000_000
    pool_failures: int = 20
    training: int = 20_000
    judged: int = 20_000
    searches: float = 1.0

    def pool_for(self, rate: float) -> int:
        """The draws of a pool at that rate; never fewer than are judged."""
        return max(self.labels, min(self.pool, round(self.pool_failures / rate)))


@dataclass(frozen=True)
class Attempt:
    """One estimate of one kind of interval; None where the method declined."""

    kind: IntervalKind
    estimate: Estimate | None


PLAIN = "plain Monte Carlo"

Method = Callable[[PoolProblem, Effort, Stream], list[Attempt]]
_KINDS: tuple[IntervalKind, ...] = ("finite-sample", "asymptotic")


def plain(problem: PoolProblem, effort: Effort, stream: Stream) -> list[Attempt]:
    """Plain Monte Carlo, with its exact interval: what the others are held against."""
    draws = problem.draw(effort.judged, stream)
    failed = Proportion(int((draws.catastrophic & (draws.newest < 0)).sum()), effort.judged)
    value, passing = failed.rate or 0.0, len(draws.passing)
    estimate = Estimate(
        value,
        failed.interval(0.95),
        0.95,
        PLAIN,
        effort.judged,
        passing,
        interval_kind="finite-sample",
    )
    return [Attempt("finite-sample", estimate)]


def stratified(problem: PoolProblem, effort: Effort, stream: Stream) -> list[Attempt]:
    """Labels by the newest checkpoint's score."""
    count = effort.pool_for(problem.rate)
    draws = problem.draw(count, stream.child("pool"))
    passing = draws.passing
    scores, failed = draws.newest[passing] + problem.threshold_log_odds, draws.catastrophic[passing]
    return [
        Attempt(
            kind,
            stratified_estimate(
                scores,
                lambda places: failed[places],
                effort.labels,
                stream.child("labels"),
                draws=count,
                interval_kind=kind,
            ),
        )
        for kind in _KINDS
    ]


def predicted(problem: PoolProblem, effort: Effort, stream: Stream) -> list[Attempt]:
    """Labels by a predictor fitted to earlier checkpoints, or to the score where none of those failed."""
    count = effort.pool_for(problem.rate)
    draws = problem.draw(count, stream.child("pool"))
    passing = draws.passing
    failed = draws.catastrophic[passing]
    chances = _chances(problem, draws, effort, stream.child("training"))
    return [
        Attempt(
            kind,
            predictor_estimate(
                chances,
                lambda places: failed[places],
                effort.labels,
                stream.child("labels"),
                draws=count,
                interval_kind=kind,
            ),
        )
        for kind in _KINDS
    ]


def _chances(problem: PoolProblem, draws: Draws, effort: Effort, stream: Stream) -> Floats:
    """Predicted chances of the draws that pass the newest checkpoint."""
    from scipy.special import expit

    newest = len(draws.margins) - 1
    passing = draws.passing
    rows, outcomes = [], []
    for checkpoint in range(1, newest):
        earlier = problem.draw(effort.training, stream.child(checkpoint))
        passed = earlier.places[earlier.margins[checkpoint, earlier.places] < 0]
        rows.append(checkpoint_features(earlier.margins[: checkpoint + 1, passed], checkpoint))
        outcomes.append(earlier.bad[passed])
    try:
        predictor = fit_predictor(np.concatenate(rows), np.concatenate(outcomes))
    except UserError:  # no earlier checkpoint failed on what was judged
        chances: Floats = expit(draws.newest[passing] + problem.threshold_log_odds)
        return np.maximum(chances, np.finfo(np.float64).tiny)
    return predictor.predict(checkpoint_features(draws.margins, newest))[draws.places[passing]]


def extreme(problem: PoolProblem, effort: Effort, stream: Stream) -> list[Attempt]:
    """The tail of the catastrophes' chances to pass, forecast up to the threshold."""
    draws = problem.draw(effort.judged, stream.child("draws"))
    log_odds = draws.newest[draws.catastrophic] + problem.threshold_log_odds
    threshold = float(passing_log_probability(np.array(problem.threshold_log_odds)))
    try:
        estimate = extreme_estimate(
            passing_log_probability(log_odds), effort.judged, threshold, stream.child("bootstrap")
        )
    except UserError:
        return [Attempt("bootstrap", None)]
    return [Attempt("bootstrap", estimate)]


POOL_METHODS: Mapping[str, Method] = {
    "plain": plain,
    "stratified": stratified,
    "predictor": predicted,
    "extreme": extreme,
}
