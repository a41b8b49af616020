"""Between snippets as text and snippets as token ids of one tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from holdfast.core.places import Place, word_places
from holdfast.core.snippet import Snippet, Tokens
from holdfast.core.surface import ClosedSurface, Surface
from holdfast.models.guard_format import SpecialTokens
from holdfast.models.plain_text import PlainText
from holdfast.models.tokenizer import is_word_level
from holdfast.tasks.base import OpenClassed, Task, surface_of

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


class Codec:
    """Encodes and decodes snippets, without special tokens.

    Where the tokenizer is the word-level one of `task`, the task's own `words` and `text` do the work, and
    every sequence of vocabulary words round-trips. Otherwise (anyone's tokenizer) the tokenizer does it, and
    `round_trips` tells which token sequences survive.
    """

    def __init__(
        self,
        tokenizer: PreTrainedTokenizerFast,
        task: Task | None = None,
        *,
        join: Callable[[Snippet], str] | None = None,
        special_tokens: SpecialTokens = "text",
    ) -> None:
        """`join` makes one text of a snippet, for a model that reads one; None: two texts."""
        self.tokenizer = tokenizer
        self._join = join
        self._encoder = PlainText(tokenizer, special_tokens)
        self._ids: dict[str, int] = tokenizer.get_vocab()
        self._task = task if task is not None and self._is_closed_over(task) else None
        self._unknown = tokenizer.unk_token_id
        self._words = {i: word for word, i in self._ids.items()}
        special = set(tokenizer.all_special_ids)
        words = self._task.vocabulary if self._task else self._ids
        self.alphabet = np.array(sorted({self._ids[w] for w in words} - special), dtype=np.int64)
        """The ids that an attack may write: every id but the special tokens', ascending."""

    def _is_closed_over(self, task: Task) -> bool:
        if not is_word_level(self.tokenizer) or not surface_of(task).closed:
            return False
        return all(word in self._ids for word in task.vocabulary)

    @property
    def closed(self) -> bool:
        """Whether every sequence of ids in the alphabet round-trips, by the task's own words."""
        return self._task is not None

    @property
    def vocabulary_size(self) -> int:
        """One more than the largest id."""
        return max(self._ids.values()) + 1

    @property
    def open_classes(self) -> tuple[tuple[int, ...], ...]:
        """The ids of the words of each class that the task calls open; none where it says nothing of that."""
        if not isinstance(self._task, OpenClassed):
            return ()
        classes = self._task.open_classes.values()
        return tuple(tuple(self._ids[word] for word in words) for words in classes)

    def encode(self, snippets: Sequence[Snippet]) -> list[Tokens]:
        """The token ids of each snippet, in order; unknown words become the unknown token."""
        if self._join is not None:
            return [Tokens((), ids) for ids in self._encode_open([self._join(s) for s in snippets])]
        if self._task is None:
            prompts = self._encode_open([s.prompt for s in snippets])
            completions = self._encode_open([s.completion for s in snippets])
            return [Tokens(p, c) for p, c in zip(prompts, completions, strict=True)]
        return [Tokens(self.encode_text(s.prompt), self.encode_text(s.completion)) for s in snippets]

    def encode_text(self, text: str) -> tuple[int, ...]:
        """The token ids of one piece of text."""
        if self._task is None:
            return self._encode_open([text])[0]
        ids, unknown = self._ids, self._unknown
        return tuple([ids.get(word, unknown) for word in self._task.words(text)])

    def places(self, text: str) -> list[tuple[int, int]]:
        """From which character up to which each token of `encode_text(text)` stands in the text, in order."""
        if self._task is not None:
            return word_places(text, self._task.words(text))
        return self._encoder.places(text)

    def reads_units(self, surface: Surface) -> bool:
        """Whether the units of a surface are this model's tokens, number for number."""
        if self._task is None or self._join is not None or not isinstance(surface, ClosedSurface):
            return False
        numbers = surface.alphabet.tolist()
        known = self._words
        return all(known.get(i) == word for i, word in zip(numbers, surface.words(numbers), strict=True))

    def shares(self, other: Codec) -> bool:
        """Whether the other codec's tokens are these, number for number, for the same texts."""
        apart = self._join is None and other._join is None
        return apart and self.closed and other.closed and self._ids == other._ids

    def token_places(self, snippet: Snippet) -> list[Place]:
        """Where each token of a snippet stands, counted over the prompt's text and then the completion's.

        What stands between the two in a single text belongs to neither: a token there begins the completion.
        """
        offset = len(snippet.prompt)
        if self._join is not None:
            text = self._join(snippet)
            between = len(text) - len(snippet.completion) - offset
            return [
                (_without(a, offset, between), _without(b, offset, between)) for a, b in self.places(text)
            ]
        after = [(start + offset, stop + offset) for start, stop in self.places(snippet.completion)]
        return self.places(snippet.prompt) + after

    @property
    def unknown(self) -> int | None:
        """The id that stands for what the vocabulary lacks; None where there is none."""
        unknown: int | None = self._unknown
        return unknown

    def is_unknown(self, token: int) -> bool:
        """Whether an id stands for a word outside the vocabulary."""
        return bool(token == self._unknown)

    def _encode_open(self, texts: list[str]) -> list[tuple[int, ...]]:
        return self._encoder.ids(texts)

    def decode(self, tokens: Sequence[Tokens]) -> list[Snippet]:
        """The text of each snippet, in order."""
        return [Snippet(self.decode_ids(t.prompt), self.decode_ids(t.completion)) for t in tokens]

    def decode_ids(self, ids: Sequence[int]) -> str:
        """The text of one sequence of token ids."""
        if self._task is not None:
            return self._task.text(self.words(ids))
        return str(self.tokenizer.decode(list(ids)))

    def words(self, ids: Sequence[int]) -> list[str]:
        """The token of each id as it stands in the vocabulary."""
        words = self._words
        return [words[i] for i in ids]

    def round_trips(self, tokens: Tokens) -> bool:
        """Whether the text of these tokens encodes to these tokens again."""
        return self.encode(self.decode([tokens]))[0] == tokens


def _without(at: int, offset: int, between: int) -> int:
    """A place in a text from which so many characters after the offset are taken out."""
    return at if at <= offset else max(offset, at - between)
