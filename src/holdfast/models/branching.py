"""Attention of many branches to one trunk, whose keys and values are not copied for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from typing import Any

import torch

Layers = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of each layer, each of shape (B, heads, L, width of a head)."""

_NAME = "holdfast_branching"


@dataclass(frozen=True)
class Trunk:
    """What a model remembers of one beginning: of each layer keys and values of shape (heads, P, width)."""

    layers: Layers

    @classmethod
    def of(cls, memory: Layers, place: int, width: int) -> Trunk:
        """The first `width` tokens of the memory at a place."""
        return cls([(keys[place, :, :width], values[place, :, :width]) for keys, values in memory])

    @property
    def length(self) -> int:
        """How many tokens it has."""
        return self.layers[0][0].shape[1]


_current: ContextVar[Trunk] = ContextVar("trunk")


def can_branch(model: Any) -> bool:
    """Whether the model's attention is the plain one, and looked up where another can be put."""
    config = model.config.get_text_config()
    backend = getattr(model, "_supports_attention_backend", False)
    return backend and config._attn_implementation == "sdpa"


@contextmanager
def branching(model: Any, trunk: Trunk) -> Iterator[Any]:
    """Let the model read on from a trunk; gives the cache to hand to it, with a mask of four dimensions."""
    from transformers.cache_utils import Cache

    _register()
    config = model.config.get_text_config()
    usual, token = config._attn_implementation, _current.set(trunk)
    config._attn_implementation = _NAME
    try:
        yield Cache(layers=[_own_layer()(trunk.length) for _ in trunk.layers])
    finally:
        config._attn_implementation = usual
        _current.reset(token)


def branch_mask(past: torch.Tensor, own: torch.Tensor) -> torch.Tensor:
    """The mask to read with, shape (B, 1, L, P + L): 0 where a token may look, and else very low.

    `past` (B, P) says which tokens of the trunk a branch begins with, `own` (B, L) which of its own are no
    padding.
    """
    length = own.shape[1]
    causal = torch.ones((length, length), dtype=torch.bool).tril()
    seen = torch.cat([past[:, None].expand(-1, length, -1), causal & own[:, None]], dim=-1)
    low = torch.finfo(torch.float32).min
    return torch.zeros(seen.shape).masked_fill_(~seen, low)[:, None]


def _attend(
    module: Any,
    query: torch.Tensor,
    key: torch.Tensor,
    value: torch.Tensor,
    attention_mask: torch.Tensor,
    dropout: float = 0.0,
    scaling: float | None = None,
    **_: Any,
) -> tuple[torch.Tensor, None]:
    """Softmax attention over the trunk and the branch's own tokens, as `transformers` asks for it.

    All branches' queries meet the trunk in one product for each head.
    """
    keys, values = _current.get().layers[module.layer_idx]
    (rows, heads, length, width), (shared_heads, past, _) = query.shape, keys.shape
    asked = heads // shared_heads * length  # grouped heads stand beside each other as more queries
    query = query.reshape(rows, shared_heads, asked, width)
    folded = query.transpose(0, 1).reshape(shared_heads, rows * asked, width)
    to_trunk = torch.bmm(folded, keys.transpose(1, 2)).view(shared_heads, rows, asked, past).transpose(0, 1)
    scores = torch.cat([to_trunk, query @ key.transpose(2, 3)], dim=-1).mul_(scaling or width**-0.5)
    masked = scores.view(rows, shared_heads, -1, length, past + length).add_(attention_mask[:, :, None])
    weights = masked.softmax(dim=-1).view_as(scores)
    folded = weights[..., :past].transpose(0, 1).reshape(shared_heads, rows * asked, past)
    from_trunk = torch.bmm(folded, values).view(shared_heads, rows, asked, -1).transpose(0, 1)
    output = (weights[..., past:] @ value).add_(from_trunk)
    return output.reshape(rows, heads, length, -1).transpose(1, 2), None


@cache
def _register() -> None:
    from transformers import AttentionInterface

    AttentionInterface.register(_NAME, _attend)


@cache
def _own_layer() -> Any:
    from transformers.cache_utils import DynamicLayer

    class OwnLayer(DynamicLayer):  # type: ignore[misc]
        """A layer's cache that hands out the new keys and values alone, and tells of the trunk's length."""

        def __init__(self, past: int) -> None:
            super().__init__()
            self._past = past

        def update(
            self, key_states: torch.Tensor, value_states: torch.Tensor, *_: Any, **__: Any
        ) -> tuple[torch.Tensor, torch.Tensor]:
            return key_states, value_states

        def get_seq_length(self) -> int:
            return self._past

    return OwnLayer
