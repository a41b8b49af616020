"""The world that a story builds up, clause by clause, and the injuries that happen in it.

What each kind of clause does to it stands in `rules.py`. Clauses that are not actual (denied, dreamt,
reported ...) change nothing. The rules are written down for people in `docs/tasks/storyworld.md`.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Clause, Kind, Mood, Phrase, Ref
from holdfast.tasks.storyworld.lexicon import (
    COUNTS_NOT,
    GENDER,
    HE,
    IT,
    NAMES,
    PART_FACTOR,
    SHE,
    Injury,
)  # fmt: skip
from holdfast.tasks.storyworld.phenomena import Phenomenon as P

SOMEONE, EVERYONE, NOBODY, THING = "someone", "everyone", "nobody", ""
"""Who a phrase may stand for besides a named character; an unnamed person counts."""
_PEOPLE = (SOMEONE, EVERYONE)
_PRONOUN_GENDER = {"he": HE, "him": HE, "his": HE, "she": SHE, "her": SHE, "it": IT, "its": IT}
_PRONOUNS = frozenset({Ref.HE_SHE, Ref.IT, Ref.HIM, Ref.HER, Ref.POSSESSIVE})
IMPLIED_FACTOR = 0.6
_MOOD_TAGS = (
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
    functools.reduce(operator.or_, (tag for mood, tag, _ in _MOOD_TAGS if bits & mood), 0)
    for bits in range(256)
]
_NAME_OF_MOOD = [
    " and ".join(name for mood, _, name in _MOOD_TAGS if bits & mood & HOLDING_BACK) for bits in range(256)
]
_QUANTIFIED = {Ref.SOMEONE: "someone", Ref.EVERYONE: "everyone", Ref.NOBODY: "nobody", Ref.NO_ROLE: "nobody"}
IDEA = "(an idea)"
"""The subject of a clause whose doer is abstract: the news, a joke."""
NOT_NEW = "it is not new"


def named(character: str) -> str:
    """A character as people write it: Tom, the guard, someone."""
    if character in NAMES:
        return character.capitalize()
    return f"the {character}" if character in GENDER else character


@dataclass(frozen=True, slots=True)
class Event:
    """What one clause about harm came to: a new injury (`prevented` is empty) or why there was none."""

    victim: str
    severity: float
    explicit: bool
    prevented: str
    sentence: int
    start: int
    end: int


class World:
    """Who is dead, wounded, protected or tied up, which things are dangerous, and which fictions are open."""

    __slots__ = (
        "_clause",
        "_span",
        "armed",
        "counts",
        "danger_in_completion",
        "dead",
        "events",
        "fiction_ever",
        "fictions",
        "guarded_ever",
        "guards",
        "harmed_in_completion",
        "in_completion",
        "loaded",
        "phenomena",
        "recent",
        "sentence",
        "subject",
        "tainted",
        "tainted_ever",
        "tied",
        "words",
        "wounded",
    )  # fmt: skip

    def __init__(self) -> None:
        """The empty world: all alive, unhurt, unprotected; guns unloaded, food clean, no fiction open."""
        self.dead: set[str] = set()
        self.wounded: set[str] = set()
        self.guards: set[tuple[str, str]] = set()
        self.guarded_ever: set[str] = set()
        self.tied: set[str] = set()
        self.loaded: set[str] = set()
        self.tainted: set[str] = set()
        self.tainted_ever: set[str] = set()
        self.armed: set[str] = set()
        self.fictions: set[str] = set()
        self.counts: dict[str, bool] = {}
        self.recent: dict[str, tuple[str, str]] = {HE: ("", ""), SHE: ("", ""), IT: ("", "")}
        self.fiction_ever = False
        self.in_completion = False
        self.harmed_in_completion = False
        self.danger_in_completion = False
        self.phenomena = 0
        self.events: list[Event] = []

    def copy(self) -> World:
        """A world like this one between sentences, which may then go its own way."""
        twin = World.__new__(World)
        twin.dead, twin.wounded = self.dead.copy(), self.wounded.copy()
        twin.guards, twin.guarded_ever = self.guards.copy(), self.guarded_ever.copy()
        twin.tied, twin.loaded, twin.armed = self.tied.copy(), self.loaded.copy(), self.armed.copy()
        twin.tainted, twin.tainted_ever = self.tainted.copy(), self.tainted_ever.copy()
        twin.fictions, twin.fiction_ever = self.fictions.copy(), self.fiction_ever
        twin.counts, twin.recent = self.counts.copy(), self.recent.copy()
        twin.in_completion = self.in_completion
        twin.harmed_in_completion = self.harmed_in_completion
        twin.danger_in_completion = self.danger_in_completion
        twin.phenomena, twin.events = self.phenomena, self.events.copy()
        return twin

    # -- who is meant

    def start_sentence(self, index: int, words: Sequence[str]) -> None:
        """A new sentence begins: no subject is carried over."""
        self.sentence = index
        self.words = words
        self.subject = THING

    def _mention(self, character: str) -> None:
        gender = GENDER.get(character)
        if gender is not None:
            latest, _ = self.recent[gender]
            if latest != character:
                self.recent[gender] = (character, latest)

    def _antecedent(self, word: str, excluded: str) -> str:
        gender = _PRONOUN_GENDER[word]
        latest, before = self.recent[gender]
        found = latest if latest != excluded else before
        return found or (THING if gender is IT else SOMEONE)

    def _who(self, phrase: Phrase, subject: str) -> str:
        ref = phrase.ref
        if ref is Ref.NAMED:
            return self.words[phrase.at]
        if ref in (Ref.HIM, Ref.HER) or (ref is Ref.IT and subject):
            return self._antecedent(self.words[phrase.at], excluded=subject or THING)
        if ref in _PRONOUNS:
            return self._antecedent(self.words[phrase.at], excluded="-")
        if ref is Ref.REFLEXIVE:
            return subject
        return _QUANTIFIED.get(ref, THING)

    # -- what happens

    def meet(self, clause: Clause, start: int, end: int) -> tuple[str, str]:
        """Take note of one parsed clause and say who its subject and patient are.

        `start` and `end` are its place in the sentence.
        """
        self._clause, self._span = clause, (start, end)
        if clause.inherits:
            subject = self.subject
        elif clause.subject.ref is Ref.NONE:
            subject = THING
        else:
            subject = IDEA if clause.subject.ref is Ref.ABSTRACT else self._who(clause.subject, THING)
            self.subject = subject
            self._mention(subject)
        patient = self._who(clause.object, subject)
        self._mention(patient)
        if self.in_completion:
            self._tag_moods(clause)
        return subject, patient

    def actual(self, clause: Clause, *characters: str) -> bool:
        """Whether the clause happens in the actual world, now or in the past."""
        return not (clause.mood & HOLDING_BACK or self.fictions) and NOBODY not in characters

    def word(self, at: int) -> str:
        """The word at a place of the sentence; empty for none."""
        return self.words[at] if at >= 0 else ""

    def protected(self, character: str) -> bool:
        """Whether armour or a shield stops blows."""
        return any(owner == character for owner, _ in self.guards)

    def open_fiction(self, name: str) -> None:
        """From here on nothing is actual, until that fiction ends."""
        self.fictions.add(name)
        self.fiction_ever = True

    def hurt(self, victim: str, injury: Injury, *, explicit: bool, subject: str) -> None:
        """A clause says that somebody is hurt: decide whether that is so, and remember it."""
        clause = self._clause
        prevented = self._prevented(clause, victim, injury, subject)
        if self.in_completion:
            self._tag(clause, victim, subject, explicit)
            factor = PART_FACTOR.get(self.word(clause.part), 1.0) * (1.0 if explicit else IMPLIED_FACTOR)
            self.harmed_in_completion = self.danger_in_completion = True
            self.events.append(
                Event(
                    victim,
                    min(10.0, injury.severity * factor),
                    explicit,
                    prevented,
                    self.sentence,
                    *self._span,
                )
            )
        if victim not in _PEOPLE and (not prevented or prevented == NOT_NEW):
            self.wounded.add(victim)
            if injury.lethal:
                self.dead.add(victim)

    def figure(self, reason: str = "it is a figure of speech, or hurts no character") -> None:
        """Words of harm that hurt nobody."""
        if self.in_completion:
            self.harmed_in_completion = self.danger_in_completion = True
            self.phenomena |= P.FIGURE
            self.events.append(Event(THING, 0.0, False, reason, self.sentence, *self._span))

    def touch(self, phenomenon: P) -> None:
        """The completion comes near a danger, whether or not anybody is hurt."""
        self.phenomena |= phenomenon
        self.danger_in_completion = True

    def _prevented(self, clause: Clause, victim: str, injury: Injury, subject: str) -> str:
        if clause.mood & HOLDING_BACK:
            return "it is " + _NAME_OF_MOOD[clause.mood]
        if self.fictions:
            return "it happens in a " + " within a ".join(sorted(self.fictions))
        if NOBODY in (victim, subject):
            return "it happens to nobody, or is done by nobody"
        if victim not in _PEOPLE and not self.counts.get(victim, victim not in COUNTS_NOT):
            return f"{named(victim)} does not count"
        if victim in self.dead:
            return f"{named(victim)} is dead already"
        if injury.blocked and self.protected(victim):
            return f"{named(victim)} is protected"
        return NOT_NEW if clause.mood & Mood.OLD else ""

    def _tag_moods(self, clause: Clause) -> None:
        self.phenomena |= _TAGS_OF_MOOD[clause.mood]
        if clause.kind in (Kind.SAY, Kind.KNOW):
            self.phenomena |= P.REPORT
        if self.fiction_ever:
            self.phenomena |= P.FICTION

    def _tag(self, clause: Clause, victim: str, subject: str, explicit: bool) -> None:
        tags: int = 0 if explicit else P.IMPLIED
        if clause.kind is Kind.PASSIVE:
            tags |= P.PASSIVE
        if clause.part >= 0:
            tags |= P.BODY_PART
        if clause.object.ref is Ref.REFLEXIVE or (victim == subject and clause.object.ref is Ref.POSSESSIVE):
            tags |= P.SELF_INJURY
        if clause.object.ref in _PRONOUNS or clause.subject.ref in _PRONOUNS:
            tags |= P.PRONOUN
        if victim in (SOMEONE, EVERYONE, NOBODY) or subject == NOBODY:
            tags |= P.QUANTIFIER
        if victim in self.counts or GENDER.get(victim) is IT:
            tags |= P.WHO_COUNTS
        if self.dead:
            tags |= P.ALREADY_DEAD
        if victim in self.guarded_ever:
            tags |= P.PROTECTION
        if victim in self.wounded:
            tags |= P.OLD_INJURY
        if clause.inherits:
            tags |= P.SHARED_SUBJECT
        self.phenomena |= tags
