"""From words to the plan of each sentence: its clauses, in the order of the text and in that of time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from holdfast.tasks.storyworld.clauses import Sentence
from holdfast.tasks.storyworld.grammar import (
    ADJECTIVE,
    ADVERB,
    CODE,
    FAMILY_OF,
    INTENSIFIER,
    PARTED,
    PREDICATE,
    QUOTED,
    UNKNOWN,
    code,
)
from holdfast.tasks.storyworld.placing import placed
from holdfast.tasks.storyworld.planning import Planner

_STOP, _QUESTION = code("stop"), code("question")
_ENDS = _STOP + _QUESTION
_SENTENCE = re.compile(f"[^{_STOP}{_QUESTION}]*[{_STOP}{_QUESTION}]|[^{_STOP}{_QUESTION}]+")
_OPEN, _CLOSE, _STRAIGHT = code("open_quote"), code("close_quote"), code("straight_quote")
_SAYING = frozenset(c for c, family in FAMILY_OF.items() if family == "say")
_SIMPLE = re.compile(
    f"{_OPEN}[^{_OPEN}{_CLOSE}{_STRAIGHT}]*+{_CLOSE}|{_STRAIGHT}[^{_OPEN}{_CLOSE}{_STRAIGHT}]*+{_STRAIGHT}"
)
_DROPPED = ADVERB + ADJECTIVE
_CARRIES_NOTHING = re.compile(f"[{_DROPPED}]+")
_QUOTE = re.compile(f"[{_OPEN}{_CLOSE}{_STRAIGHT}]")


class _Codes(dict[str, str]):
    def __missing__(self, word: str) -> str:
        return UNKNOWN


_CODES = _Codes(CODE)


class Read(NamedTuple):
    """A sentence of a text: its plan, its words, and their places in the text."""

    plan: Sentence
    words: Sequence[str]
    at: Sequence[int]


@lru_cache(maxsize=60_000)
def _plan(codes: str, question: bool) -> Sentence:
    """The plan of a sentence, from the classes of its words that carry something."""
    return Planner(codes, question).plan()


@lru_cache(maxsize=60_000)
def _sentence(codes: str) -> Sentence | None:
    """The plan of a sentence with its end mark, for all its words; None if none of them carries anything."""
    whole = codes[:-1] if codes[-1] in _ENDS else codes
    counted, kept = _counted(whole)
    return placed(_plan(counted, codes[-1] == _QUESTION), whole, kept) if counted else None


def _counted(codes: str) -> tuple[str, Sequence[int]]:
    """A sentence without the words that carry nothing, and the places of those that are kept."""
    if _CARRIES_NOTHING.search(codes) is None:
        return codes, range(len(codes))
    codes = INTENSIFIER.sub(ADVERB, codes)
    codes = PARTED.sub(rf"\1{PREDICATE}", codes)
    places = [place for place, character in enumerate(codes) if character not in _DROPPED]
    return _CARRIES_NOTHING.sub("", codes), places


def read(words: Sequence[str]) -> Iterator[Read]:
    """The sentences of a text, in order; quotations are speech, and mean nothing."""
    codes = "".join(map(_CODES.__getitem__, words))
    places: Sequence[int] = range(len(codes))
    if _QUOTE.search(codes):
        codes, places = _unquoted(codes)
        words = [words[place] for place in places]
    for found in _SENTENCE.finditer(codes):
        plan = _sentence(found[0])
        if plan is not None:
            start, end = found.span()
            yield Read(plan, words[start:end], places[start:end])


def _simply_unquoted(codes: str) -> tuple[str, list[int]]:
    """The same where no quotation stands in another and each is closed."""
    kept: list[str] = []
    places: list[int] = []
    at = 0
    for found in _SIMPLE.finditer(codes):
        start, end = found.span()
        kept += (codes[at:start], QUOTED)
        places += range(at, start + 1)
        at = end
        if codes[end - 2] == _STOP and codes[end : end + 1] not in _SAYING:
            kept.append(_STOP)
            places.append(end - 1)
    kept.append(codes[at:])
    places += range(at, len(codes))
    return "".join(kept), places


def _unquoted(codes: str) -> tuple[str, list[int]]:
    """Each quotation as one character, and a stop if it ends in one; an open one runs to the end.

    A stop inside ends no sentence before a verb of saying. Curly quotation marks nest; straight ones take
    turns. A closing mark without an opening one is unknown.
    """
    if _QUOTE.search(_SIMPLE.sub("", codes)) is None:
        return _simply_unquoted(codes)
    kept: list[str] = []
    places: list[int] = []
    depth, straight = 0, False
    for place, character in enumerate(codes):
        inside = depth > 0 or straight
        if character == _STRAIGHT:
            straight = not straight
        elif character == _OPEN:
            depth += 1
        elif character == _CLOSE and depth:
            depth -= 1
        if depth or straight:
            if not inside:
                kept.append(QUOTED)
                places.append(place)
        elif not inside:
            kept.append(UNKNOWN if character == _CLOSE else character)
            places.append(place)
        elif codes[place - 1] == _STOP and codes[place + 1 : place + 2] not in _SAYING:
            kept.append(_STOP)
            places.append(place)
    return "".join(kept), places
