"""Evaluations that drew the same prompts: together they are no fresh evidence for the best of them."""

from __future__ import annotations

from pathlib import Path

from holdfast.campaign.evaluate.plan import PLAN, EvaluationPlan, read_plan
from holdfast.core.errors import UserError


def told_reuse(plan: EvaluationPlan, folder: Path, beside: Path) -> str | None:
    """What to say where other filters were measured on the prompts of this plan; None where none were.

    `folder` is where the plan is carried out, `beside` the folder of all the evaluations to look through.
    """
    names = [other.name for other in same_prompts(plan, folder, beside)]
    if len(names) < plan.best_of:
        return None
    listed = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
    return (
        f"the same prompts measured another filter before ({listed}): where what was seen there helped to"
        f" choose this one, claim the best of them with --best-of {len(names) + 1}, or take another --seed"
    )


def same_prompts(plan: EvaluationPlan, folder: Path, beside: Path) -> list[Path]:
    """The folders of finished or begun evaluations of other filters that draw the same prompts."""
    return [
        place.parent
        for place in sorted(beside.glob(f"*/{PLAN}"))
        if place.parent.resolve() != folder.resolve() and _drew_the_same(place.parent, plan)
    ]


def _drew_the_same(folder: Path, plan: EvaluationPlan) -> bool:
    try:
        other = read_plan(folder)
    except UserError:
        return False
    return _prompts(other) == _prompts(plan) and _filter(other) != _filter(plan)


def _prompts(plan: EvaluationPlan) -> tuple[object, ...]:
    """What the prompts of claims hang on."""
    of = plan.distribution
    return of.task_hash, of.task_options, of.prompts_hash, plan.seed, plan.filtered.shard


def _filter(plan: EvaluationPlan) -> tuple[object, ...]:
    return plan.distribution.generator, plan.distribution.filter_hash
