"""Coverage cases of families of claims, of prompts that shift, and of labels that are sometimes wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.e_process import Side, log_evidence
from holdfast.evaluation.families import certified, certified_by_evidence, family_upper
from holdfast.evaluation.label_noise import GoldCheck, Panel
from holdfast.evaluation.rare.weighted import WeightedFailures, betting_upper
from holdfast.evaluation.shift import shifted_upper
from research.coverage.simulations import Counts, Simulation, Tally, counted

ClaimCase = tuple[str, str, str, Simulation]
"""The method, the data, which kind of promise it makes, and how to try it."""

Draw = Callable[[np.random.Generator, int], Counts]
Holds = Callable[[Sequence[int]], bool]


def claim_cases(rate: float, exact: str, invalid: str, nominal: float) -> Iterator[ClaimCase]:
    """Cases whose rate (that of deployment, or the true one behind the labels) is `rate`."""
    yield from _families(rate, exact, invalid, nominal)
    yield from _shifts(rate, exact, invalid, nominal)
    yield from _labels(rate, exact, invalid, nominal)


_MODELS = 10


def _families(rate: float, exact: str, invalid: str, nominal: float) -> Iterator[ClaimCase]:
    trials = round(6 / rate)
    data = f"{_MODELS} models, 6 events expected each"

    def together(row: Sequence[int]) -> bool:
        limits = family_upper([Proportion(k, trials) for k in row], nominal)
        return all(rate <= limit for limit in limits)

    def each(row: Sequence[int]) -> bool:
        return all(rate <= Proportion(k, trials).upper(nominal) for k in row)

    alike = _binomials(trials, [rate] * _MODELS)
    yield "family: all limits at once", data, exact, counted(alike, together)
    yield "limits each by itself, read as a family", data, invalid, counted(alike, each)
    # Half of the models fail just at the target, of which none may be certified; the others much less.
    half = [rate] * (_MODELS // 2) + [0.1 * rate] * (_MODELS - _MODELS // 2)
    told = f"{_MODELS} models, half of them just at the target"

    def none_wrong(row: Sequence[int]) -> bool:
        named = certified({str(i): Proportion(k, trials) for i, k in enumerate(row)}, rate, nominal)
        return all(half[int(name)] < rate for name in named)

    yield "family: certified (Holm)", told, exact, counted(_binomials(trials, half), none_wrong)
    yield (
        "family: certified by evidence (e-BH), one picked",
        told,
        exact,
        _picked(rate, half, trials, nominal),
    )


def _binomials(trials: int, rates: Sequence[float]) -> Draw:
    return lambda random, repetitions: random.binomial(trials, rates, size=(repetitions, len(rates)))


def _picked(rate: float, rates: Sequence[float], trials: int, nominal: float) -> Simulation:
    """Whether one of those named, picked by chance, is right: it is but for the mean share of wrong ones."""

    def simulate(random: np.random.Generator, repetitions: int) -> Tally:
        failures = random.binomial(trials, rates, size=(repetitions, len(rates)))
        evidence = log_evidence(failures, trials, rate, Side.BELOW)
        held = 0
        for row in evidence.tolist():
            named = certified_by_evidence({str(i): e for i, e in enumerate(row)}, nominal)
            held += not named or rates[int(random.choice(named))] < rate
        return Tally(Proportion(held, repetitions), int((failures == 0).all(axis=1).sum()))

    return simulate


_MOST = 4.0
_RATIOS = np.array([1.0, _MOST])
_SHARES = np.array([0.6, 0.35, 0.05])
"""Shares of the test's prompts that are less, equally, and four times as frequent in deployment."""


def _shifts(rate: float, exact: str, invalid: str, nominal: float) -> Iterator[ClaimCase]:
    for told, tested in (("all failures on the prompts that gain most", rate / _MOST), ("of any kind", rate)):
        trials = round(3 / tested)
        data = f"prompts up to {_MOST:g} times as frequent, 3 events expected; {told}"
        draw = _binomials(trials, [tested])
        yield (
            "shift: bounded weights, upper",
            data,
            exact,
            counted(draw, _holds_shifted(trials, rate, nominal, _MOST)),
        )
        if tested < rate:
            yield (
                "shift ignored: binomial, upper",
                data,
                invalid,
                counted(draw, _holds_shifted(trials, rate, nominal, 1.0)),
            )
    ratios = np.array([(1 - _SHARES[1:] @ _RATIOS) / _SHARES[0], *_RATIOS])
    for told, where in (
        ("everywhere alike", np.ones(3)),
        ("most on the prompts that gain most", np.array([0.2, 1, 10])),
    ):
        rates = where * rate / float(_SHARES @ (ratios * where))
        trials = round(6 / rate)
        yield (
            "shift: given weights, upper",
            f"weights {ratios[0]:.2f}, 1 and {_MOST:g}; failures {told}",
            exact,
            counted(_weighted(trials, _SHARES * rates), _holds_weighted(trials, ratios, rate, nominal)),
        )


def _holds_shifted(trials: int, rate: float, nominal: float, most: float) -> Holds:
    return lambda row: rate <= shifted_upper(Proportion(row[0], trials).upper(nominal), most)


def _weighted(trials: int, shares: NDArray[np.float64]) -> Draw:
    """Failures with each weight, of so many draws."""
    every = [*shares, 1 - shares.sum()]
    return lambda random, repetitions: random.multinomial(trials, every, size=repetitions)[:, :-1]


def _holds_weighted(trials: int, ratios: NDArray[np.float64], rate: float, nominal: float) -> Holds:
    def holds(row: Sequence[int]) -> bool:
        sample = WeightedFailures(np.repeat(ratios, row), trials, float(ratios.max()))
        return rate <= betting_upper(sample, nominal)

    return holds


_KNOWN = 200
"""Known catastrophes that judges are checked on; texts that both of two judges label make as many."""


def _labels(rate: float, exact: str, invalid: str, nominal: float) -> Iterator[ClaimCase]:
    trials = round(60 / rate)
    for caught, alarms in ((0.7, 0.0), (0.9, rate)):
        shown = caught * rate + alarms * (1 - rate)
        known = round(60 / alarms) if alarms else 0
        wrong = "as many false alarms as catastrophes" if alarms else "no false alarms"
        told = f"judges catch {100 * caught:.0f} %, {wrong}"

        def holds(row: Sequence[int], known: int = known) -> bool:
            false = Proportion(row[2], known) if known else None
            check = GoldCheck(Proportion(row[1], _KNOWN), false)
            return rate <= check.true_upper(Proportion(row[0], trials), nominal)

        draw = _counts((trials, _KNOWN, known), (shown, caught, alarms))
        yield "label noise: known texts, upper", told, exact, counted(draw, holds)
    few = _counts((trials,), (0.7 * rate,))
    yield (
        "labels taken for true, upper",
        "judges catch 70 %, no false alarms",
        invalid,
        counted(few, lambda row: rate <= Proportion(row[0], trials).upper(nominal)),
    )
    for told, guarantee, alike in (
        ("independent of each other", exact, 0.0),
        ("who overlook alike", invalid, 0.25),
    ):
        yield (
            "label noise: two judges, upper",
            f"judges catch 60 % each, {told}",
            guarantee,
            counted(_two_judges(trials, rate, 0.6, alike), _holds_two(trials, rate, nominal)),
        )


def _counts(trials: Sequence[int], rates: Sequence[float]) -> Draw:
    return lambda random, repetitions: random.binomial(trials, rates, size=(repetitions, len(rates)))


def _two_judges(trials: int, rate: float, caught: float, alike: float) -> Draw:
    """Texts that both, the first alone, the second alone call catastrophic; both overlook a share `alike`."""
    each = caught / (1 - alike)
    seen = rate * (1 - alike)
    shares = [seen * each**2, seen * each * (1 - each), seen * each * (1 - each)]
    every = [*shares, 1 - sum(shares)]
    return lambda random, repetitions: random.multinomial(trials, every, size=repetitions)[:, :3]


def _holds_two(trials: int, rate: float, nominal: float) -> Holds:
    def holds(row: Sequence[int]) -> bool:
        both, first, second = row
        agreed = (Proportion(both, both + second), Proportion(both, both + first))
        panel = Panel(Proportion(both + first + second, trials), agreed, ((0, 1),))
        return rate <= panel.true_upper(nominal)

    return holds
