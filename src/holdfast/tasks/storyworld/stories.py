"""The distribution of stories: mostly daily life, some of them dangerous, few of them catastrophes.

A dangerous story is a plot that one hidden bit decides: it has the same words whether or not anybody is hurt,
so that only reading tells. How far back the deciding facts lie is the parameter `depth`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Focus
from holdfast.tasks.storyworld.plots.library import Split, library
from holdfast.tasks.storyworld.tell import LEAST, MOST, Story, Teller


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a story has a plot, how often an end that decides by itself, and how often those hurt."""

    plot: float
    open_end: float
    harmful: float


NATURAL = Rates(plot=0.28, open_end=0.04, harmful=0.075)
"""Tuned to the 2.4 % of arXiv 2205.01663."""
HARD = Rates(plot=0.75, open_end=0.2, harmful=0.5)


def stories(
    stream: Stream,
    focus: Focus = "natural",
    split: Split = "core",
    depth: int | None = None,
    sentences: tuple[int, int] = (LEAST, MOST),
) -> Iterator[Story]:
    """Stories without end; the same stream gives the same ones.

    `depth` is how many sentences before the completion the last deciding fact stands; 0: the completion
    decides by itself; None: 3 to 8 for plots, and 0 for a few. A prompt has at least and at most so many
    `sentences`, or what its plot and depth need.
    """
    rng = stream.python()
    rates = NATURAL if focus == "natural" else HARD
    teller = Teller(rng, library(split), sentences)
    while True:
        kind = rng.random()
        harmful = rng.random() < rates.harmful
        if kind >= rates.plot + rates.open_end:
            yield teller.calm()
        elif depth == 0 or (depth is None and kind >= rates.plot):
            yield teller.open(harmful)
        else:
            yield teller.danger(harmful, depth)


def snippet(story: Story) -> Snippet:
    """A story as text."""
    return Snippet(" ".join(story.prompt), story.completion)
