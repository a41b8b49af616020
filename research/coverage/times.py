"""Coverage cases on how much longer attacks take: where hazards are in proportion, and where times are."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.hazard import hazard_ratio
from holdfast.evaluation.medians import median_ratio
from holdfast.evaluation.survival import FailureTimes
from research.coverage.simulations import Simulation, Tally

ATTEMPTS = 30
LONGER = 9.5
"""How many times as long every attempt takes, where times are in proportion."""

Times = list[float | None]
Limits = Callable[[Times, Times, float], Interval]
Drawn = Callable[[np.random.Generator, float], np.ndarray]

TimesCase = tuple[str, str, str, Simulation]
"""The method, the data, which kind of promise it makes, and how to try it."""


def times_cases(rate: float, exact: str, approximate: str, invalid: str) -> Iterator[TimesCase]:
    """Cases whose median before is that of so many failures a query."""
    median = math.log(2) / rate
    for spread in (0.5, 2.5):
        data = f"{ATTEMPTS} attempts, each {LONGER:g} times as long, log-normal σ {spread:g}"
        draw = lognormal(median, spread)
        # Half as long again as the median after: some two in five are cut off there where σ is large.
        budget = 1.5 * LONGER * median
        for method, kind, limits in (
            ("ratio of medians", exact, by_medians),
            ("inverse hazard ratio taken for times", invalid, by_hazard),
        ):
            yield method, data, kind, two_paces(draw, LONGER, budget, limits)
    often = exponential(median)
    yield (
        "hazard ratio",
        f"{ATTEMPTS} attempts, ratio 1/54",
        approximate,
        two_paces(often, 54, 80 * median, by_hazard),
    )
    yield (
        "hazard ratio",
        f"{ATTEMPTS} attempts, ratio 1/200, most often never broken after",
        approximate,
        two_paces(often, 200, 2 * median, by_hazard),
    )
    yield (
        "ratio of medians",
        f"{ATTEMPTS} attempts, 54 times as long, exponential",
        exact,
        two_paces(often, 54, 80 * median, by_medians),
    )


def lognormal(median: float, spread: float) -> Drawn:
    """Times whose logarithms are normal, of standard deviation `spread`."""
    return lambda random, longer: median * longer * np.exp(spread * random.standard_normal(ATTEMPTS))


def exponential(median: float) -> Drawn:
    """Times of a constant hazard."""
    return lambda random, longer: median * longer / math.log(2) * random.exponential(size=ATTEMPTS)


def two_paces(draw: Drawn, longer: float, budget: float, limits: Limits) -> Simulation:
    """Attempts before, and attempts that take `longer` times as long after; both end at the budget."""

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        held = empty = 0
        for _ in range(repetitions):
            before, after = (_cut(draw(random, factor), budget) for factor in (1.0, longer))
            held += longer in limits(before, after, budget)
            empty += all(time is None for time in after)
        return Tally(Proportion(held, repetitions), empty)

    return simulate


def _cut(times: np.ndarray, budget: float) -> Times:
    return [time if time <= budget else None for time in times.tolist()]


def by_medians(before: Times, after: Times, budget: float) -> Interval:
    """Limits on how many times as long half of the attempts take."""
    return median_ratio(before, after, watched=budget).limits


def by_hazard(before: Times, after: Times, budget: float) -> Interval:
    """Limits on the inverse ratio of hazards."""
    first, second = FailureTimes.within(before, budget), FailureTimes.within(after, budget)
    return hazard_ratio(first, second).times_slower_limits
