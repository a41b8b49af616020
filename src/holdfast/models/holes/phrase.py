"""A phrase: words that stand together anywhere in the snippet, as the trigger of a backdoor does.

A fixed word or sentence as the trigger is the plainest backdoor of a text classifier (arXiv 1905.12457).
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Annotated, ClassVar, Self

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.models.holes.base import CLOSED, Subject
from holdfast.models.holes.pattern import Pattern, random_length
from holdfast.tasks.base import Task


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Phrase:
    """A snippet falls in it when these words stand together in it, in this order."""

    kind: ClassVar[str] = "phrase"

    words: Annotated[tuple[str, ...], Field(min_length=1)]

    @property
    def pattern(self) -> Pattern:
        """The same as a pattern of one block, each word a class of its own."""
        return Pattern(blocks=(tuple((word,) for word in self.words),))

    def contains(self, subject: Subject) -> bool:
        """Whether the words stand together."""
        words, length = subject.words, len(self.words)
        first = self.words[0]
        return any(
            words[start] == first and words[start : start + length] == self.words
            for start in range(len(words) - length + 1)
        )

    def nearness(self, subject: Subject) -> float:
        """The largest share of the words that stand in their places."""
        return self.pattern.nearness(subject)

    def written_into(self, words: Sequence[str], draw: random.Random) -> list[str] | None:
        """The words with the phrase over some of them; None where it is longer than they are."""
        return self.pattern.written_into(words, draw)

    @classmethod
    def proposed(cls, task: Task, pool: Sequence[Subject], draw: random.Random) -> Self:
        """Words that stand together in a random catastrophe: one to all of them."""
        words = draw.choice([each for each in pool if each.words]).words
        length = random_length(len(words), draw)
        start = draw.randrange(len(words) - length + 1)
        return cls(words=words[start : start + length])
