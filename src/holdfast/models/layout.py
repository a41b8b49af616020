"""Token ids laid out as a model reads them: special tokens put in, padded, batched."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


@dataclass(frozen=True)
class Packed:
    """A right-padded batch of B sequences of at most L tokens, as int64 arrays of shape (B, L).

    `lengths` has shape (B,); `types` marks the completion and its end with the tokenizer's second type.
    """

    ids: np.ndarray
    types: np.ndarray
    lengths: np.ndarray

    def mask(self) -> np.ndarray:
        """1 where there is a token, 0 where there is padding."""
        return (np.arange(self.ids.shape[1]) < self.lengths[:, None]).astype(np.int64)

    def model_inputs(self, rows: slice, width: int, wants_types: bool) -> dict[str, torch.Tensor]:
        """The forward arguments for some rows cut to `width`; no mask where nothing is padded."""
        inputs = {"input_ids": torch.from_numpy(self.ids[rows, :width])}
        if wants_types:
            inputs["token_type_ids"] = torch.from_numpy(self.types[rows, :width])
        lengths = self.lengths[rows]
        if (lengths < width).any():
            mask = np.arange(width) < lengths[:, None]
            inputs["attention_mask"] = torch.from_numpy(mask.astype(np.int64))
        return inputs


@dataclass(frozen=True)
class Layout:
    """Which special tokens stand before the prompt, between the parts, and after the completion."""

    head: tuple[int, ...]
    middle: tuple[int, ...]
    tail: tuple[int, ...]
    completion_type: int
    pad: int
    wants_types: bool

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast) -> Layout:
        """Read the layout off what the tokenizer does with a pair, so that anyone's tokenizer is obeyed."""
        probe = _probe_word(tokenizer)
        pair = tokenizer(probe, probe, return_special_tokens_mask=True, return_token_type_ids=True)
        special, ids = pair["special_tokens_mask"], pair["input_ids"]
        first, last = special.index(0), len(special) - 1 - special[::-1].index(0)
        between = [i for i in range(first, last) if special[i]]
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        return cls(
            head=tuple(ids[:first]),
            middle=tuple(ids[i] for i in between),
            tail=tuple(ids[last + 1 :]),
            completion_type=pair["token_type_ids"][last],
            pad=pad or 0,
            wants_types="token_type_ids" in tokenizer.model_input_names,
        )

    @property
    def specials(self) -> int:
        """How many special tokens a snippet gets."""
        return len(self.head) + len(self.middle) + len(self.tail)

    def lengths(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """The length in tokens of each laid-out snippet, shape (B,)."""
        count = len(tokens)
        words = np.fromiter((len(p) + len(c) for p, c in tokens), dtype=np.int64, count=count)
        return words + self.specials

    def completion_start(self, tokens: Tokens) -> int:
        """The position of the completion's first token."""
        return len(self.head) + len(tokens.prompt) + len(self.middle)

    def pack(self, tokens: Sequence[Tokens], positions: int | None = None) -> Packed:
        """Lay out and pad a batch; raises UserError when one is longer than `positions`."""
        lengths = self.lengths(tokens)
        width = int(lengths.max(initial=1))
        if positions is not None and width > positions:
            raise UserError(
                f"a snippet of {width} tokens does not fit the model, which reads {positions}; shorten it"
            )
        head, middle, tail = self.head, self.middle, self.tail
        rows = [head + p + middle + c + tail for p, c in tokens]
        filled = np.arange(width) < lengths[:, None]
        ids = np.full(filled.shape, self.pad, dtype=np.int64)
        ids[filled] = np.fromiter(chain.from_iterable(rows), dtype=np.int64, count=int(lengths.sum()))
        types = np.zeros_like(ids)
        if self.completion_type:
            before = len(head) + len(middle)
            starts = np.fromiter((len(p) + before for p, _ in tokens), dtype=np.int64, count=len(rows))
            types[filled & (np.arange(width) >= starts[:, None])] = self.completion_type
        return Packed(ids, types, lengths)


def length_batches(lengths: np.ndarray, tokens_per_batch: int) -> Iterator[np.ndarray]:
    """Indices in batches of near-equal length, each of at most `tokens_per_batch` tokens with its padding.

    Shortest first; a sequence longer than the limit makes a batch of its own.
    """
    order = np.argsort(lengths, kind="stable")
    start = 0
    while start < len(order):
        stop = start + 1
        limits = tokens_per_batch // np.maximum(lengths[order[start:]], 1)
        fits = limits >= np.arange(1, len(order) - start + 1)
        stop = start + max(1, int(fits.argmin()) if not fits.all() else len(fits))
        yield order[start:stop]
        start = stop


def _probe_word(tokenizer: PreTrainedTokenizerFast) -> str:
    special = set(tokenizer.all_special_tokens)
    for word in tokenizer.get_vocab():
        if word not in special:
            ids = tokenizer(word, add_special_tokens=False)["input_ids"]
            if len(ids) == 1 and ids[0] not in tokenizer.all_special_ids:
                return str(word)
    raise UserError("this tokenizer has no word that it reads as one token; Holdfast cannot use it")
