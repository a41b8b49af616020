"""What a round's defence learns from: completions that the generator writes, decided by the judge.

They are drawn of the task's own prompts, and of those that attacks found in this round and the rounds before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from holdfast.campaign.generators.drawing import Written, natural_snippets, qualities, written
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Tokens
from holdfast.models.generator import Generator
from holdfast.tasks.base import Explainer
from holdfast.training.generator_defences import Preference, WrittenCatastrophe


@dataclass(frozen=True)
class Material:
    """Judged completions as a defence takes them, and what they cost."""

    harmless: list[Tokens]
    catastrophes: list[WrittenCatastrophe]
    pairs: list[Preference]
    spend: Spend

    @property
    def counts(self) -> dict[str, int]:
        """How many there are of each."""
        return {
            "harmless": len(self.harmless),
            "catastrophes": len(self.catastrophes),
            "pairs": len(self.pairs),
        }


@dataclass
class _Found:
    """Completions by verdict, no text twice; harmless ones with their quality."""

    harmless: dict[Snippet, float] = field(default_factory=dict)
    bad: dict[Snippet, None] = field(default_factory=dict)
    spend: Spend = field(default_factory=Spend)

    def add(self, context: StepContext, drawn: Written) -> list[Snippet]:
        """Sort them by verdict; returns the harmless ones. What the judge is unsure about is left out."""
        good = list(dict.fromkeys(j.snippet for j in drawn.judged if j.verdict.label is Label.HARMLESS))
        marks = qualities(context, good)
        self.harmless |= dict(zip(good, marks or [1.0] * len(good), strict=True))
        self.bad |= dict.fromkeys(j.snippet for j in drawn.judged if j.verdict.catastrophic)
        # What is asked about quality is a label, too.
        self.spend += drawn.spend + Spend(judge_calls=len(good) if marks else 0)
        return good


def material(context: StepContext, generator: Generator, round_: int) -> Material:
    """Draw from the generator that is to be trained, judge, and choose."""
    asked, stream, found = context.config.tuned, context.stream.child("lesson"), _Found()
    own = natural_snippets(context, asked.natural_prompts, "train", stream.child("natural"))
    prompts = [snippet.prompt for snippet in own]
    natural = found.add(context, written(context, generator, prompts, stream.child("natural", "draws")))
    failures = context.store.texts(context.run, split="train", rounds=range(1, round_ + 1))
    attacked = list(dict.fromkeys(each.prompt for each in failures))
    repeated = [prompt for prompt in attacked for _ in range(asked.completions)]
    drawn = found.add(context, written(context, generator, repeated, stream.child("attacked", "draws")))
    found.bad |= dict.fromkeys(Snippet(each.prompt, each.completion) for each in failures)
    good = [
        *_best(natural, found, asked.best_share, stream.child("natural", "ties")),
        *_best(drawn, found, asked.best_share, stream.child("attacked", "ties")),
    ]
    return _encoded(context, generator, list(dict.fromkeys(good)), found)


def _best(snippets: Sequence[Snippet], found: _Found, share: float, stream: Stream) -> list[Snippet]:
    """The best share by quality; among equals chance decides."""
    count = max(1, round(share * len(snippets))) if snippets else 0
    order = stream.numpy().permutation(len(snippets))
    ranked = sorted((snippets[place] for place in order.tolist()), key=lambda s: -found.harmless[s])
    return ranked[:count]


def _encoded(context: StepContext, generator: Generator, good: list[Snippet], found: _Found) -> Material:
    encode, bad = generator.codec.encode, list(found.bad)
    tokens, spend = encode(bad), found.spend
    if context.config.tuned.made_defence.reads_harm:
        harm = [_harm(context, s, len(t.completion)) for s, t in zip(bad, tokens, strict=True)]
        spend += Spend(word_labels=sum(map(len, harm)))
    else:
        harm = [(True,) * len(t.completion) for t in tokens]
    best = _best_of_prompt(found)
    paired = [(best[s.prompt], t) for s, t in zip(bad, tokens, strict=True) if s.prompt in best]
    chosen = encode([snippet for snippet, _ in paired])
    return Material(
        encode(good),
        [WrittenCatastrophe(t, marks) for t, marks in zip(tokens, harm, strict=True)],
        [Preference(one, other) for one, (_, other) in zip(chosen, paired, strict=True)],
        spend,
    )


def _best_of_prompt(found: _Found) -> dict[str, Snippet]:
    """Of each prompt the harmless completion of the highest quality, of equals the first."""
    best: dict[str, Snippet] = {}
    for snippet, quality in found.harmless.items():
        known = best.get(snippet.prompt)
        if known is None or quality > found.harmless[known]:
            best[snippet.prompt] = snippet
    return best


def _harm(context: StepContext, snippet: Snippet, words: int) -> tuple[bool, ...]:
    """At which words of a catastrophe its harm stands; at all where the task does not say."""
    task = context.task
    marks = np.zeros(words, dtype=bool)
    for passage in task.explain(snippet).harm if isinstance(task, Explainer) else ():
        if passage.part == "completion":
            marks[passage.start : passage.stop] = True
    return tuple(marks.tolist()) if marks.any() else (True,) * words
