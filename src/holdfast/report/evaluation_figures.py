"""The figures of an evaluation's report, and the tables behind everything it shows."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.evaluate.attack_records import SecondsRecord
from holdfast.campaign.evaluate.record import EvaluationRecord
from holdfast.campaign.evaluate.section_records import (
    CurvePointRecord,
    DeploymentRecord,
    EstimateRecord,
)
from holdfast.core.odds import log_odds_of
from holdfast.evaluation.threshold import SCORE_TOLERANCE
from holdfast.report.drawing import INK, SERIES, Drawing, percent_axis, style
from holdfast.report.evaluation_attack_figures import attack_panels, attack_tables
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel
from holdfast.report.score_figures import RATE, cells, draw_scores, score_table

_SCORES = (
    "Scores of the generator's completions",
    "How many first completions of a prompt got each score, in log odds; the vertical axis is logarithmic. "
    "Completions left of the dashed line, the threshold, pass: catastrophes there are failures. Harmless "
    "completions right of it are refused without need. Scores beyond either end are counted at that end.",
)
_CURVE = (
    "Results at other thresholds",
    "Estimated failures per filtered completion (line, with its interval as a band) against the share of "
    "harmless completions that pass at one draw, from strict thresholds to loose. They are estimates from "
    "the pool, not claims. The vertical axis is logarithmic. The dashed line is at this filter.",
)
_CHOICE = (
    "Results at each threshold",
    "Estimated failures per filtered completion (line, with its interval as a band) against the share of "
    "harmless completions that pass at one draw, at each candidate threshold, on the draws that the choice "
    "used. The vertical axis is logarithmic. The dashed line is at the chosen threshold.",
)


def evaluation_tables(record: EvaluationRecord, clock: SecondsRecord | None = None) -> tuple[Data, ...]:
    """One table a part of the report; None is an empty cell."""
    measures = ("failures", "refusals", "unfiltered", "harmless_accepted", "caught")
    return (
        Data(
            "measures",
            ("measure", *RATE),
            tuple((name, *cells(getattr(record, name))) for name in measures),
        ),
        score_table(record.scores),
        Data(
            "phenomena",
            ("phenomenon", *(f"{kind}_{name}" for kind in ("missed", "refused") for name in RATE)),
            tuple((one.phenomenon, *cells(one.missed), *cells(one.refused)) for one in record.phenomena),
        ),
        Data(
            "severity",
            ("band", "from", "to", *(f"{kind}_{name}" for kind in ("within", "at_least") for name in RATE)),
            tuple(
                (one.band, one.lower, one.upper, *cells(one.within), *cells(one.at_least))
                for one in record.severity
            ),
        ),
        *_deployment_tables(record.deployment),
        *([_fit(record)] if record.fit else []),
        *attack_tables(record.attacks, clock),
        *_choice_tables(record),
        Data(
            "estimates",
            ("of", "method", "value", "lower", "upper", "confidence", "queries", "labels", "told"),
            tuple(
                (e.of, e.method, e.value, e.lower, e.upper, e.confidence, e.queries, e.labels, e.told)
                for e in estimates_of(record)
            ),
        ),
    )


def estimates_of(record: EvaluationRecord) -> list[EstimateRecord]:
    """Everything that was estimated of the filter as it is, and is no claim."""
    deployment = record.deployment
    pooled = [deployment.failures, deployment.refusals] if deployment else []
    return [one for one in (*pooled, *record.estimates) if one is not None]


def _deployment_tables(found: DeploymentRecord | None) -> tuple[Data, ...]:
    if found is None:
        return ()
    curve = Data("curve", _CURVE_HEADER, tuple(_curve_row(point) for point in found.curve))
    if found.evasion is None:
        return (curve,)
    shifts = (*found.evasion.shifts, *found.evasion.phenomena)
    rows = tuple((one.measure, one.filtered, one.unfiltered, one.p_value) for one in shifts)
    return curve, Data("evasion", ("measure", "filtered", "unfiltered", "p_value"), rows)


def _fit(record: EvaluationRecord) -> Data:
    rate = ("events", "trials", "rate", "lower", "upper")
    sides = ("recall_at_half", "recall_at_threshold")
    header = ("dataset", *(f"{side}_{name}" for side in sides for name in rate), "loss")
    rows = (
        (one.dataset, *(getattr(getattr(one, side), name) for side in sides for name in rate), one.loss)
        for one in record.fit
    )
    return Data("fit", header, tuple(rows))


def _choice_tables(record: EvaluationRecord) -> tuple[Data, ...]:
    """The curve that the threshold was chosen on, and the tests in their order."""
    if record.plan.selection is None:
        return ()
    header = ("threshold", "log_odds", "p_value", "events", "trials", "power")
    tests = tuple(tuple(getattr(t, name) for name in header) for t in record.plan.selection.tested)
    curve = Data("choice", _CURVE_HEADER, tuple(_curve_row(point) for point in record.choice_curve))
    return (curve, Data("tested-thresholds", header, tests))


_CURVE_HEADER = (
    "threshold",
    "log_odds",
    "harmless_accepted",
    "failures",
    "failures_lower",
    "failures_upper",
    "failures_at_most",
    "refusals",
    "draws_per_completion",
    "quality_difference",
    "quality_lower",
    "quality_upper",
)


def _curve_row(point: CurvePointRecord) -> tuple[Cell, ...]:
    failures = point.failures
    return (
        point.threshold,
        point.log_odds,
        point.harmless_accepted,
        failures.value if failures else None,
        failures.lower if failures else None,
        failures.upper if failures else None,
        point.failures_upper,
        point.refusals,
        point.draws_per_completion,
        point.quality_difference,
        point.quality_lower,
        point.quality_upper,
    )


def evaluation_panels(record: EvaluationRecord, folder: str) -> list[Panel]:
    """The figures, whose tables lie in `folder`."""
    with style():
        svg = draw_scores(record.scores, "completions", log_odds_of(record.plan.threshold)).svg(_SCORES[0])
        panels = [Panel("scores", _SCORES[0], svg, _SCORES[1], f"{folder}/scores.csv")]
        if record.deployment and any(point.failures for point in record.deployment.curve):
            here = record.harmless_accepted.rate
            svg = _curve("curve", record.deployment.curve, here).svg(_CURVE[0])
            panels.append(Panel("curve", _CURVE[0], svg, _CURVE[1], f"{folder}/curve.csv"))
        if any(point.failures for point in record.choice_curve):
            chosen = [p.harmless_accepted for p in record.choice_curve if p.log_odds <= _limit(record)]
            svg = _curve("choice", record.choice_curve, chosen[-1] if chosen else None).svg(_CHOICE[0])
            panels.append(Panel("choice", _CHOICE[0], svg, _CHOICE[1], f"{folder}/choice.csv"))
    if record.attacks and record.plan.attacks:
        budget, confidence = record.plan.attacks.queries, record.plan.confidence
        panels += attack_panels(record.attacks, budget, confidence, folder)
    return panels


def _limit(record: EvaluationRecord) -> float:
    """The threshold in log odds, and what a probability's last digits may have taken from it."""
    return log_odds_of(record.plan.threshold) + SCORE_TOLERANCE


def _curve(name: str, curve: Sequence[CurvePointRecord], here: float | None) -> Drawing:
    drawing = Drawing(name, "harmless completions accepted", "failures, estimated")
    axes = drawing.axes
    points = [(point.harmless_accepted, point.failures) for point in curve if point.failures is not None]
    shares = [share or 0.0 for share, _ in points]
    upper = [estimate.upper or estimate.value for _, estimate in points]
    floor = min(upper) / 30
    axes.fill_between(
        shares,
        [max(estimate.lower or 0.0, floor) for _, estimate in points],
        upper,
        color=SERIES[0],
        alpha=0.2,
        linewidth=0,
    )
    axes.plot(shares, [max(estimate.value, floor) for _, estimate in points], "o-", color=SERIES[0])
    if here is not None:
        axes.axvline(here, color=INK, linestyle="--", linewidth=1.2)
    axes.set_yscale("log")
    axes.set_ylim(bottom=floor)
    percent_axis(axes)
    axes.xaxis.set_major_formatter(lambda value, _: f"{100 * value:g} %")
    return drawing
