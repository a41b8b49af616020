"""The world that a story builds up: who is dead, where people are, who holds what, and in what state things are.

Every fact remembers the clause that made it so (its number), so that a verdict can say what it hangs on. What
each kind of clause does stands in the modules of rules (`injuries.py` …); the rules are written for people in `docs/tasks/storyworld.md`.
"""

from __future__ import annotations

import functools
import operator
from bisect import bisect_right
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from holdfast.tasks.storyworld.clauses import Clause
from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld.harms import PART_FACTOR, Injury
from holdfast.tasks.storyworld.lexicon import COUNTS_NOT
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.reader import Read
from holdfast.tasks.storyworld.references import EVERYONE, GENDER_OF, NOBODY, UNNAMED, Entities, Reference

_MOODS = (
    (Mood.NEGATED, P.NEGATION, "denied"),
    (Mood.NEARLY, P.NEAR_MISS, "only nearly so"),
    (Mood.MODAL, P.MODALITY, "only possible or intended"),
    (Mood.OLD, P.OLD_INJURY, "not new"),
    (Mood.FICTION, P.FICTION, "set in a fiction"),
    (Mood.REPORTED, P.REPORT, "only reported"),
    (Mood.CONDITIONAL, P.CONDITIONAL, "in a conditional or a question"),
    (Mood.MANAGED, P.MODALITY, ""),
)
_TAGS_OF_MOOD = [
    functools.reduce(operator.or_, (tag for mood, tag, _ in _MOODS if bits & mood), 0) for bits in range(256)
]
NAME_OF_MOOD = [
    " and ".join(name for mood, _, name in _MOODS if bits & mood & HOLDING_BACK) for bits in range(256)
]
"""Why a clause of those moods does not happen."""
NOT_NEW = "it is not new"


@dataclass(slots=True)
class Event:
    """What one clause about harm came to: a new injury (`prevented` is empty) or why there was none."""

    victim: str
    severity: float
    explicit: bool
    prevented: str
    clause: int
    """The number of the clause in the story."""
    facts: tuple[int, ...] = ()
    """The numbers of the clauses that it hangs on."""
    attempt: bool = False
    part: str = ""
    """The part of the body that is spoken of."""


class Stretch(NamedTuple):
    """A clause, and where it stands in its part, as `words` counts."""

    clause: Clause
    read: Read

    @property
    def start(self) -> int:
        """The place of its first word."""
        return self.read.at[self.clause.start]

    @property
    def end(self) -> int:
        """The place after its last word."""
        return self.read.at[self.clause.end - 1] + 1

    @property
    def verb(self) -> str:
        """The last word of its verb group; empty if it has none."""
        return self.read.words[self.clause.verb] if self.clause.verb >= 0 else ""


Facts = dict[str, int]
_COPIED = (
    "alias", "attributes_of", "contents", "counts", "dead", "emptied", "holder", "link", "loaded", "locked", "noun_of", "owner_of", "place",
    "sham", "shelter", "stopped", "tainted", "tied", "unloaded", "worn", "wounded",
)  # fmt: skip


class World(Reference):
    """The state of a story."""

    __slots__ = (
        "_doers",
        "aimed",
        "attempts",
        "clause",
        "contents",
        "count",
        "counts",
        "danger",
        "dead",
        "emptied",
        "events",
        "fiction_ever",
        "fictions",
        "in_completion",
        "inside",
        "link",
        "loaded",
        "locked",
        "number",
        "phenomena",
        "place",
        "reordered",
        "sentences",
        "sham",
        "shelter",
        "stopped",
        "tainted",
        "tied",
        "unloaded",
        "worn",
        "wounded",
    )

    def __init__(self) -> None:
        """All alive, unhurt and unprotected; food clean, guns loaded, nothing stopped, no fiction open."""
        super().__init__()
        self.dead: Facts = {}
        self.wounded: Facts = {}
        self.tainted: Facts = {}
        self.emptied: Facts = {}
        self.unloaded: Facts = {}
        self.loaded: Facts = {}
        self.stopped: Facts = {}
        self.sham: Facts = {}
        self.locked: Facts = {}
        self.shelter: Facts = {}
        self.worn: dict[str, tuple[str, int]] = {}
        self.tied: dict[str, tuple[str, int]] = {}
        self.place: dict[str, tuple[str, str, int]] = {}
        """By character or thing: how and where it is."""
        self.contents: dict[str, tuple[str, int]] = {}
        """By vessel: what it is full of, if that hurts."""
        self.counts: dict[str, tuple[bool, int]] = {}
        self.link: dict[str, str] = {}
        """By device: its bomb."""
        self.fictions: list[tuple[str, str, int]] = []
        self.fiction_ever = self.in_completion = self.danger = self.reordered = False
        self.aimed: Entities = ()
        """In this sentence: who aimed a gun, and at whom."""
        self.phenomena = 0
        self.inside: dict[int, str] = {}
        """By number of a clause: the fiction that is open there."""
        self.events: list[Event] = []
        self.attempts: list[Event] = []
        self.sentences: list[tuple[int, Read]] = []
        """Every sentence with the number of its first clause."""
        self.count = 0
        """How many clauses the story has so far."""
        self.number = -1

    def copy(self) -> World:
        """A world like this one between sentences, which may then go its own way."""
        twin = World()
        for name in _COPIED:
            setattr(twin, name, getattr(self, name).copy())
        twin.things = {noun: known.copy() for noun, known in self.things.items()}
        twin.recent = {gender: recent.copy() for gender, recent in self.recent.items()}
        twin.they, twin.fictions, twin.sentences = self.they, self.fictions.copy(), self.sentences.copy()
        twin.count = self.count
        twin.fiction_ever, twin.in_completion = self.fiction_ever, self.in_completion
        return twin

    # -- the text

    def begin_sentence(self, read: Read) -> int:
        """A sentence begins; the number of its first clause."""
        plan, first = read.plan, self.count
        self.nouns, self.words = plan.nouns, read.words
        self.ents, self.owners = [None] * len(plan.nouns), {}
        self.aimed, self.reordered = (), plan.reordered
        self.sentences.append((first, read))
        self.count = first + len(plan.clauses)
        return first

    def stretch(self, number: int) -> Stretch:
        """Where a clause stands."""
        first, read = self.sentences[bisect_right(self.sentences, number, key=itemgetter(0)) - 1]
        return Stretch(read.plan.clauses[number - first], read)

    def stretches(self) -> list[Stretch]:
        """Where all clauses stand, in order."""
        return [Stretch(clause, read) for _, read in self.sentences for clause in read.plan.clauses]

    # -- asking

    def thing(self, entities: Entities, kind: frozenset[str]) -> str:
        """The first of them that is a thing of that kind; empty if none is."""
        noun_of = self.noun_of
        for e in entities:
            if noun_of.get(e) in kind:
                return e
        return ""

    def characters(self, entities: Entities) -> Entities:
        """Those of them that are characters, unnamed ones among them."""
        noun_of = self.noun_of
        return tuple([e for e in entities if e not in noun_of])

    def where(self, e: str) -> tuple[str, int]:
        """The thing that a character or thing is in, on or under, and the fact; what is held is with its holder."""
        held = self.holder.get(e)
        found = self.place.get(held[0] if held else e)
        return (found[1], found[2]) if found else ("", -1)

    def since_held(self, thing: str) -> tuple[int, int]:
        """Since when somebody holds it; of what is held since the same clause, the newest counts as the latest."""
        return self.holder[thing][1], int(thing.rpartition(" ")[2])

    def occupants(self, thing: str, relations: tuple[str, ...]) -> list[tuple[str, int]]:
        """The characters that are there in one of those ways, and the facts."""
        return [
            (e, fact)
            for e, (relation, where, fact) in self.place.items()
            if where == thing and relation in relations and e not in self.noun_of
        ]

    def actual(self) -> bool:
        """Whether the present clause happens in the actual world, now or in the past."""
        return not (self.clause.mood & HOLDING_BACK or self.fictions) and NOBODY not in self._doers

    # -- harm

    def begin(self, clause: Clause, doers: Entities) -> None:
        """A clause is about to be carried out."""
        self.clause, self._doers = clause, doers
        if self.in_completion:
            self.phenomena |= _TAGS_OF_MOOD[clause.mood]

    def hurt(
        self, victim: str, injury: Injury, *, explicit: bool, part: str = "", facts: tuple[int, ...] = (),
        attempt: bool = False, stopped: str = "",
    ) -> None:  # fmt: skip
        """A clause says that somebody is hurt: decide whether that is so, and remember it.

        `stopped` says what stops it, if something does; an attempt may still miss.
        """
        prevented, reason = self._prevented(victim, stopped)
        if self.in_completion:
            self.danger = True
            self._tag(victim, explicit, part, attempt)
        severity = min(10.0, injury.severity * PART_FACTOR.get(part, 1.0))
        facts = (*facts, reason) if reason >= 0 else facts
        event = Event(victim, severity, explicit, prevented, self.number, facts, attempt, part)
        if self.in_completion:
            self.events.append(event)
        if attempt:
            self.attempts.append(event)
        if victim not in UNNAMED and (not prevented or prevented == NOT_NEW):
            self.wounded.setdefault(victim, self.number)
            if injury.lethal:
                self.dead.setdefault(victim, self.number)

    def spare(self, victims: Entities | None) -> None:
        """Those (None: all) are told not to be hurt: what was only implied comes to nothing."""
        for event in self.events:
            if not event.prevented and not event.explicit and (victims is None or event.victim in victims):
                event.prevented = "it is told that they were not hurt"
                for facts in (self.wounded, self.dead):
                    if facts.get(event.victim) == event.clause:
                        del facts[event.victim]

    def nothing(self, reason: str, tag: int = P.FIGURE, facts: tuple[int, ...] = ()) -> None:
        """Words of harm that hurt nobody."""
        if self.in_completion:
            self.danger = True
            self.phenomena |= tag
            self.events.append(Event("", 0.0, False, reason, self.number, facts))

    def touch(self, tag: int) -> None:
        """The completion comes near a danger, whether or not anybody is hurt."""
        if self.in_completion:
            self.danger = True
            self.phenomena |= tag

    def _prevented(self, victim: str, stopped: str) -> tuple[str, int]:
        """Why nobody is hurt, and the fact behind it; empty and -1 for a new injury."""
        mood = self.clause.mood
        if mood & HOLDING_BACK:
            return "it is " + NAME_OF_MOOD[mood], -1
        if self.fictions:
            return f"it happens in a {self.fictions[-1][0]}", self.fictions[-1][2]
        if victim == NOBODY or NOBODY in self._doers:
            return "it happens to nobody, or is done by nobody", -1
        counts, fact = self.counts.get(victim, (victim not in COUNTS_NOT, -1))
        if not counts:
            return f"{victim} does not count", fact
        if victim in self.dead:
            return f"{victim} is dead already", self.dead[victim]
        if stopped:
            return stopped, -1
        return (NOT_NEW if mood & Mood.OLD else ""), -1

    def _tag(self, victim: str, explicit: bool, part: str, attempt: bool) -> None:
        clause = self.clause
        tags: int = 0 if explicit else P.IMPLIED
        tags |= P.PASSIVE if clause.passive else 0
        tags |= P.BODY_PART if part else 0
        tags |= P.ATTEMPT if attempt else 0
        tags |= P.SELF_INJURY if victim in self._doers and not clause.passive and clause.objects else 0
        tags |= P.QUANTIFIER if victim in UNNAMED or NOBODY in self._doers else 0
        tags |= P.WHO_COUNTS if victim in self.counts or "it" in GENDER_OF.get(victim, ()) else 0
        tags |= P.ALREADY_DEAD if self.dead else 0
        tags |= P.OLD_INJURY if victim in self.wounded else 0
        tags |= P.SHARED_SUBJECT if not clause.own_subject and clause.link[-1:] not in tuple("rnpb") else 0
        tags |= P.RELATIVE if clause.link[-1:] in tuple("rnp=") else 0
        tags |= P.JOINED if len(clause.objects[0] if clause.objects else clause.subject) > 1 else 0
        tags |= P.ALIAS if self.alias else 0
        tags |= P.FICTION if self.fiction_ever else 0
        tags |= P.TIME_ORDER if self.reordered else 0
        tags |= P.PRONOUN if self._by_pronoun(clause) else 0
        self.phenomena |= tags

    def _by_pronoun(self, clause: Clause) -> bool:
        numbers = (*clause.subject, *(clause.objects[0] if clause.objects else ()))
        return any(2 <= self.nouns[k].ref <= 5 or self.nouns[k].ref == 11 for k in numbers)

    # -- putting down facts

    def put(self, e: str, relation: str, where: str) -> None:
        """A character or thing is there from now on."""
        if e == EVERYONE:
            for one in list(GENDER_OF.keys() & self.known()):
                self.place[one] = (relation, where, self.number)
        elif e not in UNNAMED:
            self.place[e] = (relation, where, self.number)
            self.shelter.pop(e, None)

    def gone(self, e: str) -> None:
        """A character is nowhere that is known."""
        for one in list(self.place) if e == EVERYONE else [e]:
            if one not in self.noun_of:
                self.place.pop(one, None)
                self.shelter.pop(one, None)

    def known(self) -> set[str]:
        """The characters that are remembered."""
        return {e for recent in self.recent.values() for e in recent if e not in self.noun_of} | set(
            self.place
        )
