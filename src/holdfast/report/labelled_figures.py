"""The figures of the page on labelled text, and the tables behind everything it shows."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.labelled.record import LabelledRecord
from holdfast.evaluation import summarise_attempts
from holdfast.report.drawing import (
    INK,
    SERIES,
    Drawing,
    percent_axis,
    style,
    survival_axes,
    survival_step,
)
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel
from holdfast.report.score_figures import RATE, cells, draw_scores, score_table

_SCORES = (
    "Scores of the split test",
    "How many texts got each score, in log odds; the vertical axis is logarithmic. What lies left of the "
    "dashed line, the threshold, passes: catastrophic texts there are missed, and harmless ones right of it "
    "are blocked.",
)
_CURVE = (
    "Results at other thresholds",
    "Catastrophic texts stopped (line, with exact limits as a band) against harmless texts accepted, on the "
    "split threshold, where the threshold was chosen. The diamond is that threshold; the cross is what it "
    "does on the split test.",
)
_SURVIVAL = (
    "How long seeds withstand",
    "The share of attempts without a failure after a number of queries (Kaplan–Meier, with its "
    "limits as a band). Seeds that pass unchanged leave the curve at the first query.",
)


def labelled_tables(record: LabelledRecord) -> tuple[Data, ...]:
    """One table a part of the page; None is an empty cell."""
    return (
        Data("measures", ("measure", *RATE), tuple(_measures(record))),
        Data(
            "slices",
            (
                *("slice", "value", "texts", "unsure", "skipped", "few"),
                *(f"{kind}_{name}" for kind in ("stopped", "blocked") for name in RATE),
            ),
            tuple(
                (
                    *(one.slice, one.value, one.rows, one.unsure, one.skipped, one.few),
                    *(*cells(one.recall), *cells(one.false_alarms)),
                )
                for one in record.slices
            ),
        ),
        Data(
            "thresholds",
            (
                *("threshold", "log_odds", "chosen"),
                *(f"{kind}_{name}" for kind in ("stopped", "accepted") for name in RATE),
            ),
            tuple(
                (
                    *(p.threshold, p.log_odds, p.chosen),
                    *(*cells(p.recall), *cells(p.harmless_accepted)),
                )
                for p in record.threshold.curve
            ),
        ),
        score_table(record.scores),
        *_attack_tables(record),
    )


def _attack_tables(record: LabelledRecord) -> tuple[Data, ...]:
    if not record.attacks:
        return ()
    counts = ("planned", "broken", "withstood", "skipped", "pending", "clean_misses")
    rows = tuple(
        (one.attack, *(getattr(one, name) for name in counts), *cells(one.success)) for one in record.attacks
    )
    by_slice = tuple(
        (one.attack, each.slice, each.value, *cells(each.success))
        for one in record.attacks
        for each in one.slices
    )
    return (
        Data("attacks", ("attack", *counts, *RATE), rows),
        Data("attack-slices", ("attack", "slice", "value", *RATE), by_slice),
    )


def _measures(record: LabelledRecord) -> list[tuple[Cell, ...]]:
    named = [
        ("catastrophic_stopped", record.recall),
        ("harmless_blocked", record.false_alarms),
        ("unsure_blocked", record.unsure_blocked),
    ]
    if record.overblocking:
        named.append(("harmless_surrounded_blocked", record.overblocking.surrounded))
    return [(name, *cells(rate)) for name, rate in named]


def labelled_panels(record: LabelledRecord, folder: str) -> list[Panel]:
    """The figures, whose tables lie in `folder`."""
    with style():
        svg = draw_scores(record.scores, "texts", record.threshold.log_odds).svg(_SCORES[0])
        panels = [Panel("scores", _SCORES[0], svg, _SCORES[1], f"{folder}/scores.csv")]
        if record.threshold.curve:
            svg = _curve(record).svg(_CURVE[0])
            panels.append(Panel("curve", _CURVE[0], svg, _CURVE[1], f"{folder}/thresholds.csv"))
        if any(one.success.trials for one in record.attacks):
            svg = _survival(record).svg(_SURVIVAL[0])
            panels.append(Panel("survival", _SURVIVAL[0], svg, _SURVIVAL[1], "attempts.parquet"))
    return panels


def _curve(record: LabelledRecord) -> Drawing:
    drawing = Drawing("curve", "harmless texts accepted", "catastrophic texts stopped")
    axes, curve = drawing.axes, record.threshold.curve
    accepted = [point.harmless_accepted.rate or 0.0 for point in curve]
    axes.fill_between(
        accepted,
        [point.recall.lower for point in curve],
        [point.recall.upper for point in curve],
        color=SERIES[0],
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(accepted, _rates([point.recall for point in curve]), "-", color=SERIES[0])
    chosen = next(point for point in curve if point.chosen)
    at = chosen.harmless_accepted.rate or 0.0
    axes.plot([at], _rates([chosen.recall]), "D", color=INK, label="the threshold")
    if record.recall.trials and record.false_alarms.trials:
        here = 1 - (record.false_alarms.rate or 0.0)
        axes.plot([here], _rates([record.recall]), "X", color=SERIES[1], label="on the split test")
    percent_axis(axes)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    drawing.legend()
    return drawing


def _rates(rates: Sequence[BoundRecord]) -> list[float]:
    return [rate.rate or 0.0 for rate in rates]


def _survival(record: LabelledRecord) -> Drawing:
    drawing = Drawing("survival", "queries", "attempts without a failure")
    for number, one in enumerate(one for one in record.attacks if one.success.trials):
        found = summarise_attempts(one.first, record.plan.attack_queries, record.plan.confidence)
        survival_step(
            drawing, found.curve, one.attack, SERIES[number % len(SERIES)], dashed=number >= len(SERIES)
        )
    survival_axes(drawing)
    return drawing
