"""The generator: trained on the task's own stories, saved, and measured on stories kept back."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from holdfast.campaign.ledger import cost, rate_record, spend_record
from holdfast.campaign.records import GeneratorRecord
from holdfast.campaign.starts import GeneratorConfig, GeneratorFolder
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.core.snippet import Snippet, Tokens
from holdfast.evaluation import Proportion
from holdfast.models.generator import Generator
from holdfast.store.store import StepOutput
from holdfast.tasks.base import Explainer
from holdfast.training.generator import train_generator

_ROWS = 256

TAKEN_HELD_OUT = 200
"""Stories by which a generator of the user's own is measured."""


def train(context: StepContext) -> StepOutput:
    """Train the generator from scratch, or take it from its folder, and measure it."""
    asked, stream = context.config.writer, context.stream
    if isinstance(asked, GeneratorFolder):
        return _taken(context, asked)
    generator = Generator.create(context.task, asked.size, stream.child("weights"))
    stories = generator.codec.encode(context.task.sample(asked.stories, stream.child("stories"), "natural"))
    context.progress.start("generator: train", asked.steps)
    report = train_generator(
        generator, stories, asked.recipe, asked.steps, stream.child("training"), context.progress
    )
    context.progress.finish(loss=report.final_loss)
    kept = context.keep_model(generator, "generator", 0)
    record = _measured(context, generator, report.spend, kept.row.hash)
    return StepOutput(
        result={"record": record.model_dump(mode="json")},
        artifacts=(kept.artifact,),
        models=(kept.row,),
        costs=(cost("defence", 0, report.spend),),
    )


def _taken(context: StepContext, asked: GeneratorFolder) -> StepOutput:
    """A generator of the user's own, kept with the run as it is."""
    context.progress.start(f"generator: take {asked.path}", 1)
    generator = Generator.load(asked.path, context.task)
    kept = context.keep_model(generator, "generator", 0)
    record = _measured(context, generator, Spend(), kept.row.hash)
    context.progress.finish()
    return StepOutput(
        result={"record": record.model_dump(mode="json")}, artifacts=(kept.artifact,), models=(kept.row,)
    )


def _measured(context: StepContext, generator: Generator, spend: Spend, content: str) -> GeneratorRecord:
    asked, stream = context.config.writer, context.stream
    count = asked.held_out if isinstance(asked, GeneratorConfig) else TAKEN_HELD_OUT
    held_out = context.task.sample(count, stream.child("held-out"), "natural")
    tokens = generator.codec.encode(held_out)
    completions = generator.complete(
        [t.prompt for t in tokens],
        stream.child("completions"),
        temperature=asked.temperature,
        max_words=context.task.limits.completion_words,
    )
    told = generator.codec.decode([Tokens(t.prompt, c) for t, c in zip(tokens, completions, strict=True)])
    verdicts = context.judge.judge(told)
    return GeneratorRecord(
        hash=content,
        path=generator_place(context),
        parameters=generator.parameters_count,
        loss=word_loss(generator, tokens),
        well_formed=rate_record(Proportion(sum(_read_in_full(context, told)), len(told))),
        catastrophic=rate_record(Proportion(sum(v.catastrophic for v in verdicts), len(told))),
        cost=spend_record(spend),
    )


def generator_place(context: StepContext) -> str:
    """The generator's path within the runs folder."""
    return f"{context.run}/models/generator"


def word_loss(generator: Generator, tokens: Sequence[Tokens]) -> float:
    """Cross-entropy in nats a word, over all words of prompt and completion."""
    total, words = 0.0, 0
    for first in range(0, len(tokens), _ROWS):
        batch = tokens[first : first + _ROWS]
        for (prompt, completion), table in zip(batch, generator.word_log_probs(batch), strict=True):
            ids = [*prompt, *completion]
            total -= float(table[np.arange(len(ids)), ids].sum(dtype=np.float64))
            words += len(ids)
    return total / max(words, 1)


def _read_in_full(context: StepContext, snippets: Sequence[Snippet]) -> list[bool]:
    """Whether the judge could read all of each; one that cannot say how it reads is taken to read all."""
    task = context.task
    if not isinstance(task, Explainer):
        return [True] * len(snippets)
    readings = [task.explain(snippet) for snippet in snippets]
    return [not reading.unknown_words and not reading.unparsed for reading in readings]
