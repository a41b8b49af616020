"""Text to token ids, with special tokens that are written in the text read as plain text, or not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import TYPE_CHECKING, Any

from holdfast.core.errors import UserError
from holdfast.models.guard_format import SpecialTokens

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_BYTE = re.compile("<0x[0-9A-F]{2}>")
"""Stands for a byte of a character that the vocabulary lacks, whoever calls it special."""


@dataclass(frozen=True)
class _Encoded:
    ids: tuple[int, ...]
    places: list[tuple[int, int]]


class PlainText:
    """Encodes texts without adding special tokens.

    A text in which no special token is written gives what the tokenizer's own call gives. With `text`, one
    that is written there never gives the special token: its characters are read as any others, in two
    parts where the vocabulary would join them to the special token all the same.
    """

    def __init__(self, tokenizer: PreTrainedTokenizerFast, special_tokens: SpecialTokens = "text") -> None:
        self._tokenizer = tokenizer
        self._as_text = special_tokens == "text"
        added = tokenizer.added_tokens_decoder
        special = {i for i, token in added.items() if token.special} | set(tokenizer.all_special_ids)
        bytes_ = {i for i, token in added.items() if _BYTE.fullmatch(token.content)}
        self._unknown = tokenizer.unk_token_id
        self._special = frozenset(special - bytes_ - {self._unknown})

    def ids(self, texts: Sequence[str]) -> list[tuple[int, ...]]:
        """The token ids of each text, in order; raises UserError for text that is not valid Unicode."""
        if not texts:
            return []
        encoded = self._call(list(texts))["input_ids"]
        found = [tuple(ids) for ids in encoded]
        if self._as_text:
            for i, ids in enumerate(found):
                if not self._special.isdisjoint(ids):
                    found[i] = self._in_parts(texts[i]).ids
        return found

    def places(self, text: str) -> list[tuple[int, int]]:
        """From which character up to which each token of the text stands in it."""
        encoded = self._call([text], return_offsets_mapping=True)
        if self._as_text and not self._special.isdisjoint(encoded["input_ids"][0]):
            return self._in_parts(text).places
        return [(start, stop) for start, stop in encoded["offset_mapping"][0]]

    def _call(self, texts: list[str], **asked: bool) -> dict[str, Any]:
        try:
            found: dict[str, Any] = self._tokenizer(
                texts, add_special_tokens=False, split_special_tokens=self._as_text, verbose=False, **asked
            )
        except (UnicodeEncodeError, TypeError) as error:
            raise UserError("a text holds half of a surrogate pair, which is not valid Unicode") from error
        return found

    def _in_parts(self, text: str) -> _Encoded:
        """The text cut within every special token that is read in it, each part encoded by itself."""
        edges = [0, len(text)]
        while True:
            parts = [self._part(text, start, stop) for start, stop in pairwise(edges)]
            ids = tuple(chain.from_iterable(part.ids for part in parts))
            places = list(chain.from_iterable(part.places for part in parts))
            found = [place for i, place in zip(ids, places, strict=True) if i in self._special]
            cuts = {start + 1 for start, stop in found if stop - start > 1} - set(edges)
            if not cuts:
                return _Encoded(self._without_special(ids), places)
            edges = sorted({*edges, *cuts})

    def _part(self, text: str, start: int, stop: int) -> _Encoded:
        encoded = self._call([text[start:stop]], return_offsets_mapping=True)
        places = [(start + first, start + last) for first, last in encoded["offset_mapping"][0]]
        return _Encoded(tuple(encoded["input_ids"][0]), places)

    def _without_special(self, ids: tuple[int, ...]) -> tuple[int, ...]:
        """Where one character alone is a special token, it counts as unknown."""
        if self._special.isdisjoint(ids):
            return ids
        if self._unknown is None:
            raise UserError(
                "a text holds a special token of one character, and this tokenizer has no unknown token"
            )
        return tuple(self._unknown if i in self._special else i for i in ids)
