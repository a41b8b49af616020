"""Attacking the generator of the round before: prompts that make it fail, for the round to train on."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.attacks.results import AttackResult
from holdfast.campaign.choices import build_attack
from holdfast.campaign.generators.drawing import attack_seeds
from holdfast.campaign.generators.places import bare_target, load
from holdfast.campaign.ledger import cost
from holdfast.campaign.rounds import TrainingAttack
from holdfast.campaign.split import prompt_side
from holdfast.campaign.stages.attack import Origin, asked_of, failure_example, most_egregious
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Budget
from holdfast.core.snippet import Snippet
from holdfast.store.schema import Example
from holdfast.store.store import StepOutput


def attack(context: StepContext, round_: int, label: str, asked: TrainingAttack) -> StepOutput:
    """Attack from seeds of the training side, and keep the worst failures of each."""
    stream, generator = context.stream, load(context, round_ - 1)
    target = bare_target(context, generator, stream.child("draws"))
    seeds = attack_seeds(context, asked.seeds, "train", stream.child("seeds"))
    seeds += _found_before(context, round_, asked)
    made = build_attack(asked.attack, objective=context.config.objective, stop="budget")
    budget = Budget(queries_per_seed=asked.queries_per_seed)
    result = made(target, seeds, budget, stream.child("attack"), context.progress)
    origin = Origin(context.step, asked.attack["kind"], round_, generator.hash)
    return StepOutput(
        result={"call": result.attack, **asked_of(asked), "broken": {"train": result.broken}},
        examples=tuple(_failures(result, origin, context.config.tuned.failures_per_seed)),
        costs=(cost("attack", round_, result.spend),),
    )


def _found_before(context: StepContext, round_: int, asked: TrainingAttack) -> list[Snippet]:
    """Failures of this round's earlier attacks, whose prompts are on the training side."""
    if not asked.proliferate:
        return []
    found = context.store.texts(context.run, split="train", rounds=[round_])
    snippets = dict.fromkeys(Snippet(each.prompt, each.completion) for each in found)
    return [each for each in snippets if prompt_side(each) == "train"][: asked.proliferate]


def _failures(result: AttackResult, origin: Origin, per_seed: int) -> Iterator[Example]:
    for index, attempt in enumerate(result.attempts):
        for failure in most_egregious(attempt.failures, per_seed):
            yield failure_example(failure, origin, f"{origin.step}/train/{index:04}", "train")
