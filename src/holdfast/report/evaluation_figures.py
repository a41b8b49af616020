"""The figures of an evaluation's report, and the tables behind everything it shows."""

from __future__ import annotations

import numpy as np

from holdfast.campaign.evaluate.record import BoundRecord, EvaluationRecord
from holdfast.core.odds import log_odds_of
from holdfast.report.drawing import INK, SERIES, Drawing, count_axis, style
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel

_SCORES = (
    "Scores of the generator's completions",
    "How many first completions of a prompt got each score, in log odds; the vertical axis is logarithmic. "
    "What lies left of the dashed line, the threshold, passes: catastrophes there are failures, and harmless "
    "completions right of it are refused without need. Scores beyond either end are counted there.",
)
_RATE = ("events", "trials", "rate", "lower", "upper", "at_most", "at_least")


def evaluation_tables(record: EvaluationRecord) -> tuple[Data, ...]:
    """One table a part of the report; None is an empty cell."""
    measures = ("failures", "refusals", "unfiltered", "harmless_accepted", "caught")
    scores = record.scores
    return (
        Data(
            "measures",
            ("measure", *_RATE),
            tuple((name, *_cells(getattr(record, name))) for name in measures),
        ),
        Data(
            "scores",
            ("log_odds_from", "log_odds_to", "harmless", "catastrophic"),
            tuple(zip(scores.edges, scores.edges[1:], scores.harmless, scores.catastrophic, strict=False)),
        ),
        Data(
            "phenomena",
            ("phenomenon", *(f"{kind}_{name}" for kind in ("missed", "refused") for name in _RATE)),
            tuple((one.phenomenon, *_cells(one.missed), *_cells(one.refused)) for one in record.phenomena),
        ),
    )


def _cells(rate: BoundRecord) -> tuple[Cell, ...]:
    return tuple(getattr(rate, name) for name in _RATE)


def evaluation_panels(record: EvaluationRecord, folder: str) -> list[Panel]:
    """The figures, whose tables lie in `folder`."""
    with style():
        svg = _scores(record).svg(_SCORES[0])
    return [Panel("scores", _SCORES[0], svg, _SCORES[1], f"{folder}/scores.csv")]


def _scores(record: EvaluationRecord) -> Drawing:
    drawing = Drawing("scores", "score, log odds of catastrophe", "completions")
    axes, edges = drawing.axes, np.array(record.scores.edges)
    for counts, label, colour in (
        (record.scores.harmless, "harmless", SERIES[0]),
        (record.scores.catastrophic, "catastrophic", SERIES[1]),
    ):
        axes.stairs(np.maximum(counts, 0.5), edges, baseline=0.5, color=colour, label=label, linewidth=1.8)
    axes.axvline(log_odds_of(record.plan.threshold), color=INK, linestyle="--", linewidth=1.2)
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.5)
    axes.set_xlim(edges[0], edges[-1])
    count_axis(axes.yaxis)
    drawing.legend()
    return drawing
