"""The figures of the attacks in an evaluation's report, and the tables behind what it shows of them."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.campaign.evaluate.attack_records import (
    AttackedRecord,
    AttackRecord,
    AttacksRecord,
    HarderRecord,
    SecondsRecord,
    TimesRecord,
)
from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.evaluation import FailureTimes, kaplan_meier
from holdfast.report.drawing import SERIES, Drawing, style, survival_axes, survival_step
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel

ATTEMPTS = "attempts.csv"
"""The file of the attempts, among the tables."""

_SURVIVAL = (
    "Time to failure: {}",
    "The share of attempts in which the attack has found no failure after a number of queries "
    "(Kaplan–Meier, with approximate limits as a band). An attempt that gave up counts to the end of its "
    "budget. A higher curve is harder to break.",
)
_TIMES = ("attack", "model", "unit", "median", "median_lower", "median_upper")
_RATE = ("events", "trials", "rate", "lower", "upper")
_HARDER = (
    *("attack", "unit", "median_ratio", "median_lower", "median_upper"),
    *("times_slower", "never_broken", "lower", "upper", "log_rank_p"),
)


def attack_panels(record: AttacksRecord, budget: int, confidence: float, folder: str) -> list[Panel]:
    """A curve for each attack; its data lie in `folder`."""
    panels = []
    with style():
        for number, one in enumerate(record.attacks):
            title = _SURVIVAL[0].format(one.attack)
            svg = _survival(one, budget, confidence, number).svg(title)
            panels.append(Panel("survival", title, svg, _SURVIVAL[1], f"{folder}/{ATTEMPTS}"))
    return panels


def _survival(one: AttackRecord, budget: int, confidence: float, number: int) -> Drawing:
    drawing = Drawing(f"survival-{number}", "queries", "attempts without failure", height=2.7)
    for side, colour in ((one.other, SERIES[1]), (one.this, SERIES[0])):
        if side is not None:
            times = next(each for each in side.times if each.unit == "queries")
            curve = kaplan_meier(FailureTimes.within(times.first, budget), confidence)
            survival_step(drawing, curve, side.model, colour, dashed=side is one.other)
    survival_axes(drawing)
    return drawing


def attack_tables(record: AttacksRecord | None, clock: SecondsRecord | None) -> tuple[Data, ...]:
    """One table a part of the section but the attempts; none where nothing was attacked."""
    if record is None:
        return ()
    sides = list(_sides(record))
    tables = [
        Data("times", _TIMES, tuple(_times(name, one, each) for name, one in sides for each in one.times)),
        Data("hardness", _HARDER, tuple(_hardness(record))),
        Data(
            "attack-severity",
            ("attack", "model", "band", "from", "to", *_RATE),
            tuple(
                (name, one.model, band.band, band.lower, band.upper, *_rate(band.at_least))
                for name, one in sides
                for band in one.severity
            ),
        ),
        Data(
            "intent",
            ("attack", "model", "untold", *(f"capability_{name}" for name in _RATE)),
            tuple(
                (name, one.model, one.intent.untold, *_rate(one.intent.capability))
                for name, one in sides
                if one.intent is not None
            ),
        ),
    ]
    return (*tables, *_clocked(clock))


def _sides(record: AttacksRecord) -> Iterator[tuple[str, AttackedRecord]]:
    for one in record.attacks:
        for side in (one.other, one.this):
            if side is not None:
                yield one.attack, side


def _times(attack: str, one: AttackedRecord, times: TimesRecord) -> tuple[Cell, ...]:
    median = times.median
    return (attack, one.model, times.unit, median.value, median.lower, median.upper)


def _hardness(record: AttacksRecord) -> Iterator[tuple[Cell, ...]]:
    for one in record.attacks:
        yield from (_harder(one.attack, each) for each in one.harder)
    yield from (_harder("", each) for each in record.together)


def _harder(attack: str, one: HarderRecord) -> tuple[Cell, ...]:
    found = one.medians
    medians = (None, None, None) if found is None else (found.ratio, found.lower, found.upper)
    return (attack, one.unit, *medians, one.times, one.never_broken, one.lower, one.upper, one.p_value)


def _clocked(clock: SecondsRecord | None) -> tuple[Data, ...]:
    if clock is None:
        return ()
    header = ("attack", "model", "attempt", "found", "seconds")
    rows: list[tuple[Cell, ...]] = []
    for one in clock.attacks:
        for model, times in (("other", one.other), ("this", one.this)):
            for place, first in enumerate(times.first if times else ()):
                spent = times.spent[place] if times else None
                rows.append((one.attack, model, place, first is not None, spent if first is None else first))
    return (Data("seconds", header, tuple(rows)),)


def _rate(rate: BoundRecord) -> tuple[Cell, ...]:
    return tuple(getattr(rate, name) for name in _RATE)
