"""The figures of the page on prompts, and the tables behind everything it shows."""

from __future__ import annotations

import numpy as np

from holdfast.campaign.prompted.costs import CostsRecord
from holdfast.campaign.prompted.record import MeanRecord, PromptedRecord
from holdfast.report.drawing import INK, SERIES, Drawing, count_axis, style
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel
from holdfast.report.score_figures import RATE, cells

_DRAWS = (
    "Draws until one passes",
    "How many completions passed at their first draw, their second, and so on. The last bar counts those for "
    "which no draw passed. The taller the bars on the right, the more the guard costs.",
)
_SCORES = (
    "Scores of first draws",
    "How many first draws got each score, in log odds. What lies left of the dashed line, the threshold, "
    "passes.",
)


def prompted_tables(record: PromptedRecord, costs: CostsRecord) -> tuple[Data, ...]:
    """One table a part of the page; None is an empty cell."""
    rates = (("passed", record.passed), ("refused", record.refused), ("accepted", record.accepted))
    scores, quality = record.scores, record.quality
    passed_at = tuple(enumerate(record.draws.passed_at, 1))
    return (
        Data(
            "measures",
            ("measure", *RATE),
            tuple((name, *cells(rate)) for name, rate in rates),
        ),
        Data("draws", ("draw", "completions"), (*passed_at, ("refused", record.refused.events))),
        Data(
            "scores",
            ("log_odds_from", "log_odds_to", "passed", "turned_away"),
            tuple(zip(scores.edges, scores.edges[1:], scores.passed, scores.turned_away, strict=False)),
        ),
        Data(
            "quality",
            ("of", "mean", "lower", "upper", "completions", "prompts"),
            tuple(
                (name, *_mean(getattr(quality, name))) for name in ("unfiltered", "filtered", "difference")
            ),
        ),
        Data("costs", tuple(CostsRecord.model_fields), (tuple(costs.model_dump().values()),)),
    )


def _mean(mean: MeanRecord) -> tuple[Cell, ...]:
    return (mean.mean, mean.lower, mean.upper, mean.values, mean.prompts)


def prompted_panels(record: PromptedRecord, folder: str) -> list[Panel]:
    """The figures, whose tables lie in `folder`."""
    with style():
        return [
            Panel("draws", _DRAWS[0], _draws(record).svg(_DRAWS[0]), _DRAWS[1], f"{folder}/draws.csv"),
            Panel("scores", _SCORES[0], _scores(record).svg(_SCORES[0]), _SCORES[1], f"{folder}/scores.csv"),
        ]


def _draws(record: PromptedRecord) -> Drawing:
    drawing = Drawing("draws", "passed at draw", "completions")
    axes, counts = drawing.axes, record.draws.passed_at
    axes.bar(range(1, len(counts) + 1), counts, color=SERIES[0], width=0.7)
    axes.bar([len(counts) + 1], [record.refused.events], color=SERIES[1], width=0.7)
    step = max(1, len(counts) // 10)
    ticks = [*range(1, len(counts) + 1, step)]
    axes.set_xticks([*ticks, len(counts) + 1], [*map(str, ticks), "refused"])
    count_axis(axes.yaxis)
    return drawing


def _scores(record: PromptedRecord) -> Drawing:
    drawing = Drawing("scores", "score, log odds of catastrophe", "first draws")
    axes, edges = drawing.axes, np.array(record.scores.edges)
    for counts, label, colour in (
        (record.scores.passed, "passed", SERIES[0]),
        (record.scores.turned_away, "turned away", SERIES[1]),
    ):
        axes.stairs(np.array(counts), edges, color=colour, label=label, linewidth=1.8)
    axes.axvline(record.threshold.log_odds, color=INK, linestyle="--", linewidth=1.2)
    axes.set_xlim(edges[0], edges[-1])
    count_axis(axes.yaxis)
    drawing.legend()
    return drawing
