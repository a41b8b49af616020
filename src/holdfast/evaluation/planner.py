"""How many judged samples a claim will cost, and how likely a model is to pass.

Two ways to claim "the failure rate is at most the target": a number of samples fixed beforehand with so many
failures allowed (the exact binomial bound), and a monitor that may stop at any time. Neither passes below the
label floor ln(1/δ)/target, nor does any other way to sample that assumes nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import trials_needed
from holdfast.evaluation.e_process import Side, log_evidence
from holdfast.evaluation.monitor import certifying_trials

CAP_IN_FLOORS = 10
"""Where no cap is given, the monitor may go on to ten times the label floor."""

_LEAST_TARGET, _MOST_TRIALS = 1e-12, 10**15
"""Below, and above, counts are lost in the rounding of floats."""

_MOST_FAILURES = 20_000
_SHOWN = (0, 1, 2, 5)


@dataclass(frozen=True)
class FixedPlan:
    """So many samples, fixed beforehand; the claim stands if at most `allowed_failures` of them fail."""

    allowed_failures: int
    samples: int
    pass_probability: float


@dataclass(frozen=True)
class MonitorPlan:
    """A monitor that ends with its verdict, or undecided after `cap` samples.

    `expected_samples` are the mean of what it takes, the cap where it stays undecided (and, where it
    refutes, at most what it takes).
    """

    cap: int
    samples_without_failure: int
    pass_probability: float
    refute_probability: float
    expected_samples: float


@dataclass(frozen=True)
class Plan:
    """What it costs to claim `target` at `confidence` of a model whose rate is really `true_rate`.

    `fixed` lists some plans by allowed failures; `chosen` is the first of all that passes often enough, or
    None where the true rate lies too near the target.
    """

    target: float
    confidence: float
    true_rate: float
    label_floor: int
    fixed: tuple[FixedPlan, ...]
    chosen: FixedPlan | None
    monitor: MonitorPlan

    @property
    def greatest_saving(self) -> float:
        """The share of the monitor's expected labels beyond the floor: no cleverer sampling saves more."""
        return max(0.0, 1 - self.label_floor / self.monitor.expected_samples)


@dataclass(frozen=True)
class Effort:
    """What samples cost: seconds to make and judge them, and money; None where no price was given."""

    seconds: float | None
    money: float | None


def effort(samples: float, per_second: float | None = None, label_cost: float | None = None) -> Effort:
    """The time at so many judged outcomes a second, and the price at so much a label."""
    if per_second is not None and per_second <= 0:
        raise UserError(f"outcomes per second must be more than 0, got {per_second}")
    if label_cost is not None and label_cost < 0:
        raise UserError(f"the cost of a label must not be negative, got {label_cost}")
    return Effort(
        None if per_second is None else samples / per_second,
        None if label_cost is None else samples * label_cost,
    )


def label_floor(target: float, confidence: float = 0.95) -> int:
    """The fewest samples without a failure that bound a rate by `target`: ln(1/δ)/target, as a binomial has
    it.

    No allocation of the labels gets below it without assumptions: wherever all the failures might lie, that
    part alone needs its share of as many.
    """
    return trials_needed(target, 0, confidence)


def plan(
    target: float,
    confidence: float = 0.95,
    true_rate: float = 0.0,
    power: float = 0.9,
    cap: int | None = None,
) -> Plan:
    """Plan a claim; `power` is the chance of passing that the chosen fixed plan gives at least.

    Raises UserError for numbers outside (0, 1), a true rate that is not below the target, or a cap below the
    number at which a monitor can first certify.
    """
    _check(target, confidence, true_rate, power)
    chosen = _choose(target, confidence, true_rate, power)
    counts = {*_SHOWN} | ({chosen.allowed_failures} if chosen else set())
    floor = label_floor(target, confidence)
    return Plan(
        target,
        confidence,
        true_rate,
        floor,
        tuple(_fixed(target, confidence, true_rate, count) for count in sorted(counts)),
        chosen,
        plan_monitor(target, confidence, true_rate, CAP_IN_FLOORS * floor if cap is None else cap),
    )


def _check(target: float, confidence: float, true_rate: float, power: float) -> None:
    for name, value in (("target rate", target), ("confidence", confidence), ("chance of passing", power)):
        if not 0 < value < 1:
            raise UserError(f"the {name} must lie between 0 and 1, both excluded; got {value}")
    if target < _LEAST_TARGET or 1 - confidence < _LEAST_TARGET:
        raise UserError(
            f"a target or a chance of error below {_LEAST_TARGET:g} takes more samples than can be planned"
            " or drawn; name a higher one"
        )
    if not 0 <= true_rate < target:
        raise UserError(
            f"the true rate must be at least 0 and below the target {target:g}, got {true_rate:g}: a model"
            " that is no better ought not to pass; name a higher target, or expect a better model"
        )


def _fixed(target: float, confidence: float, true_rate: float, allowed: int) -> FixedPlan:
    from scipy.stats import binom

    samples = trials_needed(target, allowed, confidence)
    return FixedPlan(allowed, samples, float(binom.cdf(allowed, samples, true_rate)))


def _choose(target: float, confidence: float, true_rate: float, power: float) -> FixedPlan | None:
    """The plan with the fewest allowed failures that passes often enough: the chance grows with them."""
    low, high = -1, 0
    while (found := _fixed(target, confidence, true_rate, high)).pass_probability < power:
        low, high = high, 2 * high + 1
        if low > _MOST_FAILURES:
            return None
    while high - low > 1:
        middle = (low + high) // 2
        tried = _fixed(target, confidence, true_rate, middle)
        if tried.pass_probability >= power:
            high, found = middle, tried
        else:
            low = middle
    return found


def plan_monitor(target: float, confidence: float, true_rate: float, cap: int) -> MonitorPlan:
    """What a monitor will do, exactly, from the law of the number of failures at the times that matter.

    With j failures it certifies at a known number of trials, and only at those numbers; with k failures it
    has refuted if and only if the k-th came within a known number. So the count need only be followed from
    one such number to the next.
    """
    first = certifying_trials(target, 0, confidence)
    if cap > _MOST_TRIALS:
        raise UserError(
            f"a monitor of {target:g} may take {cap:,.0f} samples, more than can be planned; name a higher"
            " target"
        )
    if cap < first:
        raise UserError(
            f"a monitor of {target:g} cannot certify before {first:,} samples; the cap is {cap:,}"
        )
    refuting = _refuting_trials(target, confidence, cap)
    alive = np.zeros(len(refuting) + 1)  # alive[k]: still undecided with k failures; the last, with more
    alive[0] = 1.0
    certified = refuted = samples = 0.0
    now = 0
    for time, certifies, count in _moments(target, confidence, cap, refuting):
        alive = _carry(alive, time - now, true_rate)
        now = time
        ended = alive[: count + 1] if certifies else alive[count:]
        share = float(ended.sum())
        ended[:] = 0.0
        samples += share * time
        certified, refuted = (certified + share, refuted) if certifies else (certified, refuted + share)
    return MonitorPlan(cap, first, certified, refuted, samples + float(alive.sum()) * cap)


def _refuting_trials(target: float, confidence: float, cap: int) -> list[int]:
    """For k = 1, 2, … the most trials, up to `cap`, at which k failures refute (0: at none); ends with the
    cap."""
    needed, found = -math.log1p(-confidence), list[int]()
    # Where the target is high, not even failures alone refute it within the cap.
    while not found or (found[-1] < cap and len(found) < cap):
        failures = len(found) + 1
        low, high = failures - 1, cap + 1
        while high - low > 1:
            middle = (low + high) // 2
            if log_evidence(failures, middle, target, Side.ABOVE) >= needed:
                low = middle
            else:
                high = middle
        found.append(low if low >= failures else 0)
    return found


def _moments(target: float, confidence: float, cap: int, refuting: list[int]) -> list[tuple[int, bool, int]]:
    """(trials, certifies, failures) in order of time: where at most, or at least, so many failures end it."""
    moments = [(trials, False, k) for k, trials in enumerate(refuting, 1) if trials]
    failures = 0
    while (trials := certifying_trials(target, failures, confidence)) <= cap:
        moments.append((trials, True, failures))
        failures += 1
    return sorted(moments)


def _carry(alive: np.ndarray, trials: int, rate: float) -> np.ndarray:
    """The law of the count after so many more trials; what passes the end stays in the last place."""
    from scipy.stats import binom

    more = binom.pmf(np.arange(len(alive)), trials, rate)
    after: np.ndarray = np.convolve(alive, more)[: len(alive)]
    after[-1] += alive.sum() - after.sum()
    return after
