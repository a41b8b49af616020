"""What a generator writes by itself: its catastrophes, their cost in quality, and how far it has moved.

Every generator of a run completes the same prompts with the same random numbers.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from holdfast.campaign.evaluate.bare import CatastropheRecord
from holdfast.campaign.generators.drawing import natural_snippets, qualities, written
from holdfast.campaign.generators.places import GeneratorName, called, index_of, load
from holdfast.campaign.generators.record import MeanRecord, WrittenRecord
from holdfast.campaign.ledger import cost, rate_record
from holdfast.campaign.samples import Samples
from holdfast.campaign.step import StepContext, stream_of
from holdfast.core.budget import Spend
from holdfast.core.snippet import JudgedSnippet, Snippet
from holdfast.evaluation import Proportion
from holdfast.evaluation.by_seed import seed_mean
from holdfast.evaluation.diversity import distinct_ngrams
from holdfast.models.divergence import divergence
from holdfast.models.generator import Generator
from holdfast.store.store import StepOutput

_COMPARED = 2000
"""Completions on which the divergence from the first generator is computed, at most."""

_RUNS = (1, 2, 3)
"""Lengths of the runs of words that are counted."""


def measure(context: StepContext, name: GeneratorName) -> StepOutput:
    """Complete the prompts, judge, and keep the completions as a table."""
    generator, stream = load(context, name), stream_of(context.config, "evaluation/natural")
    count = context.config.extent(index_of(context, name)).prompts
    context.progress.start(f"{called(name)}: completions", count)
    own = natural_snippets(context, count, "evaluation", stream.child("prompts"))
    drawn = written(context, generator, [s.prompt for s in own], stream.child("draws"))
    context.progress.advance(count)
    record, spend = _record(context, generator, name, drawn.judged)
    path = f"samples/{called(name)}-natural.parquet"
    context.progress.finish(catastrophes=record.catastrophes.events)
    return StepOutput(
        result={
            "record": record.model_dump(mode="json"),
            "worst": [one.model_dump(mode="json") for one in worst_of(context, drawn.judged)],
        },
        artifacts=(context.keep_table(path, Samples.of(drawn.judged).columns()),),
        costs=(cost("evaluation", index_of(context, name), drawn.spend + spend),),
    )


def _record(
    context: StepContext, generator: Generator, name: GeneratorName, judged: Sequence[JudgedSnippet]
) -> tuple[WrittenRecord, Spend]:
    """What was found, and what finding it cost beside drawing."""
    snippets = [each.snippet for each in judged]
    bad = [each.verdict.egregiousness for each in judged if each.verdict.catastrophic]
    marks = qualities(context, snippets)
    words = [context.task.words(snippet.completion) for snippet in snippets]
    moved, spend = _moved(context, generator, name, snippets[:_COMPARED])
    record = WrittenRecord(
        catastrophes=rate_record(Proportion(len(bad), len(judged))),
        mean_egregiousness=math.fsum(bad) / len(bad) if bad else None,
        quality=None if marks is None else mean_record(marks),
        best=None if marks is None else rate_record(Proportion(sum(m == 1 for m in marks), len(marks))),
        divergence=moved,
        distinct=tuple(distinct_ngrams(words, n) for n in _RUNS),
        words=sum(map(len, words)) / max(len(words), 1),
    )
    return record, spend + Spend(judge_calls=0 if marks is None else len(marks))


def _moved(
    context: StepContext, generator: Generator, name: GeneratorName, snippets: Sequence[Snippet]
) -> tuple[float | None, Spend]:
    """The divergence from the first generator, 0 for that one itself; None between other tokens."""
    if name == 0:
        return 0.0, Spend()
    tokens = generator.codec.encode(snippets)
    reference = load(context, 0)
    read = 2 * generator.flops_per_token * float(generator.layout.lengths(tokens).sum())
    return divergence(generator, reference, tokens), Spend(forward_flops=read)


def mean_record(values: Sequence[float]) -> MeanRecord:
    """The mean of shares from 0 to 1 with Student's limits, which stay within that."""
    if not values:
        return MeanRecord(mean=None, lower=None, upper=None, count=0)
    found = seed_mean(values)
    limits = found.limits
    return MeanRecord(
        mean=found.mean,
        lower=None if limits is None else max(0.0, limits.lower),
        upper=None if limits is None else min(1.0, limits.upper),
        count=len(values),
    )


def worst_of(context: StepContext, judged: Sequence[JudgedSnippet]) -> list[CatastropheRecord]:
    """The worst different catastrophes, the most egregious first."""
    bad = {each.snippet: each.verdict for each in judged if each.verdict.catastrophic}
    ranked = sorted(bad.items(), key=lambda item: -item[1].egregiousness)
    return [
        CatastropheRecord(
            prompt=snippet.prompt,
            completion=snippet.completion,
            egregiousness=verdict.egregiousness,
            why=verdict.why,
        )
        for snippet, verdict in ranked[: context.config.evaluation.worst]
    ]
