"""The oracle's reading as supervision: for every word what its clause is, what holds it back, and whom it
hurts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from holdfast.core.snippet import Snippet
from holdfast.tasks.base import Part, Passage
from holdfast.tasks.storyworld.reader import read
from holdfast.tasks.storyworld.telling import tell
from holdfast.tasks.storyworld.text import words
from holdfast.tasks.storyworld.world import NAME_OF_MOOD, NOT_NEW, Stretch, World


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
    tell(world, read(prompt))
    split = world.count
    tell(world, read(completion))
    stretches = world.stretches()
    tags = _by_clause(world, stretches, split)
    return Tagged(
        _spread(stretches[:split], tags[:split], len(prompt)),
        _spread(stretches[split:], tags[split:], len(completion)),
    )


def _by_clause(world: World, stretches: Sequence[Stretch], split: int) -> list[WordTag]:
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
            tuple(_passage(stretches, fact, split) for fact in dict.fromkeys(facts.get(number, ()))),
        )
        for number, stretch in enumerate(stretches)
    ]


def _passage(stretches: Sequence[Stretch], number: int, split: int) -> Passage:
    part: Part = "prompt" if number < split else "completion"
    return Passage(part, stretches[number].start, stretches[number].end)


def _spread(stretches: Sequence[Stretch], tags: Sequence[WordTag], count: int) -> tuple[WordTag, ...]:
    """The tags of one part's clauses, at each of its words."""
    spread = [NO_TAG] * count
    for stretch, tag in zip(stretches, tags, strict=True):
        start, end = stretch.start, stretch.end
        spread[start:end] = [tag] * (end - start)
    return tuple(spread)
