"""Gradients of log odds with respect to what the word embeddings give, whatever the architecture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.layout import Layout
from holdfast.models.overflow import Piece

Inputs = dict[str, torch.Tensor]


@dataclass(frozen=True)
class TokenGradients:
    """Gradient of one snippet's log odds with respect to each token's word embedding.

    `prompt` has shape (P, H) and `completion` (C, H), float32.
    """

    prompt: np.ndarray
    completion: np.ndarray
    log_odds: float


@dataclass(frozen=True)
class Saliency:
    """How much each token matters: the L2 norm of its gradient; shapes (P,) and (C,)."""

    prompt: np.ndarray
    completion: np.ndarray


def embedding_gradients(
    model: torch.nn.Module, inputs: Inputs, log_odds_of: Callable[[Inputs], torch.Tensor]
) -> tuple[torch.Tensor, torch.Tensor]:
    """Each row's gradient, shape (B, L, H), and its log odds, shape (B,), in one forward and one backward.

    The embeddings are caught on their way into the model, not handed to it, so that it still sees the token
    ids: from them it finds padding, positions and ends. Raises UserError for an encoder-decoder, which looks
    every token up twice.
    """
    words: Any = model
    if words.config.is_encoder_decoder:
        raise UserError(
            f"this model is an encoder-decoder ({words.config.model_type}), of which Holdfast takes no "
            "gradients; use an attack that needs none"
        )
    caught: list[tuple[torch.Tensor, torch.Tensor]] = []

    def catch(_layer: Any, given: tuple[torch.Tensor, ...], output: torch.Tensor) -> torch.Tensor:
        leaf = output.detach().requires_grad_()
        caught.append((given[0], leaf))
        return leaf

    hook = words.get_input_embeddings().register_forward_hook(catch)
    try:
        log_odds = log_odds_of(inputs)
    finally:
        hook.remove()
    if len(caught) != 1:
        raise UserError(
            f"this model ({words.config.model_type}) looks words up {len(caught)} times; no gradients"
        )
    ids, leaf = caught[0]
    # Rows do not touch each other, so the gradient of the sum holds every row's own gradient.
    (gradient,) = torch.autograd.grad(log_odds.sum(), leaf)
    turned = not torch.equal(ids, inputs["input_ids"].to(ids.device))  # some models put the rows second
    return gradient.transpose(0, 1) if turned else gradient, log_odds.detach()


def spread(
    layout: Layout, tokens: Tokens, piece: Piece, gradient: np.ndarray, log_odds: float
) -> TokenGradients:
    """A snippet's own gradients, from those of all positions of the piece that was read of it."""
    starts = (len(layout.head), layout.completion_start(piece.tokens))
    places = (piece.prompt_start, piece.completion_start)
    parts = []
    for whole, read, start, place in zip(tokens, piece.tokens, starts, places, strict=True):
        found = np.zeros((len(whole), gradient.shape[1]), dtype=np.float32)
        found[place : place + len(read)] = gradient[start : start + len(read)]
        parts.append(found)
    return TokenGradients(prompt=parts[0], completion=parts[1], log_odds=log_odds)


def saliency_of(gradients: TokenGradients) -> Saliency:
    """The L2 norms of one snippet's gradients."""
    return Saliency(np.linalg.norm(gradients.prompt, axis=-1), np.linalg.norm(gradients.completion, axis=-1))
