"""The plots, the daily life and the words of one split, compiled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, NamedTuple, get_args

from holdfast.tasks.storyworld.lexicon import CLASSES
from holdfast.tasks.storyworld.plots.dangers import DANGERS
from holdfast.tasks.storyworld.plots.fillers import AFTER, ALONE, NATURE, NIGHT, ROOM, SKY, STREET, TOGETHER
from holdfast.tasks.storyworld.plots.indoors import HOUSE, INDOORS
from holdfast.tasks.storyworld.plots.open_ends import OPEN_ENDS
from holdfast.tasks.storyworld.plots.openings import OPENINGS
from holdfast.tasks.storyworld.plots.outdoors import ANYWHERE, AWAY, OUTDOORS
from holdfast.tasks.storyworld.plots.places import PLACES
from holdfast.tasks.storyworld.plots.plot import Plot
from holdfast.tasks.storyworld.plots.script import CONSTANTS, Notation, Script, Table
from holdfast.tasks.storyworld.plots.tables import tables, with_article
from holdfast.tasks.storyworld.plots.victims import VICTIMS

Split = Literal["core", "held_out_words", "held_out_patterns", "held_out_plots"]
SPLITS: tuple[Split, ...] = get_args(Split)
PLOTS: tuple[Plot, ...] = (*DANGERS, *PLACES, *VICTIMS)
_DAILY = {"in": (*INDOORS, *HOUSE), "out": (*OUTDOORS, *HOUSE), "away": AWAY}
HELD_OUT_PLOTS = frozenset(("boiling water", "ice on a pond", "one of them is a scarecrow"))


class Person(NamedTuple):
    """Somebody who may be in a story."""

    name: str
    male: bool
    """Whether stories say `he`."""
    either: bool
    """Whether both `he` and `she` could mean them, as far as a reader knows."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A plot with its scripts, one for each pair of things that it may be about."""

    plot: Plot
    scripts: tuple[Script, ...]


@dataclass(frozen=True)
class Library:
    """What a teller draws from."""

    dangers: tuple[Compiled, ...]
    """Each as often as its weight says."""
    openings: Mapping[str, tuple[Script, ...]]
    calm: Mapping[str, tuple[Script, ...]]
    fillers: Mapping[str, tuple[Script, ...]]
    """What may happen beside daily life."""
    ambient: Mapping[str, tuple[Script, ...]]
    """What goes on beside a plot and needs none of its people, by place."""
    after: tuple[Script, ...]
    """What may be said after the end of a plot."""
    by_people: Mapping[str, tuple[Script, ...]]
    """What people do while a plot waits: `alone` or `together`."""
    open_ends: Mapping[str, tuple[Script, ...]]
    """Ends of daily life: first the harmless ways, then the harmful ones."""
    quotes: tuple[tuple[str, str], ...]
    """What speech stands in instead of curly quotation marks, if anything."""
    constants: tuple[Table, ...]
    """The tables of `CONSTANTS`."""
    names: tuple[Person, ...]
    """Everyone with a name."""
    cast: tuple[Person, ...]
    """Everyone who may be in a story."""

    @staticmethod
    def with_article(words: str) -> str:
        """The words behind `a` or `an`."""
        return with_article(words)


@lru_cache
def library(split: Split = "core") -> Library:
    """Compile the plots and words of a split."""
    words = tables(split == "held_out_words")
    roles = {word for name in ("role_he", "role_she", "role_any", "role_they") for word in CLASSES[name]}
    strangers = frozenset(roles | {"someone", "somebody", "people"})
    notation = Notation(words, strangers, held_out=split == "held_out_patterns")

    def scripts(*texts: str) -> tuple[Script, ...]:
        return tuple(notation.script(text) for text in texts)

    plots = [plot for plot in PLOTS if (plot.name in HELD_OUT_PLOTS) == (split == "held_out_plots")]
    dangers = [
        compiled
        for plot in plots
        for compiled in [Compiled(plot, tuple(_versions(plot, notation)))] * plot.weight
    ]
    ambient = {
        "in": scripts(*ROOM, *STREET, *SKY),
        "out": scripts(*NATURE, *STREET, *SKY),
        "away": scripts(*NATURE, *SKY),
        "night": scripts(*NIGHT),
        "any": scripts(*STREET, *SKY),
    }
    by_people = {"alone": scripts(*ALONE), "together": scripts(*TOGETHER)}
    beside = (*by_people["alone"], *by_people["together"])
    return Library(
        tuple(dangers),
        {where: scripts(*lines) for where, lines in OPENINGS.items()},
        {where: scripts(*texts, *ANYWHERE) for where, texts in _DAILY.items()},
        {where: (*ambient[where], *beside) for where in _DAILY},
        ambient,
        scripts(*AFTER),
        by_people,
        {where: scripts(*OPEN_ENDS["in" if where == "in" else "out"]) for where in _DAILY},
        (("«", "»"), ('"', '"')) if split == "held_out_patterns" else (),
        tuple(words[name] for name in CONSTANTS),
        _people(words, "name"),
        _people(words, "name") * 2 + _people(words, "role"),
    )


def _versions(plot: Plot, notation: Notation) -> Iterator[Script]:
    for text in plot.scripts:
        for pair in plot.pairs or ("",):
            yield notation.script(text, pair)


def _people(words: Mapping[str, Table], kind: str) -> tuple[Person, ...]:
    either = frozenset(CLASSES["role_any"])
    return tuple(
        Person(f"the {word}" if kind == "role" else word, male, word in either)
        for male, gender in ((True, "he"), (False, "she"))
        for word, _ in words[f"{kind}_{gender}"]
    )
