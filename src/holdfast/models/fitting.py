"""Whether snippets fit a model, and what it reads of those that do not."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.guard_format import Overflow
from holdfast.models.layout import Layout
from holdfast.models.overflow import Cut, Pieces, pieces_of


@dataclass(frozen=True)
class Fitting:
    """The longest sequence that a model reads (None: no limit is known), and the rule for longer ones."""

    layout: Layout
    positions: int | None
    overflow: Overflow

    def __post_init__(self) -> None:
        if self.positions is not None and self.positions <= self.layout.specials:
            raise UserError(f"a limit of {self.positions} positions leaves no room beside the special tokens")

    @property
    def room(self) -> int:
        """How many tokens of a snippet are read in one go, special tokens apart."""
        return sys.maxsize if self.positions is None else self.positions - self.layout.specials

    def fits(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Whether each snippet can be scored, shape (B,): whole, or cut by the rule; an empty one cannot."""
        lengths = self.layout.lengths(tokens)
        refused = self.positions is not None and self.overflow == "refuse"
        result: np.ndarray = (lengths > 0) & (not refused or lengths <= (self.positions or 0))
        return result

    def trainable(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """Whether each snippet can be trained on, shape (B,): one that is read in several windows cannot.

        A label is about the whole text, and which window bears it out is not known.
        """
        fits, lengths = self.fits(tokens), self.layout.lengths(tokens)
        windowed = self.positions is not None and self.overflow == "window"
        result: np.ndarray = fits & (not windowed or lengths <= (self.positions or 0))
        return result

    def pieces(self, tokens: Sequence[Tokens]) -> Pieces | None:
        """What the model reads of each snippet; None where it reads them all whole.

        Raises UserError for a snippet without any token, and under `refuse` for one that does not fit.
        """
        lengths = self.layout.lengths(tokens)
        if len(lengths) and not lengths.min():
            raise UserError("a snippet gives this model no tokens, so it has no score; leave out empty texts")
        longest = int(lengths.max(initial=0))
        if self.positions is None or longest <= self.positions:
            return None
        if self.overflow == "refuse":
            raise UserError(
                f"a snippet of {longest} tokens does not fit the model, which reads {self.positions}; "
                "shorten it, or say what is to be read of it (overflow: head, tail or window; --overflow)"
            )
        return pieces_of(tokens, self.room, self.overflow)

    def cuts(self, tokens: Sequence[Tokens]) -> list[Cut]:
        """How much of each snippet is read; raises UserError as `pieces` does."""
        pieces = self.pieces(tokens)
        return [Cut(len(t), len(t)) for t in tokens] if pieces is None else pieces.cuts

    def lengths(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """How many tokens are read for each snippet, special ones and all windows included, shape (B,)."""
        lengths = self.layout.lengths(tokens)
        if self.positions is None or int(lengths.max(initial=0)) <= self.positions:
            return lengths
        if self.overflow == "refuse":
            return lengths
        pieces = pieces_of(tokens, self.room, self.overflow)
        counted = np.bincount(pieces.owner, self.layout.lengths(pieces.tokens), len(tokens))
        return counted.astype(np.int64)

    def shortened(self, tokens: Sequence[Tokens]) -> list[Tokens]:
        """The snippets as they are trained on: cut as scoring cuts them.

        Raises UserError as `pieces` does, and under `window`, for it is not known which window a label is
        about.
        """
        pieces = self.pieces(tokens)
        if pieces is None:
            return list(tokens)
        if self.overflow == "window":
            long = sum(cut.windows > 1 or not cut.whole for cut in pieces.cuts)
            raise UserError(
                f"{long} of {len(tokens)} snippets to train on are longer than the {self.positions} tokens "
                "that the model reads, and which window is bad is not known; use overflow: head or tail"
            )
        return pieces.tokens
