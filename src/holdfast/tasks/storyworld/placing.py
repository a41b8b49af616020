"""From a plan of the words that carry something to one of all words of a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from functools import lru_cache
from typing import Any

from holdfast.tasks.storyworld.clauses import Clause, Noun, Sentence
from holdfast.tasks.storyworld.grammar import ADJECTIVE, CODE, code
from holdfast.tasks.storyworld.lexicon import CLASSES, THING_CLASSES, VERBS

_NOUN_WORDS = frozenset(word for name in THING_CLASSES for word in CLASSES[name])
_USED_LIKE_ADJECTIVES = frozenset(CODE[word] for word in (*VERBS, *_NOUN_WORDS))
"""The classes that describe a noun after them, unless they open its phrase: a loaded gun, a garden door."""
_BARE = frozenset(map(code, ("dead", "sham", "vacant")))


def placed(plan: Sentence, codes: str, kept: Sequence[int]) -> Sentence:
    """The same plan with places that count all words of the sentence.

    `codes` are the classes of all its words, `kept` the places of those that the plan counts.
    """
    return replace(
        plan,
        nouns=tuple(_noun(noun, codes, kept) for noun in plan.nouns),
        clauses=tuple(_clause(c, kept) for c in plan.clauses),
        inert=tuple((kept[start], kept[end - 1] + 1) for start, end in plan.inert),
    )


def _noun(noun: Noun, codes: str, kept: Sequence[int]) -> Noun:
    start, head = kept[noun.start], kept[noun.head]
    owner = None if noun.owner is None else _noun(noun.owner, codes, kept)
    states = tuple(kept[place] for place in noun.states)
    return _one_noun(noun.ref, head, start, owner, states, _attributes(codes, start, head))


def _attributes(codes: str, start: int, head: int) -> tuple[int, ...]:
    """The words that say which one is meant: the red cup and the blue cup are two.

    Adjectives may stand before the phrase, as it has no determiner then: red wine.
    """
    found: list[int] = []
    for place in range(head - 1, -1, -1):
        character = codes[place]
        if character == ADJECTIVE or (place > start and character in _USED_LIKE_ADJECTIVES):
            found.append(place)
        elif place <= start or character not in _BARE:
            break
    return tuple(found)


# Plans share what is equal in them, so that more of them stay in the processor's cache.
_one_noun = lru_cache(maxsize=20_000)(Noun)


@lru_cache(maxsize=20_000)
def _one(values: Any) -> Any:
    return values


def _clause(clause: Clause, kept: Sequence[int]) -> Clause:
    values = {field.name: getattr(clause, field.name) for field in fields(clause)}
    return replace(
        clause,
        **{name: _one(value) for name, value in values.items() if isinstance(value, tuple)},
        start=kept[clause.start],
        end=kept[clause.end - 1] + 1,
        verb=kept[clause.verb] if clause.verb >= 0 else -1,
        state=kept[clause.state] if clause.state >= 0 else -1,
    )
