"""One clause with its noun phrases found: who does it, to whom or what, where and with what."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.tasks.storyworld.clauses import Clause, Ref
from holdfast.tasks.storyworld.lexicon import CLASSES, VERBS, of_kind
from holdfast.tasks.storyworld.references import Entities
from holdfast.tasks.storyworld.world import World

_IDEAS = frozenset(CLASSES["abstract"])
_FEELINGS = frozenset(CLASSES["feeling"]) | _IDEAS
PARTS = of_kind("body")
_WEAPONS = frozenset(CLASSES["weapon"])
_BLADED = frozenset("stab slash pierce cut impale strike hit swing lunge hack jab".split())


class Scene:
    """What the rules ask about a clause, whose noun phrases must have been met."""

    __slots__ = ("clause", "doers", "objects", "subject", "targets", "world")

    def __init__(self, world: World, clause: Clause) -> None:
        self.world, self.clause = world, clause
        self.subject: Entities = world.of(clause.subject)
        self.objects: Entities = world.of(clause.objects[0]) if clause.objects else ()
        self.doers: Entities = (self.adjunct("by") or ()) if clause.passive else self.subject
        """The subject, or the `by` of a passive."""
        self.targets: Entities = self.subject if clause.passive else self.objects
        """To whom or what it is done: the object, or the subject of a passive."""

    def adjunct(self, *names: str) -> Entities | None:
        """What stands after the first of those prepositions; None if none stands there."""
        for name, numbers in self.clause.adjuncts:
            if name in names:
                return self.world.of(numbers)
        return None

    @property
    def part(self) -> str:
        """The part of the body after in, on, at that nobody is named to own: hit Ana on the head."""
        world, found = self.world, ""
        for name, numbers in self.clause.adjuncts:
            if name in ("in", "on", "at"):
                for k in numbers:
                    owner = world.nouns[k].owner
                    if (owner is None or owner.ref is Ref.POSSESSIVE) and world.head(k) in PARTS:
                        found = world.head(k)
        return found

    def struck(self, numbers: Sequence[int]) -> list[tuple[str, str]]:
        """Whom it hurts to strike some noun phrases, and at which part; of a part of the body its owner."""
        world = self.world
        part = self.part if numbers else ""
        found: list[tuple[str, str]] = []
        for k in numbers:
            word = world.head(k)
            if word in PARTS:
                found += [(owner, word) for owner in world.owners.get(k, ())]
            else:
                found += [(e, part) for e in world.characters(world.ents[k] or ())]
        return found

    def numbers(self, *names: str) -> tuple[int, ...]:
        """The noun phrases after the first of those prepositions."""
        return next((numbers for name, numbers in self.clause.adjuncts if name in names), ())

    def nouns(self, *names: str) -> list[str]:
        """The head words after those prepositions."""
        world = self.world
        return [world.head(k) for name, numbers in self.clause.adjuncts if name in names for k in numbers]

    def heads(self, numbers: tuple[int, ...]) -> list[str]:
        """The head words of noun phrases."""
        return [self.world.head(k) for k in numbers]

    def held(self, kind: frozenset[str]) -> str:
        """The thing of that kind that the doer took last."""
        world = self.world
        held = [e for e, (who, _) in world.holder.items() if who in self.doers and world.noun_of[e] in kind]
        return max(held, key=world.since_held) if held else ""

    @property
    def target_numbers(self) -> tuple[int, ...]:
        """The noun phrases of the targets."""
        clause = self.clause
        return clause.subject if clause.passive else clause.objects[0] if clause.objects else ()

    @property
    def ideal(self) -> bool:
        """Whether an idea does it: the news crushed Tom."""
        by = self.nouns("by") if self.clause.passive else self.heads(self.clause.subject)
        return any(word in _IDEAS for word in by)

    @property
    def felt(self) -> bool:
        """Whether it is done with a feeling: burned with shame."""
        return any(word in _FEELINGS for word in self.nouns("with", "of", "from", "for"))

    def sham(self) -> int:
        """The fact that what it is done with is not real; -1 if it is.

        A blade that is not named is the one that the doer took last.
        """
        with_what = [e for name in ("with", "by") for e in self.adjunct(name) or ()]
        if not with_what and VERBS[self.world.words[self.clause.verb]].lemma in _BLADED:
            with_what = [e for e in [self.held(_WEAPONS)] if e]
        for e in (*with_what, *self.subject, *self.objects):
            if e in self.world.sham:
                return self.world.sham[e]
        return -1
