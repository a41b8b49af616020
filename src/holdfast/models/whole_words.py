"""Which pieces of a vocabulary are whole words where they are written, asked of the tokenizer itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from holdfast.core.places import Place
from holdfast.core.text_surface import usual_gap
from holdfast.models.codec import Codec

if TYPE_CHECKING:
    from transformers import PreTrainedTokenizerFast


class WholeWords:
    """Reads single pieces as words: `##ing` or `ings` is none, and `Ġnight` is `night` after a space alone.

    No tokenizer's convention is known here. A piece is a word at a place if the tokenizer, given the text
    with that word written there, reads the word as this one piece.
    """

    def __init__(self, codec: Codec) -> None:
        self._codec = codec
        self._tokenizer: PreTrainedTokenizerFast = codec.tokenizer
        self._special = frozenset(codec.tokenizer.all_special_ids)
        self._known: dict[tuple[int, Edges], str | None] = {}
        self.caseless: bool = codec.encode_text("Aa") == codec.encode_text("aa")
        """Whether the tokenizer reads capitals as small letters."""

    def word(self, piece: int, edges: Edges) -> str | None:
        """The word of a piece between two edges; None where it is no whole word there."""
        key = piece, edges
        if key not in self._known:
            self._known[key] = self._read(piece, edges)
        return self._known[key]

    def _read(self, piece: int, edges: Edges) -> str | None:
        word = str(self._tokenizer.decode([piece])).strip()
        if piece in self._special or not is_word(word) or len(word.split()) != 1:
            return None
        start, stop = len(edges.before), len(edges.before) + len(word)
        text = edges.before + word + edges.after
        ids, places = self._codec.encode_text(text), token_places(self._codec, text)
        at = [i for i, (a, b) in enumerate(places) if a < stop and b > start]
        alone = len(at) == 1 and places[at[0]] == (start, stop) and ids[at[0]] == piece
        return word if alone and Edges.of(text, places, start, stop) == edges else None


def is_word(text: str) -> bool:
    """Whether a unit of text is a word rather than punctuation: a letter or a digit is in it."""
    return any(character.isalnum() for character in text)


class Edges(NamedTuple):
    """What decides how a word at a place is read: the last character before it with the gap after that, how
    many tokens the gap has for itself, and the next character.
    """

    before: str
    gap_tokens: int
    after: str

    @classmethod
    def of(cls, text: str, places: Sequence[Place], start: int, stop: int) -> Edges:
        """The edges of a place, in a text whose tokens stand at `places`; all letters are alike."""
        left = text[:start]
        bare = left.rstrip()
        gap, last = left[len(bare) :], bare[-1:]
        own = sum(a == b and len(bare) < b <= start for a, b in places)
        return cls(_alike(last, gap), own, text[stop : stop + 1].strip())

    @classmethod
    def between(cls, text: str, at: int) -> Edges:
        """The edges of a word that is added in a text, in its usual spacing."""
        last, following = text[:at].rstrip()[-1:], text[at:].lstrip()[:1]
        glued = bool(following) and not usual_gap("a", following)
        return cls(_alike(last, usual_gap(last, "a")), 0, following if glued else "")


def _alike(last: str, gap: str) -> str:
    return ("a" if gap and last.isalnum() else last) + gap


def token_places(codec: Codec, text: str) -> list[Place]:
    """Where each token of a text stands, without the white space at its ends."""
    found = []
    for start, stop in codec.places(text):
        piece = text[start:stop]
        first = start + len(piece) - len(piece.lstrip())
        found.append((first, max(first, start + len(piece.rstrip()))))
    return found
