"""Training the classifier on labelled token sequences."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from itertools import accumulate
from time import perf_counter
from typing import Any, Protocol, Self

import numpy as np
import torch
from torch.nn import functional

from holdfast.core.budget import Spend
from holdfast.core.errors import HoldfastError
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.finite import NotANumberError
from holdfast.training.adapters import adapted
from holdfast.training.batches import Batch, BatchSource
from holdfast.training.flops import TokenCost
from holdfast.training.marks import Marks, MarksLoss
from holdfast.training.mentions import MentionsLoss
from holdfast.training.online import Hunt
from holdfast.training.optimisation import Optimiser, training_mode, undone_if_it_fails
from holdfast.training.perturbation import perturbed
from holdfast.training.recipes import ClassifierRecipe as ClassifierRecipe
from holdfast.training.recipes import LoraRecipe

_CURVE_POINTS = 50


@dataclass(frozen=True)
class LabelledTokens:
    """Examples to learn from: labels 1 (catastrophic) or 0, egregiousness 0 to 10, weights (None: all 1).

    The arrays have shape (N,) and type float32.
    """

    tokens: list[Tokens]
    labels: np.ndarray
    egregiousness: np.ndarray
    weights: np.ndarray | None = None

    def __post_init__(self) -> None:
        arrays = [self.labels, self.egregiousness, *([] if self.weights is None else [self.weights])]
        if any(len(array) != len(self.tokens) for array in arrays):
            raise HoldfastError(
                f"{len(self.tokens)} examples need as many labels, egregiousnesses and weights"
            )

    def __len__(self) -> int:
        return len(self.tokens)

    def where(self, kept: np.ndarray) -> LabelledTokens:
        """Some of the examples; `kept` has shape (N,) and type bool."""
        tokens = [t for t, keep in zip(self.tokens, kept.tolist(), strict=True) if keep]
        weights = None if self.weights is None else self.weights[kept]
        return LabelledTokens(tokens, self.labels[kept], self.egregiousness[kept], weights)

    @property
    def weights_or_ones(self) -> np.ndarray:
        """The weights, 1 each where none were given."""
        return np.ones(len(self), np.float32) if self.weights is None else self.weights.astype(np.float32)

    def take(self, rows: Sequence[int] | np.ndarray) -> Self:
        """The examples at these indices, in that order; an index may come several times."""
        index = np.asarray(rows, dtype=np.int64)
        return type(self)(
            [self.tokens[i] for i in index.tolist()],
            self.labels[index],
            self.egregiousness[index],
            None if self.weights is None else self.weights[index],
        )

    def joined(self, other: LabelledTokens) -> LabelledTokens:
        """These examples followed by the others."""
        return LabelledTokens(
            self.tokens + other.tokens,
            np.concatenate([self.labels, other.labels]).astype(np.float32),
            np.concatenate([self.egregiousness, other.egregiousness]).astype(np.float32),
            np.concatenate([self.weights_or_ones, other.weights_or_ones]),
        )


@dataclass(frozen=True)
class TrainingReport:
    """What a training run did: mean losses over equal stretches of it, and the step at each one's end."""

    steps: int
    examples: int
    loss_steps: tuple[int, ...]
    losses: tuple[float, ...]
    spend: Spend = field(default_factory=Spend)
    trained: int = 0
    """Weights that were trained: those that a gradient and the optimiser's moments are held for."""
    found: int | None = None
    """Failures that attacks found while it trained; None where nothing attacked."""
    hunted: Spend = field(default_factory=Spend)
    """What these attacks cost, which is part of `spend`."""

    @property
    def final_loss(self) -> float:
        """The mean loss over the last stretch."""
        return self.losses[-1]


def train_classifier(
    classifier: Classifier,
    data: LabelledTokens,
    recipe: ClassifierRecipe,
    steps: int,
    stream: Stream,
    progress: Progress | None = None,
    adapter: LoraRecipe | None = None,
    marks: Marks | None = None,
    hunt: Hunt | None = None,
) -> TrainingReport:
    """Train in place for `steps` batches, with a fresh optimiser; the classifier's revision goes up.

    With marks, which a recipe with a weight for them needs (`marks_for`), what an oracle knows at each word
    of the examples is learnt beside the labels, by a head that is dropped afterwards. With an adapter the
    head and low-rank matrices alone are trained, and merged into the weights afterwards. A hunt attacks the
    model meanwhile, and adds what it finds; what that cost is not in the report.
    The same classifier, data, recipe, adapter and stream give the same weights. Raises UserError on empty
    data, for an adapter that does not suit the model, and when the training diverges; the weights are then as
    they were before.
    """
    classifier.check_full_precision("trained")
    tokens = classifier.fitting.shortened(data.tokens)
    if (marks is not None) != recipe.learns_marks:
        raise HoldfastError("marks are given if and only if the recipe gives their loss a weight")
    if marks is not None:
        marks.check(tokens)
    source = _batches(classifier, data, recipe, stream)
    cost = TokenCost.of(classifier.model, adapter)
    with adapted(classifier.model, adapter, stream.child("adapter")), undone_if_it_fails(classifier.model):
        plain = _Loss(classifier, data, recipe, stream, marks)
        loss_of = perturbed(plain, recipe.perturbation, classifier, stream.child("perturbation"))
        optimiser = Optimiser(loss_of, recipe, steps)
        with training_mode(classifier.model, recipe.precision, stream.child("dropout").integer()):
            batches = source if hunt is None else hunt.batches(source, plain)
            report = run_steps(batches, loss_of, optimiser, steps, cost, progress, recipe.passes)
            optimiser.finish()
        try:
            classifier.log_odds(tokens[: recipe.batch_size])
        except NotANumberError as error:
            raise optimiser.diverged("a score is") from error
    classifier.revision += 1
    if marks is None:
        return report
    return replace(report, spend=replace(report.spend, word_labels=marks.words))


def steps_reaching(
    tokens: float, classifier: Classifier, data: LabelledTokens, recipe: ClassifierRecipe, stream: Stream
) -> int:
    """The fewest steps whose batches hold so many tokens, in the order that `train_classifier` has."""
    source = _batches(classifier, data, recipe, stream)
    seen = accumulate(batch.tokens for batch in source)
    return next(step for step, whole in enumerate(seen, 1) if whole >= tokens)


def _batches(
    classifier: Classifier, data: LabelledTokens, recipe: ClassifierRecipe, stream: Stream
) -> BatchSource:
    tokens = classifier.fitting.shortened(data.tokens)
    return BatchSource(
        classifier.layout, tokens, recipe.batch_size, classifier.positions, stream.child("batches")
    )


class StepBatch(Protocol):
    """What one training step learns from: so many rows and real tokens."""

    @property
    def rows(self) -> np.ndarray:
        """Indices into the examples."""

    @property
    def tokens(self) -> int:
        """Real tokens, padding left out."""


def run_steps(
    source: Iterable[StepBatch],
    loss_of: torch.nn.Module,
    optimiser: Optimiser,
    steps: int,
    cost: TokenCost,
    progress: Progress | None,
    passes: int = 1,
) -> TrainingReport:
    """Take the steps, and say what they did; `loss_of` maps a batch to a scalar, in so many passes.

    Raises UserError when the loss is no finite number any more.
    """
    progress = progress or Silent()
    started, tokens, examples = perf_counter(), 0, 0
    losses: list[torch.Tensor] = []
    ends, means = [], []
    stretch = max(1, steps // _CURVE_POINTS)
    for step, batch in zip(range(1, steps + 1), source, strict=False):
        loss = loss_of(batch)
        optimiser.step(loss)
        losses.append(loss.detach())
        tokens += batch.tokens
        examples += len(batch.rows)
        if step % stretch == 0 or step == steps:
            ends.append(step)
            means.append(float(torch.stack(losses).mean()))
            if not math.isfinite(means[-1]):
                raise optimiser.diverged("the loss is")
            progress.advance(step - (ends[-2] if len(ends) > 1 else 0), loss=means[-1])
            losses.clear()
    spend = replace(cost.spend(tokens * passes), seconds=perf_counter() - started)
    return TrainingReport(steps, examples, tuple(ends), tuple(means), spend, cost.trained)


class _Loss(torch.nn.Module):
    """The weighted loss of a batch; its parameters are the model's and those of the heads beside it."""

    def __init__(
        self,
        classifier: Classifier,
        data: LabelledTokens,
        recipe: ClassifierRecipe,
        stream: Stream,
        marks: Marks | None,
    ) -> None:
        super().__init__()
        self.model = classifier.model
        self._classifier = [classifier]  # in a list, so that torch does not look for weights inside
        self._recipe = recipe
        weights = data.weights_or_ones * np.where(data.labels > 0.5, recipe.positive_weight, 1.0)
        device = classifier.device
        self._mean_weight = float(weights.mean())
        self._labels = torch.from_numpy(data.labels.astype(np.float32)).to(device)
        self._egregiousness = torch.from_numpy(data.egregiousness.astype(np.float32) / 10).to(device)
        self._weights = torch.from_numpy((weights / weights.mean()).astype(np.float32)).to(device)
        self.log_odds: torch.Tensor | None = None
        """Of the last batch, shape (B,)."""
        self._head: torch.nn.Linear | None = None
        self._marks: MarksLoss | None = None
        self._mentions: MentionsLoss | None = None
        config: Any = classifier.model.config
        if recipe.egregiousness_weight:
            # Made without values of its own, which would come from the global random state.
            self._head = torch.nn.Linear(config.hidden_size, 1, device="meta").to_empty(device="cpu")
            drawn = stream.child("egregiousness-head").torch()
            torch.nn.init.normal_(self._head.weight, std=0.02, generator=drawn)
            torch.nn.init.zeros_(self._head.bias)
            self._head.to(device)
        if marks is not None:
            loss_of = MarksLoss(marks, recipe.mark_weight, classifier, stream.child("marks-head"))
            self._marks = loss_of.to(device)
        if marks is not None and recipe.mention_weight:
            self._mentions = MentionsLoss(classifier.model, marks.rows, classifier.layout)

    def add(self, data: LabelledTokens) -> None:
        """Know more examples, whose rows come after all others."""
        weights = data.weights_or_ones * np.where(data.labels > 0.5, self._recipe.positive_weight, 1.0)
        for name, values in (
            ("_labels", data.labels),
            ("_egregiousness", data.egregiousness / 10),
            ("_weights", weights / self._mean_weight),
        ):
            known = getattr(self, name)
            more = torch.from_numpy(values.astype(np.float32)).to(known.device)
            setattr(self, name, torch.cat([known, more]))

    def forward(self, batch: Batch) -> torch.Tensor:
        rows = torch.from_numpy(batch.rows).to(self._labels.device)
        labels, weights = self._labels[rows], self._weights[rows]
        if self._head is None and self._marks is None:
            self.log_odds = self._classifier[0].forward_log_odds(batch.inputs).float()
            return (weights * self._examples_loss(self.log_odds, labels)).mean()
        if self._marks is None:
            log_odds, state = self._classifier[0].forward_log_odds_and_state(batch.inputs)
            beside: torch.Tensor | float = 0.0
        else:
            with self._mentions.watching() if self._mentions is not None else nullcontext():
                log_odds, states = self._classifier[0].forward_log_odds_and_states(batch.inputs)
            state, beside = states[:, 0], self._marks(states, batch.rows)
            if self._mentions is not None:
                mask = batch.inputs.get("attention_mask")
                beside = beside + self._recipe.mention_weight * self._mentions(batch.rows, mask)
        self.log_odds = log_odds.float()
        loss = self._examples_loss(self.log_odds, labels)
        if self._head is not None:
            guess = torch.sigmoid(self._head(state).float().squeeze(-1))
            error = (guess - self._egregiousness[rows]).square()
            loss = loss + self._recipe.egregiousness_weight * error
        return (weights * loss).mean() + beside

    def _examples_loss(self, log_odds: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
        smooth = self._recipe.label_smoothing
        targets = labels * (1 - smooth) + smooth / 2
        loss = functional.binary_cross_entropy_with_logits(log_odds, targets, reduction="none")
        if self._recipe.focal_gamma:
            right = torch.sigmoid(log_odds * (2 * labels - 1))
            loss = loss * (1 - right) ** self._recipe.focal_gamma
        return loss
