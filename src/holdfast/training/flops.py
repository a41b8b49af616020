"""What training costs for each token, with all weights trained or with most of them frozen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import torch

from holdfast.core.budget import Spend
from holdfast.models.size import turns_of
from holdfast.training.adapters import adapter_size, head_size
from holdfast.training.recipes import LoraRecipe


@dataclass(frozen=True)
class TokenCost:
    """FLOPs for one token, from counts of weights: N of the model, A of adapters beside it, T trained.

    Forward 2 (N + A): each weight multiplies and adds once. Backward 2 (N + A) for the gradients by what the
    layers read, which pass through frozen weights too, and 2 T for the gradients by the weights themselves,
    which frozen ones do not get. With all weights trained these are the 2 N and 4 N of arXiv 2407.18213. All
    that as many times as a token passes the weights.
    """

    passed: int
    """N + A."""
    trained: int
    """T."""
    turns: int = 1
    """How often a token passes the weights in a forward."""

    @classmethod
    def of(cls, model: torch.nn.Module, adapter: LoraRecipe | None = None) -> Self:
        """Of a model that has no adapters yet; raises UserError where the adapter does not suit it."""
        total, turns = sum(weight.numel() for weight in model.parameters()), turns_of(model)
        if adapter is None:
            return cls(total, total, turns)
        beside = adapter_size(model, adapter)
        return cls(total + beside, beside + head_size(model), turns)

    def spend(self, tokens: float) -> Spend:
        """A forward and a backward pass of so many tokens."""
        return Spend(
            forward_flops=2.0 * self.passed * tokens * self.turns,
            backward_flops=2.0 * (self.passed + self.trained) * tokens * self.turns,
        )
