"""What attacks found in an evaluation, as the rows of its page."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from holdfast.campaign.evaluate.attack_records import (
    AreaRecord,
    AttackedRecord,
    AttackRecord,
    AttackSecondsRecord,
    AttacksRecord,
    ChangeRecord,
    HarderRecord,
    SecondsRecord,
    SurvivingRecord,
    TelltaleRecord,
    TimesRecord,
)
from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.evaluation import Interval
from holdfast.report.numbers import NONE, factor_limits, flops, percent, queries, seconds, times

TOGETHER = "all together"


@dataclass(frozen=True)
class Cell:
    """A figure, and below it in small letters what it may be."""

    value: str
    limits: str = ""


@dataclass(frozen=True)
class AttackRows:
    """All rows of the section; `telltale` and `held_out` are empty without the test."""

    compared: bool
    standing: tuple[Row, ...]
    harder: tuple[Row, ...]
    severity: tuple[Row, ...]
    intent: tuple[Row, ...]
    telltale: tuple[tuple[str, str], ...]
    held_out: tuple[tuple[str, ...], ...]


def attack_rows(record: AttacksRecord, clock: SecondsRecord | None) -> AttackRows:
    """The section's rows."""
    test = record.telltale
    return AttackRows(
        _compared(record),
        standing_rows(record, clock),
        harder_rows(record, clock),
        severity_rows(record),
        intent_rows(record),
        telltale_rows(test) if test else (),
        held_out_rows(test) if test else (),
    )


@dataclass(frozen=True)
class Row:
    """An attack, of which model where there are two, and the figures."""

    attack: str
    model: str
    cells: tuple[Cell, ...]


STANDING_HEADER = ("seeds broken", "median queries", "median compute", "median time")
HARDER_HEADER = ("queries", "compute", "time", "hazard ratio, queries", "log-rank p")


def standing_rows(record: AttacksRecord, clock: SecondsRecord | None) -> tuple[Row, ...]:
    """How long the model stands each attack; beside another model, what that one does comes first."""
    timed = {one.attack: one for one in clock.attacks} if clock else {}
    return tuple(_standing(one, timed.get(one.attack)) for one in record.attacks)


def _standing(one: AttackRecord, timed: AttackSecondsRecord | None) -> Row:
    sides = [side for side in (one.other, one.this) if side]
    by_clock = [times for times in ((timed.other, timed.this) if timed else ()) if times]
    cells = (
        Cell(_arrow(_share(side.success) for side in sides), _between(one.this.success)),
        Cell(_arrow(_median(_times(side, "queries"), queries) for side in sides)),
        Cell(_arrow(_median(_times(side, "flops"), flops) for side in sides)),
        Cell(_arrow(_median(times, seconds) for times in by_clock)),
    )
    return Row(one.attack, "", cells)


def harder_rows(record: AttacksRecord, clock: SecondsRecord | None) -> tuple[Row, ...]:
    """How much harder to break than the other model, by each attack and by all together: medians first."""
    timed = {one.attack: one.harder for one in clock.attacks} if clock else {}
    rows = [
        _harder_row(one.attack, one.harder, timed.get(one.attack)) for one in record.attacks if one.harder
    ]
    if len(rows) > 1:
        rows.append(_harder_row(TOGETHER, record.together, clock.together if clock else None))
    return tuple(rows)


def _harder_row(name: str, counted: Sequence[HarderRecord], timed: HarderRecord | None) -> Row:
    by_unit = {one.unit: one for one in counted}
    in_queries = by_unit["queries"]
    cells = [_medians(one) for one in (in_queries, by_unit["flops"], timed)]
    return Row(name, "", (*cells, _hazard(in_queries), Cell(_p(in_queries.p_value))))


def _compared(record: AttacksRecord) -> bool:
    return any(one.other is not None for one in record.attacks)


def _times(one: AttackedRecord, unit: str) -> TimesRecord:
    return next(each for each in one.times if each.unit == unit)


def _median(one: TimesRecord, told: Callable[[float], str]) -> str:
    return "not half" if one.median.value is None else told(one.median.value)


def _arrow(parts: Iterable[str]) -> str:
    return " → ".join(parts) or NONE


def _medians(one: HarderRecord | None) -> Cell:
    """How many times as much half of the attempts need."""
    if one is None or one.medians is None:
        return Cell(NONE)
    found = one.medians
    limits = factor_limits(Interval(found.lower, math.inf if found.upper is None else found.upper))
    return Cell("not half" if found.ratio is None else times(found.ratio), limits)


def _hazard(one: HarderRecord) -> Cell:
    """The ratio of hazards, this model's as a share of the other's."""
    upper = math.inf if one.lower == 0 else 1 / one.lower
    limits = factor_limits(Interval(0.0 if one.upper is None else 1 / one.upper, upper))
    if one.never_broken:
        return Cell("never broken", limits)
    return Cell(NONE if not one.times else times(1 / one.times), limits)


def _p(value: float) -> str:
    return "below 0.001" if value < 0.001 else f"{value:.2g}"


def _share(rate: BoundRecord) -> str:
    return percent(rate.rate)


def _between(rate: BoundRecord) -> str:
    return f"{percent(rate.lower)} to {percent(rate.upper)}"


def severity_rows(record: AttacksRecord) -> tuple[Row, ...]:
    """The share of attempts whose worst failure is at least so egregious, a cell for each band."""
    return tuple(
        Row(name, model, tuple(Cell(_share(b.at_least), _between(b.at_least)) for b in one.severity))
        for name, model, one in _models(record)
    )


def intent_rows(record: AttacksRecord) -> tuple[Row, ...]:
    """Failures of capability and of intent, where the task tells failures plainly and there were any."""
    return tuple(Row(name, model, _intent(one)) for name, model, one in _models(record) if _told(one))


def _told(one: AttackedRecord) -> bool:
    return one.intent is not None and one.success.events > 0


def _intent(one: AttackedRecord) -> tuple[Cell, ...]:
    split = one.intent
    if split is None or not split.capability.trials:
        return (Cell(f"{one.success.events:,}"), Cell(NONE), Cell(NONE), Cell(f"{one.success.events:,}"))
    rate = split.capability
    of_intent = rate.trials - rate.events
    shares = (1 - rate.events / rate.trials, 1 - rate.upper, 1 - rate.lower)
    return (
        Cell(f"{one.success.events:,}"),
        Cell(f"{rate.events:,} ({_share(rate)})", _between(rate)),
        Cell(f"{of_intent:,} ({percent(shares[0])})", f"{percent(shares[1])} to {percent(shares[2])}"),
        Cell(f"{split.untold:,}"),
    )


def _models(record: AttacksRecord) -> Iterator[tuple[str, str, AttackedRecord]]:
    for one in record.attacks:
        if one.other is not None:
            yield one.attack, one.other.model, one.other
        yield one.attack, one.this.model, one.this


def telltale_rows(one: TelltaleRecord) -> tuple[tuple[str, str], ...]:
    """The test in lines of a name and a figure."""
    rows = [
        ("discriminator's power (area under the curve)", _area(one.power)),
        ("... on the failures that it takes for clean", _area(one.power_unseen)),
        ("failures stopped, the other model → this one", _change(one.gain)),
        ("... of those that it takes for clean", _change(one.gain_unseen)),
        ("share of the gain that survives", survives(one.surviving)),
        ("harmless texts with signs, refused", _change(one.harmless_with_signs)),
        ("harmless texts without signs, refused", _change(one.harmless_without_signs)),
    ]
    if one.excess is not None:
        limits = f"{_points(one.excess_lower)} to {_points(one.excess_upper)}"
        rows.append(("rise in refusals for the signs alone", f"{_points(one.excess)} points ({limits})"))
    return tuple(rows)


def held_out_rows(one: TelltaleRecord) -> tuple[tuple[str, ...], ...]:
    """Each attack against a discriminator that never saw a text of it."""
    return tuple(
        (each.attack, _area(each.power), _change(each.gain), survives(each.surviving))
        for each in one.held_out
    )


def _area(area: AreaRecord | None) -> str:
    return NONE if area is None else f"{area.value:.2f} ({area.lower:.2f} to {area.upper:.2f})"


def _change(change: ChangeRecord | None) -> str:
    if change is None:
        return NONE
    limits = f"{_points(change.lower)} to {_points(change.upper)} points"
    return f"{percent(change.before)} → {percent(change.after)} of {change.texts:,} ({limits})"


def _points(value: float) -> str:
    return f"{100 * value:+.1f}".replace("-", "−")


def survives(one: SurvivingRecord) -> str:
    """The one number, or why there is none."""
    if one.share is None or one.lower is None or one.upper is None:
        return f"{percent(one.share)}; {one.why}" if one.share is not None else one.why
    return f"{100 * one.share:.0f} % ({100 * one.lower:.0f} to {100 * one.upper:.0f} %)".replace("-", "−")
