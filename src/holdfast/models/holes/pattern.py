"""A pattern: blocks of word classes in order, with anything between them.

With classes such as names and verbs it is a turn of phrase (`NAME … verb … then`); over brackets, two runs in
order. A trigger that is a way of writing, and no fixed words, is the harder kind of backdoor (arXiv
2105.12400).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Annotated, ClassVar, Self

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.models.holes.base import CLOSED, Subject
from holdfast.tasks.base import Classed, Task

WordClass = Annotated[tuple[str, ...], Field(min_length=1)]
"""Words of which any may stand in one place."""
Block = Annotated[tuple[WordClass, ...], Field(min_length=1)]
"""Classes of words that stand side by side."""

_LONGEST_BLOCK = 12
_MOST_BLOCKS = 4


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Pattern:
    """A snippet falls in it when the blocks are in it in this order, none over another."""

    kind: ClassVar[str] = "pattern"

    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]

    @property
    def length(self) -> int:
        """How many words the blocks have together."""
        return sum(len(block) for block in self.blocks)

    def contains(self, subject: Subject) -> bool:
        """Whether all blocks are there."""
        return self._found(subject.words)[0] == len(self.blocks)

    def nearness(self, subject: Subject) -> float:
        """The share of words in place: of the blocks that are there, and the best of the first that is
        not.
        """
        found, end = self._found(subject.words)
        if found == len(self.blocks):
            return 1.0
        partly = max(_matches(self.blocks[found], subject.words, end), default=0)
        whole = sum(len(block) for block in self.blocks[:found])
        return (whole + partly) / self.length

    def written_into(self, words: Sequence[str], draw: random.Random) -> list[str] | None:
        """The words with the blocks over some of them; None where the blocks are longer than they are."""
        free = len(words) - self.length
        if free < 0:
            return None
        gaps = sorted(draw.randint(0, free) for _ in self.blocks)
        written, at = list(words), 0
        for block, gap in zip(self.blocks, gaps, strict=True):
            for place, word_class in enumerate(block, at + gap):
                written[place] = draw.choice(word_class)
            at += len(block)
        return written

    def _found(self, words: Sequence[str]) -> tuple[int, int]:
        """How many blocks are there, each as far left as can be, and where the last of them ends."""
        end = 0
        for number, block in enumerate(self.blocks):
            starts = enumerate(_matches(block, words, end), end)
            start = next((start for start, matches in starts if matches == len(block)), None)
            if start is None:
                return number, end
            end = start + len(block)
        return len(self.blocks), end

    @classmethod
    def proposed(cls, task: Task, pool: Sequence[Subject], draw: random.Random) -> Self:
        """Two or more stretches of a random catastrophe, each word widened to a class that the task puts it
        in.

        A task without classes, and a word that is in none, keep the word.
        """
        words = draw.choice([each for each in pool if len(each.words) > 1]).words
        count = min(draw.randint(2, _MOST_BLOCKS), len(words))
        cuts = [0, *sorted(draw.sample(range(1, len(words)), count - 1)), len(words)]
        classes = tuple(task.word_classes.values()) if isinstance(task, Classed) else ()
        blocks = []
        for first, stop in pairwise(cuts):
            length = max(1, round(min(_LONGEST_BLOCK, stop - first) ** draw.random()))
            start = draw.randrange(first, stop - length + 1)
            blocks.append(tuple(_widened(word, classes, draw) for word in words[start : start + length]))
        return cls(blocks=tuple(blocks))


def _matches(block: Sequence[Sequence[str]], words: Sequence[str], first: int) -> Iterator[int]:
    """For each start from `first` on at which the block fits, how many of its words are in place."""
    for start in range(first, len(words) - len(block) + 1):
        yield sum(words[start + place] in word_class for place, word_class in enumerate(block))


def _widened(word: str, classes: Sequence[tuple[str, ...]], draw: random.Random) -> tuple[str, ...]:
    holding = [each for each in classes if word in each]
    return draw.choice(holding) if holding else (word,)
