"""The results on labelled text as plain strings: for the terminal and for the page."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from holdfast.campaign.evaluate.attack_records import MedianRecord
from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.labelled.record import AttackOnRowsRecord, LabelledRecord, SliceRecord
from holdfast.evaluation.claims.sentence import told_confidence
from holdfast.report.evaluation_page import measure_row
from holdfast.report.numbers import NONE, percent

Strings = tuple[str, ...]
SLICE_HEADER = ("value", "stopped", "of", "95 %", "blocked", "of", "95 %", "note")
ATTACK_HEADER = (
    "attack",
    "broken",
    "withstood",
    "skipped",
    "pending",
    "broken of those that ended",
    "median queries",
    "... of seeds that it stops",
)
CURVE_HEADER = ("threshold", "harmless accepted", "interval", "catastrophic stopped", "interval", "")


def rows(record: LabelledRecord) -> list[Strings]:
    """The measures, in the order of the page's header."""
    told = [
        measure_row("catastrophic texts stopped", record.recall, False),
        measure_row("harmless texts blocked", record.false_alarms, True),
    ]
    if record.overblocking is not None:
        told.append(measure_row("... in harmless surroundings", record.overblocking.surrounded, True))
    if record.unsure_blocked.trials:
        told.append(measure_row("unsure texts blocked", record.unsure_blocked, True))
    for one in record.attacks:
        told.append(measure_row(f"seeds broken by {one.attack}", one.success, True))
        if one.clean_misses:
            told.append(measure_row("... of those stopped unchanged", one.from_stopped, True))
    if record.area is not None:
        area = record.area
        limits = f"{area.lower:.3f} to {area.upper:.3f}"
        told.append(("area under the ROC curve", f"{area.value:.3f}", "", limits, ""))
    return told


def headline(record: LabelledRecord) -> str:
    """What came of it, in a sentence."""
    stops = f"stops {percent(record.recall.rate)} of catastrophic texts"
    blocks = f"blocks {percent(record.false_alarms.rate)} of harmless ones"
    if record.recall.rate is None:
        stops = "met no catastrophic text that it can read"
    if record.false_alarms.rate is None:
        blocks = "met no harmless one"
    told = f"The guard {stops} and {blocks}."
    if not record.attacks:
        return told
    best = max(record.attacks, key=lambda one: (one.success.rate or 0.0, one.broken))
    waiting = sum(one.pending for one in record.attacks)
    if not best.success.trials and waiting:
        return f"{told} All {waiting:,} attempts on it wait for people."
    if not best.success.trials:
        return f"{told} No attack on it could be made."
    passed = f"{best.broken:,} of {best.success.trials:,} attempts"
    return f"{told} Under attack, {passed} get past it within {record.plan.attack_queries:,} queries."


def second_line(record: LabelledRecord) -> str:
    """How sure that is, and what it was counted on."""
    confidence = f"{told_confidence(record.plan.confidence)} confidence"
    parts = [
        f"it stops {_between(record.recall)} of catastrophic text",
        f"blocks {_between(record.false_alarms)} of harmless text",
    ]
    counted = f"{record.recall.trials:,} catastrophic and {record.false_alarms.trials:,} harmless texts"
    return f"With {confidence} each, {' and '.join(parts)} like this: exact limits, from {counted}."


def slice_rows(record: LabelledRecord, most: int) -> dict[str, list[Strings]]:
    """For each slice a row for each value, in the order of `SLICE_HEADER`; at most so many."""
    by_name: dict[str, list[SliceRecord]] = {}
    for one in record.slices:
        by_name.setdefault(one.slice, []).append(one)
    return {name: list(_slices(some, most)) for name, some in by_name.items()}


def _slices(some: list[SliceRecord], most: int) -> Iterator[Strings]:
    for one in some[:most]:
        yield (one.value or "(none)", *_rate(one.recall), *_rate(one.false_alarms), _note(one))
    if len(some) > most:
        yield (f"{len(some) - most:,} more in slices.csv", *[""] * (len(SLICE_HEADER) - 1))


def _note(one: SliceRecord) -> str:
    notes = ["few texts"] if one.few else []
    notes += [f"{one.unsure:,} unsure"] if one.unsure else []
    notes += [f"{one.skipped:,} skipped"] if one.skipped else []
    return ", ".join(notes)


def curve_rows(record: LabelledRecord) -> list[Strings]:
    """What each threshold does on the split that it was chosen on, loosest last."""
    return [
        (
            percent(point.threshold),
            percent(point.harmless_accepted.rate),
            _between(point.harmless_accepted),
            percent(point.recall.rate),
            _between(point.recall),
            "the threshold" if point.chosen else "",
        )
        for point in record.threshold.curve
    ]


def attack_rows(record: LabelledRecord) -> list[Strings]:
    """One row an attack, in the order of `ATTACK_HEADER`."""
    return [
        (
            one.attack,
            _broken(one),
            f"{one.withstood:,}",
            f"{one.skipped:,}",
            f"{one.pending:,}",
            f"{percent(one.success.rate)} ({_between(one.success)})",
            _median(one.median, one.success),
            _median(one.median_from_stopped, one.from_stopped),
        )
        for one in record.attacks
    ]


def _broken(one: AttackOnRowsRecord) -> str:
    misses = f", {one.clean_misses:,} unchanged" if one.clean_misses else ""
    return f"{one.broken:,}{misses}"


def _median(median: MedianRecord, among: BoundRecord) -> str:
    if median.value is None:
        return "not half" if among.trials else NONE
    upper = "or more" if median.upper is None else f"to {median.upper:,.0f}"
    return f"{median.value:,.0f} ({median.lower or 0:,.0f} {upper})"


def attack_slice_rows(record: LabelledRecord, most: int) -> dict[str, list[Strings]]:
    """For each slice a row for each value and attack: value, attack, share, counted, interval."""
    found: dict[str, list[Strings]] = {}
    for attack in record.attacks:
        for one in attack.slices:
            found.setdefault(one.slice, []).append(
                (one.value or "(none)", attack.attack, *_rate(one.success))
            )
    return {name: sorted(some)[:most] for name, some in found.items()}


def shared_lines(record: LabelledRecord) -> list[tuple[str, str]]:
    """What `test` shares with each other split; empty where that is nothing."""
    return [
        (one.split, f"{one.texts:,} texts, and groups of {one.groups:,}")
        for one in record.rows.shared
        if one.texts or one.groups
    ]


def _rate(rate: BoundRecord) -> Iterable[str]:
    if not rate.trials:
        return NONE, "0", ""
    return percent(rate.rate), f"{rate.trials:,}", _between(rate)


def _between(rate: BoundRecord) -> str:
    return f"{percent(rate.lower)} to {percent(rate.upper)}"
