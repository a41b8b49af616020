"""How models are trained, as plain values: a configuration is read and checked without loading torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from holdfast.training.schedule import Schedule

Precision = Literal["fp32", "bf16"]


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
class ClassifierRecipe(OptimiserRecipe):
    """How a classifier is trained.

    `positive_weight` multiplies the loss of catastrophic examples; `focal_gamma` above 0 plays down what is
    easy already (arXiv 1708.02002); `egregiousness_weight` above 0 adds the squared error of a second head,
    dropped after training, that predicts egregiousness / 10.
    """

    batch_size: int = 128
    label_smoothing: float = 0.0
    positive_weight: float = 1.0
    focal_gamma: float = 0.0
    egregiousness_weight: float = 0.0


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
    """

    adversarial_share: float = 0.3
    adversarial_positive_share: float = 0.5
    loss_rank_weight: float = 1.0
    egregiousness_rank_weight: float = 0.5
    recency_rank_weight: float = 0.5
    sharpness: float = 3.0
    positive_share: float | None = None
