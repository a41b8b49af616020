"""The last layer of a BERT, worked out for the first token alone, which is all that its classifier reads.

The other tokens still give the last layer its keys and values, but no queries, no attention output and no
feed-forward block: ten twelfths of one layer saved, with the same logits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import torch
from torch.nn.functional import scaled_dot_product_attention

_FAMILY = frozenset({"bert", "roberta", "xlm-roberta", "camembert"})
"""Model types with BERT's layers whose sequence classifiers read the first token."""


def read_first_token_only(model: torch.nn.Module) -> None:
    """Save the last layer what nobody reads, where the model is of a kind known to allow it; in place."""
    config: Any = model.config
    if config.model_type not in _FAMILY or config.is_decoder or config._attn_implementation != "sdpa":
        return
    encoder: Any = model.base_model
    last = encoder.encoder.layer[-1]
    last.forward = partial(_first_token, last)


@contextmanager
def every_token_read(model: torch.nn.Module) -> Iterator[None]:
    """The last layer is worked out for all tokens in here, for those who want their states."""
    encoder: Any = getattr(model.base_model, "encoder", None)
    layers: Any = getattr(encoder, "layer", ())
    short = vars(layers[-1]).pop("forward", None) if len(layers) else None
    try:
        yield
    finally:
        if short is not None:
            layers[-1].forward = short


def _first_token(
    layer: Any, states: torch.Tensor, mask: torch.Tensor | None = None, *_: Any, **__: Any
) -> torch.Tensor:
    """The layer's output for the first token, shape (B, 1, H), from all states of shape (B, L, H)."""
    attention, first = layer.attention.self, states[:, :1]

    def heads(projected: torch.Tensor) -> torch.Tensor:
        count, length, _ = projected.shape
        return projected.view(count, length, -1, attention.attention_head_size).transpose(1, 2)

    attended = scaled_dot_product_attention(
        heads(attention.query(first)),
        heads(attention.key(states)),
        heads(attention.value(states)),
        attn_mask=None if mask is None else mask[:, :, :1],
        dropout_p=attention.dropout.p if layer.training else 0.0,
        scale=attention.scaling,
    )
    state: torch.Tensor = layer.attention.output(attended.transpose(1, 2).flatten(2), first)
    output: torch.Tensor = layer.feed_forward_chunk(state)
    return output
