"""The data of a campaign: clean labelled snippets for each side, and completions of the generator."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side, side
from holdfast.campaign.step import StepContext
from holdfast.core.errors import UserError
from holdfast.core.judge import Judge
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet, Tokens
from holdfast.models.generator import Generator
from holdfast.store.schema import Artifact
from holdfast.store.store import Split, StepOutput
from holdfast.tasks import Task

CLEAN_TRAIN = "samples/clean-train.parquet"
CLEAN_VALIDATION = "samples/clean-validation.parquet"
CALIBRATION = "samples/calibration.parquet"
NATURAL = "samples/natural.parquet"

_BLOCK = 4096
"""Prompts completed together: bounds the memory, and lets progress be seen."""

_TURNS = 20
"""Times that the generator is asked for more completions of one side, before it is held to have no more."""


def clean(context: StepContext) -> StepOutput:
    """Sample and judge the clean training and validation sets, of one mix of hard and natural snippets."""
    asked = context.config
    wanted: tuple[tuple[str, Split, int], ...] = (
        (CLEAN_TRAIN, "train", asked.clean.examples),
        (CLEAN_VALIDATION, "validation", asked.evaluation.snippets),
    )
    context.progress.start("data: clean", len(wanted))
    artifacts = []
    for path, split, count in wanted:
        artifacts.append(_keep_clean(context, path, split, count))
        context.progress.advance()
    context.progress.finish()
    return StepOutput(artifacts=tuple(artifacts))


def _keep_clean(context: StepContext, path: str, split: Split, count: int) -> Artifact:
    asked, task = context.config.clean, context.task
    stream = context.stream.child(split)
    hard = round(count * asked.hard_share)
    generated = round(hard * asked.generated_share)
    drawn: list[JudgedSnippet] = []
    if hard > generated:
        drawn += draw_side(task, hard - generated, split, stream.child("hard"), "hard", judge=context.judge)
    if generated:
        drawn += _generated(context, generated, split, stream.child("generated"))
    if count > hard:
        drawn += draw_side(task, count - hard, split, stream.child("natural"), "natural", judge=context.judge)
    return context.keep_table(path, Samples.of(drawn).columns())


def _generated(context: StepContext, count: int, split: Split, stream: Stream) -> list[JudgedSnippet]:
    """Completions of one side that the generator writes to hard prompts; UserError when too few differ."""
    generator, temperature = context.generator(), context.config.writer.temperature
    found: dict[Snippet, JudgedSnippet] = {}
    for turn in range(_TURNS):
        prompts = context.task.sample(2 * count, stream.child("prompts", turn), "hard")
        tokens = [t.prompt for t in generator.codec.encode(prompts)]
        told = completed(
            context.task,
            generator,
            tokens,
            stream.child("completions", turn),
            temperature,
            judge=context.judge,
        )
        found |= {judged.snippet: judged for judged in told if side(judged.snippet) == split}
        if len(found) >= count:
            return list(found.values())[:count]
    raise UserError(f"the generator has only {len(found)} different completions for {split}; ask for fewer")


def natural(context: StepContext) -> StepOutput:
    """Complete the task's own prompts once, and judge: to set the threshold and, apart, to measure."""
    asked, generator = context.config, context.generator()
    wanted = ((CALIBRATION, asked.threshold.completions), (NATURAL, asked.most.prompts))
    context.progress.start("data: natural completions", sum(count for _, count in wanted))
    artifacts = []
    for path, count in wanted:
        stream = context.stream.child(path)
        prompts = context.task.sample(count, stream.child("prompts"), "natural")
        tokens = [t.prompt for t in generator.codec.encode(prompts)]
        told = completed(
            context.task,
            generator,
            tokens,
            stream.child("completions"),
            asked.writer.temperature,
            context.progress,
            judge=context.judge,
        )
        artifacts.append(context.keep_table(path, Samples.of(told).columns()))
    context.progress.finish()
    return StepOutput(artifacts=tuple(artifacts))


def completed(
    task: Task,
    generator: Generator,
    prompts: Sequence[tuple[int, ...]],
    stream: Stream,
    temperature: float,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
    *,
    judge: Judge | None = None,
) -> list[JudgedSnippet]:
    """One completion of each prompt, judged by the task's oracle unless another judge is given."""
    words = task.limits.completion_words
    judged: list[JudgedSnippet] = []
    for first in range(0, len(prompts), _BLOCK):
        block = prompts[first : first + _BLOCK]
        drawn = generator.complete(block, stream.child(first), temperature=temperature, max_words=words)
        snippets = generator.codec.decode([Tokens(p, c) for p, c in zip(block, drawn, strict=True)])
        verdicts = (judge or task.oracle).judge(snippets)
        judged += [JudgedSnippet(s, v) for s, v in zip(snippets, verdicts, strict=True)]
        progress.advance(len(block))
    return judged
