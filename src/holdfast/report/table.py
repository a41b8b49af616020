"""The short table of a run: the first model against the last, as plain strings."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

from holdfast.campaign.records import CampaignRecord, RateRecord, RoundRecord
from holdfast.evaluation import AtLeast, Interval
from holdfast.report.comparison import AttackComparison, Comparison, apart, compare, recall
from holdfast.report.numbers import NONE, bound, factor_limits, limits, percent, queries, times

_Reader = Callable[[RoundRecord], RateRecord | None]
HEADER = ("measure", "first model", "last model", "change", "95 % limits")


@dataclass(frozen=True)
class Row:
    """One measure of both models; `change` says `no clear change` where the data do not tell them apart."""

    measure: str
    first: str
    last: str
    change: str
    limits: str

    def cells(self) -> tuple[str, str, str, str, str]:
        """The strings in the order of `HEADER`."""
        return (self.measure, self.first, self.last, self.change, self.limits)


def summary(campaign: CampaignRecord) -> tuple[Row, ...]:
    """The table printed at the end of a run; with one round, both columns tell of that model."""
    comparison = compare(campaign)
    return (
        _natural(comparison),
        _bound(comparison),
        *(row for one in comparison.attacks for row in _attack(one, comparison.single)),
        _rate("harmless completions accepted", comparison, lambda one: one.natural.harmless_accepted),
        _rate(
            "recall at 0.5, adversarial validation",
            comparison,
            lambda one: recall(one, "adversarial-validation"),
        ),
    )


def _natural(comparison: Comparison) -> Row:
    before, after, ratio = (
        comparison.first.natural.failures,
        comparison.last.natural.failures,
        comparison.natural,
    )
    change = "no clear change"
    if comparison.single:
        change = NONE
    elif ratio.tells_apart and ratio.estimate:
        lower = ratio.estimate > 1
        way, found = ("lower", ratio.limits) if lower else ("higher", _inverse(ratio.limits))
        change = f"{times(ratio.estimate if lower else 1 / ratio.estimate)} {way} ({factor_limits(found)})"
    elif ratio.tells_apart:
        change = "lower" if ratio.limits.lower > 1 else "higher"
    return Row("natural failure rate", percent(before.rate), percent(after.rate), change, limits(after))


def _inverse(interval: Interval) -> Interval:
    return Interval(
        1 / interval.upper if interval.upper else math.inf, 1 / interval.lower if interval.lower else math.inf
    )


def _bound(comparison: Comparison) -> Row:
    before, after = comparison.first.natural.failures, comparison.last.natural.failures
    values = (f"at most {bound(before.upper_one_sided)}", f"at most {bound(after.upper_one_sided)}")
    return Row("  its one-sided 95 % bound", *values, "", "exact")


def _attack(one: AttackComparison, single: bool) -> tuple[Row, Row]:
    ratio = one.harder.ratio
    change = "no clear change"
    if single:
        change = NONE
    elif one.harder.tells_apart:
        change = _factor(ratio)
    median = Row(
        f"median queries, {one.label}",
        queries(one.first.median),
        queries(one.last.median),
        change,
        NONE if single else factor_limits(one.harder.limits),
    )
    shares = (percent(one.first.success.rate), percent(one.last.success.rate))
    interval = one.last.success.interval()
    return median, Row("  success", *shares, "", f"{percent(interval.lower)} to {percent(interval.upper)}")


def _factor(ratio: float | AtLeast | None) -> str:
    if ratio is None:
        return "fewer"  # the first median lies beyond its budget, the last one does not
    return f"at least {times(ratio.value)}" if isinstance(ratio, AtLeast) else times(ratio)


def _rate(measure: str, comparison: Comparison, of: _Reader) -> Row:
    before, after = of(comparison.first), of(comparison.last)
    shown = [percent(one.rate) if one else NONE for one in (before, after)]
    change = NONE
    if before and after and before.rate is not None and after.rate is not None and not comparison.single:
        points = f"{100 * (after.rate - before.rate):+.2g} points".replace("-", "−")
        change = points if apart(before, after) else f"{points}, no clear change"
    return Row(measure, shown[0], shown[1], change, limits(after) if after else NONE)
