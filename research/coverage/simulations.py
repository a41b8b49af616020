"""Simulated data on which intervals are tried: counts, streams, and times to failure, of known rates.

A count that comes out many times is measured once, so twenty thousand repetitions cost little. Streams are
simulated by the gaps between their failures, so that a rate of 1e-6 costs no more than any other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Interval, Proportion, rate_ratio
from holdfast.evaluation.differences import Pairs, paired_difference, paired_ratio, rate_difference
from holdfast.evaluation.e_process import Side, log_evidence
from holdfast.evaluation.hourly import HourlyRate, hourly_difference, hourly_ratio
from holdfast.evaluation.strata import stratified_rate

Counts = NDArray[np.int64]
Holds = NDArray[np.bool_]


@dataclass(frozen=True)
class Tally:
    """How often limits held, and how many of the repetitions saw no event at all."""

    held: Proportion
    empty: int


Simulation = Callable[[np.random.Generator, int], Tally]
"""From a generator of random numbers and a number of repetitions to what came of them."""


def counted(
    draw: Callable[[np.random.Generator, int], Counts], holds: Callable[[Sequence[int]], bool]
) -> Simulation:
    """Simulate rows of counts [repetitions, counts], and ask of each different row whether the limits
    hold."""

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        rows, times = np.unique(draw(random, repetitions), axis=0, return_counts=True)
        held = sum(int(t) for row, t in zip(rows.tolist(), times, strict=True) if holds(row))
        empty = int(times[(rows == 0).all(axis=1)].sum())
        return Tally(Proportion(held, repetitions), empty)

    return simulate


def _binomials(trials: Sequence[int], rates: Sequence[float]) -> Callable[[np.random.Generator, int], Counts]:
    def draw(random: np.random.Generator, repetitions: int) -> Counts:
        return random.binomial(trials, rates, size=(repetitions, len(trials)))

    return draw


def one_rate(rate: float, trials: int, limits: Callable[[Proportion], Interval]) -> Simulation:
    """Limits on one rate."""
    return counted(_binomials([trials], [rate]), lambda row: rate in limits(Proportion(row[0], trials)))


def two_rates(
    first: tuple[float, int], second: tuple[float, int], confidence: float, ratio: bool
) -> Simulation:
    """The difference, or the ratio, of two rates from independent samples; each is (rate, trials)."""
    (rate, trials), (other, others) = first, second
    truth = rate / other if ratio else rate - other
    compare = rate_ratio if ratio else rate_difference

    def holds(row: Sequence[int]) -> bool:
        return truth in compare(Proportion(row[0], trials), Proportion(row[1], others), confidence).limits

    return counted(_binomials([trials, others], [rate, other]), holds)


def pairs_of(
    both: float, first: float, second: float, pairs: int, confidence: float, ratio: bool
) -> Simulation:
    """The paired difference or ratio, where so large shares of the pairs fail with both, or one alone."""
    truth = (both + first) / (both + second) if ratio else first - second
    compare = paired_ratio if ratio else paired_difference

    def draw(random: np.random.Generator, repetitions: int) -> Counts:
        shares = [both, first, second, 1 - both - first - second]
        return random.multinomial(pairs, shares, size=repetitions)[:, :3]

    return counted(draw, lambda row: truth in compare(Pairs(pairs, *row), confidence).limits)


def strata_of(
    weights: Sequence[float], rates: Sequence[float], sizes: Sequence[int], confidence: float
) -> Simulation:
    """The upper limit of a stratified rate."""
    truth = sum(w * r for w, r in zip(weights, rates, strict=True))

    def holds(row: Sequence[int]) -> bool:
        seen = [Proportion(k, n) for k, n in zip(row, sizes, strict=True)]
        return truth <= stratified_rate(weights, seen).upper(confidence)

    return counted(_binomials(sizes, rates), holds)


def hours_of(first: tuple[float, float], second: tuple[float, float] | None, limits: str) -> Simulation:
    """Poisson rates, each (rate per hour, hours): `limits` is "rate", "difference" or "ratio"."""
    sides = [side for side in (first, second) if side is not None]

    def draw(random: np.random.Generator, repetitions: int) -> Counts:
        return random.poisson([rate * hours for rate, hours in sides], size=(repetitions, len(sides)))

    def holds(row: Sequence[int]) -> bool:
        seen = [HourlyRate(k, hours) for k, (_, hours) in zip(row, sides, strict=True)]
        if second is None:
            return first[0] in seen[0].interval()
        if limits == "ratio":
            return first[0] / second[0] in hourly_ratio(seen[0], seen[1]).limits
        return first[0] - second[0] in hourly_difference(seen[0], seen[1]).limits

    return counted(draw, holds)


_BLOCK = 100


def watched(rate: float, target: float, events: float, needed: float, sides: Sequence[Side]) -> Simulation:
    """Streams of that rate, watched after every outcome until `events` failures are expected.

    They hold as long as no side's log evidence against `target` reaches `needed`. Evidence for a lower rate
    peaks right before a failure or at the end, for a higher one right after a failure.
    """

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        held = empty = 0
        for start in range(0, repetitions, _BLOCK):
            streams = min(_BLOCK, repetitions - start)
            found, without = _watched_block(random, streams, rate, target, events, sides)
            held += int(np.count_nonzero(found < needed))
            empty += without
        return Tally(Proportion(held, repetitions), empty)

    return simulate


def _watched_block(
    random: np.random.Generator,
    streams: int,
    rate: float,
    target: float,
    events: float,
    sides: Sequence[Side],
) -> tuple[NDArray[np.float64], int]:
    """For each stream the greatest log evidence that was ever seen, and how many had no failure."""
    end = round(events / target)
    most = int(events * rate / target + 10 * math.sqrt(events * rate / target) + 20)
    at = np.cumsum(random.geometric(rate, size=(streams, most)), axis=1)
    before = np.arange(most)
    greatest = np.full(streams, -math.inf)
    if Side.BELOW in sides:
        evidence = log_evidence(before, np.minimum(at - 1, end), target, Side.BELOW)
        started = np.concatenate([np.zeros((streams, 1), bool), at[:, :-1] > end], axis=1)
        greatest = np.maximum(greatest, np.where(started, -math.inf, evidence).max(axis=1))
    if Side.ABOVE in sides:
        evidence = log_evidence(before + 1, np.minimum(at, end), target, Side.ABOVE)
        greatest = np.maximum(greatest, np.where(at <= end, evidence, -math.inf).max(axis=1))
    return greatest, int(np.count_nonzero(at[:, 0] > end))


def peeked_binomial(rate: float, events: float, confidence: float) -> Simulation:
    """What must not be done: the limit for a fixed number, claimed at the best of all peeks."""

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        from scipy.special import betaincinv

        end, most = round(events / rate), int(events + 10 * math.sqrt(events) + 20)
        at = np.cumsum(random.geometric(rate, size=(repetitions, most)), axis=1)
        trials = np.minimum(at - 1, end)
        failures = np.broadcast_to(np.arange(most), trials.shape)
        seen = (failures < trials) & np.concatenate(
            [np.ones((repetitions, 1), bool), at[:, :-1] <= end], axis=1
        )
        upper = betaincinv(failures + 1, np.maximum(trials - failures, 1), confidence)
        least = np.where(seen, upper, 1.0).min(axis=1)
        held = int(np.count_nonzero(least >= rate))
        return Tally(Proportion(held, repetitions), int(np.count_nonzero(at[:, 0] > end)))

    return simulate


def attempts_of(
    rates: Sequence[float],
    attempts: int,
    budget: int,
    holds: Callable[[Sequence[list[float | None]]], bool],
) -> Simulation:
    """Attacks that find a failure with the same chance at each query, stopped at the budget; one set a
    rate."""

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        held = empty = 0
        for _ in range(repetitions):
            sets = [
                [float(t) if t <= budget else None for t in random.geometric(rate, attempts).tolist()]
                for rate in rates
            ]
            held += holds(sets)
            empty += all(t is None for times in sets for t in times)
        return Tally(Proportion(held, repetitions), empty)

    return simulate
