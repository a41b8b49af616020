"""What each defence of a generator minimises, as a module from a group of batches to a scalar.

The formulas are in `losses.py`; here completions become the log likelihoods that these take.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch

from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.training.batches import Batch, one_batch
from holdfast.training.generator_defences import GeneratorLesson
from holdfast.training.generator_defences.losses import (
    dpo_loss,
    kto_loss,
    likelihood_loss,
    npo_loss,
    unlikelihood_loss,
)
from holdfast.training.generator_defences.sequences import BatchGroup, Completions, DefenceLoss


class LikelihoodObjective(DefenceLoss):
    """Negative log likelihood a token of harmless completions, the first batch of a group."""

    def __init__(self, generator: Generator, lesson: GeneratorLesson) -> None:
        super().__init__(generator, lesson.reference)
        self.harmless = Completions(generator, lesson.harmless)

    def forward(self, group: BatchGroup) -> torch.Tensor:
        """The loss of a group, a scalar."""
        return self.likelihood(self.harmless, group.parts[0])

    def likelihood(self, of: Completions, batch: Batch) -> torch.Tensor:
        """The mean over the tokens of a batch's completions and their ends."""
        log_probs = of.log_probs(self.model, batch)
        return likelihood_loss(log_probs, of.counted(batch).to(log_probs.device))


class UnlikelihoodObjective(LikelihoodObjective):
    """Likelihood of harmless completions; unlikelihood of the harm in catastrophes, the second batch."""

    def __init__(self, generator: Generator, lesson: GeneratorLesson, weight: float) -> None:
        super().__init__(generator, lesson)
        self._weight = weight
        self._bad = Completions(generator, [each.tokens for each in lesson.catastrophes])
        self._harm = [each.harm for each in lesson.catastrophes]

    def forward(self, group: BatchGroup) -> torch.Tensor:
        """The loss of a group, a scalar."""
        batch = group.parts[1]
        log_probs = self._bad.log_probs(self.model, batch)
        counted = self._bad.counted(batch, self._harm).to(log_probs.device)
        return super().forward(group) + self._weight * unlikelihood_loss(log_probs, counted)


class NegativePreferenceObjective(LikelihoodObjective):
    """Likelihood of harmless completions; negative preference of catastrophes, the second batch."""

    def __init__(
        self, generator: Generator, lesson: GeneratorLesson, beta: float, likelihood_weight: float
    ) -> None:
        super().__init__(generator, lesson)
        self._beta, self._likelihood_weight = beta, likelihood_weight
        self._bad = Completions(generator, [each.tokens for each in lesson.catastrophes])

    def forward(self, group: BatchGroup) -> torch.Tensor:
        """The loss of a group, a scalar."""
        loss = npo_loss(self.log_ratios(self._bad, group.parts[1]), self._beta)
        return loss + self._likelihood_weight * super().forward(group)


class DirectPreferenceObjective(DefenceLoss):
    """Pairs of one prompt: the first batch's completion is preferred to the second's."""

    def __init__(self, generator: Generator, lesson: GeneratorLesson, beta: float, nll_weight: float) -> None:
        super().__init__(generator, lesson.reference)
        self._beta, self._nll_weight = beta, nll_weight
        self._chosen = Completions(generator, [pair.chosen for pair in lesson.pairs])
        self._rejected = Completions(generator, [pair.rejected for pair in lesson.pairs])

    def forward(self, group: BatchGroup) -> torch.Tensor:
        """The loss of a group, a scalar."""
        first, second = group.parts
        log_probs = self._chosen.log_probs(self.model, first)
        counted = self._chosen.counted(first).to(log_probs.device)
        chosen = (log_probs * counted).sum(dim=1) - self.referred(self._chosen, first)
        loss = dpo_loss(chosen, self.log_ratios(self._rejected, second), self._beta)
        return loss + self._nll_weight * likelihood_loss(log_probs, counted) if self._nll_weight else loss


class KahnemanTverskyObjective(DefenceLoss):
    """Harmless completions are desirable, catastrophes are not: the first and the second batch.

    The reference point is estimated on the group's completions, each beside the prompt of the row after it.
    """

    def __init__(
        self, generator: Generator, lesson: GeneratorLesson, beta: float, weights: tuple[float, float]
    ) -> None:
        super().__init__(generator, lesson.reference)
        self._generator = [generator]
        self._beta, self._weights = beta, weights
        self._good = Completions(generator, lesson.harmless)
        self._bad = Completions(generator, [each.tokens for each in lesson.catastrophes])

    def forward(self, group: BatchGroup) -> torch.Tensor:
        """The loss of a group, a scalar."""
        good, bad = group.parts
        desirable, undesirable = self.log_ratios(self._good, good), self.log_ratios(self._bad, bad)
        return kto_loss(desirable, undesirable, self._mismatched(group), self._beta, *self._weights)

    def _mismatched(self, group: BatchGroup) -> torch.Tensor:
        """(B,) log ratios of completions beside prompts that are not theirs; without gradients."""
        good, bad = group.parts
        rows = [self._good.tokens[row] for row in good.rows] + [self._bad.tokens[row] for row in bad.rows]
        generator = self._generator[0]
        of, batch = whole(generator, mismatched(rows))
        with torch.no_grad():
            self.spend(batch.tokens)
            return self.log_ratios(of, batch)


def mismatched(rows: Sequence[Tokens]) -> list[Tokens]:
    """Each prompt with the completion of the row before it, the first with that of the last."""
    return [Tokens(each.prompt, rows[place - 1].completion) for place, each in enumerate(rows)]


def whole(generator: Generator, tokens: Sequence[Tokens]) -> tuple[Completions, Batch]:
    """Completions, and all of them as one batch."""
    return Completions(generator, tokens), one_batch(generator.layout, tokens, generator.positions)
