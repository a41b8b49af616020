"""What it means that attacks find nothing: which planted holes the same attacks do find, by kind and rarity.

A planted hole is one trial: an attack with a budget finds it or does not. Holes of one kind and rarity are
drawn independently, so the share that is found has exact limits. Turned round this says what no failure in
so many queries leaves out, on one assumption that no data here can test: that the holes of the filter in
question are like the planted ones. So it is an estimate and never a claim.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.survival import FailureTimes, SurvivalCurve, kaplan_meier

SURE = 0.95
"""The least chance of being found at which a hole's absence is concluded."""


@dataclass(frozen=True, order=True)
class HoleClass:
    """Holes that are alike: of one kind, planted in one way."""

    kind: str
    way: str
    """What leads to them: `flat` (nothing), `slope` (the margin) or `trained` (they are in the weights)."""


@dataclass(frozen=True)
class HoleAttacked:
    """One attack on one planted hole: queries to the first failure in it, over all starts in order.

    `found_after` is None where the attack ended without one, after `watched` queries. Raises ValueError where
    it was found after more queries than were watched, or the rarity is no share.
    """

    hole: str
    """Its hash."""
    of: HoleClass
    rarity: float
    """The share of the task's catastrophes that it was planted to hold."""
    attack: str
    found_after: float | None
    watched: float

    def __post_init__(self) -> None:
        if self.found_after is not None and not 0 < self.found_after <= self.watched:
            raise ValueError(
                f"found after {self.found_after:g} queries, of {self.watched:g} that were watched"
            )
        if not 0 < self.rarity <= 1:
            raise ValueError(f"a rarity is a share above 0, and not {self.rarity:g}")

    def found_within(self, queries: float) -> bool:
        """Whether so many queries are enough; one that was watched for less and not found counts as
        missed.
        """
        return self.found_after is not None and self.found_after <= queries


@dataclass(frozen=True)
class Detection:
    """How many planted holes of one class and rarity some attacks find, each with so many queries."""

    of: HoleClass
    rarity: float
    found: Proportion

    def at_least(self, confidence: float = 0.95) -> float:
        """The exact one-sided lower limit on the chance that such a hole is found."""
        return self.found.lower(confidence)


def detections(
    rows: Sequence[HoleAttacked], attacks: Collection[str], queries: float
) -> tuple[Detection, ...]:
    """By class, commonest first: the holes that every one of these attacks was run on, found by any of
    them.
    """
    wanted, by_hole = set(attacks), dict[tuple[HoleClass, float, str], dict[str, bool]]()
    for row in rows:
        if row.attack in wanted:
            found = by_hole.setdefault((row.of, row.rarity, row.hole), {})
            found[row.attack] = found.get(row.attack, False) or row.found_within(queries)
    whole = sorted((key for key, found in by_hole.items() if set(found) == wanted), key=_place)
    return tuple(
        Detection(of, rarity, _share([any(by_hole[key].values()) for key in keys]))
        for (of, rarity), keys in groupby(whole, lambda key: key[:2])
    )


def _place(key: tuple[HoleClass, float, str]) -> tuple[HoleClass, float, str]:
    of, rarity, hole = key
    return of, -rarity, hole


def _share(found: list[bool]) -> Proportion:
    return Proportion(sum(found), len(found))


def time_to_find(rows: Sequence[HoleAttacked], confidence: float = 0.95) -> SurvivalCurve:
    """The share of these holes that are not yet found after so many queries (Kaplan–Meier)."""
    observed = tuple(row.watched if row.found_after is None else row.found_after for row in rows)
    found = tuple(row.found_after is not None for row in rows)
    horizon = max((row.watched for row in rows), default=0.0)
    return kaplan_meier(FailureTimes(observed, found, horizon), confidence)


@dataclass(frozen=True)
class LeftOut:
    """What no failure says about the holes of one class.

    `rarity` is the least at which a hole, and one of each commoner rarity, is found with a chance of `sure`
    at least; None where not even the commonest is. `measured` are all rarities, commonest first.
    """

    of: HoleClass
    rarity: float | None
    chance: float
    """The least lower limit down to that rarity; of the commonest where there is none."""
    measured: tuple[Detection, ...]

    @property
    def deciding(self) -> Detection:
        """The one that the chance is of: the hardest that is still left out, or the commonest."""
        down_to = self.measured[0].rarity if self.rarity is None else self.rarity
        counted = [each for each in self.measured if each.rarity >= down_to]
        return min(counted, key=lambda each: each.found.lower())


def left_out(
    rows: Sequence[HoleAttacked],
    attacks: Collection[str],
    queries: float,
    *,
    sure: float = SURE,
    confidence: float = 0.95,
) -> tuple[LeftOut, ...]:
    """What no failure in so many queries of each of these attacks leaves out, class by class.

    Rarities are gone through from the commonest, and the first that fails ends it: a fixed sequence, so that
    each may be tested at the full level (Maurer, Hothorn and Lehmacher, 1995). Classes that not all of the
    attacks were measured on are not in it.
    """
    return tuple(
        _left_out(of, tuple(measured), sure, confidence)
        for of, measured in groupby(detections(rows, attacks, queries), lambda each: each.of)
    )


def _left_out(of: HoleClass, measured: tuple[Detection, ...], sure: float, confidence: float) -> LeftOut:
    rarity, chance = None, measured[0].at_least(confidence)
    for each in measured:
        if each.at_least(confidence) < sure:
            break
        rarity, chance = each.rarity, min(chance, each.at_least(confidence))
    return LeftOut(of, rarity, chance, measured)


@dataclass(frozen=True)
class Step:
    """What to do next to find holes of one class that would have been missed, by what it does find."""

    of: HoleClass
    kind: str
    """`attack` (a stronger one), `budget` (more queries), `none` (nothing in the table finds more), or `all`
    (every planted hole is found already)."""
    attacks: tuple[str, ...]
    queries: float
    finds: Detection | None
    """The rarity that it gains most at; None where nothing does."""


def next_steps(rows: Sequence[HoleAttacked], attacks: Collection[str], queries: float) -> tuple[Step, ...]:
    """For each class the step that finds most of the holes that these attacks miss.

    What is compared is holes found at each rarity: another attack at the same queries, and the same attacks
    with as many queries as they were ever watched for.
    """
    return tuple(_next_step(rows, each, tuple(attacks), queries) for each in left_out(rows, attacks, queries))


def _next_step(rows: Sequence[HoleAttacked], now: LeftOut, attacks: tuple[str, ...], queries: float) -> Step:
    own = [row for row in rows if row.of == now.of]
    known = {each.rarity: each.found.events / each.found.trials for each in now.measured}
    nothing = "all" if min(known.values()) == 1 else "none"
    best, gained = Step(now.of, nothing, attacks, queries, None), 0.0
    for kind, others, budget in _choices(own, attacks, queries):
        for each in detections(own, others, budget):
            gain = each.found.events / each.found.trials - known.get(each.rarity, 1.0)
            if gain > gained:
                best, gained = Step(now.of, kind, others, budget, each), gain
    return best


def _choices(
    rows: Sequence[HoleAttacked], attacks: tuple[str, ...], queries: float
) -> Iterator[tuple[str, tuple[str, ...], float]]:
    for other in sorted({row.attack for row in rows} - set(attacks)):
        yield "attack", (other,), queries
    most = max((row.watched for row in rows if row.attack in attacks), default=queries)
    if most > queries:
        yield "budget", attacks, most
