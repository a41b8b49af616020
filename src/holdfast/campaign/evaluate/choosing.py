"""Choosing the threshold of an evaluation: on draws of its own, before anything else is drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from holdfast.campaign.choices import build_task
from holdfast.campaign.evaluate.choice_records import SelectionRecord, TestedRecord, ThresholdAsked
from holdfast.campaign.evaluate.deployment import PoolDraws, curve_point
from holdfast.campaign.evaluate.plan import PLAN, EvaluationPlan, keep_plan, read_plan, refuse_other
from holdfast.campaign.evaluate.section_records import CurvePointRecord
from holdfast.campaign.evaluate.series import Series
from holdfast.campaign.evaluate.shards import Shard
from holdfast.campaign.evaluate.subject import UNSETTLED
from holdfast.campaign.thresholds import MARGIN, RISK, Chosen, choose_by_draws
from holdfast.core.errors import UserError
from holdfast.evaluation.deployment import NonInferiorThreshold, threshold_curve, threshold_grid
from holdfast.evaluation.threshold import sigmoid

FOLDER = "calibration"
"""Where the draws lie that a threshold is chosen on, with the plan that they were drawn by."""

Draw = Callable[[EvaluationPlan, Series], Iterable[Shard]]
"""Draws a series of a plan, or finds it drawn."""


def settle(plan: EvaluationPlan, folder: Path, draw: Draw) -> EvaluationPlan:
    """The plan with its threshold, which is chosen here where that was asked for.

    What is asked is written down before the first draw, and a folder belongs to one request. Raises UserError
    where no threshold passes.
    """
    if plan.choose is None:
        return plan
    if (folder / PLAN).exists():
        refuse_other(folder, unsettled(read_plan(folder)), plan)
    keep_plan(folder / FOLDER, plan)
    grid, drawn, shards = _drawn(plan, draw)
    chosen = _choose(plan, plan.choose, grid, drawn, [shard.sha256 for shard in shards])
    if chosen.threshold is None:
        raise UserError(
            f"none of the thresholds passes ({chosen.rule}): the first of {len(chosen.tested)} tested has"
            f" p = {chosen.tested[0].p_value:.2g}; ask for less, or choose on more prompts (--calibration)"
        )
    selection = SelectionRecord(told=chosen.rule, tested=_tested(chosen), sha256s=chosen.used.sha256s)
    return plan.settled(chosen.threshold, chosen.rule, selection)


def unsettled(plan: EvaluationPlan) -> EvaluationPlan:
    """The plan as it was before its threshold was chosen."""
    return plan if plan.selection is None else plan.settled(UNSETTLED, "", None)


def choice_curve(plan: EvaluationPlan, draw: Draw) -> tuple[CurvePointRecord, ...]:
    """What each threshold of the grid would do, on the draws that one was chosen on."""
    grid, drawn, _ = _drawn(unsettled(plan), draw)
    points = threshold_curve(
        drawn.log_odds,
        drawn.bad,
        grid,
        plan.distribution.max_draws,
        quality=drawn.quality,
        confidence=plan.confidence,
    )
    return tuple(curve_point(point, plan.distribution.task) for point in points)


def _drawn(plan: EvaluationPlan, draw: Draw) -> tuple[tuple[float, ...], PoolDraws, list[Shard]]:
    """The thresholds to test, which come from other draws, and the draws to test them on."""
    task = build_task(plan.distribution.task_choice)
    others = PoolDraws.read(list(draw(plan, plan.grid)), 1, task)
    shards = list(draw(plan, plan.calibration))
    drawn = PoolDraws.read(shards, plan.calibration.draws or 1, task)
    return threshold_grid(others.log_odds[~others.bad]), drawn, shards


def _choose(
    plan: EvaluationPlan,
    asked: ThresholdAsked,
    grid: Sequence[float],
    drawn: PoolDraws,
    sha256s: Sequence[str],
) -> Chosen:
    return choose_by_draws(
        asked.rule,
        drawn.log_odds,
        drawn.bad,
        drawn.quality,
        grid,
        plan.distribution.max_draws,
        sha256s,
        margin=asked.margin or MARGIN,
        risk=asked.risk or RISK,
        confidence=plan.confidence,
    )


def _tested(chosen: Chosen) -> tuple[TestedRecord, ...]:
    if isinstance(chosen, NonInferiorThreshold):
        return tuple(
            _row(t.log_odds, t.p_value, t.preference.losses, t.preference.pairs, t.power)
            for t in chosen.tested
        )
    return tuple(
        _row(t.log_odds, t.p_value, t.failures.events, t.failures.trials, None) for t in chosen.tested
    )


def _row(log_odds: float, p_value: float, events: int, trials: int, power: float | None) -> TestedRecord:
    return TestedRecord(
        threshold=sigmoid(log_odds),
        log_odds=log_odds,
        p_value=p_value,
        events=events,
        trials=trials,
        power=power,
    )
