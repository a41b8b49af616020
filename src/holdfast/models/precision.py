"""A model's weights in bf16, but for its last layer; buffers (positions) are kept as they are."""

from __future__ import annotations

from typing import Any

import torch

from holdfast.models.forwarding import last_layer


def to_bf16(model: torch.nn.Module) -> None:
    """Change a model's weights in place.

    The last layer stays in full precision: a score of 8 in bf16 has steps of 0.03, which would be most of the
    error. Where it shares its weights with the embeddings of what is read, it gets a copy of its own.
    """
    last = _last(model)
    exact = {id(weight) for weight in last.parameters()} if last is not None else set()
    with torch.no_grad():
        for weight in model.parameters():
            if id(weight) not in exact:
                weight.data = weight.data.to(torch.bfloat16)
    if last is not None:
        last.register_forward_pre_hook(_in_full)


def _last(model: Any) -> torch.nn.Module | None:
    """The layer that gives the labels' logits or, in a language model, those of the next token."""
    words: torch.nn.Module | None = model.get_output_embeddings()
    if words is not None:
        words.weight = torch.nn.Parameter(words.weight.detach().clone())  # type: ignore[operator]
        return words
    name = last_layer(model)
    return None if name is None else model.get_submodule(name)


def _in_full(layer: torch.nn.Module, inputs: tuple[torch.Tensor]) -> tuple[torch.Tensor]:
    """What the last layer reads, in full precision."""
    return (inputs[0].float(),)
