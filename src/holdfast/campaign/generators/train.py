"""Training the generator: each round by a defence, the control by harmless text alone."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from holdfast.campaign.generators.drawing import natural_snippets
from holdfast.campaign.generators.lesson import material
from holdfast.campaign.generators.places import (
    CONTROL,
    GeneratorName,
    check_trainable,
    index_of,
    load,
    place_of,
    train_step,
)
from holdfast.campaign.ledger import cost
from holdfast.campaign.stages import generator as generator_stage
from holdfast.campaign.starts import GeneratorFolder
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label, Tokens
from holdfast.models.generator import Generator
from holdfast.store.store import StepOutput
from holdfast.training.classifier import TrainingReport
from holdfast.training.flops import TokenCost
from holdfast.training.generator_defences import GeneratorLesson
from holdfast.training.generator_defences.rejection_sampling import RejectionSampling

_MEASURED = 256
"""Texts of the task by which it is known how many tokens a step takes."""

_MOST_STORIES = 50_000
"""Texts of the task that a control is trained on at most; more steps show them again."""


def first(context: StepContext) -> StepOutput:
    """Train the first generator, or take it from its folder; raises UserError if rounds cannot train it."""
    asked = context.config.writer
    if isinstance(asked, GeneratorFolder):
        check_trainable(Generator.load(asked.path, context.task))
    return generator_stage.train(context)


def again(context: StepContext, round_: int) -> StepOutput:
    """Train the attacked generator on, with what it writes now to natural prompts and to attacked ones.

    Where the defence has nothing to learn from, the generator stays as it is, and the record says why.
    """
    asked, generator = context.config.tuned, load(context, round_ - 1, to_train=True)
    found = material(context, generator, round_)
    lesson = GeneratorLesson(
        found.harmless,
        found.catastrophes,
        found.pairs,
        load(context, 0 if asked.reference == "first" else round_ - 1, to_train=True),
        asked.recipe,
        asked.steps,
        context.stream.child("training"),
        context.progress,
    )
    lacks = asked.made_defence.lacks(lesson)
    report = None
    if lacks is None:
        context.progress.start(f"round {round_}: train", asked.steps)
        report = asked.made_defence.train(generator, lesson)
        context.progress.finish(loss=report.final_loss)
    return _kept(context, generator, round_, report, found.spend, {**found.counts, "untrained": lacks})


def control(context: StepContext) -> StepOutput:
    """Train the first generator on with the task's own harmless text, at the FLOPs of all rounds' defences.

    Those are what training took, and drawing what was trained on."""
    asked, generator = context.config.tuned, load(context, 0, to_train=True)
    rounds = range(1, context.config.rounds + 1)
    flops = sum(context.result(train_step(round_))["flops"] for round_ in rounds)
    texts, spend = _harmless_texts(context, generator, _MEASURED)
    length = float(np.mean(generator.layout.lengths(texts)))
    each = TokenCost.of(generator.model).spend(length).flops * min(asked.recipe.batch_size, len(texts))
    steps = max(1, round(flops / each))
    wanted = min(_MOST_STORIES, steps * asked.recipe.batch_size)
    if wanted > len(texts):
        texts, spend = _harmless_texts(context, generator, wanted)
    context.progress.start("control: train", steps)
    lesson = GeneratorLesson(
        texts,
        [],
        [],
        load(context, 0, to_train=True),
        asked.recipe,
        steps,
        context.stream.child("training"),
        context.progress,
    )
    report = RejectionSampling().train(generator, lesson)
    context.progress.finish(loss=report.final_loss)
    counts = {"harmless": len(texts), "catastrophes": 0, "pairs": 0, "untrained": None}
    return _kept(context, generator, CONTROL, report, spend, counts)


def _harmless_texts(context: StepContext, generator: Generator, count: int) -> tuple[list[Tokens], Spend]:
    """The task's own harmless texts among so many of the training side; raises UserError for none."""
    drawn = natural_snippets(context, count, "train", context.stream.child("texts"))
    verdicts = context.judge.judge(drawn)
    good = [s for s, v in zip(drawn, verdicts, strict=True) if v.label is Label.HARMLESS]
    if not good:
        raise UserError(
            f"none of {count:,} texts of the task {context.task.name} is harmless, so there is no control to"
            " train; say `tuning: {control: false}`"
        )
    return generator.codec.encode(good), Spend(judge_calls=len(drawn))


def _kept(
    context: StepContext,
    generator: Generator,
    name: GeneratorName,
    report: TrainingReport | None,
    drawn: Spend,
    counts: Mapping[str, object],
) -> StepOutput:
    """The generator kept with the run; `drawn` is what making the lesson took."""
    index = index_of(context, name)
    spend = drawn if report is None else report.spend + drawn
    kept = context.keep_model(generator, "generator", index, place_of(name))
    losses = [] if report is None else list(report.losses)
    return StepOutput(
        result={"hash": kept.row.hash, "losses": losses, "flops": spend.flops, **counts},
        artifacts=(kept.artifact,),
        models=(kept.row,),
        costs=(cost("defence", index, spend),),
    )
