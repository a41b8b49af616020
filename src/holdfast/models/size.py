"""How large a model made from scratch is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from holdfast.core.errors import UserError


@dataclass(frozen=True)
class ModelSize:
    """Layers, width and heads of a transformer; `feed_forward` is four widths unless said
    (two in the gated blocks of `modernbert`).

    `positions` is the longest sequence in tokens, special tokens included. Raises UserError when the width
    cannot be shared among the heads.
    """

    layers: int
    width: int
    heads: int
    feed_forward: int | None = None
    positions: int = 128
    dropout: float = 0.0
    architecture: Literal["modernbert", "bert"] = "modernbert"
    """Of a classifier; a generator is always a Llama."""

    def __post_init__(self) -> None:
        if min(self.layers, self.width, self.heads, self.positions) < 1:
            raise UserError(f"every part of a model's size must be at least 1: {self}")
        if self.width % self.heads:
            raise UserError(f"a width of {self.width} cannot be shared among {self.heads} heads")

    @property
    def inner_width(self) -> int:
        """The width inside the feed-forward blocks."""
        return self.feed_forward or 4 * self.width
