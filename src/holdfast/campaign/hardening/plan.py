"""The recipe: every step of hardening a guard of labelled text, in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from holdfast.campaign import weights
from holdfast.campaign.config import RunConfig
from holdfast.campaign.hardening.attack import attack
from holdfast.campaign.hardening.conclude import conclude
from holdfast.campaign.hardening.evaluate import evaluate
from holdfast.campaign.hardening.guards import CONTROL, GuardName, evaluate_step, telltale_step, train_step
from holdfast.campaign.hardening.rows import ROWS_STEP, keep_rows
from holdfast.campaign.hardening.telltale import telltale
from holdfast.campaign.hardening.train import again, control, first
from holdfast.campaign.stages.attack import attack_step, attacks_in_round
from holdfast.campaign.step import Step, round_name


def hardening_steps(config: RunConfig) -> list[Step]:
    """The rows and the guard as it comes; rounds of attack, judge, train, evaluate; a control at last."""
    plan = [
        Step(ROWS_STEP, keep_rows),
        Step(train_step(0), first, weights.train_first(config)),
        _evaluation(config, 0),
        _conclusion(config, 0),
    ]
    for round_ in range(1, config.rounds + 1):
        plan += _attacks(config, round_)
        work = partial(again, round_=round_)
        plan.append(Step(train_step(round_), work, weights.train_on(config)))
        plan.append(_evaluation(config, round_))
        plan.append(Step(telltale_step(round_), partial(telltale, round_=round_)))
        plan.append(_conclusion(config, round_))
    if config.rounds and config.retraining.control:
        plan.append(Step(train_step(CONTROL), control, config.rounds * weights.train_on(config)))
        plan.append(_evaluation(config, CONTROL))
    return plan


def _attacks(config: RunConfig, round_: int) -> Iterator[Step]:
    for label, asked in attacks_in_round(config, round_).items():
        work = partial(attack, round_=round_, label=label, asked=asked)
        yield Step(attack_step(round_, label), work, weights.attack(config, asked))


def _evaluation(config: RunConfig, guard: GuardName) -> Step:
    work = partial(evaluate, guard=guard)
    return Step(evaluate_step(guard), work, weights.evaluate_guard(config))


def _conclusion(config: RunConfig, round_: int) -> Step:
    return Step(f"{round_name(round_)}/conclude", partial(conclude, round_=round_))
