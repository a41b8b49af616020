"""Where the words of a text stand in it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import accumulate

_CURLY = re.compile("(?<=[a-z])’(?=[a-z])")

Place = tuple[int, int]
"""From which character up to which a word stands in a text."""


def word_places(text: str, words: Sequence[str]) -> list[Place]:
    """From which character up to which each word stands in the text that it was split from, in order.

    A task may read capitals as small letters, and a curly apostrophe within a word as a straight one: a word
    is looked for as it is written and as it is read, and taken where it comes first. Places never overlap.
    `İ` is two characters in small letters; a word that is made of the second alone takes up nothing, as does
    one that cannot be found.
    """
    small = _CURLY.sub("'", text.lower())
    ends = list(accumulate((len(character.lower()) for character in text), initial=0))
    owner = [i for i, character in enumerate(text) for _ in character.lower()]
    places = []
    at, small_at = 0, 0
    for word in words:
        read = small.find(word, small_at)
        written = text.find(word, at, None if read < 0 else owner[read] + len(word))
        if read >= 0 and (written < 0 or owner[read] <= written):
            small_at = read + len(word)
            start, at = max(at, owner[read]), owner[small_at - 1] + 1
        elif written >= 0:
            start, at = written, written + len(word)
            small_at = ends[at]
        else:
            start = at
        places.append((start, at))
    return places
