"""How models are trained, as plain values: a configuration is read and checked without loading torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from holdfast.core.errors import UserError
from holdfast.training.schedule import Schedule

Precision = Literal["fp32", "bf16"]

ALL_LINEAR: Literal["all-linear"] = "all-linear"
"""Every linear layer of a model but those of its head."""


@dataclass(frozen=True)
class OptimiserRecipe:
    """AdamW's settings. `ema_decay` 0 keeps the last weights; otherwise their moving average is kept."""

    learning_rate: float = 2e-3
    weight_decay: float = 0.01
    warmup_share: float = 0.05
    schedule: Schedule = "linear"
    final_lr_share: float = 0.05
    gradient_clip: float = 1.0
    beta2: float = 0.99
    precision: Precision = "fp32"
    ema_decay: float = 0.0


@dataclass(frozen=True)
class WorstCase:
    """Train under the worst shift of states that a few steps up the loss find (`perturbation.py`).

    `layer` 0 shifts the word embeddings, n what the n-th block gives, -1 what the last gives. An example's
    shift is at most `radius` long, in mean lengths of one word's state there; each of `steps` goes up by
    `step_size` radii, and costs a plain training step. Raises UserError for values that make no such search.
    """

    kind: Literal["worst_case"] = "worst_case"
    radius: float = 1.0
    steps: int = 3
    step_size: float = 0.6
    layer: int = 0

    def __post_init__(self) -> None:
        _check_radius(self.radius)
        if self.steps < 1:
            raise UserError(f"perturbed training takes at least 1 step up the loss, not {self.steps}")
        if not 0 < self.step_size < math.inf:
            raise UserError(f"step_size must be a number above 0, not {self.step_size:g}")

    @property
    def passes(self) -> int:
        """How many plain training steps one step costs."""
        return self.steps


@dataclass(frozen=True)
class Noise:
    """Train to give the same answer under a random shift of states, of length `radius`, as without.

    `weight` is that of the divergence between both answers; the rest is as for `WorstCase`.
    """

    kind: Literal["noise"] = "noise"
    radius: float = 0.3
    weight: float = 1.0
    layer: int = 0

    def __post_init__(self) -> None:
        _check_radius(self.radius)
        if not 0 < self.weight < math.inf:
            raise UserError(f"the weight of noise must be a number above 0, not {self.weight:g}")

    @property
    def passes(self) -> int:
        """How many plain training steps one step costs."""
        return 2


def _check_radius(radius: float) -> None:
    if not 0 < radius < math.inf:
        raise UserError(f"the radius of a perturbation must be a number above 0, not {radius:g}")


Perturbation = Annotated[WorstCase | Noise, Field(discriminator="kind")]


@dataclass(frozen=True)
class ClassifierRecipe(OptimiserRecipe):
    """How a classifier is trained.

    `positive_weight` multiplies the loss of catastrophic examples; `focal_gamma` above 0 plays down what is
    easy already (arXiv 1708.02002); `egregiousness_weight` above 0 adds the squared error of a second head,
    dropped after training, that predicts egregiousness / 10. `mark_weight` above 0 adds the loss of another
    such head, of what the task's oracle knows at each word, and `mention_weight` that of an attention head
    which is taught where the same was named before (`marks.py`, `mentions.py`). `perturbation` trains under
    shifts of the model's states (`perturbation.py`).
    """

    batch_size: int = 128
    label_smoothing: float = 0.0
    positive_weight: float = 1.0
    focal_gamma: float = 0.0
    egregiousness_weight: float = 0.0
    mark_weight: float = 0.0
    mention_weight: float = 0.0
    perturbation: Perturbation | None = None

    @property
    def passes(self) -> int:
        """How many plain training steps one step costs."""
        return 1 if self.perturbation is None else self.perturbation.passes

    @property
    def learns_marks(self) -> bool:
        """Whether it needs what an oracle knows at each word."""
        return self.mark_weight > 0 or self.mention_weight > 0


@dataclass(frozen=True)
class LoraRecipe:
    """Low-rank adapters instead of all weights (LoRA, arXiv 2106.09685).

    Beside each linear layer that `targets` names (by the end of its name, as in PEFT) stand two matrices of
    `rank` columns and rows, whose product counts `alpha / rank` times; `dropout` is that of what they read.
    The classification head is trained in full. Raises UserError for a value that makes no adapter.
    """

    kind: Literal["lora"] = "lora"
    rank: int = 8
    alpha: float = 16.0
    dropout: float = 0.0
    targets: str | tuple[str, ...] = ALL_LINEAR

    def __post_init__(self) -> None:
        if self.rank < 1:
            raise UserError(
                f"an adapter's rank must be at least 1, not {self.rank}; no adapter trains all weights"
            )
        if not 0 < self.alpha < math.inf:
            raise UserError(f"an adapter's alpha must be a number above 0, not {self.alpha:g}")
        if not 0 <= self.dropout < 1:
            raise UserError(f"an adapter's dropout must be at least 0 and below 1, not {self.dropout:g}")
        if not self.names or "" in self.names:
            raise UserError(f"an adapter needs targets: names of linear layers, or {ALL_LINEAR}")

    @property
    def names(self) -> tuple[str, ...]:
        """The targets, of which there may be one alone."""
        return (self.targets,) if isinstance(self.targets, str) else self.targets


@dataclass(frozen=True)
class GeneratorRecipe(OptimiserRecipe):
    """How a generator is trained."""

    batch_size: int = 64


@dataclass(frozen=True)
class MixingRecipe:
    """How adversarial examples are chosen and how many.

    `adversarial_share` of a mix is adversarial, `adversarial_positive_share` of that catastrophic. Each
    example has a standing between 0 and 1: the mean of its rank shares by loss, egregiousness and recency,
    weighted by the three coefficients. It is drawn with weight exp(sharpness x standing): 0 draws evenly,
    large draws the worst alone. `positive_share`, where set, is the share of a mix's weight on catastrophes.
    `balanced_by` attack draws as many of each attack, however many it found, and the worst first within each.
    With `minimal_pairs` each catastrophe drawn brings the harmless example that is most like it, and no other
    harmless ones are drawn. Raises UserError for shares that pairs cannot have.
    """

    adversarial_share: float = 0.3
    adversarial_positive_share: float = 0.5
    loss_rank_weight: float = 1.0
    egregiousness_rank_weight: float = 0.5
    recency_rank_weight: float = 0.5
    sharpness: float = 3.0
    positive_share: float | None = None
    balanced_by: Literal["nothing", "attack"] = "nothing"
    minimal_pairs: bool = False

    def __post_init__(self) -> None:
        if self.minimal_pairs and self.adversarial_positive_share != 0.5:
            raise UserError(
                "minimal pairs are half catastrophic and half harmless, so adversarial_positive_share is 0.5,"
                f" not {self.adversarial_positive_share:g}"
            )
