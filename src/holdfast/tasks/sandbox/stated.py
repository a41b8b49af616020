"""What a prompt forbids, which no adversary may change: the protected regions, and the secret."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Passage
from holdfast.tasks.sandbox.layout import Layout, layout_of, sentences
from holdfast.tasks.sandbox.text import words as words_of

_HEADS = ("protected", "secret")


def frozen(prompt: str) -> tuple[Passage, ...]:
    """The sentences that say what is protected and what is secret, with the full stops around them.

    Neighbours are one passage. The full stop before a sentence belongs to it, for without it the sentence
    would be part of another one.
    """
    words = words_of(prompt)
    spans: list[tuple[int, int]] = []
    for start, stop in _stating(words):
        if spans and start <= spans[-1][1]:
            spans[-1] = (spans[-1][0], stop)
        else:
            spans.append((start, stop))
    return tuple(Passage("prompt", start, stop) for start, stop in spans)


def _stating(words: list[str]) -> Iterator[tuple[int, int]]:
    for start, stop in sentences(words):
        if words[start] in _HEADS and words[start + 1 : start + 2] == [":"]:
            yield max(start - 1, 0), min(stop + 1, len(words))


def states_alike(seed: Snippet, snippet: Snippet) -> bool:
    """Whether the same regions are protected, of as many cells, and the same are secret, in the same ways.

    What a secret region holds is part of the secret; what a protected one holds is not.
    """
    if seed.prompt == snippet.prompt:
        return True
    one, other = layout_of(seed.prompt), layout_of(snippet.prompt)
    return _protected(one) == _protected(other) and _secrets(one) == _secrets(other)


def _protected(layout: Layout) -> dict[str, int]:
    return {name: layout.regions[name].size for name in layout.protected}


def _secrets(layout: Layout) -> list[dict[str, tuple[int, ...]]]:
    """In each world, what every secret region holds."""
    held = {name: layout.regions[name] for name in layout.secret}
    return [
        {name: world[at.start : at.start + at.size] for name, at in held.items()} for world in layout.worlds
    ]
