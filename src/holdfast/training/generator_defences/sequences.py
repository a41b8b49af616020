"""What generator defences share: log likelihoods of completions, batches side by side, and the training."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
import torch

from holdfast.core.budget import Spend
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.placement import beside
from holdfast.training.batches import Batch, BatchSource
from holdfast.training.classifier import TrainingReport
from holdfast.training.generator import take_steps
from holdfast.training.generator_defences import GeneratorLesson


@dataclass(frozen=True)
class BatchGroup:
    """Batches of several sources that make one training step together."""

    parts: tuple[Batch, ...]

    @property
    def rows(self) -> np.ndarray:
        """The indices of all of them, one source after another."""
        return np.concatenate([part.rows for part in self.parts])

    @property
    def tokens(self) -> int:
        """How many real tokens they hold."""
        return sum(part.tokens for part in self.parts)


@dataclass(frozen=True)
class SideBySide:
    """A batch of each source a step, each in its own order."""

    sources: tuple[BatchSource, ...]

    def __iter__(self) -> Iterator[BatchGroup]:
        for parts in zip(*self.sources, strict=True):
            yield BatchGroup(parts)


@dataclass(frozen=True)
class RowByRow:
    """A batch of the first source a step, and the same rows of the second."""

    first: BatchSource
    second: BatchSource

    def __iter__(self) -> Iterator[BatchGroup]:
        for batch in self.first:
            yield BatchGroup((batch, self.second.batch(batch.rows)))


class Completions:
    """Completions laid out for a generator: which tokens of a batch are theirs, and how likely they are."""

    def __init__(self, generator: Generator, tokens: Sequence[Tokens]) -> None:
        self.tokens = tokens
        self._starts = np.array([generator.layout.completion_start(each) for each in tokens], dtype=np.int64)
        self._lengths = generator.layout.lengths(tokens)

    def counted(self, batch: Batch, marks: Sequence[Sequence[bool]] | None = None) -> torch.Tensor:
        """(B, L - 1) of 0 and 1: of each token after the first, whether it is the completion's or its end.

        With marks, one for each token of each completion, the marked ones alone.
        """
        width = batch.inputs["input_ids"].shape[1]
        starts, lengths = self._starts[batch.rows], self._lengths[batch.rows]
        place = np.arange(1, width)
        found = (place >= starts[:, None]) & (place < lengths[:, None])
        if marks is not None:
            found[:] = False
            for row, (which, start) in enumerate(zip(batch.rows.tolist(), starts.tolist(), strict=True)):
                own = np.asarray(marks[which], dtype=bool)
                found[row, start - 1 : start - 1 + len(own)] = own
        return torch.from_numpy(found.astype(np.float32))

    def log_probs(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor:
        """(B, L - 1) log probability of each token after the first, given those before it."""
        inputs = beside(model, batch.inputs)
        logits = model(**inputs, use_cache=False).logits[:, :-1].float()
        targets = inputs["input_ids"][:, 1:, None]
        return torch.log_softmax(logits, dim=-1).gather(2, targets).squeeze(2)

    def summed(self, model: torch.nn.Module, batch: Batch) -> torch.Tensor:
        """(B,) log likelihood of each completion with its end, given its prompt."""
        log_probs = self.log_probs(model, batch)
        return (log_probs * self.counted(batch).to(log_probs.device)).sum(dim=1)


class DefenceLoss(torch.nn.Module):
    """A loss of a group of batches, beside a reference that stays as it is.

    `beside` is what was spent on forwards that the training's own steps do not count.
    """

    def __init__(self, generator: Generator, reference: Generator) -> None:
        super().__init__()
        self.model = generator.model
        self._reference = [reference]  # in a list, so that torch does not look for weights inside
        self.beside = Spend()

    def log_ratios(self, of: Completions, batch: Batch) -> torch.Tensor:
        """(B,) log(pi / pi_ref) of each completion; gradients pass through pi alone."""
        return of.summed(self.model, batch) - self.referred(of, batch)

    def referred(self, of: Completions, batch: Batch) -> torch.Tensor:
        """(B,) log pi_ref of each completion."""
        reference = self._reference[0]
        self.spend(batch.tokens)
        with torch.no_grad():
            return of.summed(reference.model, batch)

    def spend(self, tokens: int) -> None:
        """Count a further forward pass of so many tokens."""
        self.beside += Spend(forward_flops=self._reference[0].flops_per_token * tokens)


def source(
    generator: Generator, tokens: Sequence[Tokens], size: int, lesson: GeneratorLesson, name: str
) -> BatchSource:
    """Batches of some of a lesson's completions, in an order of their own."""
    stream = lesson.stream.child("batches", name)
    return BatchSource(generator.layout, tokens, size, generator.positions, stream)


def both_kinds(generator: Generator, lesson: GeneratorLesson) -> SideBySide:
    """Steps of harmless completions beside catastrophes, half of the rows each."""
    size, bad = halves(lesson), [each.tokens for each in lesson.catastrophes]
    return SideBySide(
        (
            source(generator, lesson.harmless, size, lesson, "harmless"),
            source(generator, bad, size, lesson, "catastrophes"),
        )
    )


def halves(lesson: GeneratorLesson) -> int:
    """How many rows of each of two kinds make a step of the recipe's size."""
    return max(1, lesson.recipe.batch_size // 2)


def trained(
    generator: Generator,
    lesson: GeneratorLesson,
    groups: Iterable[BatchGroup],
    loss_of: DefenceLoss,
) -> TrainingReport:
    """Train in place on a lesson's steps; the cost has what the loss spent beside them.

    Raises UserError as `take_steps` does.
    """
    report = take_steps(
        generator, groups, loss_of, lesson.recipe, lesson.steps, lesson.stream, lesson.progress
    )
    return replace(report, spend=report.spend + loss_of.beside)
