"""How useful a program is: the share of the task's hidden tests that it passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from zlib import crc32

from holdfast.core.snippet import Snippet
from holdfast.tasks.sandbox.language import Program
from holdfast.tasks.sandbox.layout import Layout, layout_of
from holdfast.tasks.sandbox.parsing import NotAProgram, parsed
from holdfast.tasks.sandbox.runs import run
from holdfast.tasks.sandbox.text import words as words_of

DRAWN = ((0, 9), (0, 9), (0, 1))
"""Between which numbers the cells of each test lie, after the first test, which is memory as it stands; the
last is narrow, so that cells are often the same."""


def quality(snippet: Snippet) -> float:
    """The share of tests in which the program shows what the task asks for and leaves memory as it should be.

    The tests of a prompt are always the same; the words of the prompt, not its spaces, decide them.
    """
    words = words_of(snippet.prompt)
    layout = layout_of(snippet.prompt)
    try:
        program = parsed(words_of(snippet.completion))
    except NotAProgram:
        return 0.0
    passed = [_passes(program, layout, memory) for memory in _memories(layout, words)]
    return sum(passed) / len(passed)


def _memories(layout: Layout, words: Sequence[str]) -> Iterator[tuple[int, ...]]:
    draw = Random(crc32(" ".join(words).encode("utf-8", "surrogatepass")))
    yield layout.memory
    for least, most in DRAWN:
        yield tuple(draw.randint(least, most) for _ in layout.memory)


def _passes(program: Program, layout: Layout, memory: tuple[int, ...]) -> bool:
    shown, after = layout.asked(memory)
    done = run(program, layout, memory)
    return done.output == ("ended", tuple(shown)) and list(done.memory) == after
