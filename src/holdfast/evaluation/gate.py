"""Whether a release keeps its limits: each limit passed, failed, or too little is known to tell.

Two errors are kept apart. A limit is *passed* where its one-sided exact limit lies on the right side. All
limits must pass, so a release that breaks one of them passes with at most the chance of error of that one
(intersection-union test: Berger, Technometrics 24, 1982). A limit is *failed* where its exact test says so
after Holm's step-down correction over all limits (Scandinavian Journal of Statistics 6, 1979), so a release
that keeps all of them fails with at most the chance of error of the whole gate, however the limits depend on
each other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from holdfast.evaluation.bounds import Proportion, trials_needed
from holdfast.evaluation.differences import Pairs, paired_upper

MOST_ROWS = 10_000_000
"""Above so many rows the number needed is not stated: the rate lies too near to the limit."""

_GROWTH, _TRIES = 1.15, 12
"""How the number of pairs is sought from an approximate one on."""


class Decision(StrEnum):
    """What is known of a limit, or of all of them."""

    PASSED = "passed"
    FAILED = "failed"
    COULD_NOT_TELL = "could_not_tell"


class Limit(Protocol):
    """A limit with what was counted for it."""

    @property
    def whole(self) -> bool:
        """Whether everything was measured that should be."""
        ...

    @property
    def kept(self) -> bool:
        """Whether it is shown to be kept, at its own confidence."""
        ...

    @property
    def p_value(self) -> float:
        """The chance of a count at least so bad, where the limit is just kept."""
        ...

    def needed(self, error: float) -> int | None:
        """Rows in all that would settle it at the rate seen; None where no number would.

        `error` is the chance of error at which it counts as broken.
        """
        ...


@dataclass(frozen=True)
class RateLimit:
    """A share of rows that is to be at least, or at most, so much; `missing` rows could not be measured."""

    counted: Proportion
    limit: float
    at_least: bool
    confidence: float
    missing: int = 0

    @property
    def whole(self) -> bool:
        """Whether some rows were measured, and none is missing."""
        return self.counted.trials > 0 and not self.missing

    @property
    def kept(self) -> bool:
        """Whether the exact limit lies on the right side."""
        return _kept(self.counted, self.limit, self.at_least, self.confidence)

    @property
    def p_value(self) -> float:
        """The binomial tail at the limit; missing rows count as good ones, since they show no fault."""
        good = self.missing if self.at_least else 0
        counted = Proportion(self.counted.events + good, self.counted.trials + self.missing)
        return _tail(counted, self.limit, self.at_least)

    def needed(self, error: float) -> int | None:
        """By the exact limits, with the number of events rounded to the worse side."""
        counted, limit, confidence = self.counted, self.limit, self.confidence
        if counted.rate is None:
            return trials_needed(1 - limit if self.at_least else limit, 0, confidence)
        better = counted.rate > limit if self.at_least else counted.rate < limit
        if counted.rate == limit:
            return None
        up = self.at_least != better
        scaled = _scaled(counted, up)
        if better:
            return _fewest(lambda n: _kept(scaled(n), limit, self.at_least, confidence), counted.trials)
        return _fewest(lambda n: _tail(scaled(n), limit, self.at_least) <= error, counted.trials)


@dataclass(frozen=True)
class PairedLimit:
    """The same rows under this guard (first) and the baseline (second): how much more often this one fails.

    Kept where it fails at most `margin` more often, in shares of the rows; broken where it fails more often
    at all, by McNemar's exact test (one-sided). Both may hold; it is then passed. `same` says that both are
    one guard, bit for bit, which needs no test.
    """

    pairs: Pairs
    margin: float
    confidence: float
    missing: int = 0
    same: bool = False

    @property
    def whole(self) -> bool:
        """Whether some rows were measured under both, and none is missing."""
        return self.pairs.pairs > 0 and not self.missing

    @property
    def difference(self) -> float | None:
        """How much more often this guard fails; None without pairs."""
        pairs = self.pairs
        return (pairs.first_only - pairs.second_only) / pairs.pairs if pairs.pairs else None

    @property
    def kept(self) -> bool:
        """Whether the exact upper limit of the difference is at most the margin."""
        return self.same or paired_upper(self.pairs, self.confidence) <= self.margin

    @property
    def p_value(self) -> float:
        """McNemar's exact test; missing rows are no evidence."""
        return _mcnemar(self.pairs.first_only, self.pairs.second_only)

    def needed(self, error: float) -> int | None:
        """With the shares of both kinds of pairs as they are; at least as many as pass where none differs."""
        pairs, confidence = self.pairs, self.confidence
        least = trials_needed(self.margin, 0, confidence)
        if self.difference is None:
            return least
        shares = (pairs.first_only / pairs.pairs, pairs.second_only / pairs.pairs)
        if self.difference >= self.margin:
            return _fewest(lambda n: _mcnemar(*(math.floor(n * s) for s in shares)) <= error, pairs.pairs)
        spread = math.fsum(shares) - self.difference**2
        wide = _z(confidence) ** 2 * spread / (self.margin - self.difference) ** 2
        tried = max(least, pairs.pairs + 1, math.ceil(wide))
        for _ in range(_TRIES if tried <= MOST_ROWS else 0):
            first, second = math.ceil(tried * shares[0]), math.floor(tried * shares[1])
            if paired_upper(Pairs(tried, 0, first, second), confidence) <= self.margin:
                return tried
            tried = math.ceil(tried * _GROWTH)
        return None


@dataclass(frozen=True)
class Decided:
    """A limit decided: `adjusted` is its p-value after Holm's correction.

    `needed` is how many rows in all would decide it, where these do not; None where no number would.
    """

    decision: Decision
    p_value: float
    adjusted: float
    needed: int | None = None


def decide(limits: Sequence[Limit], confidence: float) -> tuple[Decided, ...]:
    """Decide each of a gate's limits; `confidence` is that of the whole gate's failures."""
    error = 1 - confidence
    p_values = [limit.p_value for limit in limits]
    found = []
    for limit, p_value, adjusted in zip(limits, p_values, holm(p_values), strict=True):
        if limit.whole and limit.kept:
            found.append(Decided(Decision.PASSED, p_value, adjusted))
        elif adjusted <= error:
            found.append(Decided(Decision.FAILED, p_value, adjusted))
        else:
            # What is missing is to be measured first; more rows do not replace it.
            more = None if limit.kept else limit.needed(error / len(limits))
            found.append(Decided(Decision.COULD_NOT_TELL, p_value, adjusted, more))
    return tuple(found)


def overall(decisions: Sequence[Decision]) -> Decision:
    """Failed where one limit failed, passed where all passed; of no limit nothing is known."""
    if Decision.FAILED in decisions:
        return Decision.FAILED
    if not decisions or Decision.COULD_NOT_TELL in decisions:
        return Decision.COULD_NOT_TELL
    return Decision.PASSED


def holm(p_values: Sequence[float]) -> tuple[float, ...]:
    """The p-values adjusted by Holm's step-down rule, in the order given; each at most 1."""
    order = sorted(range(len(p_values)), key=lambda place: p_values[place])
    adjusted, least = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(order):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        adjusted[place] = least
    return tuple(adjusted)


def _kept(counted: Proportion, limit: float, at_least: bool, confidence: float) -> bool:
    if not counted.trials:
        return False
    return counted.lower(confidence) >= limit if at_least else counted.upper(confidence) <= limit


def _tail(counted: Proportion, limit: float, at_least: bool) -> float:
    from scipy.stats import binom

    if at_least:
        return float(binom.cdf(counted.events, counted.trials, limit))
    return float(binom.sf(counted.events - 1, counted.trials, limit))


def _mcnemar(first_only: int, second_only: int) -> float:
    from scipy.stats import binom

    return float(binom.sf(first_only - 1, first_only + second_only, 0.5))


def _scaled(counted: Proportion, up: bool) -> Callable[[int], Proportion]:
    """So many rows at the same rate, the events rounded up or down."""

    def scaled(trials: int) -> Proportion:
        # In whole numbers, since rounding a float could add an event.
        events, rest = divmod(counted.events * trials, counted.trials)
        return Proportion(events + (1 if up and rest else 0), trials)

    return scaled


def _fewest(settled: Callable[[int], bool], begin: int) -> int | None:
    """A number of rows above `begin` that settles it, by doubling and bisection; None above `MOST_ROWS`."""
    low, high = begin, begin + 1
    while not settled(high):
        if high >= MOST_ROWS:
            return None
        low, high = high, min(2 * high, MOST_ROWS)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if settled(middle) else (middle, high)
    return high


def _z(confidence: float) -> float:
    from scipy.special import ndtri

    return float(ndtri(confidence))
