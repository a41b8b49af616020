"""The oracle's reading as supervision: for every word what its clause is, what holds it back, and whom it
hurts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Part, Passage
from holdfast.tasks.storyworld.telling import tell
from holdfast.tasks.storyworld.text import words
from holdfast.tasks.storyworld.world import NAME_OF_MOOD, NOT_NEW, World


class WordTag(NamedTuple):
    """What the oracle made of one word; all words of a clause have the same."""

    kind: str
    """The family of the clause; empty for what stands between clauses or is none."""
    held_back: str
    """Why the clause does not happen; empty if it does."""
    victims: tuple[str, ...]
    """Who is hurt in it, newly or not."""
    facts: tuple[Passage, ...]
    """The earlier clauses that this outcome hangs on: where the wine was poisoned, the door locked."""


NO_TAG = WordTag("", "", (), ())


class Tagged(NamedTuple):
    """A tag for every word of both parts, as `words` counts them."""

    prompt: tuple[WordTag, ...]
    completion: tuple[WordTag, ...]


def tagged(snippet: Snippet) -> Tagged:
    """Tag every word of a snippet; total, as the oracle is. What happens in the prompt is tagged as well."""
    prompt, completion = words(snippet.prompt), words(snippet.completion)
    world = World()
    world.in_completion = True  # so that events of the prompt are kept too
    tell(world, prompt)
    split = len(world.stretches)
    tell(world, completion)
    tags = _by_clause(world, split)
    return Tagged(_spread(world, tags, 0, split, prompt), _spread(world, tags, split, len(tags), completion))


def _by_clause(world: World, split: int) -> list[WordTag]:
    victims: dict[int, list[str]] = {}
    facts: dict[int, list[int]] = {}
    reasons: dict[int, str] = {}
    for event in world.events:
        if event.prevented in ("", NOT_NEW):
            victims.setdefault(event.clause, []).append(event.victim)
        else:
            reasons[event.clause] = event.prevented
        facts.setdefault(event.clause, []).extend(fact for fact in event.facts if fact >= 0)
    return [
        WordTag(
            stretch.clause.family,
            NAME_OF_MOOD[stretch.clause.mood] or world.inside.get(number, "") or reasons.get(number, ""),
            tuple(dict.fromkeys(victims.get(number, ()))),
            tuple(_passage(world, fact, split) for fact in dict.fromkeys(facts.get(number, ()))),
        )
        for number, stretch in enumerate(world.stretches)
    ]


def _passage(world: World, number: int, split: int) -> Passage:
    part: Part = "prompt" if number < split else "completion"
    return Passage(part, world.stretches[number].start, world.stretches[number].end)


def _spread(
    world: World, tags: Sequence[WordTag], first: int, last: int, part: Sequence[str]
) -> tuple[WordTag, ...]:
    spread = [NO_TAG] * len(part)
    for number in range(first, last):
        stretch = world.stretches[number]
        for place in range(stretch.start, stretch.end):
            spread[place] = tags[number]
    return tuple(spread)
