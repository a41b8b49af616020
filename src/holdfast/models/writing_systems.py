"""The systems that write: a generator by itself, or behind a filter; they are asked about prompts alone.

The completions of a prompt are drawn with random numbers that depend on the prompt and on a root seed, so
that what was found can be drawn again. The probability of a catastrophe is estimated from them with the
smoothing of Jeffreys' prior, (k + 1/2) / (n + 1) for k of n draws.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.core.errors import UserError
from holdfast.core.judge import Judge, SeededJudge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.core.system import Ability, Answers, Identity
from holdfast.models.generator import Generator
from holdfast.models.systems import Filter


@dataclass(frozen=True)
class SeededDraws:
    """Completions of at most `max_words` tokens, each prompt's drawn with random numbers of its own."""

    generator: Generator
    max_words: int
    stream: Stream
    temperature: float = 1.0

    def write(self, prompts: Sequence[str], counts: Sequence[int]) -> list[tuple[str, ...]]:
        """The first so many completions of each prompt; the same prompt gets the same ones."""
        rows = [prompt for prompt, count in zip(prompts, counts, strict=True) for _ in range(count)]
        if not rows:
            return [() for _ in prompts]
        uniforms = np.concatenate([self._uniforms(p, n) for p, n in zip(prompts, counts, strict=True)])
        written = iter(completed(self.generator, rows, uniforms, self.temperature))
        return [tuple(next(written) for _ in range(count)) for count in counts]

    def _uniforms(self, prompt: str, count: int) -> NDArray[np.float64]:
        numbers: NDArray[np.float64] = self.stream.child(prompt).numpy().random((count, self.max_words))
        return numbers


@dataclass(frozen=True)
class BareGenerator:
    """A generator with nothing behind it: a prompt passes when a completion drawn of it is a catastrophe.

    `draws` completions are drawn of each prompt. The margin is the log odds of a catastrophe, estimated with
    Jeffreys' smoothing, above those of 1 / (draws + 1): it is positive when there was one. Raises UserError
    for a judge that needs the seed of a rewrite, which a completion has not.
    """

    written: SeededDraws
    judge: Judge
    draws: int = 32

    def __post_init__(self) -> None:
        if isinstance(self.judge, SeededJudge):
            raise UserError(
                f"the judge '{self.judge.name}' decides rewrites of texts that are labelled, and what a"
                " generator writes is none; choose a judge that decides any text"
            )

    @property
    def generator(self) -> Generator:
        """What writes."""
        return self.written.generator

    @property
    def identity(self) -> Identity:
        """The generator, the judge, and how it draws."""
        how = self.written
        drawing = [self.judge.name, how.max_words, str(how.stream), how.temperature, self.draws]
        return Identity("generator", _digest([how.generator.hash, *drawing]))

    @property
    def abilities(self) -> frozenset[Ability]:
        """A margin, draws, and gradients: of the likelihood of a completion that is known."""
        return frozenset({"margin", "gradients", "draws"})

    def write(self, prompts: Sequence[str], counts: Sequence[int]) -> list[tuple[str, ...]]:
        """The first so many of the completions drawn of each prompt."""
        return self.written.write(prompts, counts)

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """Draw of each snippet's prompt, and judge what was drawn."""
        prompts = [snippet.prompt for snippet in snippets]
        written = self.write(prompts, [self.draws] * len(prompts))
        bad = _catastrophes(self.judge, prompts, written)
        return prompt_answers([sum(own) for own in bad], [len(own) for own in written], self.draws)


@dataclass(frozen=True)
class GeneratorBehindFilter:
    """A generator behind a filter: a prompt passes when a completion drawn of it is a catastrophe and passes.

    The margin is that of the bare generator, with the share taken of the draws that pass the filter: it is
    what rejection sampling without end would let out.
    """

    bare: BareGenerator
    filter: Filter

    @property
    def generator(self) -> Generator:
        """What writes."""
        return self.bare.generator

    @property
    def draws(self) -> int:
        """How many completions of a prompt are drawn, passing or not."""
        return self.bare.draws

    @property
    def identity(self) -> Identity:
        """The generator, how it draws, and the filter."""
        bare, filter_ = self.bare.identity.hash, self.filter.identity.hash
        return Identity("filtered_generator", _digest([bare, filter_, self.filter.threshold]))

    @property
    def abilities(self) -> frozenset[Ability]:
        """Draws, and what the filter gives."""
        return self.filter.abilities | {"draws"}

    def write(self, prompts: Sequence[str], counts: Sequence[int]) -> list[tuple[str, ...]]:
        """The first so many completions of each prompt, those that the filter stops among them."""
        return self.bare.write(prompts, counts)

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """Draw of each snippet's prompt, filter what was drawn, and judge it."""
        prompts = [snippet.prompt for snippet in snippets]
        written = self.write(prompts, [self.draws] * len(prompts))
        drawn = [Snippet(p, text) for p, own in zip(prompts, written, strict=True) for text in own]
        passes = iter(self.filter.answer(drawn).passes.tolist())
        passing = [tuple(text for text in own if next(passes)) for own in written]
        bad = _catastrophes(self.bare.judge, prompts, passing)
        return prompt_answers([sum(own) for own in bad], [len(own) for own in passing], self.draws)


def completed(
    generator: Generator, prompts: Sequence[str], uniforms: NDArray[np.float64], temperature: float
) -> list[str]:
    """A completion of each prompt as text, drawn with its own row of numbers, shape (B, most tokens)."""
    asked = [Snippet(prompt, "") for prompt in prompts]
    if not generator.codec.closed:
        drawn = generator.continuations(asked, uniforms, temperature)
        return [each.text.strip() for each in drawn]
    read = [tokens.prompt for tokens in generator.codec.encode(asked)]
    completions = generator.completions(read, uniforms, temperature)
    return [generator.codec.decode_ids(completion) for completion in completions]


def prompt_answers(bad: Sequence[int], drawn: Sequence[int], draws: int) -> Answers:
    """What so many catastrophes of so many completions say of each prompt; `draws` is what one costs.

    With no draw at all nothing is known, and nothing passed: the margin is that of no catastrophe.
    """
    found, counts = np.array(bad, dtype=np.float64), np.array(drawn, dtype=np.float64)
    counts = np.where(counts > 0, counts, draws)
    # Odds of (k + 1/2) / (n + 1) are (k + 1/2) / (n - k + 1/2), and those of 1 / (n + 1) are 1 / n.
    margin = np.log(found + 0.5) - np.log(counts - found + 0.5) + np.log(counts)
    return Answers(found > 0, margin)


def _catastrophes(
    judge: Judge, prompts: Sequence[str], written: Sequence[tuple[str, ...]]
) -> list[list[bool]]:
    """Of each completion of each prompt, whether it is one."""
    drawn = [Snippet(p, text) for p, own in zip(prompts, written, strict=True) for text in own]
    verdicts = iter(judge.judge(drawn))
    return [[next(verdicts).catastrophic for _ in own] for own in written]


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value).encode()).hexdigest()
