"""Relaxed adversarial training: the model learns to hold under shifts of its own states.

An adversary over texts is slow, and knows no gradient. One over states is fast and reaches what no text
reaches: whoever holds against it should hold against the texts between (arXiv 2110.08514's "relaxed"). The
shift is added to the output of one layer, the word embeddings or a later block, while the model trains:

- `WorstCase` climbs the loss for some steps within a ball, and trains on every point of the climb, so that a
  step costs as much as that many plain ones (FreeLB, arXiv 1909.11764; at later layers arXiv 2403.05030 and,
  at the last, arXiv 2405.17130).
- `Noise` draws the shift, and asks for the same answer with it as without (R3F, arXiv 2008.03156).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.classifier import Classifier
from holdfast.training.batches import Batch
from holdfast.training.recipes import Noise, Perturbation, WorstCase


class Shift:
    """What is added to the output of a layer: one ball for each example of a batch.

    Its radius is given in lengths: 1 is the mean L2 norm of that layer's states over the words of the batch,
    so that a shift of length 1 can turn one word's state into nothing, or move ten words a little.
    """

    def __init__(self, model: torch.nn.Module, layer: int, radius: float, stream: Stream) -> None:
        """Raises UserError for a layer that the model does not have."""
        self._layer = layer_of(model, layer)
        self._radius = radius
        self._random = stream.torch()
        self._mask: torch.Tensor | None = None
        self._ball = 0.0
        self.value: torch.Tensor | None = None
        """Shape (B, L, H), float32; None until a forward has said which."""

    def restart(self, mask: torch.Tensor | None) -> None:
        """Begin at a random point in the next batch; `mask` is 0 where it is padded, shape (B, L)."""
        self.value, self._mask = None, mask

    @contextmanager
    def added(self) -> Iterator[None]:
        """Forwards in here are shifted."""
        handle = self._layer.register_forward_hook(self._add)
        try:
            yield
        finally:
            handle.remove()

    def _add(self, _layer: torch.nn.Module, _given: Any, output: Any) -> Any:
        states: torch.Tensor = output[0] if isinstance(output, tuple) else output
        if self.value is None:
            self._start(states.detach())
        assert self.value is not None
        if self.value.shape != states.shape:
            raise UserError(
                "this model cannot read texts of unequal length at once, as perturbed training needs it;"
                " leave out `perturbation`"
            )
        shifted = states + self.value.to(states.dtype)
        return (shifted, *output[1:]) if isinstance(output, tuple) else shifted

    def _start(self, states: torch.Tensor) -> None:
        norms: torch.Tensor = states.float().norm(dim=-1)
        if self._mask is not None and self._mask.shape != norms.shape:
            self._mask = None  # the last block of some models goes on with one word alone, never padding
        words = torch.ones_like(norms) if self._mask is None else self._mask.to(norms)
        self._ball = self._radius * float((norms * words).sum() / words.sum())
        drawn = torch.randn(states.shape, generator=self._random).to(norms.device) * words[..., None]
        self.value = (drawn * self._scale(drawn, self._ball)).requires_grad_()

    def climb(self, step: float) -> None:
        """Go up the gradient that a backward left, by a share of the radius, and stay within the ball."""
        assert self.value is not None
        assert self.value.grad is not None
        gradient = self.value.grad if self._mask is None else self.value.grad * self._mask[..., None]
        moved = self.value.detach() + gradient * self._scale(gradient, step * self._ball)
        length = self._lengths(moved).clamp_min(1e-12)
        self.value = (moved * (self._ball / length).clamp_max(1.0)).requires_grad_()

    def _scale(self, value: torch.Tensor, length: float) -> torch.Tensor:
        """By what each example's part must be multiplied to be that long; one of no length stays so."""
        share: torch.Tensor = length / self._lengths(value).clamp_min(1e-12)
        return share

    @staticmethod
    def _lengths(value: torch.Tensor) -> torch.Tensor:
        lengths: torch.Tensor = value.flatten(1).norm(dim=1)
        return lengths[:, None, None]


class WorstCaseLoss(torch.nn.Module):
    """The mean loss over a climb; all but the last of its gradients are left in the weights beforehand."""

    def __init__(self, base: torch.nn.Module, recipe: WorstCase, shift: Shift) -> None:
        super().__init__()
        self.base = base
        self._recipe, self._shift = recipe, shift

    def forward(self, batch: Batch) -> torch.Tensor:
        """The loss, whose own gradient is that of the last step alone."""
        steps = self._recipe.steps
        self._shift.restart(batch.inputs.get("attention_mask"))
        before = 0.0
        for _ in range(steps - 1):
            with self._shift.added():
                loss = self.base(batch) / steps
            loss.backward()
            self._shift.climb(self._recipe.step_size)
            before += float(loss.detach())
        with self._shift.added():
            last: torch.Tensor = self.base(batch) / steps
        return last + before


class NoiseLoss(torch.nn.Module):
    """The plain loss, and how much noise changes the answers: the symmetric Kullback-Leibler divergence."""

    def __init__(self, base: torch.nn.Module, recipe: Noise, shift: Shift) -> None:
        super().__init__()
        self.base = base
        self._recipe, self._shift = recipe, shift

    def forward(self, batch: Batch) -> torch.Tensor:
        """The loss of a batch that is read twice."""
        base: Any = self.base
        loss: torch.Tensor = base(batch)
        plain = base.log_odds
        self._shift.restart(batch.inputs.get("attention_mask"))
        with self._shift.added():
            base(batch)
        noisy = base.log_odds
        # For two answers p and q: KL(p, q) + KL(q, p) = (p - q) (log odds of p - log odds of q).
        change = (plain.sigmoid() - noisy.sigmoid()) * (plain - noisy)
        beside: torch.Tensor = change.mean()
        return loss + self._recipe.weight * beside


def perturbed(
    base: torch.nn.Module, recipe: Perturbation | None, classifier: Classifier, stream: Stream
) -> torch.nn.Module:
    """The loss under perturbation, or as it is; raises UserError for a layer that the model does not have."""
    if recipe is None:
        return base
    shift = Shift(classifier.model, recipe.layer, recipe.radius, stream)
    if isinstance(recipe, WorstCase):
        return WorstCaseLoss(base, recipe, shift)
    return NoiseLoss(base, recipe, shift)


def layer_of(model: torch.nn.Module, number: int) -> torch.nn.Module:
    """The layer after which states are shifted: 0 the word embeddings, n the n-th block, -1 the last.

    Raises UserError for one that is not there.
    """
    whole: Any = model
    if number == 0:
        words: torch.nn.Module = whole.get_input_embeddings()
        return words
    count = whole.config.get_text_config().num_hidden_layers
    lists = [part for part in model.modules() if isinstance(part, torch.nn.ModuleList) and len(part) == count]
    if not lists:
        raise UserError(f"no list of {count} blocks was found in this model; perturb layer 0, its words")
    if not -count <= number <= count:
        raise UserError(f"the model has {count} blocks, and layer {number} was to be perturbed")
    block: torch.nn.Module = lists[0][number - 1 if number > 0 else number]
    return block
