"""What the coverage study tries: every method of `holdfast.evaluation` on data with few events."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from holdfast.evaluation.attack_success import median_limits
from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.e_process import Side
from holdfast.evaluation.hazard import hazard_ratio
from holdfast.evaluation.survival import FailureTimes, kaplan_meier
from research.coverage.audits import audit_cases
from research.coverage.claims import claim_cases
from research.coverage.simulations import (
    Simulation,
    attempts_of,
    hours_of,
    one_rate,
    pairs_of,
    peeked_binomial,
    strata_of,
    two_rates,
    watched,
)
from research.coverage.times import times_cases

RATES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)
NOMINAL = 0.95
EXACT, APPROXIMATE, INVALID = "exact", "approximate", "invalid"


@dataclass(frozen=True)
class Case:
    """One method on one kind of data; `share` is the part of the repetitions that it needs (some cost
    more)."""

    method: str
    data: str
    rate: float
    guarantee: str
    simulate: Simulation
    share: float = 1.0


def cases(rates: Sequence[float] = RATES) -> list[Case]:
    """All that is tried, at these rates."""
    return [
        case
        for rate in rates
        for part in (
            _one_rate,
            _two_rates,
            _strata,
            _hours,
            _streams,
            _audits,
            _claims,
            _attempts,
            _times,
            _mistakes,
        )
        for case in part(rate)
    ]


def _one_rate(rate: float) -> Iterator[Case]:
    for mean in (0.5, 3.0, 12.0):
        trials, data = round(mean / rate), f"{mean:g} events expected"
        for name, limits in (
            ("upper", lambda seen: Interval(0.0, seen.upper(NOMINAL))),
            ("lower", lambda seen: Interval(seen.lower(NOMINAL), 1.0)),
            ("two-sided", lambda seen: seen.interval(NOMINAL)),
        ):
            yield Case(f"binomial, {name}", data, rate, EXACT, one_rate(rate, trials, limits))


def _two_rates(rate: float) -> Iterator[Case]:
    for name, ratio in (("difference", False), ("ratio", True)):
        for mean, others in ((0.5, 0.5), (4.0, 2.0), (1.0, 6.0)):
            data = f"{mean:g} and {others:g} events expected"
            trials = round(mean / rate), round(2 * others / rate)
            compared = two_rates((rate, trials[0]), (rate / 2, trials[1]), NOMINAL, ratio)
            yield Case(f"{name} of two rates", data, rate, EXACT, compared)
        pairs = round(4 / rate)
        compared = pairs_of(rate, rate, rate / 2, pairs, NOMINAL, ratio)
        yield Case(f"paired {name}", "4 and 2 differing pairs expected", rate, EXACT, compared)
        compared = pairs_of(rate / 8, rate / 8, rate / 8, pairs, NOMINAL, ratio)
        yield Case(f"paired {name}", "0.5 and 0.5 differing pairs expected", rate, EXACT, compared)


_WEIGHTS = (0.9, 0.08, 0.02)


def _strata(rate: float) -> Iterator[Case]:
    trials = 3 / rate
    spread = (0.2 * rate / 0.9, 0.3 * rate / 0.08, 0.5 * rate / 0.02)
    first = (rate / 0.9, 0.0, 0.0)
    even = [round(w * trials) for w in _WEIGHTS]
    uneven = [round(s * trials) for s in (0.5, 0.3, 0.2)]
    for design, sizes in (("even", even), ("by score", uneven)):
        for where, rates in (("over all strata", spread), ("in the first stratum", first)):
            data = f"{design}, failures {where}"
            yield Case("stratified, upper", data, rate, EXACT, strata_of(_WEIGHTS, rates, sizes, NOMINAL))


def _hours(rate: float) -> Iterator[Case]:
    for mean in (0.5, 3.0):
        yield Case(
            "hourly rate",
            f"{mean:g} events expected",
            rate,
            EXACT,
            hours_of((rate, mean / rate), None, "rate"),
        )
    for limits in ("difference", "ratio"):
        compared = hours_of((rate, 4 / rate), (rate / 2, 4 / rate), limits)
        yield Case(f"hourly {limits}", "4 and 2 events expected", rate, EXACT, compared)


def _streams(rate: float) -> Iterator[Case]:
    one, two = -math.log(1 - NOMINAL), -math.log((1 - NOMINAL) / 2)
    data = "stopped at the best of all peeks, up to 60 events"
    below, above = watched(rate, rate, 60, one, [Side.BELOW]), watched(rate, rate, 60, one, [Side.ABOVE])
    yield Case("monitor: never wrongly certified", data, rate, EXACT, below)
    yield Case("monitor: never wrongly refuted", data, rate, EXACT, above)
    worse = watched(1.3 * rate, rate, 60, one, [Side.BELOW])
    yield Case("monitor: never wrongly certified", f"{data}, rate 1.3 × target", rate, EXACT, worse)
    both = watched(rate, rate, 60, two, [Side.BELOW, Side.ABOVE])
    yield Case("confidence sequence, two-sided", "at every peek, up to 60 events", rate, EXACT, both)


def _audits(rate: float) -> Iterator[Case]:
    for method, data, guarantee, simulate in audit_cases(rate, EXACT, INVALID, NOMINAL):
        yield Case(method, data, rate, guarantee, simulate, 0.4)


def _claims(rate: float) -> Iterator[Case]:
    for method, data, guarantee, simulate in claim_cases(rate, EXACT, INVALID, NOMINAL):
        yield Case(method, data, rate, guarantee, simulate)


_ATTEMPTS = 40


def _attempts(rate: float) -> Iterator[Case]:
    median = math.ceil(math.log(0.5) / math.log1p(-rate))
    budget, share = round(1.5 * median), 0.5
    data = f"{_ATTEMPTS} attempts, 35 % censored"
    alive = (1 - rate) ** median
    yield Case(
        "median queries to a failure",
        data,
        rate,
        EXACT,
        attempts_of(
            [rate], _ATTEMPTS, budget, lambda sets: median in median_limits(sets[0], budget, NOMINAL)
        ),
        share,
    )
    yield Case(
        "survival curve, pointwise",
        data,
        rate,
        APPROXIMATE,
        attempts_of([rate], _ATTEMPTS, budget, lambda sets: _alive(sets[0], budget, median, alive)),
        share,
    )
    ratio = math.log1p(-rate / 2) / math.log1p(-rate)
    yield Case(
        "hazard ratio",
        f"{data}, ratio 0.5",
        rate,
        APPROXIMATE,
        attempts_of([rate, rate / 2], _ATTEMPTS, budget, lambda sets: _hazard(sets, budget, ratio)),
        share,
    )


def _alive(times: list[float | None], budget: float, at: float, share: float) -> bool:
    curve = kaplan_meier(FailureTimes.within(times, budget), NOMINAL)
    place = sum(time <= at for time in curve.times) - 1
    return curve.lower[place] <= share <= curve.upper[place]


def _hazard(sets: Sequence[list[float | None]], budget: float, ratio: float) -> bool:
    before, after = (FailureTimes.within(times, budget) for times in sets)
    return ratio in hazard_ratio(before, after, NOMINAL).limits


def _times(rate: float) -> Iterator[Case]:
    for method, data, guarantee, simulate in times_cases(rate, EXACT, APPROXIMATE, INVALID):
        yield Case(method, data, rate, guarantee, simulate, 0.5)


def _mistakes(rate: float) -> Iterator[Case]:
    trials = round(3 / rate)
    yield Case("Wald's interval, upper", "3 events expected", rate, INVALID, one_rate(rate, trials, _wald))
    peeked = peeked_binomial(rate, 60, NOMINAL)
    yield Case("binomial, upper, peeked at", "up to 60 events", rate, INVALID, peeked)


def _wald(seen: Proportion) -> Interval:
    share = seen.events / seen.trials
    return Interval(0.0, share + 1.6449 * math.sqrt(share * (1 - share) / seen.trials))
