"""How large a model made from scratch is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from holdfast.core.errors import UserError
from holdfast.core.surface import Limits

_SPECIAL = 3
"""Special tokens of a pair: `[CLS] prompt [SEP] completion [SEP]`."""
_LEAST = 128
_BOTH_WAYS = ("recurrent", "hybrid")


Architecture = Literal["modernbert", "bert", "reader", "recurrent", "hybrid", "stepwise"]


@dataclass(frozen=True)
class ModelSize:
    """Layers, width and heads of a model; `feed_forward` is four widths unless said
    (two in the gated blocks of `modernbert` and `reader`).

    `positions` is the longest sequence in tokens, special tokens included; None: enough for the task's
    largest snippet. Raises UserError when the width cannot be shared among the heads.
    """

    layers: int
    width: int
    heads: int
    feed_forward: int | None = None
    positions: int | None = None
    dropout: float = 0.0
    architecture: Architecture = "modernbert"
    """Of a classifier; a generator is always a Llama."""

    def __post_init__(self) -> None:
        if min(self.layers, self.width, self.heads, self.positions or 1) < 1:
            raise UserError(f"every part of a model's size must be at least 1: {self}")
        if self.width % self.heads:
            raise UserError(f"a width of {self.width} cannot be shared among {self.heads} heads")
        if self.architecture in _BOTH_WAYS and self.width % 2:
            raise UserError(f"a width of {self.width} cannot be shared among the two directions of reading")

    def holding(self, limits: Limits) -> ModelSize:
        """The same size with enough positions for snippets within these limits, where none are said."""
        largest = limits.prompt_words + limits.completion_words + _SPECIAL
        return replace(self, positions=self.positions or max(_LEAST, largest))

    @property
    def inner_width(self) -> int:
        """The width inside the feed-forward blocks."""
        return self.feed_forward or 4 * self.width


def turns_of(model: Any) -> int:
    """How often each token passes a model's weights in one forward: once, but for a `stepwise` one."""
    turns: int = getattr(model.config, "turns", 1)
    return turns
