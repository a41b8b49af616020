"""What an estimator is worth where the truth is known: bias, coverage, and cost against plain Monte Carlo."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind, MeasuredCoverage


@dataclass(frozen=True)
class PlainCost:
    """What plain Monte Carlo spends for a given relative squared error: draws scored, and draws judged."""

    forwards: float
    labels: float


def plain_cost(rate: float, relative_squared_error: float, passing: float = 1.0) -> PlainCost:
    """Independent draws until var(p̂) / p² = (1 − p) / (n p) is that small; those that pass are judged.

    `passing` is the share of draws that pass. Raises ValueError on parts that are no shares.
    """
    if not 0 < rate < 1 or not 0 < passing <= 1:
        raise ValueError(f"a rate of {rate} with {passing} of draws passing is impossible")
    if not relative_squared_error > 0:
        return PlainCost(math.inf, math.inf)
    draws = (1 - rate) / (rate * relative_squared_error)
    return PlainCost(draws, draws * passing)


@dataclass(frozen=True)
class Calibration:
    """Repetitions of one estimator at one known rate; every figure relative to the truth.

    `bias` is the mean of p̂ / p − 1 with its standard error `bias_error`, `squared_error` the mean of
    (p̂ / p − 1)², `within_tenfold` counts p̂ within one order of magnitude of p. `coverage` counts intervals
    of this kind that held p; a repetition without any interval is a miss, and one that gave another kind (for
    want of failures) is not counted, for whoever is given this kind is not in its place. `declined` counts
    repetitions in which the method refused to give an estimate; they are in nothing else. `forwards` and
    `labels` are means.
    """

    method: str
    interval_kind: IntervalKind
    task: str
    rate: float
    confidence: float
    bias: float
    bias_error: float
    squared_error: float
    within_tenfold: Proportion
    coverage: Proportion
    declined: int
    forwards: float
    labels: float
    plain: PlainCost

    @property
    def forwards_saved(self) -> float:
        """How many times the forwards plain Monte Carlo would need for the same squared error."""
        return self.plain.forwards / self.forwards if self.forwards else math.inf

    @property
    def labels_saved(self) -> float:
        """How many times the judge calls plain Monte Carlo would need for the same squared error."""
        return self.plain.labels / self.labels if self.labels else math.inf

    @property
    def measured(self) -> MeasuredCoverage | None:
        """What an estimate of this method carries; None where no interval was of this kind."""
        return MeasuredCoverage(self.coverage, self.rate, self.task) if self.coverage.trials else None


def calibrate(
    estimates: Sequence[Estimate | None],
    rate: float,
    task: str,
    interval_kind: IntervalKind,
    passing: float = 1.0,
) -> Calibration:
    """Score repetitions of one estimator against the true rate; None stands for a repetition that declined.

    `interval_kind` is what was asked for; an estimator may give a finite-sample interval instead where it saw
    no failure. Raises ValueError where none gave an estimate, or where methods or
    confidences are mixed.
    """
    given = [estimate for estimate in estimates if estimate is not None]
    if not given:
        raise ValueError("no repetition gave an estimate, so there is nothing to score")
    if len({(estimate.method, estimate.confidence) for estimate in given}) > 1:
        raise ValueError("estimates of different methods or confidences cannot be scored as one")
    ratios = np.array([estimate.value for estimate in given]) / rate
    squared_error = float(np.square(ratios - 1).mean())
    own = [e for e in given if e.interval is None or e.interval_kind == interval_kind]
    held = sum(e.interval is not None and rate in e.interval for e in own)
    near = int(np.count_nonzero((ratios >= 0.1) & (ratios <= 10)))
    spread = float(ratios.std(ddof=1)) if len(ratios) > 1 else math.inf
    return Calibration(
        method=given[0].method,
        interval_kind=interval_kind,
        task=task,
        rate=rate,
        confidence=given[0].confidence,
        bias=float(ratios.mean()) - 1,
        bias_error=spread / math.sqrt(len(ratios)),
        squared_error=squared_error,
        within_tenfold=Proportion(near, len(given)),
        coverage=Proportion(held, len(own)),
        declined=len(estimates) - len(given),
        forwards=float(np.mean([estimate.queries for estimate in given])),
        labels=float(np.mean([estimate.labels for estimate in given])),
        plain=plain_cost(rate, squared_error, passing),
    )
