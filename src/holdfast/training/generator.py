"""Training the generator on stories."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence

import torch
from torch.nn import functional

from holdfast.core.budget import Spend
from holdfast.core.progress import Progress
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.generator import Generator
from holdfast.models.placement import beside
from holdfast.training.batches import Batch, BatchSource
from holdfast.training.classifier import StepBatch, TrainingReport, run_steps
from holdfast.training.flops import TokenCost
from holdfast.training.optimisation import Optimiser, training_mode, undone_if_it_fails
from holdfast.training.recipes import GeneratorRecipe

_IGNORED = -100


def train_generator(
    generator: Generator,
    stories: Sequence[Tokens],
    recipe: GeneratorRecipe,
    steps: int,
    stream: Stream,
    progress: Progress | None = None,
) -> TrainingReport:
    """Train in place on next-word prediction over whole stories, for `steps` batches.

    The generator's revision goes up. The same generator, stories, recipe and stream give the same weights.
    The loss is in nats a token. Raises UserError when there are no stories, and when the training diverges;
    the weights are then as they were before; and for a model in bf16, which would lose its full weights.
    """
    source = BatchSource(
        generator.layout, stories, recipe.batch_size, generator.positions, stream.child("batches")
    )
    return take_steps(generator, source, _NextWordLoss(generator), recipe, steps, stream, progress)


def take_steps(
    generator: Generator,
    source: Iterable[StepBatch],
    loss_of: torch.nn.Module,
    recipe: GeneratorRecipe,
    steps: int,
    stream: Stream,
    progress: Progress | None = None,
) -> TrainingReport:
    """Take so many steps down a loss of the generator's, which `loss_of` gives of each batch of the source.

    The generator's revision goes up. Raises UserError as `train_generator` does.
    """
    generator.check_full_precision("trained")
    optimiser = Optimiser(generator.model, recipe, steps)
    dropout = stream.child("dropout").integer()
    with undone_if_it_fails(generator.model), training_mode(generator.model, recipe.precision, dropout):
        report = run_steps(source, loss_of, optimiser, steps, TokenCost.of(generator.model), progress)
        optimiser.finish()
        with torch.no_grad():
            if not torch.isfinite(loss_of(next(iter(source)))):
                raise optimiser.diverged("the loss is")
    generator.revision += 1
    return report


TUNING = GeneratorRecipe(learning_rate=2e-3, batch_size=32)
"""How a copy is trained on a few stories; not tuned to any task."""


def tuned(
    generator: Generator, stories: Sequence[Tokens], steps: int, stream: Stream
) -> tuple[Generator, Spend]:
    """A copy of the generator, trained on some stories for so many steps, and what that cost."""
    twin = copy.copy(generator)
    twin.model = copy.deepcopy(generator.model)
    return twin, train_generator(twin, stories, TUNING, steps, stream).spend


class _NextWordLoss(torch.nn.Module):
    """Mean cross-entropy of every token after the first, padding left out."""

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self.model = generator.model

    def forward(self, batch: Batch) -> torch.Tensor:
        inputs = beside(self.model, batch.inputs)
        logits = self.model(**inputs, use_cache=False).logits[:, :-1]
        targets = inputs["input_ids"][:, 1:]
        if "attention_mask" in inputs:
            targets = targets.masked_fill(inputs["attention_mask"][:, 1:] == 0, _IGNORED)
        return functional.cross_entropy(
            logits.flatten(0, 1).float(), targets.flatten(), ignore_index=_IGNORED
        )
