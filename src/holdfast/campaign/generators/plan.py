"""The recipe: every step of training a generator in rounds, in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from holdfast.campaign import weights
from holdfast.campaign.config import RunConfig
from holdfast.campaign.generators.assault import run_assault
from holdfast.campaign.generators.attack import attack
from holdfast.campaign.generators.conclude import GENERATOR_STEP, conclude
from holdfast.campaign.generators.measure import measure
from holdfast.campaign.generators.places import (
    CONTROL,
    GeneratorName,
    assault_step,
    called,
    index_of_round,
    measure_step,
    train_step,
)
from holdfast.campaign.generators.train import again, control, first
from holdfast.campaign.stages.assault import assaults
from holdfast.campaign.stages.attack import attack_step, attacks_in_round
from holdfast.campaign.step import Step


def generator_steps(config: RunConfig) -> list[Step]:
    """The first generator; rounds of attack, judge, train, evaluate; a control at last."""
    plan = [Step(GENERATOR_STEP, first, weights.train_generator(config))]
    plan += [*_evaluation(config, 0), _conclusion(0)]
    for round_ in range(1, config.rounds + 1):
        for label, asked in attacks_in_round(config, round_).items():
            work = partial(attack, round_=round_, label=label, asked=asked)
            plan.append(Step(attack_step(round_, label), work, weights.attack_prompts(config, asked)))
        plan.append(Step(train_step(round_), partial(again, round_=round_), weights.tune(config)))
        plan += [*_evaluation(config, round_), _conclusion(round_)]
    if config.rounds and config.tuned.control:
        plan.append(Step(train_step(CONTROL), control, config.rounds * weights.tune(config)))
        plan += _evaluation(config, CONTROL)
    return plan


def _evaluation(config: RunConfig, name: GeneratorName) -> Iterator[Step]:
    round_ = index_of_round(config, name)
    yield Step(measure_step(name), partial(measure, name=name), weights.write_naturally(config, round_))
    for each in assaults(config):
        work = partial(run_assault, name=name, assault=each)
        yield Step(assault_step(name, each), work, weights.assault_prompts(config, round_))


def _conclusion(round_: int) -> Step:
    return Step(f"{called(round_)}/conclude", partial(conclude, round_=round_))
