"""The figure of a check's page, and the tables behind what it shows."""

from __future__ import annotations

from holdfast.campaign.checking.records import CheckRecord
from holdfast.campaign.records import RateRecord
from holdfast.report.drawing import MUTED, SERIES, Drawing, percent_axis, style
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel

_TITLE = "Scores of the two labels"
_HOW = (
    "Of the texts of each label, the share with a score in each twentieth of the way from 0 to 1. The further"
    " apart the two stand, the better the guard tells them apart; what lies left of the dotted line, the"
    " threshold, passes."
)


def check_panels(record: CheckRecord, folder: str) -> list[Panel]:
    """How the scores of the two labels lie; nothing where none was scored."""
    if not any(one.catastrophic or one.harmless for one in record.measure.scores):
        return []
    with style():
        svg = _scores(record).svg(_TITLE)
    return [Panel("scores", _TITLE, svg, _HOW, f"{folder}/scores.csv")]


def _scores(record: CheckRecord) -> Drawing:
    drawing = Drawing("scores", "score", "share of the label's texts")
    bins = record.measure.scores
    edges = [one.start for one in bins] + [1.0]
    for name, colour, line, counts in (
        ("catastrophic", SERIES[1], "-", [one.catastrophic for one in bins]),
        ("harmless", SERIES[0], "--", [one.harmless for one in bins]),
    ):
        total = sum(counts)
        if total:
            shares = [count / total for count in counts]
            drawing.axes.stairs(shares, edges, color=colour, linestyle=line, label=name, linewidth=1.8)
            drawing.axes.stairs(shares, edges, color=colour, fill=True, alpha=0.12)
    drawing.axes.axvline(record.measure.threshold, color=MUTED, linestyle=":", label="threshold")
    drawing.axes.set_xlim(0, 1)
    drawing.axes.set_ylim(bottom=0)
    percent_axis(drawing.axes)
    drawing.legend(3)
    return drawing


_RATE = ("events", "trials", "rate", "lower", "upper")


def check_tables(record: CheckRecord) -> tuple[Data, ...]:
    """One table a part of the page."""
    measure = record.measure
    rates = [
        ("stopped", measure.threshold, measure.recall),
        ("blocked", measure.threshold, measure.false_alarms),
    ]
    rates += [(f"stopped at {one.accept:g} accepted", one.threshold, one.recall) for one in measure.points]
    slices = (
        (one.slice, one.value, *_cells(one.recall), *_cells(one.false_alarms)) for one in measure.slices
    )
    counts = (
        (str(one.split), str(one.label), one.slice, one.value, one.rows, one.distinct)
        for one in record.data.counts
    )
    pairs = [(f"{kind}_{name}") for kind in ("recall", "false_alarms") for name in _RATE]
    return (
        Data("rates", ("what", "threshold", *_RATE), tuple((w, at, *_cells(r)) for w, at, r in rates)),
        Data(
            "scores",
            ("score_from", "catastrophic", "harmless"),
            tuple((one.start, one.catastrophic, one.harmless) for one in measure.scores),
        ),
        Data("slices", ("slice", "value", *pairs), tuple(slices)),
        Data("rows", ("split", "label", "slice", "value", "rows", "distinct"), tuple(counts)),
        Data(
            "cautions",
            ("weight", "what", "do"),
            tuple((one.weight, one.what, one.do) for one in record.cautions),
        ),
    )


def _cells(rate: RateRecord) -> tuple[Cell, ...]:
    return tuple(getattr(rate, name) for name in _RATE)
