"""What a generator writes to prompts, judged, and what that cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter

from holdfast.campaign.split import draw_side, prompt_side
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet
from holdfast.models.generator import Generator
from holdfast.models.writing_systems import completed
from holdfast.store.store import Split
from holdfast.tasks.base import QualityJudge, surface_under

_BLOCK = 2048
"""Prompts completed together: bounds the memory."""

_TURNS = 200
"""Times that the task is asked for more prompts, before it is held to have none of a side."""


@dataclass(frozen=True)
class Written:
    """Judged completions in the order of their prompts, and what they cost."""

    judged: list[JudgedSnippet]
    spend: Spend


def written(context: StepContext, generator: Generator, prompts: Sequence[str], stream: Stream) -> Written:
    """One completion of each prompt, drawn at the configured temperature."""
    began, words = perf_counter(), surface_under(context.judge, context.task).limits.completion_words
    judged: list[JudgedSnippet] = []
    tokens = 0
    for first in range(0, len(prompts), _BLOCK):
        block = prompts[first : first + _BLOCK]
        uniforms = stream.child(first).numpy().random((len(block), words))
        texts = completed(generator, block, uniforms, context.config.writer.temperature)
        snippets = [Snippet(prompt, text) for prompt, text in zip(block, texts, strict=True)]
        verdicts = context.judge.judge(snippets)
        judged += [JudgedSnippet(s, v) for s, v in zip(snippets, verdicts, strict=True)]
        tokens += sum(len(each.completion) + 1 for each in generator.codec.encode(snippets))
    read = sum(generator.prompt_lengths(prompts)) if prompts else 0
    spend = Spend(
        judge_calls=len(judged),
        generated_tokens=tokens,
        forward_flops=generator.flops_per_token * (read + tokens),
        seconds=perf_counter() - began,
    )
    return Written(judged, spend)


def qualities(context: StepContext, snippets: Sequence[Snippet]) -> list[float] | None:
    """How well each is written, as the task says; None for a task that does not say."""
    task = context.task
    return task.quality(snippets) if isinstance(task, QualityJudge) else None


def natural_snippets(context: StepContext, count: int, split: Split, stream: Stream) -> list[Snippet]:
    """So many of the task's own snippets whose prompts are on one side; one may come twice.

    So no prompt is trained on and measured on. Raises UserError where the task has none of that side.
    """
    found: list[Snippet] = []
    for turn in range(_TURNS):
        drawn = context.task.sample(max(64, 2 * count), stream.child(turn), "natural")
        found += [snippet for snippet in drawn if prompt_side(snippet) == split]
        if len(found) >= count:
            return found[:count]
    raise UserError(f"the task {context.task.name} has only {len(found)} prompts for {split}; ask for fewer")


def attack_seeds(context: StepContext, count: int, split: Split, stream: Stream) -> list[Snippet]:
    """So many different catastrophes among the task's hard snippets, whose prompts are on one side."""
    found = draw_side(
        context.task,
        count,
        split,
        stream,
        "hard",
        wanted=lambda verdict: verdict.catastrophic,
        judge=context.judge,
        sided=prompt_side,
    )
    return [judged.snippet for judged in found]
