"""The figures of the report, each drawn from one table of `figure_data`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from holdfast.campaign.records import CampaignRecord
from holdfast.evaluation import SurvivalCurve
from holdfast.report.drawing import (
    GRID,
    MARKERS,
    MUTED,
    PAPER,
    SERIES,
    Drawing,
    count_axis,
    percent_axis,
    spread,
    style,
    survival_axes,
    survival_step,
)
from holdfast.report.explanations import EXPLANATIONS
from holdfast.report.figure_data import Data

Rows = list[dict[str, Any]]
_EGREGIOUSNESS = "egregiousness, 0 to 10"


@dataclass(frozen=True)
class Panel:
    """A figure ready for the page: `svg` is trusted markup, the rest plain text."""

    name: str
    title: str
    svg: str
    how_to_read: str
    csv: str


def panels(campaign: CampaignRecord, data: Sequence[Data]) -> dict[str, list[Panel]]:
    """The figures by name; a figure without data is left out, survival has one an attack."""
    tables: dict[str, Rows] = {
        each.name: [dict(zip(each.header, row, strict=True)) for row in each.rows] for each in data
    }
    tables["objectives"] = [row for row in tables["objectives"] if row["egregiousness"] is not None]
    rounds = [one.index for one in campaign.rounds]
    drawn: dict[str, list[Panel]] = {}
    with style():
        for name, draw in _DRAWERS.items():
            if tables[name]:
                drawn[name] = [_panel(name, draw(tables[name], rounds))]
        for number, (attack, rows) in enumerate(_series(tables["survival"], "attack").items()):
            label = _attack_label(attack, bool(rows[0]["held_out"]))
            drawn.setdefault("survival", []).append(_panel("survival", _survival(rows, number), label))
    return drawn


def _panel(name: str, drawing: Drawing, of: str = "") -> Panel:
    title, how_to_read = EXPLANATIONS[name]
    title = f"{title}: {of}" if of else title
    return Panel(name, title, drawing.svg(title), how_to_read, f"figures/{name}.csv")


def _series(rows: Rows, key: str) -> dict[Any, Rows]:
    grouped: dict[Any, Rows] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row)
    return grouped


def _shift(number: int, of: int) -> float:
    """How far series `number` stands beside its round, so that limits of several can be told apart."""
    return 0.12 * (number - (of - 1) / 2)


def _points(
    drawing: Drawing, rows: Rows, value: str, number: int, of: int, label: str | None, held_out: bool = False
) -> None:
    """A line over rounds with its limits, broken where there is no value."""
    shift = _shift(number, of)
    x = [row["round"] + shift for row in rows]
    colour = SERIES[number % len(SERIES)]
    drawing.axes.vlines(
        x, [row["lower"] for row in rows], [row["upper"] for row in rows], color=colour, lw=1.4, alpha=0.55
    )
    drawing.axes.plot(
        x,
        [float("nan") if row[value] is None else row[value] for row in rows],
        color=colour,
        marker=MARKERS[number % len(MARKERS)],
        markerfacecolor=PAPER if held_out else colour,
        linestyle="--" if held_out else "-",
        label=label,
    )


def _natural(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("natural-failure-rate", "round", "failures per completion")
    axes = drawing.axes
    filtered = [row for row in rows if row["completions"] == "filtered" and row["trials"]]
    positive = [v for row in rows for v in (row["rate"], row["lower"], row["upper"]) if v]
    floor = min(positive, default=1e-6) / 2
    x, colour = [row["round"] for row in filtered], SERIES[0]
    axes.set_yscale("log")
    axes.vlines(
        x,
        [max(r["lower"], floor) for r in filtered],
        [r["upper"] for r in filtered],
        color=colour,
        lw=1.4,
        alpha=0.55,
    )
    seen = [row for row in filtered if row["events"]]
    axes.plot(
        [r["round"] for r in seen],
        [r["rate"] for r in seen],
        color=colour,
        marker="o",
        label="filtered, 95 % limits",
    )
    none = [row for row in filtered if not row["events"]]
    if none:
        axes.plot(
            [r["round"] for r in none],
            [r["upper"] for r in none],
            color=colour,
            marker="v",
            markerfacecolor=PAPER,
            linestyle="",
            label="no failure seen: upper limit",
        )
    bare = [row for row in rows if row["completions"] == "unfiltered" and row["rate"]]
    axes.plot(
        [r["round"] for r in bare], [r["rate"] for r in bare], color=MUTED, linestyle=":", label="unfiltered"
    )
    axes.set_ylim(bottom=floor)
    percent_axis(axes)
    drawing.rounds(rounds)
    drawing.legend()
    return drawing


def _success(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("attack-success", "round", "attempts that succeed")
    groups = _series(rows, "attack")
    for number, (attack, own) in enumerate(groups.items()):
        held_out = bool(own[0]["held_out"])
        _points(drawing, own, "rate", number, len(groups), _attack_label(attack, held_out), held_out)
    drawing.axes.set_ylim(-0.02, 1.02)
    percent_axis(drawing.axes)
    drawing.rounds(rounds)
    drawing.legend()
    return drawing


def _attack_label(attack: str, held_out: bool) -> str:
    return f"{attack} (held out)" if held_out else attack


def _medians(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("median-queries", "round", "median queries")
    axes = drawing.axes
    groups = _series(rows, "attack")
    axes.set_yscale("log")
    censored = False
    for number, (attack, own) in enumerate(groups.items()):
        held_out = bool(own[0]["held_out"])
        shown = [
            row | {"lower": max(row["lower"], 0.8), "upper": row["upper"] or row["budget"]} for row in own
        ]
        _points(drawing, shown, "median", number, len(groups), _attack_label(attack, held_out), held_out)
        beyond = [row for row in own if row["median"] is None]
        censored = censored or bool(beyond)
        _arrows(drawing, beyond, number, _shift(number, len(groups)), held_out)
    top = max(row["budget"] for row in rows)
    axes.set_ylim(top=top * (2.4 if censored else 1.5))
    if censored:
        _budgets(drawing, rows)
    count_axis(axes.yaxis)
    drawing.rounds(rounds)
    drawing.legend()
    return drawing


def _arrows(drawing: Drawing, rows: Rows, number: int, shift: float, held_out: bool) -> None:
    """Medians that lie beyond the budget: a mark at the budget, and an arrow upwards."""
    colour = SERIES[number % len(SERIES)]
    for row in rows:
        at, budget = row["round"] + shift, row["budget"]
        drawing.axes.plot(
            at,
            budget,
            color=colour,
            marker=MARKERS[number % len(MARKERS)],
            markerfacecolor=PAPER if held_out else colour,
        )
        drawing.axes.annotate(
            "", (at, budget * 1.9), (at, budget), arrowprops={"arrowstyle": "->", "color": colour, "lw": 1.4}
        )


def _budgets(drawing: Drawing, rows: Rows) -> None:
    """A dotted line at each round's budget, which need not be the same for all."""
    budgets = {row["round"]: row["budget"] for row in rows}
    for number, (round_, budget) in enumerate(budgets.items()):
        label = "_" if number else "budget; arrows: beyond it"
        drawing.axes.plot(
            [round_ - 0.4, round_ + 0.4], [budget] * 2, color=MUTED, lw=0.8, linestyle=":", label=label
        )


def _quality(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("harmless-acceptance", "round", "harmless accepted")
    _points(drawing, rows, "rate", 0, 1, None)
    lowest = min((row["lower"] for row in rows if row["trials"]), default=0.0)
    drawing.axes.set_ylim(max(0.0, min(lowest - 0.01, 0.94)), 1.002)
    percent_axis(drawing.axes)
    drawing.rounds(rounds)
    return drawing


def _fit(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("fit", "round", "recall at 0.5")
    groups = _series([row for row in rows if row["at"] == "0.5" and row["trials"]], "dataset")
    for number, (dataset, own) in enumerate(groups.items()):
        _points(drawing, own, "rate", number, len(groups), dataset.replace("-", " "))
    drawing.axes.set_ylim(-0.02, 1.02)
    percent_axis(drawing.axes)
    drawing.rounds(rounds)
    drawing.legend()
    return drawing


_CURVE = ("queries", "survival", "lower", "upper")


def _survival(rows: Rows, number: int) -> Drawing:
    drawing = Drawing(f"survival-{number}", "queries", "attempts without failure", height=2.7)
    groups = _series(rows, "round")
    for index, own in groups.items():
        last = index == max(groups) and len(groups) > 1
        colour = SERIES[0] if last or len(groups) == 1 else SERIES[1]
        label = f"last model (round {index})" if last else f"first model (round {index})"
        curve = SurvivalCurve(*(tuple(r[name] for r in own) for name in _CURVE))
        survival_step(drawing, curve, label, colour, dashed=not last)
    survival_axes(drawing)
    return drawing


def _egregiousness(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("egregiousness", "round (number of failures below)", _EGREGIOUSNESS)
    groups = _series(rows, "round")
    for index, own in groups.items():
        spread(drawing, index, [row["egregiousness"] for row in own], SERIES[0], 0.55)
    drawing.axes.set_ylim(0, 10.3)
    drawing.rounds(rounds)
    ticks = [int(tick) for tick in drawing.axes.get_xticks()]
    drawing.axes.set_xticks(ticks, [f"{tick}\n{len(groups.get(tick, []))}" for tick in ticks])
    return drawing


def _objectives(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("objectives", "", _EGREGIOUSNESS, height=2.7)
    ticks: dict[float, str] = {}
    for place, (round_, of_model) in enumerate(_series(rows, "round").items()):
        for number, objective in enumerate(("egregious", "lowest_score")):
            values = [row["egregiousness"] for row in of_model if row["objective"] == objective]
            at = 2.4 * place + number
            if values:
                spread(drawing, at, values, SERIES[number], 0.6)
            ticks[at] = f"{objective}\n{'last' if round_ else 'first'} model"
    drawing.axes.set_xticks(list(ticks), list(ticks.values()))
    drawing.axes.set_ylim(0, 10.3)
    return drawing


def _cost(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("cost", "round", "seconds")
    base = dict.fromkeys(rounds, 0.0)
    for number, (part, own) in enumerate(_series(rows, "part").items()):
        heights = [row["seconds"] for row in own]
        drawing.axes.bar(
            [row["round"] for row in own],
            heights,
            bottom=[base[row["round"]] for row in own],
            width=0.62,
            color=SERIES[number],
            edgecolor=PAPER,
            linewidth=0.8,
            label=part,
        )
        for row in own:
            base[row["round"]] += row["seconds"]
    drawing.axes.set_ylim(bottom=0)
    drawing.rounds(rounds)
    drawing.legend(3)
    return drawing


def _training_loss(rows: Rows, rounds: list[int]) -> Drawing:
    drawing = Drawing("training-loss", "round", "mean training loss, nats")
    for number, own in enumerate(_series(rows, "round").values()):
        if number:
            drawing.axes.axvline(own[0]["round"], color=GRID, lw=0.8)
        x = [row["round"] + row["stretch"] / max(len(own), 1) for row in own]
        drawing.axes.plot(
            x, [row["loss"] for row in own], color=SERIES[0], lw=1.5, marker="." if len(own) == 1 else ""
        )
    drawing.rounds(rounds)
    drawing.axes.set_xlim(min(rounds) - 0.1, max(rounds) + 1.1)
    drawing.axes.set_ylim(bottom=0)
    return drawing


_DRAWERS: dict[str, Callable[[Rows, list[int]], Drawing]] = {
    "natural-failure-rate": _natural,
    "attack-success": _success,
    "median-queries": _medians,
    "harmless-acceptance": _quality,
    "fit": _fit,
    "egregiousness": _egregiousness,
    "objectives": _objectives,
    "cost": _cost,
    "training-loss": _training_loss,
}
