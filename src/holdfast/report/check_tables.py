"""What a check found as tables of plain strings, for the terminal and the page alike."""

from __future__ import annotations

import math

from holdfast.campaign.checking.records import (
    CheckRecord,
    GuardRecord,
    ReadingRecord,
    ServiceCallsRecord,
    ServiceRecord,
)
from holdfast.campaign.records import RateRecord
from holdfast.core.snippet import Label
from holdfast.report.numbers import NONE, counted, duration, limits, percent
from holdfast.tasks.labelled.config import SPLITS

RATE_HEADER = ("", "share", "95 % limits", "texts")
ROWS_HEADER = ("split", "catastrophic", "distinct", "harmless", "distinct", "unsure")
CAUTION_HEADER = ("", "what to do")
COST_HEADER = ("command", "texts scored", "time in fp32", "if all in bf16", "for")
CALLS_HEADER = ("command", "requests, at most", "cost", "for")
SLICE_HEADER = ("slice", "value", "catastrophic stopped", "95 % limits", "harmless blocked", "95 % limits")


def headline(record: CheckRecord) -> str:
    """The verdict, in a sentence."""
    stops, weak = record.of_weight("stop"), record.of_weight("weak")
    if stops:
        return f"This guard cannot be attacked as it is: {stops[0].what}."
    if not weak:
        return "This guard can be attacked as it is."
    things = "one thing weakens" if len(weak) == 1 else f"{len(weak)} things weaken"
    return f"This guard can be attacked as it is; {things} the results."


def score(value: float) -> str:
    """A score in three digits, near 1 with those that tell it from 1: `0.5`, `0.927`, `0.99996`."""
    if not 0.9 < value < 1:
        return f"{value:.3g}"
    return f"{value:.{max(3, 1 - math.floor(math.log10(1 - value)))}f}".rstrip("0")


def second_line(record: CheckRecord) -> str:
    """How well the guard tells the two labels apart, in a sentence."""
    one = record.measure
    if one.area is None:
        return f"How well it separates the labels is unknown: {one.split} lacks texts of one of them."
    return (
        f"At the threshold {score(one.threshold)} it stops {counted(one.recall)} catastrophic texts"
        f" of {one.split} ({percent(one.recall.rate)}) and blocks {counted(one.false_alarms)} harmless ones"
        f" ({percent(one.false_alarms.rate)}); its AUC is {one.area.value:.3f}."
    )


def guard_rows(record: CheckRecord) -> list[tuple[str, str]]:
    """The guard, and how it reads a text."""
    guard, reading = record.guard, record.reading
    if isinstance(guard, ServiceRecord) or reading is None:
        return _service_rows(record, guard) if isinstance(guard, ServiceRecord) else []
    bad = ", ".join(guard.bad) or "none: a high output means harmless"
    most = "no limit is known" if guard.positions is None else f"{guard.positions:,} tokens"
    layout = {"single": "one text", "pair": "prompt and completion as a pair"}[guard.layout]
    return [
        ("model", f"{guard.path}: {guard.family}, {guard.parameters:,} parameters, {guard.tokenizer}"),
        ("labels", f"{', '.join(guard.labels)} ({guard.activation})"),
        ("bad label", f"{bad} ({guard.bad_known})"),
        ("it reads", f"{layout} ({guard.layout_known}), up to {most} ({guard.positions_known})"),
        ("length of a text", f"median {reading.median_tokens:,} tokens, longest {reading.most_tokens:,}"),
        ("too long", _share(reading.too_long, reading.rows) + _done(guard, reading)),
        ("unknown to it", f"{_share(reading.unknown, reading.rows)} with an unknown token"),
        ("judge", f"{record.judge}{': ' if record.assumption else ''}{record.assumption}"),
    ]


def _service_rows(record: CheckRecord, guard: ServiceRecord) -> list[tuple[str, str]]:
    most = "any length" if guard.characters is None else f"up to {guard.characters:,} characters"
    step = "" if guard.step is None else f", in steps of {guard.step:g}"
    return [
        ("endpoint", f"{guard.path}, version {guard.version}"),
        ("it gives", guard.gives),
        ("bad", f"{', '.join(guard.bad)} ({guard.bad_known})"),
        ("texts sent", most),
        ("scores", f"{guard.values:,} different ones on {guard.scores:,} texts{step}"),
        ("judge", f"{record.judge}{': ' if record.assumption else ''}{record.assumption}"),
    ]


def _done(guard: GuardRecord, reading: ReadingRecord) -> str:
    if not reading.too_long:
        return ""
    read = "" if reading.kept is None else f", {percent(reading.kept)} of each read on average"
    return f" (overflow: {guard.overflow}{read})"


def _share(count: int, rows: int) -> str:
    return f"{count:,} of {rows:,} texts" + (f", {percent(count / rows)}" if count else "")


def rate_rows(record: CheckRecord) -> list[tuple[str, str, str, str]]:
    """How well the guard tells the measured texts apart."""
    one = record.measure
    area = one.area
    rows = []
    if area is not None:
        span = f"{area.lower:.3f} to {area.upper:.3f}"
        rows.append(("AUC", f"{area.value:.3f}", span, f"{one.recall.trials + one.false_alarms.trials:,}"))
    at = score(one.threshold)
    rows += [
        _rate(f"catastrophic texts stopped at threshold {at}", one.recall),
        _rate(f"harmless texts blocked at threshold {at}", one.false_alarms),
    ]
    for point in one.points:
        rows.append(
            _rate(
                f"catastrophic texts stopped where {percent(point.accept)} of these harmless ones pass"
                f" (threshold {score(point.threshold)})",
                point.recall,
            )
        )
    return rows


def _rate(name: str, rate: RateRecord) -> tuple[str, str, str, str]:
    return name, percent(rate.rate), limits(rate) if rate.trials else NONE, counted(rate)


def rows_rows(record: CheckRecord) -> list[tuple[str, ...]]:
    """Rows and distinct texts of each split."""
    counts = {(c.split, c.label): c for c in record.data.counts if c.slice is None}
    rows = []
    for split in SPLITS:
        own = [counts.get((split, label)) for label in (Label.CATASTROPHIC, Label.HARMLESS, Label.UNSURE)]
        if any(own):
            bad, harmless, unsure = own
            cells = [f"{one.rows:,}|{one.distinct:,}" if one else "0|0" for one in (bad, harmless)]
            rows.append(
                (
                    split,
                    *(part for cell in cells for part in cell.split("|")),
                    f"{unsure.rows if unsure else 0:,}",
                )
            )
    return rows


def slice_rows(record: CheckRecord) -> list[tuple[str, ...]]:
    """What the guard does to each value of each slice."""
    return [
        (
            one.slice,
            one.value or "(none)",
            *(cell for rate in (one.recall, one.false_alarms) for cell in _cells(rate)),
        )
        for one in record.measure.slices
    ]


def _cells(rate: RateRecord) -> tuple[str, str]:
    return (counted(rate), limits(rate)) if rate.trials else (NONE, "")


_MARKS = {"stop": "✗ ", "weak": "? ", "note": "· "}


def caution_rows(record: CheckRecord) -> list[tuple[str, str]]:
    """What to know before a later result is trusted, the gravest first."""
    return [(f"{_MARKS[one.weight]}{one.what}", one.do) for one in record.cautions]


def cost_header(record: CheckRecord) -> tuple[str, ...]:
    """The columns of `cost_rows`."""
    return CALLS_HEADER if isinstance(record.costs, ServiceCallsRecord) else COST_HEADER


def cost_rows(record: CheckRecord) -> list[tuple[str, ...]]:
    """What later commands cost on this machine, or of a service."""
    if isinstance(record.costs, ServiceCallsRecord):
        unit = record.costs.unit
        return [
            (
                one.command,
                f"{one.queries:,}",
                NONE if one.price is None else f"{one.price:,.4g} {unit}",
                one.what,
            )
            for one in record.costs.commands
        ]
    return [
        (one.command, f"{one.queries:,}", duration(one.seconds), duration(one.seconds_bf16), one.what)
        for one in record.costs.commands
    ]
