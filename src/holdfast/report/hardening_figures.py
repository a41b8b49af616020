"""The figures of a hardened guard's report, and the tables that they are drawn from."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.hardening.record import HardeningRecord
from holdfast.evaluation import summarise_attempts
from holdfast.report.drawing import (
    MARKERS,
    PAPER,
    SERIES,
    Drawing,
    percent_axis,
    style,
    survival_axes,
    survival_step,
)
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel
from holdfast.report.hardening_rows import label

FIGURES = "figures"
_BROKEN = (
    "Seeds broken, round by round",
    "The share of seeds that each attack breaks within its queries, from the same seeds in every round, with "
    "exact limits. Hollow and dashed: held out, never trained against. Round 0 is the first guard.",
)
_CLEAN = (
    "The cost on clean text",
    "Catastrophic texts stopped, harmless texts blocked, and the same harmless texts blocked between "
    "harmless sentences, with exact limits. Hardening that makes the lower two rise is bought with "
    "over-blocking.",
)
_SURVIVAL = (
    "How long seeds withstand the last guard",
    "The share of attempts without a failure after a number of queries (Kaplan–Meier, with its "
    "limits as a band). Seeds that pass unchanged leave the curve at the first query.",
)


def hardening_tables(record: HardeningRecord) -> tuple[Data, ...]:
    """One table a figure; None is an empty cell."""
    counts = ("broken", "withstood", "skipped", "pending", "clean_misses")
    return (
        Data(
            "broken",
            ("round", "attack", "held_out", *counts, "rate", "lower", "upper", "median_queries"),
            tuple(
                (
                    *(one.index, attack.attack, attack.held_out),
                    *(getattr(attack, name) for name in counts),
                    *(attack.success.rate, attack.success.lower, attack.success.upper, attack.median.value),
                )
                for one in record.rounds
                for attack in one.guard.attacks
            ),
        ),
        Data(
            "clean", ("round", "measure", "events", "trials", "rate", "lower", "upper"), tuple(_clean(record))
        ),
        Data(
            "survival",
            ("attack", "first_failure_query"),
            tuple(
                (attack.attack, query) for attack in record.rounds[-1].guard.attacks for query in attack.first
            ),
        ),
    )


_STOPPED, _BLOCKED, _AROUND = "catastrophic stopped", "harmless blocked", "harmless blocked, surrounded"


def _clean(record: HardeningRecord) -> Iterator[tuple[Cell, ...]]:
    for one in record.rounds:
        for name, rate in _measures(record, one.index):
            yield one.index, name, rate.events, rate.trials, rate.rate, rate.lower, rate.upper


def _measures(record: HardeningRecord, index: int) -> Iterator[tuple[str, BoundRecord]]:
    guard = record.rounds[index].guard
    yield _STOPPED, guard.recall
    yield _BLOCKED, guard.false_alarms
    if guard.overblocking:
        yield _AROUND, guard.overblocking.surrounded


def hardening_panels(record: HardeningRecord) -> list[Panel]:
    """The figures."""
    found = []
    with style():
        if record.rounds[-1].guard.attacks:
            found.append(_panel("broken", _BROKEN, _broken(record)))
        found.append(_panel("clean", _CLEAN, _clean_figure(record)))
        if any(attack.first for attack in record.rounds[-1].guard.attacks):
            found.append(_panel("survival", _SURVIVAL, _survival(record)))
    return found


def _panel(name: str, told: tuple[str, str], drawing: Drawing) -> Panel:
    return Panel(name, told[0], drawing.svg(told[0]), told[1], f"{FIGURES}/{name}.csv")


def _broken(record: HardeningRecord) -> Drawing:
    drawing = Drawing("broken", "round", "seeds broken")
    attacks = record.rounds[0].guard.attacks
    for number, attack in enumerate(attacks):
        rates = [(one.index, one.guard.attacks[number].success) for one in record.rounds]
        _line(drawing, rates, number, len(attacks), label(attack), attack.held_out)
    _finished(drawing, record)
    return drawing


def _clean_figure(record: HardeningRecord) -> Drawing:
    drawing = Drawing("clean", "round", "share of texts")
    by_name: dict[str, list[tuple[int, BoundRecord]]] = {}
    for one in record.rounds:
        for name, rate in _measures(record, one.index):
            by_name.setdefault(name, []).append((one.index, rate))
    for number, (name, rates) in enumerate(by_name.items()):
        _line(drawing, rates, number, len(by_name), name, False)
    _finished(drawing, record)
    return drawing


def _line(
    drawing: Drawing,
    rates: list[tuple[int, BoundRecord]],
    number: int,
    of: int,
    name: str,
    hollow: bool,
) -> None:
    """Rates over rounds with their limits, beside those of the other lines."""
    colour, shift = SERIES[number % len(SERIES)], 0.08 * (number - (of - 1) / 2)
    x = [index + shift for index, _ in rates]
    drawing.axes.vlines(
        x, [r.lower for _, r in rates], [r.upper for _, r in rates], color=colour, lw=1.2, alpha=0.5
    )
    drawing.axes.plot(
        x,
        [float("nan") if r.rate is None else r.rate for _, r in rates],
        color=colour,
        marker=MARKERS[number % len(MARKERS)],
        markerfacecolor=PAPER if hollow else colour,
        linestyle="--" if hollow else "-",
        label=name,
    )


def _finished(drawing: Drawing, record: HardeningRecord) -> None:
    drawing.axes.set_ylim(-0.02, 1.04)
    percent_axis(drawing.axes)
    drawing.rounds([one.index for one in record.rounds])
    drawing.legend()


def _survival(record: HardeningRecord) -> Drawing:
    drawing = Drawing("survival", "queries", "attempts without a failure")
    for number, one in enumerate(record.rounds[-1].guard.attacks):
        if one.first:
            curve = summarise_attempts(one.first, record.queries_per_seed).curve
            colour = SERIES[number % len(SERIES)]
            survival_step(drawing, curve, label(one), colour, dashed=one.held_out)
    survival_axes(drawing)
    return drawing
