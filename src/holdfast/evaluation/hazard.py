"""How much harder a model has become to break: whole curves compared, stratum by stratum.

The *hazard* is the failures found per unit of time and attempt that has found none yet. Strata (attacks,
seeds of training) are never mixed: an attempt is compared with those of its own stratum alone, and what the
strata say is added up.

Three answers are given, and they assume different things. `log_rank_test` asks whether the curves differ at
all, and assumes nothing more than that attempts are independent and censored by a rule that does not know
their fate. Its ratio is Peto's one-step estimate: quick, and drawn towards 1 where the effect is large.
`hazard_ratio` maximises Cox's partial likelihood (JRSS B 34, 1972) with Efron's account of ties (JASA 72,
1977), and takes the ratio to be the same at all times. Where curves cross, neither ratio means much:
compare restricted means (`holdfast.evaluation.survival.restricted_mean`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval
from holdfast.evaluation.normal import two_sided_quantile
from holdfast.evaluation.survival import FailureTimes

Strata = FailureTimes | Sequence[FailureTimes]
"""One set of attempts, or one a stratum, in the order of the strata."""

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class LogRank:
    """A comparison of two whole survival curves: approximate, for many attempts.

    `hazard_ratio` is the failures found per unit and live attempt, after / before (Peto's one-step estimate,
    biased towards 1 for large effects); below 1 the attack has become harder. None when no attempt failed.
    """

    statistic: float
    p_value: float
    hazard_ratio: float | None
    limits: Interval


def log_rank_test(before: Strata, after: Strata, confidence: float = 0.95) -> LogRank:
    """The (stratified) log-rank test that failures are found equally fast before and after.

    Mantel (Cancer Chemotherapy Reports 50, 1966), with the hypergeometric variance; strata add their excesses
    and their variances. Raises ValueError on unequal numbers of strata or on different units.
    """
    from scipy.special import ndtr

    excess = variance = 0.0
    for table in _tables(before, after):
        more, spread = _excess(table)
        excess, variance = excess + more, variance + spread
    if variance == 0:
        return LogRank(0.0, 1.0, None, Interval(0.0, math.inf))
    statistic = excess**2 / variance
    log_ratio, spread = excess / variance, two_sided_quantile(confidence) / math.sqrt(variance)
    return LogRank(
        statistic,
        float(2 * ndtr(-math.sqrt(statistic))),
        math.exp(log_ratio),
        Interval(math.exp(log_ratio - spread), math.exp(log_ratio + spread)),
    )


@dataclass(frozen=True)
class HazardRatio:
    """How fast failures are found after, as a multiple of before; below 1 it has become harder.

    `ratio` maximises the partial likelihood: 0 when all failures came before, infinite when all came after,
    None when the data say nothing. `limits` are those of the likelihood ratio, approximate for few failures;
    where one side has none they are exact: the likelihood is then the chance that all failures fall on the
    other side, as Clopper and Pearson's limit at zero events has it. `p_value` is of a ratio of 1, by the
    likelihood ratio or that chance. `failures` are those that could be compared (some attempt of each side
    was still watched), before and after.

    It is no ratio of times: where every attempt takes 9.5 times as long, the ratio of hazards is anything
    from 1/178 to 1/2.5, by how much the attempts differ. Medians or restricted means tell of times.
    """

    ratio: float | None
    limits: Interval
    confidence: float
    p_value: float
    failures: tuple[int, int]
    method = "Cox's partial likelihood, Efron's ties, likelihood-ratio limits (exact at zero events)"

    @property
    def tells_apart(self) -> bool:
        """Whether the limits exclude equal hazards."""
        return 1.0 not in self.limits

    @property
    def times_slower(self) -> float | None:
        """The inverse ratio: how many times slower failures come, at any moment, to attempts without one."""
        return None if self.ratio is None else _inverse(self.ratio)

    @property
    def times_slower_limits(self) -> Interval:
        """Limits on `times_slower`."""
        return Interval(_inverse(self.limits.upper), _inverse(self.limits.lower))


def _inverse(ratio: float) -> float:
    return math.inf if ratio == 0 else 1 / ratio


def hazard_ratio(before: Strata, after: Strata, confidence: float = 0.95) -> HazardRatio:
    """The hazard after over that before, the same in every stratum, whose baselines are free.

    Raises ValueError on unequal numbers of strata or on different units.
    """
    likelihood = _PartialLikelihood.of(_tables(before, after))
    counts = likelihood.failures
    if not sum(counts):
        return HazardRatio(None, Interval(0.0, math.inf), confidence, 1.0, counts)
    best = likelihood.maximum()
    drop = two_sided_quantile(confidence) ** 2 / 2 if all(counts) else -math.log((1 - confidence) / 2)
    lower = -math.inf if not counts[1] else likelihood.falls_by(drop, best, -1.0)
    upper = math.inf if not counts[0] else likelihood.falls_by(drop, best, 1.0)
    gain = max(likelihood.at(best) - likelihood.at(0.0), 0.0)
    return HazardRatio(
        math.exp(best),
        Interval(math.exp(lower), math.exp(upper)),
        confidence,
        math.erfc(math.sqrt(gain)) if all(counts) else min(1.0, 2 * math.exp(-gain)),
        counts,
    )


@dataclass(frozen=True)
class Harder:
    """One model against the first: `hazard` and `test` compare the same attempts."""

    model: str
    hazard: HazardRatio
    test: LogRank


def harder_than_first(models: Mapping[str, Strata], confidence: float = 0.95) -> tuple[Harder, ...]:
    """Each later model against the first, in the order given: by hazard, which is no ratio of times.

    Every model comes with the same strata in the same order. Each row's limits hold for that row alone.
    """
    (_, first), *later = models.items()
    return tuple(
        Harder(name, hazard_ratio(first, strata, confidence), log_rank_test(first, strata, confidence))
        for name, strata in later
    )


@dataclass(frozen=True)
class _Table:
    """At each distinct time of failure of a stratum: failures and attempts at risk, before and after."""

    failed: NDArray[np.int64]
    """(times, 2)"""
    at_risk: NDArray[np.int64]
    """(times, 2)"""


def _tables(before: Strata, after: Strata) -> list[_Table]:
    sides = [[side] if isinstance(side, FailureTimes) else list(side) for side in (before, after)]
    if len(sides[0]) != len(sides[1]):
        raise ValueError(f"{len(sides[0])} strata before and {len(sides[1])} after; give the same ones")
    if len(units := {stratum.unit for side in sides for stratum in side}) > 1:
        raise ValueError(f"times in different units cannot be compared: {', '.join(sorted(units))}")
    return [_table(pair) for pair in zip(*sides, strict=True)]


def _table(pair: Sequence[FailureTimes]) -> _Table:
    times = np.unique(np.concatenate([side.failure_times() for side in pair]))
    return _Table(
        np.stack([side.failures_at(times) for side in pair], axis=1),
        np.stack([side.at_risk(times) for side in pair], axis=1),
    )


def _excess(table: _Table) -> tuple[float, float]:
    """Failures of `after` beyond what equal hazards would give, and the hypergeometric variance of that."""
    died, total = table.failed.sum(axis=1), table.at_risk.sum(axis=1)
    share = table.at_risk[:, 1] / total
    excess = float((table.failed[:, 1] - died * share).sum())
    variance = died * share * (1 - share) * (total - died) / np.maximum(total - 1, 1)
    return excess, float(variance.sum())


@dataclass(frozen=True)
class _PartialLikelihood:
    """Log partial likelihood of the log hazard ratio b: b · d₁ − Σ log(before + after · exp b).

    Efron's ties: the l-th of d failures at one time is set against the attempts at risk less l/d of the d.
    Times at which only one side was at risk say nothing of b, and are left out.
    """

    failures: tuple[int, int]
    before: Floats
    after: Floats

    @classmethod
    def of(cls, tables: Sequence[_Table]) -> _PartialLikelihood:
        failed = np.concatenate([table.failed for table in tables], axis=0)
        at_risk = np.concatenate([table.at_risk for table in tables], axis=0)
        compared = (at_risk > 0).all(axis=1)
        failed, at_risk = failed[compared], at_risk[compared]
        died = failed.sum(axis=1)
        row = np.repeat(np.arange(len(died)), died)
        place = np.arange(len(row)) - np.repeat(np.cumsum(died) - died, died)
        left = at_risk[row] - (place / died[row])[:, None] * failed[row]
        return cls((int(failed[:, 0].sum()), int(failed[:, 1].sum())), left[:, 0], left[:, 1])

    def at(self, b: float) -> float:
        """The log likelihood; at minus and plus infinity its limit where that is finite."""
        if math.isinf(b):
            return -float(np.log(self.before if b < 0 else self.after).sum())
        ratio = np.logaddexp(np.log(self.before), np.log(self.after) + b)
        return b * self.failures[1] - float(ratio.sum())

    def slope(self, b: float) -> float:
        """Its derivative, which falls as b grows."""
        from scipy.special import expit

        return self.failures[1] - float(expit(b + np.log(self.after) - np.log(self.before)).sum())

    def maximum(self) -> float:
        """Where it is largest; infinite when one side had no failure."""
        if not self.failures[1]:
            return -math.inf
        return math.inf if not self.failures[0] else _root(self.slope, 0.0, math.copysign(1, self.slope(0.0)))

    def falls_by(self, drop: float, best: float, direction: float) -> float:
        """How far in that direction it has fallen so much below its maximum."""
        top = self.at(best)
        start = best if math.isfinite(best) else math.copysign(1.0, best)
        while math.isinf(best) and self.at(start) < top - drop:
            start *= 2
        return _root(lambda b: self.at(b) - top + drop, start, direction)


def _root(function: Callable[[float], float], start: float, direction: float) -> float:
    """Where a function that changes its sign once in that direction from `start` is 0."""
    from scipy.optimize import brentq

    if function(start) == 0:
        return start
    step = direction
    while (function(start + step) > 0) == (function(start) > 0):
        step *= 2
    return float(brentq(function, min(start, start + step), max(start, start + step), xtol=1e-10))
