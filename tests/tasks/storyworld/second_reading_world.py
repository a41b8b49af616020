"""Section 5 of docs/tasks/storyworld.md, read a second time: the world's state, and who is meant.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from second_reading_clauses import Clause
from second_reading_phrases import NAMES, ROLES, THINGS, Noun, Phrase
from second_reading_severity import SLOTS, SLOTS_FOR_CHARACTERS

from holdfast.tasks.storyworld.lexicon import CLASS_OF, GENDERS, IT, of_kind
from holdfast.tasks.storyworld.verbs import FAMILIES

REMEMBERED = 8
PARTS = of_kind("body")
PRONOUN_GENDER = {"he": "he", "him": "he", "his": "he", "she": "she", "her": "she", "its": "it", "it": "it"}


class Ref(NamedTuple):
    """Who or what a noun means: char, thing, part, someone, everyone, nobody or none."""

    kind: str
    name: str = ""
    number: int = 0
    owners: tuple[Ref, ...] = ()


SOMEONE, EVERYONE, NOBODY = Ref("someone"), Ref("everyone"), Ref("nobody")


@dataclass
class Thing:
    """A thing, told apart by noun, adjectives and owner."""

    noun: str
    adjectives: frozenset[str]
    owner: Ref | None


@dataclass
class Meant:
    """A clause with its nouns found."""

    clause: Clause
    subject: list[Ref]
    objects: list[list[Ref]]
    adjuncts: list[tuple[str, list[Ref], Phrase]]

    @property
    def doers(self) -> list[Ref]:
        """The subject, or the `by` nouns of a passive."""
        return self.after("by") if self.clause.passive else self.subject

    @property
    def targets(self) -> list[Ref]:
        """The first object, or the subject of a passive."""
        if self.clause.passive:
            return self.subject
        return self.objects[0] if self.objects else []

    def after(self, *names: str) -> list[Ref]:
        """What stands after these prepositions."""
        return [ref for name, refs, _ in self.adjuncts if name in names for ref in refs]


@dataclass
class World:
    """What is remembered of a story."""

    things: list[Thing] = field(default_factory=list)
    alias: dict[str, str] = field(default_factory=dict)
    latest: dict[str, list[Ref]] = field(default_factory=lambda: {"he": [], "she": [], "it": []})
    they: list[Ref] = field(default_factory=list)
    fictions: list[tuple[str, Ref]] = field(default_factory=list)
    dead: set[Ref] = field(default_factory=set)
    wounded: set[Ref] = field(default_factory=set)
    counts: dict[Ref, bool] = field(default_factory=dict)
    sham: set[Ref] = field(default_factory=set)
    unloaded: set[Ref] = field(default_factory=set)
    stopped: set[Ref] = field(default_factory=set)
    gone: set[Ref] = field(default_factory=set)
    content: dict[Ref, str] = field(default_factory=dict)
    """Of food: the word of a hazard."""
    poisoned: set[Ref] = field(default_factory=set)
    holder: dict[Ref, Ref] = field(default_factory=dict)
    """In the order in which things came to be held."""
    worn: dict[Ref, Ref] = field(default_factory=dict)
    place: dict[Ref, tuple[str, Ref]] = field(default_factory=dict)
    sheltered: set[Ref] = field(default_factory=set)
    locked: set[Ref] = field(default_factory=set)
    tied: dict[Ref, list[Ref]] = field(default_factory=dict)
    linked: dict[Ref, Ref] = field(default_factory=dict)
    sentence: dict[int, list[Ref]] = field(default_factory=dict)
    """What each noun of this sentence means."""

    def word(self, ref: Ref) -> str:
        """The noun of a thing, the name of a character, the word of a part."""
        return self.things[ref.number].noun if ref.kind == "thing" else ref.name

    def of(self, ref: Ref, kind: str) -> bool:
        """Whether it is a thing of that kind."""
        return ref.kind == "thing" and self.word(ref) in of_kind(kind)

    def hold(self, holder: Ref, thing: Ref) -> None:
        """It is held now, since last."""
        self.holder.pop(thing, None)
        self.holder[thing] = holder
        self.place.pop(thing, None)
        if self.worn.get(thing) not in (None, holder):
            self.worn.pop(thing)

    def held(self, holder: Ref) -> list[Ref]:
        """What somebody holds, the latest taken at the end."""
        return [thing for thing, who in self.holder.items() if who == holder]

    # -- mentions -------------------------------------------------------------------------------------------

    def genders(self, ref: Ref) -> tuple[str, ...]:
        """Which pronouns can stand for it."""
        if ref.kind == "thing":
            return (IT,)
        return GENDERS.get(CLASS_OF.get(ref.name, ""), ()) if ref.kind == "char" else ()

    def mention(self, refs: list[Ref]) -> None:
        """The latest eight of each kind."""
        for ref in refs:
            for gender in self.genders(ref):
                if gender == "they":
                    self.they = [ref]
                    continue
                known = self.latest[gender]
                if ref in known:
                    known.remove(ref)
                known.append(ref)
                del known[:-REMEMBERED]

    # -- nouns ----------------------------------------------------------------------------------------------

    def find(self, phrase: Phrase, subject: list[Ref], family: str, role: str, fact: bool) -> list[Ref]:
        """Whom and what the nouns of a phrase mean."""
        found: list[Ref] = []
        for noun in phrase.nouns:  # a noun that is shared by clauses is found once
            if id(noun) not in self.sentence:
                self.sentence[id(noun)] = self.one(noun, subject, family, role, fact)
            found += self.sentence[id(noun)]
        return found

    def one(self, noun: Noun, subject: list[Ref], family: str, role: str, fact: bool) -> list[Ref]:
        """Whom and what one noun means."""
        head, first = noun.head, noun.words[0]
        if first.cls == "no" or head.cls == "nobody":
            return [NOBODY]
        if head.cls in ("someone", "everyone"):
            return [SOMEONE if head.cls == "someone" else EVERYONE]
        if head.cls in ("he_she", "it", "they", "him", "them", "reflexive") or (
            head.cls == "her" and len(noun.words) == 1
        ):
            return self.pronoun(head.text, head.cls, subject, family, role)
        owners = self.owners(noun, subject, family, fact)
        if head.cls in (*NAMES, *ROLES):
            who = Ref("char", self.alias.get(head.text, head.text))
            if noun.apposition is not None and noun.apposition.head.text != who.name:
                self.alias[noun.apposition.head.text] = who.name
            found = who
        elif head.text in PARTS:
            return [Ref("part", head.text, owners=tuple(owners))]
        elif head.cls in ("spirit", "look"):
            return [Ref("none", head.text)]
        elif head.cls in THINGS:
            found = self.thing(noun, owners)
        else:
            return []
        if fact:
            self.facts(noun, found)
        return [found]

    def owners(self, noun: Noun, subject: list[Ref], family: str, fact: bool) -> list[Ref]:
        """Whom an OWNER or a possessive means."""
        if noun.owner is not None:
            return self.one(noun.owner, subject, family, "owner", fact)
        if noun.possessive is None:
            return []
        word = noun.possessive.text
        if word == "their":
            return list(self.they) or [SOMEONE]
        gender = PRONOUN_GENDER[word]
        mine = [ref for ref in subject if gender in self.genders(ref)]
        latest = [ref for ref in self.latest[gender] if ref.kind == "char"]
        return mine[:1] or latest[-1:] or ([] if gender == "it" else [SOMEONE])

    def pronoun(self, text: str, cls: str, subject: list[Ref], family: str, role: str) -> list[Ref]:
        """Whom a pronoun means."""
        if cls == "reflexive":
            return list(subject) or [SOMEONE]
        if cls in ("they", "them"):
            just = role != "subject" and set(self.they) == set(subject)
            return list(self.they) if self.they and not just else [SOMEONE]
        gender = PRONOUN_GENDER[text]
        known = list(self.latest[gender])
        if cls in ("him", "her", "it") and role != "subject":
            known = [ref for ref in known if ref not in subject]
        if cls == "it":
            if role == "object":
                fit = [ref for ref in known if self.word(ref) in SLOTS.get(family, ())]
                if family in SLOTS_FOR_CHARACTERS:
                    fit = [ref for ref in known if ref.kind == "char"]
                known = fit or known
            return known[-1:]
        return known[-1:] or [SOMEONE]

    def thing(self, noun: Noun, owners: list[Ref]) -> Ref:
        """The latest found that fits, or a new one."""
        word = noun.head.text
        owner = owners[0] if owners else None
        known = [i for i, thing in enumerate(self.things) if thing.noun == word]
        known.sort(key=self._found.index)
        known = known[-REMEMBERED:][::-1]
        if noun.article not in ("a", "an", "another"):
            mine = [i for i in known if owner is None or self._owned(i, owner)]
            for i in mine:
                if noun.adjectives <= self.things[i].adjectives:
                    return self._touch(i)
            for i in mine:
                if not self.things[i].adjectives:
                    self.things[i].adjectives = noun.adjectives
                    return self._touch(i)
        self.things.append(Thing(word, noun.adjectives, owner))
        return self._touch(len(self.things) - 1)

    _found: list[int] = field(default_factory=list)

    def _touch(self, number: int) -> Ref:
        if number in self._found:
            self._found.remove(number)
        self._found.append(number)
        return Ref("thing", number=number)

    def _owned(self, number: int, owner: Ref) -> bool:
        thing = Ref("thing", number=number)
        return self.things[number].owner == owner or self.holder.get(thing) == owner

    def facts(self, noun: Noun, ref: Ref) -> None:
        """Section 6: words before a noun are facts."""
        for word in noun.words[:-1]:
            food, gun = self.of(ref, "food"), self.of(ref, "gun")
            participle = word.can_be("T")
            if participle and word.family in ("taint", "poison") and food:
                self.poisoned.add(ref)
            elif (participle and word.family in ("unload", "empty")) or word.cls == "vacant":
                if gun:
                    self.unloaded.add(ref)
                elif food:
                    self.gone.add(ref)
            elif word.cls == "dead" and ref.kind == "char":
                self.dead.add(ref)
            elif word.cls == "sham":
                self.sham.add(ref)
            elif participle and word.family == "load":
                self.unloaded.discard(ref)
            elif participle and word.family == "hurt" and ref.kind == "char":
                self.wounded.add(ref)

    # -- clauses --------------------------------------------------------------------------------------------

    def mean(self, clause: Clause, fact: bool) -> Meant:
        """Find the nouns of a clause, and mention them."""
        family = clause.family
        adjuncts: list[tuple[str, list[Ref], Phrase]] = []
        for adjunct in clause.before:
            refs = self._adjunct(adjunct.item, [], family, fact)
            self.mention(refs)
            adjuncts.append((adjunct.preposition, refs, adjunct.item))
        subject = self.find(clause.subject, [], family, "subject", fact) if clause.subject else []
        objects = [self.find(item, subject, family, "object", fact) for item in clause.objects]
        for adjunct in clause.after:
            refs = self._adjunct(adjunct.item, subject, family, fact)
            adjuncts.append((adjunct.preposition, refs, adjunct.item))
        for _, refs, _ in adjuncts[len(clause.before) :]:
            self.mention(refs)
        if clause.own or clause.kind in ("bare", "inert"):
            self.mention(subject)
            if len(subject) > 1:
                self.they = list(subject)
        if family not in ("be", "become"):
            for refs in objects:
                self.mention([r for r in refs if not (family == "put" and self.word(r) == "fire")])
        return Meant(clause, subject, objects, adjuncts)

    def _adjunct(self, item: Phrase, subject: list[Ref], family: str, fact: bool) -> list[Ref]:
        return self.find(item, subject, family, "adjunct", fact) if item.kind == "N" else []


assert set(SLOTS) <= set(FAMILIES)
