"""Token ids laid out as a model reads them: special tokens put in, padded, batched."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from operator import itemgetter
from typing import TYPE_CHECKING

import numpy as np
import torch

from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens
from holdfast.models.guard_format import LayoutKind
from holdfast.models.habits import Habits

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
    """Which special tokens stand before the prompt, between the parts, and after the completion.

    `special_types` are the types of all of these, in that order; empty where the head and the middle have
    type 0 and the tail has the completion's. In the `single` layout the whole text is the completion, and the
    prompt is empty.
    """

    head: tuple[int, ...]
    middle: tuple[int, ...]
    tail: tuple[int, ...]
    completion_type: int
    pad: int
    wants_types: bool
    kind: LayoutKind = "pair"
    prompt_type: int = 0
    special_types: tuple[int, ...] = ()

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast, kind: LayoutKind = "pair") -> Layout:
        """Read the layout off what the tokenizer does, so that anyone's tokenizer is obeyed."""
        habits = Habits.of(tokenizer, kind)
        pad = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else tokenizer.eos_token_id
        return cls(
            head=habits.head.ids,
            middle=habits.middle.ids,
            tail=habits.tail.ids,
            completion_type=habits.completion_type,
            pad=pad or 0,
            wants_types="token_type_ids" in tokenizer.model_input_names,
            kind=kind,
            prompt_type=habits.prompt_type,
            special_types=habits.head.types + habits.middle.types + habits.tail.types,
        )

    @property
    def specials(self) -> int:
        """How many special tokens a snippet gets."""
        return len(self.head) + len(self.middle) + len(self.tail)

    def lengths(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """The length in tokens of each laid-out snippet, shape (B,)."""
        lengths: np.ndarray = _lengths(tokens, 0) + _lengths(tokens, 1) + self.specials
        return lengths

    def completion_start(self, tokens: Tokens) -> int:
        """The position of the completion's first token."""
        return len(self.head) + len(tokens.prompt) + len(self.middle)

    def pack(self, tokens: Sequence[Tokens], positions: int | None = None) -> Packed:
        """Lay out and pad a batch; raises UserError when one is longer than `positions`."""
        prompts, completions = _lengths(tokens, 0), _lengths(tokens, 1)
        lengths = prompts + completions + self.specials
        width = int(lengths.max(initial=1))
        if positions is not None and width > positions:
            raise UserError(
                f"a snippet of {width} tokens does not fit the model, which reads {positions}; shorten it"
            )
        # First and last columns of each part; the words are then written in one go, row by row.
        first = len(self.head)
        second = first + prompts + len(self.middle)
        end = second + completions
        column = np.arange(width)
        is_word = (column >= first) & (column < (first + prompts)[:, None])
        is_word |= (column >= second[:, None]) & (column < end[:, None])
        words = chain.from_iterable(chain.from_iterable(tokens))
        ids = np.full(is_word.shape, self.pad, dtype=np.int64)
        ids[:, :first] = self.head
        ids[is_word] = np.fromiter(words, dtype=np.int64, count=int((prompts + completions).sum()))
        places = [np.full(len(tokens), place) for place in range(first)]
        places += [first + prompts + place for place in range(len(self.middle))]
        places += [end + place for place in range(len(self.tail))]
        rows = np.arange(len(tokens))
        for place, special in zip(places[first:], self.middle + self.tail, strict=True):
            ids[rows, place] = special
        types = np.zeros_like(ids)
        if self._has_types:
            types[(column >= first) & (column < (first + prompts)[:, None])] = self.prompt_type
            types[(column >= second[:, None]) & (column < end[:, None])] = self.completion_type
            for place, type_ in zip(places, self._types_of_specials, strict=True):
                types[rows, place] = type_
        return Packed(ids, types, lengths)

    @property
    def _types_of_specials(self) -> tuple[int, ...]:
        plain = (0,) * (len(self.head) + len(self.middle)) + (self.completion_type,) * len(self.tail)
        return self.special_types or plain

    @property
    def _has_types(self) -> bool:
        return any((self.prompt_type, self.completion_type, *self.special_types))


def _lengths(tokens: Sequence[Tokens], part: int) -> np.ndarray:
    """How many words one part of each snippet has, shape (B,)."""
    return np.fromiter(map(len, map(itemgetter(part), tokens)), dtype=np.int64, count=len(tokens))


UNIFORM = 512
"""Tokens from which snippets of one length are worth a batch of their own, without padding and mask."""


def length_batches(lengths: np.ndarray, tokens_per_batch: int) -> Iterator[np.ndarray]:
    """Indices in batches of near-equal length, each of at most `tokens_per_batch` tokens with its padding.

    Shortest first; a sequence longer than the limit makes a batch of its own.
    """
    order = np.argsort(lengths, kind="stable")
    ascending = lengths[order].tolist()
    start = 0
    while start < len(order):
        size, shortest = _largest_batch(ascending, start, tokens_per_batch), ascending[start]
        same = bisect_right(ascending, shortest, start, start + size) - start
        if same * shortest >= UNIFORM:
            size = same
        yield order[start : start + size]
        start += size


def _largest_batch(ascending: list[int], start: int, tokens_per_batch: int) -> int:
    """How many sequences from `start` fit, all as long as the last of them; at least one."""
    sizes = range(1, len(ascending) - start + 1)
    fitting = bisect_right(sizes, tokens_per_batch, key=lambda size: size * ascending[start + size - 1])
    return max(1, fitting)
