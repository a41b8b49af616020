"""A masked language model that fills in words: texts and places in, the likeliest whole words out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import torch
from numpy.typing import NDArray

from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.codec import Codec
from holdfast.models.folder import content_hash, load_folder
from holdfast.models.layout import Layout, length_batches
from holdfast.models.placement import Placement
from holdfast.models.positions import positions_of
from holdfast.models.whole_words import Edges, WholeWords, token_places

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_TOKENS_PER_BATCH = 4096
_PIECES_PER_WORD = 8
"""So many times the words asked for are the pieces looked through: most pieces of a vocabulary are words."""


@dataclass(frozen=True, slots=True)
class Blank:
    """A place of a text, from one character up to another: what stands there is masked.

    A place without width is one between two words, where a word is to be added.
    """

    text: str
    start: int
    stop: int


@dataclass(frozen=True)
class Guesses:
    """The likeliest whole words for a blank, likeliest first, and their log probabilities, shape (N,).

    `tokens` is how many tokens were read for them; 0 where the model cannot be asked.
    """

    words: tuple[str, ...]
    log_probs: NDArray[np.float64]
    tokens: int


NOTHING = Guesses((), np.zeros(0), 0)


@dataclass(frozen=True)
class _Masked:
    """A text with its one mask token, and what stands at the edges of the blank."""

    tokens: Tokens
    at: int
    edges: Edges
    capital: bool


class MaskedModel:
    """Anyone's masked language model with its tokenizer; its token ids never leave it.

    It is used in full precision alone: what a judge allows must not depend on where it runs.
    """

    def __init__(self, model: torch.nn.Module, tokenizer: PreTrainedTokenizerFast, name: str = "") -> None:
        """Raises UserError where the tokenizer has no mask token."""
        if tokenizer.mask_token_id is None:
            raise UserError(
                f"the tokenizer of {name or 'this model'} has no mask token, so no word can be masked; name"
                " a masked language model (BERT's kind)"
            )
        self.model = model.eval()
        self.tokenizer = tokenizer
        self.name = name
        self._codec = Codec(tokenizer)
        self._layout = Layout.of(tokenizer, "single")
        self._words = WholeWords(self._codec)
        self._tokens_read = 0

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """Open anyone's folder of a masked language model.

        Raises UserError when it is missing or corrupt, has no masked-LM head, or has no mask token.
        """
        from transformers import AutoModelForMaskedLM

        return cls(*load_folder(Path(path), AutoModelForMaskedLM), name=str(path))

    def to(self, placement: Placement) -> Self:
        """Move the model in place to a device; returns itself. Its precision stays full.

        Raises UserError where the device is not there.
        """
        _ = self._room  # asked before the move: on a GPU, a text that is too long ends the process
        self.model.to(placement.resolved().device)
        return self

    @cached_property
    def hash(self) -> str:
        """The content hash of weights, configuration and vocabulary."""
        return content_hash(self.model, self.tokenizer)

    @cached_property
    def flops_per_token(self) -> float:
        """Forward FLOPs for one token: 2 N, as for the other models."""
        return 2.0 * sum(p.numel() for p in self.model.parameters())

    @property
    def spend(self) -> Spend:
        """What the forwards so far cost."""
        return Spend(forward_flops=self.flops_per_token * self._tokens_read)

    @cached_property
    def _room(self) -> int | None:
        """How many tokens of a text fit beside the special ones; None: no limit."""
        token = int(self._codec.alphabet[0])
        positions = positions_of(self.model, self.tokenizer, self._layout, token)
        return None if positions is None else positions - self._layout.specials

    def guesses(self, blanks: Sequence[Blank], top: int) -> list[Guesses]:
        """The `top` likeliest whole words for each blank, in order; fewer where few likely pieces are words.

        Of a text that is longer than the model reads, what stands around the blank is read. Where the
        tokenizer capitals and small letters are alike, a word takes the capital of what it stands for.
        """
        masked = [self._masked(blank) for blank in blanks]
        rows = [row for row in masked if row is not None]
        found = iter(self._guesses(rows, top))
        return [NOTHING if row is None else next(found) for row in masked]

    def _guesses(self, rows: Sequence[_Masked], top: int) -> list[Guesses]:
        found: list[Guesses] = [NOTHING] * len(rows)
        lengths = self._layout.lengths([row.tokens for row in rows])
        for batch in length_batches(lengths, _TOKENS_PER_BATCH):
            of_batch = [rows[i] for i in batch]
            log_probs, pieces = self._likeliest(of_batch, _PIECES_PER_WORD * top)
            for i, row, own_log_probs, own in zip(batch, of_batch, log_probs, pieces, strict=True):
                found[i] = self._whole(row, own_log_probs, own.tolist(), top, int(lengths[i]))
        self._tokens_read += int(lengths.sum())
        return found

    def _whole(
        self, row: _Masked, log_probs: np.ndarray, pieces: list[int], top: int, tokens: int
    ) -> Guesses:
        """Of the likeliest pieces those that are whole words."""
        words, kept = [], []
        for at, piece in enumerate(pieces):
            word = self._words.word(piece, row.edges)
            if word is not None:
                words.append(word[:1].upper() + word[1:] if row.capital else word)
                kept.append(at)
                if len(words) == top:
                    break
        return Guesses(tuple(words), log_probs[kept].astype(np.float64), tokens)

    def _likeliest(self, rows: Sequence[_Masked], count: int) -> tuple[np.ndarray, np.ndarray]:
        """Log probabilities and ids of the likeliest pieces at each mask, shape (B, count) each."""
        packed = self._layout.pack([row.tokens for row in rows])
        inputs = packed.model_inputs(slice(None), packed.ids.shape[1], self._layout.wants_types)
        device = next(self.model.parameters()).device
        with torch.inference_mode():
            inputs = {name: value.to(device) for name, value in inputs.items()}
            at = torch.tensor([len(self._layout.head) + row.at for row in rows], device=device)
            log_probs = torch.log_softmax(self._logits(inputs, at).float(), dim=-1)
            values, pieces = log_probs.topk(min(count, log_probs.shape[-1]), dim=-1)
        return values.cpu().numpy(), pieces.cpu().numpy()

    def _logits(self, inputs: dict[str, torch.Tensor], at: torch.Tensor) -> torch.Tensor:
        """(B, V) the logits at one place of each row; the output layer, half of the work, reads no others."""
        model: Any = self.model
        rows = torch.arange(len(at), device=at.device)
        layer = model.get_output_embeddings()
        if layer is None:
            every: torch.Tensor = model(**inputs).logits
            return every[rows, at]
        hook = layer.register_forward_pre_hook(lambda _, given: (given[0][rows, at], *given[1:]))
        try:
            logits: torch.Tensor = model(**inputs).logits
        finally:
            hook.remove()
        return logits if logits.ndim == 2 else logits[rows, at]

    def _masked(self, blank: Blank) -> _Masked | None:
        """A text with the tokens of its blank masked; None where a token stands across the blank's edge."""
        text, start, stop = blank.text, blank.start, blank.stop
        places = token_places(self._codec, text)
        within = [i for i, (a, b) in enumerate(places) if a < stop and b > start]
        if start == stop:
            first = last = sum(b <= start for _, b in places)
            apart = not within
        else:
            apart = bool(within) and places[within[0]][0] >= start and places[within[-1]][1] <= stop
            first, last = (within[0], within[-1] + 1) if within else (0, 0)
        if not apart:
            return None
        ids = self._codec.encode_text(text)
        around = (*ids[:first], int(self.tokenizer.mask_token_id), *ids[last:])
        tokens, at = _window(around, first, self._room)
        capital = self._words.caseless and text[start:stop][:1].isupper()
        edges = Edges.between(text, start) if start == stop else Edges.of(text, places, start, stop)
        return _Masked(Tokens((), tokens), at, edges, capital)


def _window(ids: tuple[int, ...], at: int, room: int | None) -> tuple[tuple[int, ...], int]:
    """As many tokens around a place as there is room for, and where the place is among them."""
    if room is None or len(ids) <= room:
        return ids, at
    first = min(max(0, at - room // 2), len(ids) - room)
    return ids[first : first + room], at - first
