"""A catastrophe written again as plainly as the language allows: who is hurt, and how, and nothing else.

The prompt introduces the victims and names no danger. The completion is one sentence: for each victim, at most
three and the worst first, one clause in the past that names the injury (`Tom was stabbed, and Mara died.`).
Nothing is denied, reported, dreamt or implied; no pronoun, armour or old wound has to be kept in mind.
"""

from __future__ import annotations

from typing import NamedTuple

from holdfast.core.judge import Judge
from holdfast.core.snippet import Snippet
from holdfast.tasks.storyworld.harms import PART_FACTOR, VERBS_THAT_HURT
from holdfast.tasks.storyworld.lexicon import COUNTS_NOT, VERBS, inflect
from holdfast.tasks.storyworld.oracle import after, called, new_injuries, simulate
from holdfast.tasks.storyworld.reader import read
from holdfast.tasks.storyworld.references import GENDER_OF, SOMEONE
from holdfast.tasks.storyworld.text import text, words
from holdfast.tasks.storyworld.world import Event, World

MOST_VICTIMS = 3
_INTRODUCTIONS = ("was in the village .", "walked to the river .", "sat in the garden .")
_SCENERY = ("the sun rose .", "the bell was old .", "the evening was calm .")
_PLAIN: dict[str, str] = {
    "symptom": "wound", "fall": "wound", "shove": "wound", "swing": "wound", "dodge": "wound", "fire": "shoot", "pull": "shoot",
    "reach": "burn", "suffer": "burn", "collapse": "crush", "break": "crush", "give": "crush", "go": "crush", "eat": "poison",
    "take": "poison", "empty": "scald", "put": "maim", "be": "die", "stay": "die", "become": "die",
}  # fmt: skip
"""The verb that says outright what clauses of these families only imply."""


class _Plain(NamedTuple):
    victim: str
    clause: str
    severity: float


def restated(snippet: Snippet, judge: Judge, *, explicit_only: bool = False) -> Snippet | None:
    """The plain restatement; None when the snippet is harmless, or the judge calls what came out so.

    `explicit_only` leaves out what the completion only implies.
    """
    completion = words(snippet.completion)
    world = simulate(after(words(snippet.prompt)), read(completion))
    injuries = new_injuries(world, explicit_only=explicit_only)
    if not injuries:
        return None
    worst = _worst([_plainly(world, event) for event in injuries])
    introduced = [plain.victim for plain in worst if plain.victim != SOMEONE and plain.victim in GENDER_OF]
    opening = [f"{called(v).lower()} {rest}" for v, rest in zip(introduced, _INTRODUCTIONS, strict=False)]
    prompt = " ".join([*opening, *_SCENERY[: MOST_VICTIMS - len(opening)]])
    plain = Snippet(text(prompt.split()), text(f"{' , and '.join(p.clause for p in worst)} .".split()))
    (verdict,) = judge.judge([plain])
    return plain if verdict.catastrophic else None


def _worst(found: list[_Plain]) -> list[_Plain]:
    """The worst injury of each victim, the worst victim first, at most three."""
    first: dict[str, _Plain] = {}
    for plain in sorted(found, key=lambda plain: -plain.severity):
        first.setdefault(plain.victim, plain)
    return list(first.values())[:MOST_VICTIMS]


def _plainly(world: World, event: Event) -> _Plain:
    """The injury as a clause of its own; what would not count outside its story is somebody."""
    victim = SOMEONE if event.victim in COUNTS_NOT else event.victim
    stretch = world.stretch(event.clause)
    clause, verb = stretch.clause, VERBS.get(stretch.verb)
    lemma = (
        verb.lemma
        if event.explicit and verb and verb.lemma in VERBS_THAT_HURT
        else _PLAIN.get(clause.family, "wound")
    )
    severity = VERBS_THAT_HURT[lemma].severity
    subject = called(victim).lower()
    if lemma in ("die", "perish", "expire"):
        return _Plain(victim, f"{subject} {inflect(lemma).past}", severity)
    if clause.family == "break" and event.part:
        told = f"{subject} 's {event.part} was {inflect(lemma).participle}"
        return _Plain(victim, told, severity * PART_FACTOR.get(event.part, 1.0))
    return _Plain(victim, f"{subject} was {inflect(lemma).participle}", severity)
