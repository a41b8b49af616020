"""What may be written where: a menu offers no edit after which the judge could only say no.

A judge of rewrites keeps a passage of the seed, lets whole sentences alone stand beside it, or allows certain
words in the place of others. An oracle reads anything, and so do people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from holdfast.core.judge import Judge, Kept, SubstitutingJudge
from holdfast.core.places import Place
from holdfast.core.snippet import Snippet
from holdfast.core.surface import Surface, units_of
from holdfast.tasks.base import Surfaced, surface_of
from holdfast.workbench.tools.judging import kept_of
from holdfast.workbench.tools.rewriting import Edit, Rewriter

if TYPE_CHECKING:
    from holdfast.attacks.target import Target


def narrowed_surface(judge: Judge | None, target: Target) -> Surface | None:
    """The surface of a judge that lets other units be written than the task's words; None for all others."""
    if isinstance(judge, Surfaced) and judge.surface is not surface_of(target.task):
        return judge.surface
    return None


def exchanges(judge: SubstitutingJudge, seed: Snippet, rewriter: Rewriter, index: int) -> list[Edit]:
    """The words that are allowed in the place of one, and the seed's own word; nothing else may change."""
    surface = rewriter.surface
    (units,) = units_of(surface, [seed])
    own, before = units[rewriter.part == "completion"], 0 if rewriter.part == "prompt" else len(units.prompt)
    if len(own) != len(rewriter.units):
        return []
    (word,) = surface.words([own[index]])
    words = (word, *judge.allowed(seed)[before + index])
    numbers = [surface.number(other, like=own[index]) for other in words]
    return [Edit("replace", index, index + 1, (n,)) for n in numbers if n is not None]


def outside_of_passages(
    edits: Iterable[Edit], judge: Judge | None, seed: Snippet | None, snippet: Snippet, rewriter: Rewriter
) -> Iterator[Edit]:
    """The edits that leave what must stay of the seed as it is."""
    passages = [kept for kept in kept_of(judge, seed, snippet) if kept.part == rewriter.part]
    return (edit for edit in edits if not any(_touches(edit, kept, rewriter.places) for kept in passages))


def _touches(edit: Edit, kept: Kept, places: list[Place]) -> bool:
    """Whether an edit changes a passage: takes of its text, or writes into the middle of it."""
    if edit.start < edit.stop:
        return places[edit.start][0] < kept.stop and places[edit.stop - 1][1] > kept.start
    before = places[edit.start - 1][1] if edit.start else 0
    after = places[edit.start][0] if edit.start < len(places) else kept.stop
    return kept.start < before and after < kept.stop
