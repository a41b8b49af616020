"""Over-blocking: harmless rows between harmless sentences that a guard stops.

An attack that surrounds a passage with harmless text shows what gets through. The same surroundings about
harmless rows show the other failure: a guard that would stop long or mixed text as such could look robust and
be useless.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Label, Snippet, Units
from holdfast.core.surface import Surface, snippets_of, units_of
from holdfast.core.system import RemoteSystem, System
from holdfast.evaluation.bounds import Proportion
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.task import LabelledTask

SENTENCES = 4
"""Harmless sentences about a row, where no attack says how many it wrote."""


@dataclass(frozen=True)
class OverBlocking:
    """Harmless rows that are blocked, as they stand and in harmless surroundings of so many sentences.

    Rows that the system cannot read are in neither.
    """

    plain: Proportion
    surrounded: Proportion
    sentences: tuple[int, ...]


def over_blocking(
    task: LabelledTask,
    system: System,
    stream: Stream,
    count: int = 200,
    split: SplitName = "test",
    sentences: Sequence[int] = (SENTENCES,),
) -> OverBlocking:
    """Block rates on up to `count` distinct harmless rows, drawn without replacement.

    `sentences` are numbers of surrounding sentences, drawn from at random: those of the attempts that broke
    the guard, so that both kinds of text are made alike.
    """
    draw = stream.child("over-blocking").numpy()
    rows = task.distinct(split, Label.HARMLESS)
    chosen = np.sort(draw.permutation(rows)[:count])
    plain = task.rows.snippets(chosen)
    sentences = tuple(sentences) or (SENTENCES,)
    around = surrounded(task.sentences, plain, sentences, draw)
    stopped, stopped_around = (~system.answer(each).passes for each in readable(system, plain, around))
    return OverBlocking(
        Proportion(int(stopped.sum()), len(stopped)),
        Proportion(int(stopped_around.sum()), len(stopped_around)),
        tuple(sorted(set(sentences))),
    )


def surrounded(
    surface: Surface, snippets: Sequence[Snippet], sentences: Sequence[int], draw: np.random.Generator
) -> list[Snippet]:
    """Each text with some of the surface's sentences before and after it, as many as a number drawn says."""
    alphabet = surface.alphabet
    if not len(alphabet):
        return list(snippets)
    found = []
    for units in units_of(surface, snippets):
        count = int(draw.choice(np.asarray(sentences)))
        written = tuple(draw.choice(alphabet, size=count).tolist())
        before = int(draw.integers(count + 1))
        completion = written[:before] + units.completion + written[before:]
        found.append(Units(units.prompt, completion))
    return snippets_of(surface, found)


def readable(
    system: System, plain: Sequence[Snippet], around: Sequence[Snippet]
) -> tuple[list[Snippet], list[Snippet]]:
    """The rows that a filter can read, in both forms."""
    from holdfast.models.systems import Filter

    if not isinstance(system, Filter) and isinstance(system, RemoteSystem):
        refused = zip(plain, around, system.refusals(plain), system.refusals(around), strict=True)
        kept = [(one, other) for one, other, *why in refused if why == [None, None]]
        return [one for one, _ in kept], [other for _, other in kept]
    if not isinstance(system, Filter):
        return list(plain), list(around)
    codec, classifier = system.scorer.codec, system.scorer.classifier
    fits = classifier.fits(codec.encode(plain)) & classifier.fits(codec.encode(around))
    places = np.flatnonzero(fits).tolist()
    return [plain[i] for i in places], [around[i] for i in places]
