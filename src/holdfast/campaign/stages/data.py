"""The data of a campaign: clean labelled snippets for each side, and completions of the generator."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.campaign.step import StepContext
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Tokens
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


def clean(context: StepContext) -> StepOutput:
    """Sample and judge the clean training and validation sets, of one mix of hard and natural snippets."""
    asked = context.config
    wanted: tuple[tuple[str, Split, int], ...] = (
        (CLEAN_TRAIN, "train", asked.classifier.examples),
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
    hard = round(count * context.config.classifier.hard_share)
    stream = context.stream.child(split)
    drawn: list[JudgedSnippet] = []
    if hard:
        drawn += draw_side(context.task, hard, split, stream.child("hard"), "hard")
    if count > hard:
        drawn += draw_side(context.task, count - hard, split, stream.child("natural"), "natural")
    return context.keep_table(path, Samples.of(drawn).columns())


def natural(context: StepContext) -> StepOutput:
    """Complete the task's own prompts once, and judge: to set the threshold and, apart, to measure."""
    asked, generator = context.config, context.generator()
    wanted = ((CALIBRATION, asked.threshold.completions), (NATURAL, asked.most_prompts))
    context.progress.start("data: natural completions", sum(count for _, count in wanted))
    artifacts = []
    for path, count in wanted:
        stream = context.stream.child(path)
        prompts = context.task.sample(count, stream.child("prompts"), "natural")
        tokens = [t.prompt for t in generator.codec.encode(prompts)]
        samples = completed(context.task, generator, tokens, stream.child("completions"), context.progress)
        artifacts.append(context.keep_table(path, samples.columns()))
    context.progress.finish()
    return StepOutput(artifacts=tuple(artifacts))


def completed(
    task: Task,
    generator: Generator,
    prompts: Sequence[tuple[int, ...]],
    stream: Stream,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
) -> Samples:
    """One judged completion of each prompt; tells the progress in prompts."""
    judged: list[JudgedSnippet] = []
    for first in range(0, len(prompts), _BLOCK):
        block = prompts[first : first + _BLOCK]
        drawn = generator.complete(block, stream.child(first), max_words=task.limits.completion_words)
        snippets = generator.codec.decode([Tokens(p, c) for p, c in zip(block, drawn, strict=True)])
        verdicts = task.oracle.judge(snippets)
        judged += [JudgedSnippet(s, v) for s, v in zip(snippets, verdicts, strict=True)]
        progress.advance(len(block))
    return Samples.of(judged)
