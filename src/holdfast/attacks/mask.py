"""Masks: which part of a snippet an attack may change."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from holdfast.core.snippet import Tokens

Frozen = Literal["nothing", "prompt", "completion"]
"""The part that an attack must leave as it is."""


@dataclass(frozen=True)
class Mask:
    """Says where edits may happen, as positions and slots (see `edits`)."""

    frozen: Frozen = "nothing"

    def positions(self, tokens: Tokens) -> range:
        """The positions that may be rewritten or removed."""
        prompt, whole = len(tokens.prompt), len(tokens)
        return range(
            prompt if self.frozen == "prompt" else 0, prompt if self.frozen == "completion" else whole
        )

    def slots(self, tokens: Tokens) -> range:
        """The slots that words may be written at."""
        prompt, whole = len(tokens.prompt), len(tokens)
        first = prompt + 1 if self.frozen == "prompt" else 0
        return range(first, prompt + 1 if self.frozen == "completion" else whole + 2)
