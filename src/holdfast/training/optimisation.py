"""The part that all training shares: AdamW with a schedule, clipping, and averaged weights."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from holdfast.core.errors import UserError
from holdfast.training.recipes import OptimiserRecipe, Precision
from holdfast.training.schedule import learning_rate_share


class DivergedError(UserError):
    """A training ran away; a lower learning rate may do."""


class Optimiser:
    """Takes steps on the weights of a model for a run of known length."""

    def __init__(self, model: torch.nn.Module, recipe: OptimiserRecipe, steps: int) -> None:
        """Raises UserError when the run has no steps."""
        if steps < 1:
            raise UserError(f"training needs at least 1 step, not {steps}")
        self._recipe = recipe
        self._steps = steps
        self._taken = 0
        self._weights: list[torch.Tensor] = [p for p in model.parameters() if p.requires_grad]
        decayed = [p for p in self._weights if p.ndim > 1]
        plain = [p for p in self._weights if p.ndim <= 1]
        self._adam = torch.optim.AdamW(
            [
                {"params": decayed, "weight_decay": recipe.weight_decay},
                {"params": plain, "weight_decay": 0.0},
            ],
            lr=recipe.learning_rate,
            betas=(0.9, recipe.beta2),
            fused=True,
        )
        self._averages = [p.detach().clone() for p in self._weights] if recipe.ema_decay else []

    def step(self, loss: torch.Tensor) -> None:
        """Go one step down the gradient of `loss`."""
        recipe = self._recipe
        share = learning_rate_share(
            self._taken, self._steps, recipe.warmup_share, recipe.schedule, recipe.final_lr_share
        )
        for group in self._adam.param_groups:
            group["lr"] = recipe.learning_rate * share
        loss.backward()  # type: ignore[no-untyped-call]
        if recipe.gradient_clip:
            torch.nn.utils.clip_grad_norm_(self._weights, recipe.gradient_clip, foreach=True)
        self._adam.step()
        self._adam.zero_grad(set_to_none=True)
        self._taken += 1
        self._average()

    def _average(self) -> None:
        if self._averages:
            # A young average leans on few steps, so that the random start does not linger in it.
            decay = min(self._recipe.ema_decay, (1 + self._taken) / (10 + self._taken))
            with torch.no_grad():
                torch._foreach_lerp_(self._averages, self._weights, 1 - decay)

    def finish(self) -> None:
        """Leave the averaged weights in the model, if they were asked for.

        Raises DivergedError when a weight is no finite number.
        """
        with torch.no_grad():
            for weight, average in zip(self._weights, self._averages, strict=False):
                weight.copy_(average)
            if not all(bool(torch.isfinite(weight).all()) for weight in self._weights):
                raise self.diverged("a weight is")

    def diverged(self, what: str) -> DivergedError:
        """The error for a training that ran away: what is no number any more."""
        return DivergedError(
            f"the training diverged by step {self._taken} of {self._steps}: {what} no number any more; lower "
            f"the learning rate, which is {self._recipe.learning_rate:g}"
        )


@contextmanager
def undone_if_it_fails(model: torch.nn.Module) -> Iterator[None]:
    """Put back what training changes where an error ends it, so that the last good model is kept.

    Frozen weights need no copy: a large model with adapters is in memory once.
    """
    changing = [weight for weight in model.parameters() if weight.requires_grad] + list(model.buffers())
    before = [value.detach().clone() for value in changing]
    try:
        yield
    except Exception:
        with torch.no_grad():
            for value, old in zip(changing, before, strict=True):
                value.copy_(old)
        raise


@contextmanager
def training_mode(model: torch.nn.Module, precision: Precision, seed: int) -> Iterator[None]:
    """Dropout on (seeded), matrix products in `precision`; the model is back in evaluation mode after."""
    device = next(model.parameters()).device
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        torch.manual_seed(seed)
        model.train()
        try:
            with torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16"):
                yield
        finally:
            model.zero_grad(set_to_none=True)
            model.eval()
