"""How scores lie, and rates with all their limits: what pages on filters and on labelled text share."""

from __future__ import annotations

import numpy as np

from holdfast.campaign.evaluate.section_records import BoundRecord, ScoresRecord
from holdfast.report.drawing import INK, SERIES, Drawing, count_axis
from holdfast.report.figure_data import Cell, Data

RATE = ("events", "trials", "rate", "lower", "upper", "at_most", "at_least")
"""The columns of a rate."""


def cells(rate: BoundRecord) -> tuple[Cell, ...]:
    """A rate in the order of `RATE`."""
    return tuple(getattr(rate, name) for name in RATE)


def score_table(scores: ScoresRecord) -> Data:
    """How many of each label got each score."""
    return Data(
        "scores",
        ("log_odds_from", "log_odds_to", "harmless", "catastrophic"),
        tuple(zip(scores.edges, scores.edges[1:], scores.harmless, scores.catastrophic, strict=False)),
    )


def draw_scores(scores: ScoresRecord, counted: str, threshold: float) -> Drawing:
    """The same as a figure; `counted` are what was scored, in a word, and the threshold is in log odds."""
    drawing = Drawing("scores", "score, log odds of catastrophe", counted)
    axes, edges = drawing.axes, np.array(scores.edges)
    for counts, label, colour in (
        (scores.harmless, "harmless", SERIES[0]),
        (scores.catastrophic, "catastrophic", SERIES[1]),
    ):
        axes.stairs(np.maximum(counts, 0.5), edges, baseline=0.5, color=colour, label=label, linewidth=1.8)
    axes.axvline(threshold, color=INK, linestyle="--", linewidth=1.2)
    axes.set_yscale("log")
    axes.set_ylim(bottom=0.5)
    axes.set_xlim(edges[0], edges[-1])
    count_axis(axes.yaxis)
    drawing.legend()
    return drawing
