"""What a tokenizer does with one text and with two, learnt by trying: which special tokens it puts where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from holdfast.core.errors import UserError
from holdfast.models.guard_format import LayoutKind

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast

_PROBES = ("a", "the", "1", ".", "(")
_MOST_PROBES = 2000


@dataclass(frozen=True)
class Typed:
    """Token ids that stand together, and the type (segment) of each."""

    ids: tuple[int, ...]
    types: tuple[int, ...]


@dataclass(frozen=True)
class Habits:
    """The special tokens before, between and after texts, and the type of the texts' own tokens.

    With one text, `middle` is empty and the text is the second part, as a completion is.
    """

    head: Typed
    middle: Typed
    tail: Typed
    prompt_type: int
    completion_type: int

    @classmethod
    def of(cls, tokenizer: PreTrainedTokenizerFast, kind: LayoutKind) -> Habits:
        """Read them off what the tokenizer makes of a text that gives at least one token.

        Raises UserError where texts are not kept whole between the special tokens.
        """
        for text in _probes(tokenizer):
            plain = tokenizer(text, add_special_tokens=False, verbose=False)["input_ids"]
            if plain and not set(plain) & (set(tokenizer.all_special_ids) - {tokenizer.unk_token_id}):
                return _read(tokenizer, text, plain, kind)
        raise UserError("this tokenizer makes no token of any text that was tried; Holdfast cannot use it")


def _probes(tokenizer: PreTrainedTokenizerFast) -> Iterator[str]:
    """Short texts, and then what stands in the vocabulary, for one of another script."""
    yield from _PROBES
    yield from islice(tokenizer.get_vocab(), _MOST_PROBES)


def _read(tokenizer: PreTrainedTokenizerFast, text: str, plain: list[int], kind: LayoutKind) -> Habits:
    both = (text,) if kind == "single" else (text, text)
    encoded = tokenizer(*both, return_token_type_ids=True, verbose=False)
    ids, types, parts = encoded["input_ids"], encoded["token_type_ids"], encoded.sequence_ids()
    last = len(both) - 1
    first, second = _span(parts, 0), _span(parts, last)
    if any(ids[start:stop] != plain for start, stop in (first, second)) or parts.count(None) != len(
        ids
    ) - len(plain) * len(both):
        raise UserError(
            "this tokenizer does not keep a text whole between its special tokens; Holdfast cannot use it"
        )
    middle = (first[1], second[0]) if last else (second[0], second[0])

    def typed(start: int, stop: int) -> Typed:
        return Typed(tuple(ids[start:stop]), tuple(types[start:stop]))

    return Habits(
        head=typed(0, first[0]),
        middle=typed(*middle),
        tail=typed(second[1], len(ids)),
        prompt_type=types[first[0]],
        completion_type=types[second[0]],
    )


def _span(parts: list[int | None], part: int) -> tuple[int, int]:
    """From where up to where the tokens of one text stand."""
    return parts.index(part), len(parts) - parts[::-1].index(part)
