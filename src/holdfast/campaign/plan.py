"""The recipe: every step of a campaign, in order."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from holdfast.campaign import weights
from holdfast.campaign.config import LABELLED, RunConfig
from holdfast.campaign.generators.plan import generator_steps
from holdfast.campaign.hardening.plan import hardening_steps
from holdfast.campaign.stages import data, generator, threshold, train, validate, vetoes
from holdfast.campaign.stages.assault import assault_step, assaults, run_assault
from holdfast.campaign.stages.attack import attack, attack_step, attacks_in_round
from holdfast.campaign.stages.conclude import conclude, train_step
from holdfast.campaign.stages.measure import measure
from holdfast.campaign.stages.objectives import attack_compared, compare_objectives, queries_compared
from holdfast.campaign.step import VETOES, Step, measure_step, round_name

GENERATOR = "generator"
OBJECTIVES = "objectives"


def steps(config: RunConfig) -> list[Step]:
    """A generator, data, a first classifier; then rounds of attack, judge, train, evaluate.

    Where rounds may end early, the model that was hardest to break comes after them as one more.
    Last, objectives are compared, where an attack is trained against that can be told one. A guard of
    labelled text has a recipe of its own, and so has a generator with no filter.
    """
    if config.task_kind == LABELLED:
        return hardening_steps(config)
    if config.system == "generator":
        return generator_steps(config)
    plan = [
        Step(GENERATOR, generator.train, weights.train_generator(config)),
        Step("data/clean", data.clean),
        Step("data/natural", data.natural, weights.complete_prompts(config)),
        *_vetoes(config),
        *_threshold_draws(config),
        Step(train_step(0), train.first, weights.train_first(config)),
        *_evaluation(config, 0),
    ]
    for round_ in range(1, config.rounds + 1):
        plan += _attacks(config, round_)
        again = partial(train.again, round_=round_)
        plan.append(Step(train_step(round_), again, weights.train_again(config)))
        plan += _evaluation(config, round_)
    if config.last_round > config.rounds:
        taken = partial(validate.take_best, round_=config.last_round)
        plan.append(Step(train_step(config.last_round), taken))
        plan += _evaluation(config, config.last_round)
    plan += _objectives(config)
    return plan


def _vetoes(config: RunConfig) -> Iterator[Step]:
    """Where the filter has vetoes."""
    if config.vetoes:
        yield Step(VETOES, vetoes.calibrate, weights.calibrate_vetoes(config))


def _threshold_draws(config: RunConfig) -> Iterator[Step]:
    """Where the rule of the threshold needs several draws a prompt."""
    prompts, draws = threshold.draws_wanted(config)
    if prompts:
        yield Step("data/threshold", threshold.draw, weights.draw_for_thresholds(config, prompts * draws))


def _attacks(config: RunConfig, round_: int) -> Iterator[Step]:
    for label, asked in attacks_in_round(config, round_).items():
        work = partial(attack, round_=round_, label=label, asked=asked)
        yield Step(attack_step(round_, label), work, weights.attack(config, asked))


def _evaluation(config: RunConfig, round_: int) -> Iterator[Step]:
    yield Step(measure_step(round_), partial(measure, round_=round_), weights.measure(config, round_))
    if config.stop is not None and round_ <= config.rounds:
        work = partial(validate.validate, round_=round_, asked=config.stop)
        weight = weights.validate(config, config.stop)
        yield Step(validate.validate_step(round_), work, weight, may_end=round_ or None)
    for each in assaults(config):
        work = partial(run_assault, round_=round_, assault=each)
        yield Step(assault_step(round_, each), work, weights.assault(config, round_))
    yield Step(f"{round_name(round_)}/conclude", partial(conclude, round_=round_))


def _objectives(config: RunConfig) -> Iterator[Step]:
    asked = attack_compared(config)
    if asked is not None:
        work = partial(compare_objectives, asked=asked)
        yield Step(OBJECTIVES, work, weights.objectives(config, queries_compared(config, asked)))
