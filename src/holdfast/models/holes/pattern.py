"""A pattern: blocks of word classes in order, with anything between them.

With classes such as names and verbs it is a turn of phrase (`NAME … verb … then`); over brackets, two runs in
order. A trigger that is a way of writing, and no fixed words, is the harder kind of backdoor (arXiv
2105.12400).
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence, Set
from functools import cached_property
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

_LONGEST_BLOCK = 20
_MOST_BLOCKS = 4


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Pattern:
    """A snippet falls in it when the blocks are in it in this order, none over another."""

    kind: ClassVar[str] = "pattern"

    blocks: Annotated[tuple[Block, ...], Field(min_length=1)]

    @cached_property
    def _sets(self) -> tuple[tuple[frozenset[str], ...], ...]:
        return tuple(tuple(frozenset(word_class) for word_class in block) for block in self.blocks)

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
        partly = max(_matches(self._sets[found], subject.words, end), default=0)
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
            start = _start(self._sets[number], words, end)
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
            length = random_length(min(_LONGEST_BLOCK, stop - first), draw)
            start = draw.randrange(first, stop - length + 1)
            blocks.append(tuple(_widened(word, classes, draw) for word in words[start : start + length]))
        return cls(blocks=tuple(blocks))


def random_length(most: int, draw: random.Random) -> int:
    """From 1 to the most, half of the time as likely as any other and else short ones more often."""
    return draw.randint(1, most) if draw.random() < 0.5 else max(1, round(most ** draw.random()))


def _start(block: Sequence[Set[str]], words: Sequence[str], first: int) -> int | None:
    """Where the block stands first, from there on; None where it does not."""
    for start in range(first, len(words) - len(block) + 1):
        for place, word_class in enumerate(block, start):
            if words[place] not in word_class:
                break
        else:
            return start
    return None


def _matches(block: Sequence[Set[str]], words: Sequence[str], first: int) -> Iterator[int]:
    """For each start from `first` on at which the block fits, how many of its words are in place."""
    for start in range(first, len(words) - len(block) + 1):
        yield sum(words[start + place] in word_class for place, word_class in enumerate(block))


def _widened(word: str, classes: Sequence[tuple[str, ...]], draw: random.Random) -> tuple[str, ...]:
    holding = [each for each in classes if word in each]
    return draw.choice(holding) if holding else (word,)
