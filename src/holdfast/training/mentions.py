"""Teaching an encoder's attention where the same person or thing was named before.

What happened to the red cup stands where it was named before, and a reader has to look there. Left to itself
the attention finds this late; here one head of two early layers is taught it outright, as a head is taught
syntax in LISA (arXiv 1804.08199). Nothing is added to the model: the head's own queries and keys are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.models.layout import Layout
from holdfast.tasks.base import WordMarks

_TAUGHT = (1, 2)
"""The layers, from 0: the first joins words with their neighbours, the last has to use what is found."""
_NEVER = -1e4


class MentionsLoss:
    """How little attention goes from a phrase to earlier ones that name the same.

    It is minus the log of that share, a mean over words and over the last heads of the taught layers.
    Raises UserError for a model whose attention it cannot read.
    """

    def __init__(self, model: torch.nn.Module, rows: Sequence[WordMarks], layout: Layout) -> None:
        config: Any = model.config
        if config.model_type != "modernbert" or config.num_hidden_layers <= _TAUGHT[0]:
            raise UserError(
                "mentions are learnt by the attention of a modernbert or reader with layers after the first; "
                f"this is a {config.model_type} of {config.num_hidden_layers}"
            )
        self._encoder: Any = model.base_model
        self._rows, self._layout = rows, layout
        self._layers = [number for number in _TAUGHT if number < config.num_hidden_layers]
        self._width, self._size = config.hidden_size, config.hidden_size // config.num_attention_heads
        self._seen: dict[int, torch.Tensor] = {}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """The queries and keys of forwards in here are kept for the loss."""
        with ExitStack() as stack:
            for number in self._layers:
                projection = self._encoder.layers[number].attn.Wqkv
                stack.enter_context(_hooked(projection, partial(self._keep, number)))
            yield

    def _keep(self, number: int, _layer: torch.nn.Module, _given: Any, output: torch.Tensor) -> None:
        self._seen[number] = output

    def __call__(self, rows: np.ndarray, mask: torch.Tensor | None) -> torch.Tensor:
        """The loss of the examples with those indices, whose forward was watched; `mask` has shape (B, L)."""
        states = next(iter(self._seen.values()))
        same = torch.from_numpy(self._earlier(rows, states.shape[1])).to(states.device)
        named = same.any(-1)
        if not bool(named.any()):
            return states.new_zeros(())
        places = torch.arange(states.shape[1], device=states.device)[None]
        turn = self._encoder.rotary_emb(states, places, "full_attention")
        total = states.new_zeros(())
        for found in self._seen.values():
            chances = self._log_attention(found, turn, mask)
            total = total - chances.masked_fill(~same, _NEVER).logsumexp(-1)[named].mean()
        count = len(self._seen)
        self._seen.clear()
        return total / count

    def _log_attention(
        self, found: torch.Tensor, turn: tuple[torch.Tensor, torch.Tensor], mask: torch.Tensor | None
    ) -> torch.Tensor:
        """The last head's log attention, shape (B, L, L)."""
        from transformers.models.modernbert.modeling_modernbert import apply_rotary_pos_emb

        width, size = self._width, self._size
        query, key = found[..., width - size : width], found[..., 2 * width - size : 2 * width]
        query, key = apply_rotary_pos_emb(query[:, None], key[:, None], *turn)
        scores: torch.Tensor = (query[:, 0] @ key[:, 0].transpose(1, 2)).float() / size**0.5
        if mask is not None:
            scores = scores.masked_fill(mask[:, None] == 0, _NEVER)
        return scores.log_softmax(-1)

    def _earlier(self, rows: np.ndarray, width: int) -> np.ndarray:
        """Whether a word's phrase names what an earlier phrase with the other word names, shape (B, L, L)."""
        entity = np.zeros((len(rows), width), dtype=np.int64)
        number = np.zeros_like(entity)
        first = len(self._layout.head)
        for place, row in enumerate(rows.tolist()):
            marks = self._rows[row]
            split = len(marks.prompt)
            for i, mention in enumerate(marks.mentions):
                if mention is not None:
                    at = first + i + (len(self._layout.middle) if i >= split else 0)
                    entity[place, at], number[place, at] = mention
        alike = (entity[:, :, None] == entity[:, None]) & (entity[:, :, None] > 0)
        earlier: np.ndarray = alike & (number[:, :, None] > number[:, None])
        return earlier


@contextmanager
def _hooked(layer: torch.nn.Module, hook: Any) -> Iterator[None]:
    handle = layer.register_forward_hook(hook)
    try:
        yield
    finally:
        handle.remove()
