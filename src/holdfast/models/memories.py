"""What a causal model remembers of texts that it has read: keys and values, and a store of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, overload

import torch

Layers = list[tuple[torch.Tensor, torch.Tensor]]
"""Keys and values of each layer, each of shape (B, heads, L, width of a head)."""

Beginning = tuple[int, ...]


def keeps_every_token(model: Any) -> bool:
    """Whether the model remembers keys and values of each token, and looks back at all of them.

    State-space models and those with a sliding window do not.
    """
    config = model.config.get_text_config()
    kinds = set(getattr(config, "layer_types", None) or ["full_attention"])
    windowed = getattr(config, "sliding_window", None) and getattr(config, "use_sliding_window", True)
    return (
        not getattr(model, "_is_stateful", False)
        and kinds == {"full_attention"}
        and not windowed
        and not getattr(config, "num_kv_shared_layers", 0)
    )


class Memories:
    """The memories of the texts read latest, at most so many tokens of them; each of one row (B = 1)."""

    def __init__(self, tokens: int) -> None:
        self._room = tokens
        self._held: dict[Beginning, Layers] = {}

    def keep(self, ids: Beginning, memory: Layers) -> None:
        """Hold one more; the oldest go where there is no room."""
        self._held.pop(ids, None)
        self._held[ids] = memory
        surplus = sum(map(len, self._held)) - self._room
        while surplus > 0:
            oldest = next(iter(self._held))
            surplus -= len(oldest)
            del self._held[oldest]

    def recall(self, beginning: Beginning) -> Layers | None:
        """What is remembered of a beginning, by itself or as part of a longer text; None: nothing."""
        length = len(beginning)
        for ids in reversed(self._held):
            if ids[:length] == beginning:
                return cut(self._held[ids], length)
        return None

    def forget(self) -> None:
        """Hold nothing."""
        self._held.clear()


@overload
def cut(memory: Layers, length: int) -> Layers: ...
@overload
def cut(memory: None, length: int) -> None: ...
def cut(memory: Layers | None, length: int) -> Layers | None:
    """The first tokens of a memory; None of None."""
    return memory and [(k[:, :, :length], v[:, :, :length]) for k, v in memory]


def chosen(memory: Layers, columns: torch.Tensor | slice, row: int) -> Layers:
    """Some columns of one row, as a memory of its own."""
    return [(k[row : row + 1, :, columns].detach(), v[row : row + 1, :, columns].detach()) for k, v in memory]


def cache_of(memories: Sequence[Layers | None]) -> Any:
    """A model's cache with one row for each memory, padded on the right, to be read on from.

    None stands for a row of padding alone.
    """
    from transformers.cache_utils import Cache, DynamicCache, DynamicLayer

    known = [memory for memory in memories if memory is not None]
    if not known:
        return DynamicCache()
    layers = []
    for i in range(len(known[0])):
        layer = DynamicLayer()
        layer.lazy_initialization(*known[0][i])
        layer.keys, layer.values = (
            _joined([None if memory is None else memory[i][part] for memory in memories]) for part in (0, 1)
        )
        layers.append(layer)
    return Cache(layers=layers)


def _joined(rows: Sequence[torch.Tensor | None]) -> torch.Tensor:
    known = [row for row in rows if row is not None]
    if all(row is known[0] for row in rows):
        return known[0].expand(len(rows), -1, -1, -1)
    _, heads, _, width = known[0].shape
    joined = known[0].new_zeros((len(rows), heads, max(row.shape[2] for row in known), width))
    for place, row in zip(joined, rows, strict=True):
        if row is not None:
            place[:, : row.shape[2]] = row[0]
    return joined
