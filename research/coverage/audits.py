"""Coverage cases of audits whose auditor chooses what to try next, and stops, so as to be wrong.

The auditor does what the limits have to stand: goes where failures were fewest (or most) so far, leaves a
stratum once it fails, looks after every draw, and counts as wrong if the limit ever misses the truth.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.adaptive import average_evidence, worst_evidence
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.e_process import Side, log_evidence
from research.coverage.simulations import Simulation, Tally

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]

AuditCase = tuple[str, str, str, Simulation]
"""The method, the data, which kind of promise it makes, and how to try it."""

WEIGHTS = (0.7, 0.2, 0.1)
_STEPS = 60
"""Times that the auditor chooses; between two of them at most a block of draws without a failure."""


Goes = Literal["where it fails least", "where it fails most", "by weight"]


@dataclass(frozen=True)
class Auditor:
    """Chooses among strata that fail at these rates (S,): where failures were fewest or most so far, or by
    the strata's weights, and never mind what was seen."""

    rates: tuple[float, ...]
    block: int
    goes: Goes

    def seen(self, random: np.random.Generator, repetitions: int) -> Iterator[tuple[Counts, Counts, bool]]:
        """After each choice failures and trials (R, S): right before a failure, and right after it."""
        rates, strata = np.array(self.rates), len(self.rates)
        failures = np.zeros((repetitions, strata), dtype=np.int64)
        trials = np.zeros_like(failures)
        rows = np.arange(repetitions)
        for _ in range(_STEPS):
            chosen = self._choice(random, failures, trials)
            gap = random.geometric(rates[chosen])
            failed = gap <= self.block
            trials[rows, chosen] += np.where(failed, gap - 1, self.block)
            yield failures, trials, False
            failures[rows, chosen] += failed
            trials[rows, chosen] += failed
            yield failures, trials, True

    def _choice(self, random: np.random.Generator, failures: Counts, trials: Counts) -> Counts:
        if self.goes == "by weight":
            return random.choice(len(self.rates), size=len(failures), p=WEIGHTS)
        share = (failures + 0.5) / (trials + 0.5 * self.block)
        order = share if self.goes == "where it fails least" else -share
        # Ties are broken at random, or the first stratum would have every first draw.
        chosen: Counts = (order * (1 + 1e-6 * random.random(order.shape))).argmin(axis=1)
        return chosen


Wrong = Callable[[Counts, Counts], bool]
Cheap = Callable[[Counts, Counts], Floats]


def audited(auditor: Auditor, needed: float, upper: bool, wrong: Wrong, cheap: Cheap) -> Simulation:
    """Audits in which the limit never misses the truth, at any look.

    `cheap` is at least the log evidence on which `wrong` decides (R,), so that few have to be looked at.
    """

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        missed = np.zeros(repetitions, dtype=bool)
        failures = np.zeros((repetitions, 1), dtype=np.int64)
        for failures, trials, after in auditor.seen(random, repetitions):
            if after is upper:
                continue
            for row in np.flatnonzero((cheap(failures, trials) >= needed) & ~missed):
                missed[row] = wrong(failures[row], trials[row])
        empty = int(np.count_nonzero(failures.sum(axis=1) == 0))
        return Tally(Proportion(repetitions - int(missed.sum()), repetitions), empty)

    return simulate


def audit_cases(rate: float, exact: str, invalid: str, nominal: float) -> Iterator[AuditCase]:
    """Strata whose average (of the worst-stratum limits: whose greatest rate) is `rate`."""
    needed, block = -math.log1p(-nominal), round(0.5 / rate)
    alike, uneven = (rate,) * 3, (0.3 * rate / 0.7, 0.3 * rate / 0.2, 0.4 * rate / 0.1)
    for told, rates in (("strata alike", alike), ("most failures in small strata", uneven)):
        ways: tuple[Goes, ...] = ("where it fails least", "by weight")
        for goes in ways:
            auditor, data = Auditor(rates, block, goes), f"{_STOPS.format(goes)}; {told}"
            yield (
                "adaptive audit: average, upper",
                data,
                exact,
                audited(auditor, needed, True, _average_wrong(rate, needed), _pooled(rate, Side.BELOW)),
            )
            yield (
                "binomial of all draws",
                data,
                invalid,
                audited(auditor, needed, True, _wrong, _binomial(rate)),
            )
    one_worse = (rate, 0.01 * rate, 0.01 * rate)
    for told, rates in (("strata alike", alike), ("one stratum fails", one_worse)):
        auditor = Auditor(rates, block, "by weight")
        data = f"{_STOPS.format(auditor.goes)}; {told}"
        yield (
            "adaptive audit: worst stratum, upper",
            data,
            exact,
            audited(auditor, needed, True, _wrong, _each_below(rate)),
        )
        hunter = Auditor(rates, block, "where it fails most")
        data = f"{_STOPS.format(hunter.goes)}; {told}"
        yield (
            "adaptive audit: worst stratum, lower",
            data,
            exact,
            audited(hunter, needed, False, _proved(rate, needed), _one_above(rate)),
        )


_STOPS = "auditor goes {}, stops at best"


def _wrong(failures: Counts, trials: Counts) -> bool:
    """Where the cheap evidence is the whole evidence."""
    return True


def _average_wrong(rate: float, needed: float) -> Wrong:
    weights = np.array(WEIGHTS)
    return lambda failures, trials: (
        average_evidence(failures.astype(float), trials.astype(float), weights, rate) >= needed
    )


def _proved(rate: float, needed: float) -> Wrong:
    return lambda failures, trials: (
        worst_evidence(failures.astype(float), trials.astype(float), rate) >= needed
    )


def _pooled(rate: float, side: Side) -> Cheap:
    return lambda failures, trials: log_evidence(failures.sum(axis=1), trials.sum(axis=1), rate, side)


def _each_below(rate: float) -> Cheap:
    return lambda failures, trials: log_evidence(failures, trials, rate, Side.BELOW).min(axis=1)


def _one_above(rate: float) -> Cheap:
    def evidence(failures: Counts, trials: Counts) -> Floats:
        own = log_evidence(failures, trials, rate, Side.ABOVE).max(axis=1)
        found: Floats = np.maximum(own, _pooled(rate, Side.ABOVE)(failures, trials))
        return found

    return evidence


def _binomial(rate: float) -> Cheap:
    """Minus the logarithm of the chance of so few failures at that rate, as if the number had been fixed."""

    def evidence(failures: Counts, trials: Counts) -> Floats:
        from scipy.special import bdtr

        chance = bdtr(failures.sum(axis=1), trials.sum(axis=1), rate)
        found: Floats = np.asarray(-np.log(chance), dtype=np.float64)
        return found

    return evidence
