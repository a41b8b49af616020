"""A start for encoders that have to read: some heads look at neighbours, the others match like with like.

Who drinks from the red cup is decided where the red cup was poisoned. To find that, an encoder must join each
word with its neighbours (red with cup), and then look for the same elsewhere. From the usual small random
weights it takes many snippets until heads do either; here they begin with it. These are first weights alone:
the architecture is ModernBERT's with biases in its attention, and training may undo them.
"""

from __future__ import annotations

import math
from typing import Any

import torch

_EMBEDDING_SCALE = 0.3
_PEAK = 3.0
"""What each of the fastest rotations adds to the attention score at the neighbour's place."""
_ROTATIONS = 3
_FIRST_NEIGHBOURS, _LATER_NEIGHBOURS = (1, -1), (1,)
"""How many words before it each neighbour head of the first layer, and of later ones, looks."""


def start_reading(model: torch.nn.Module) -> None:
    """Give a ModernBERT classifier with attention biases such first weights, from torch's random state."""
    encoder: Any = model.get_submodule("model")
    with torch.no_grad():
        words: torch.Tensor = encoder.embeddings.tok_embeddings.weight
        words.normal_(0, _EMBEDDING_SCALE)
        words[encoder.config.pad_token_id] = 0
        rotations = encoder.rotary_emb.full_attention_inv_freq.tolist()
        for number, layer in enumerate(encoder.layers):
            _start_layer(layer, encoder.config, rotations, _LATER_NEIGHBOURS if number else _FIRST_NEIGHBOURS)


def _start_layer(layer: Any, config: Any, rotations: list[float], neighbours: tuple[int, ...]) -> None:
    width, heads = config.hidden_size, config.num_attention_heads
    size = width // heads
    shrink = 1 / math.sqrt(config.num_hidden_layers)
    for part, scale in (
        (layer.attn.Wqkv, 1.0),
        (layer.attn.Wo, shrink),
        (layer.mlp.Wi, 1.0),
        (layer.mlp.Wo, shrink),
    ):
        part.weight.normal_(0, scale / math.sqrt(part.in_features))
    weight, bias = layer.attn.Wqkv.weight, layer.attn.Wqkv.bias
    for head in range(heads):
        query, key = (
            slice(head * size, (head + 1) * size),
            slice(width + head * size, width + (head + 1) * size),
        )
        # One head at least matches, however few there are.
        if head < min(len(neighbours), heads - 1):
            weight[query] *= 0.3
            weight[key] *= 0.3
            _look_back(bias[query], bias[key], neighbours[head], rotations)
        else:
            weight[key] = weight[query]


def _look_back(query: torch.Tensor, key: torch.Tensor, words: int, rotations: list[float]) -> None:
    """Biases of one head whose product, once both are turned by their places, peaks so many words before."""
    half = len(query) // 2
    strength = math.sqrt(_PEAK * math.sqrt(len(query)))
    for i, rotation in enumerate(rotations[:_ROTATIONS]):
        query[i] = strength
        key[i] = strength * math.cos(words * rotation)
        key[i + half] = strength * math.sin(words * rotation)
