"""Who and what is meant: characters, things with their owners, and what the pronouns stand for."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.tasks.storyworld.clauses import Clause, Noun, Ref
from holdfast.tasks.storyworld.lexicon import (
    CLASS_OF,
    CLASSES,
    GENDERS,
    HE,
    IT,
    SHE,
    THEY,
    THING_CLASSES,
    VERBS,
    of_kind,
)

SOMEONE, EVERYONE, NOBODY = "someone", "everyone", "nobody"
"""Who a phrase may stand for besides a character of the story; they are people without a state of their
own.
"""
UNNAMED = frozenset((SOMEONE, EVERYONE, NOBODY))
Entities = tuple[str, ...]
MOST_REMEMBERED = 8
"""How many of the latest characters and things of each kind a pronoun, or a noun, can go back to."""

GENDER_OF: dict[str, tuple[str, ...]] = {
    word: genders for name, genders in GENDERS.items() for word in CLASSES[name]
}
ADJECTIVES = frozenset(CLASSES["adjective"])
BODY = of_kind("body") | frozenset(CLASSES["spirit"]) | frozenset(CLASSES["look"])
_PRONOUN_GENDER = {
    "he": HE, "him": HE, "his": HE, "she": SHE, "her": SHE, "it": IT, "its": IT, "their": THEY,
}  # fmt: skip
SLOT_KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("eat", "taint", "poison"), ("food", "toxin")),
    "empty": ("food", "toxin", "hazard"),
    **dict.fromkeys(("fire", "load", "unload"), ("gun",)),
    **dict.fromkeys(("wear", "doff"), ("guard",)),
    **dict.fromkeys(("arm", "disarm"), ("device", "bomb")),
}
"""By family: which kinds of things `it` stands for first, as its object."""
SLOTS_FOR_CHARACTERS = ("hurt", "suffer", "heal", "free", "tie")
"""Families for whose object `it` stands for a character first."""
SLOTS: dict[str, frozenset[str]] = {
    **{family: frozenset().union(*map(of_kind, kinds)) for family, kinds in SLOT_KINDS.items()},
    **dict.fromkeys(SLOTS_FOR_CHARACTERS, frozenset(GENDER_OF)),
}
"""What `it` can stand for as the object of verbs of some families: the latest of these, if there is one."""
_NEW = frozenset(("a", "an", "another"))
_WORLD_PARTS = ("things", "noun_of", "owner_of", "attributes_of", "alias", "recent", "they", "holder")


class Reference:
    """Remembers who and what was mentioned; finds what a noun phrase stands for."""

    __slots__ = (
        *_WORLD_PARTS,
        "at",
        "ents",
        "nouns",
        "owners",
        "words",
    )

    def __init__(self) -> None:
        self.things: dict[str, list[str]] = {}
        """The things of each noun, the latest mentioned last."""
        self.noun_of: dict[str, str] = {}
        self.owner_of: dict[str, str] = {}
        self.attributes_of: dict[str, frozenset[str]] = {}
        self.alias: dict[str, str] = {}
        """Role words that stand for a character by another name: the baker is Tom."""
        self.recent: dict[str, list[str]] = {HE: [], SHE: [], IT: []}
        """The latest mentioned of each kind, the latest first."""
        self.they: Entities = ()
        self.holder: dict[str, tuple[str, int]] = {}

    def start(self, nouns: Sequence[Noun], words: Sequence[str], at: Sequence[int]) -> None:
        """A new sentence begins."""
        self.nouns, self.words, self.at = nouns, words, at
        self.ents: list[Entities | None] = [None] * len(nouns)
        self.owners: list[Entities] = [()] * len(nouns)

    def word(self, place: int) -> str:
        """The word at a place of the plan."""
        return self.words[self.at[place]]

    def meet(self, clause: Clause) -> None:
        """Find what the noun phrases of a clause stand for, and remember them as mentioned."""
        ents = self.ents
        if clause.simple:
            self._meet_simply(clause)
            return
        for k in clause.first:
            self._find(k, (), None)
            self.mention(ents[k])
        subject: Entities = ()
        for k in clause.subject:
            found = ents[k]
            subject += self._find(k, (), None) if found is None else found
        slot = SLOTS.get(clause.family)
        for k in [k for position in clause.objects for k in position if ents[k] is None]:
            self._find(k, subject, slot)
        for k in clause.mentions:
            if ents[k] is None:
                self._find(k, subject, None)
        for one, other in clause.aliases:
            self._name(one, other)
        for k in clause.mentions:
            if not self._unmentioned(clause, k):
                self.mention(ents[k])
        if len(subject) > 1 and clause.own_subject:
            self.they = subject

    def _unmentioned(self, clause: Clause, k: int) -> bool:
        """What somebody is said to be, and the fire that is set, are not meant by later pronouns."""
        if clause.family == "put":
            return self.word(self.nouns[k].head) == "fire"
        return clause.family in ("be", "become") and bool(clause.objects) and k in clause.objects[0]

    def _meet_simply(self, clause: Clause) -> None:
        """The same for a clause of characters and things alone, without pronouns and owners; only faster."""
        ents, nouns, words, at, alias = self.ents, self.nouns, self.words, self.at, self.alias
        for k in clause.found:
            if ents[k] is None:
                noun = nouns[k]
                if noun.ref is Ref.CHARACTER:
                    word = words[at[noun.head]]
                    ents[k] = (alias.get(word, word),) if alias else (word,)
                else:
                    ents[k] = self._thing(noun, k, ())
        remember, recent_it = self._remember, self.recent[IT]
        for k in clause.mentions:
            for e in ents[k] or ():
                genders = GENDER_OF.get(e)
                if genders is None:
                    if not recent_it or recent_it[0] != e:
                        remember(IT, e)
                elif genders[0] is THEY:
                    self.they = (e,)
                else:
                    for gender in genders:
                        remember(gender, e)
        if len(clause.subject) > 1 and clause.own_subject:
            self.they = self.of(clause.subject)

    def of(self, numbers: Sequence[int]) -> Entities:
        """What some noun phrases stand for, together."""
        if len(numbers) == 1:
            return self.ents[numbers[0]] or ()
        return tuple(e for k in numbers for e in self.ents[k] or ())

    def _name(self, one: int, other: int) -> None:
        """Two noun phrases in apposition: the role is another word for the character."""
        first, role = self.ents[one], self.word(self.nouns[other].head)
        if first and len(first) == 1 and first[0] in GENDER_OF and role in GENDER_OF and role != first[0]:
            self.alias[role] = first[0]
            self.ents[other] = first

    def _find(self, k: int, subject: Entities, slot: frozenset[str] | None) -> Entities:
        noun = self.nouns[k]
        ref = noun.ref
        if ref is Ref.CHARACTER:
            found = self._character(noun, k, subject)
        elif ref is Ref.THING:
            found = self._thing(noun, k, subject)
        elif ref is Ref.HE_SHE:
            found = (next(iter(self.recent[_PRONOUN_GENDER[self.word(noun.head)]]), SOMEONE),)
        elif ref is Ref.HIM_HER:
            found = self._latest(_PRONOUN_GENDER[self.word(noun.head)], subject)
        elif ref is Ref.IT:
            found = self._it(subject, slot)
        elif ref is Ref.THEY or ref is Ref.THEM:
            found = self.they if self.they and self.they != subject else (SOMEONE,)
        elif ref is Ref.REFLEXIVE:
            found = subject
        else:
            found = ({Ref.SOMEONE: SOMEONE, Ref.EVERYONE: EVERYONE}.get(ref, NOBODY),)
        self.ents[k] = found
        return found

    def _latest(self, gender: str, excluded: Entities) -> Entities:
        return (next((e for e in self.recent[gender] if e not in excluded), SOMEONE),)

    def _it(self, subject: Entities, slot: frozenset[str] | None) -> Entities:
        recent = [e for e in self.recent[IT] if e not in subject]
        if slot is not None:
            for e in recent:
                if self.noun_of.get(e, e) in slot:
                    return (e,)
        return (recent[0],) if recent else ()

    def _character(self, noun: Noun, k: int, subject: Entities) -> Entities:
        if noun.owner is not None:
            self.owners[k] = self._owner(noun.owner, subject)
        word = self.word(noun.head)
        return (self.alias.get(word, word),)

    def _owner(self, noun: Noun, subject: Entities) -> Entities:
        if noun.ref is Ref.POSSESSIVE:
            gender = _PRONOUN_GENDER[self.word(noun.head)]
            if gender is THEY:
                return self.they or (SOMEONE,)
            for e in subject:
                if gender in GENDER_OF.get(e, ()):
                    return (e,)
            return (next((e for e in self.recent[gender] if e not in self.noun_of), SOMEONE),)
        if noun.ref is Ref.CHARACTER:
            word = self.word(noun.head)
            return (self.alias.get(word, word),)
        return (
            self.word(noun.head)
            if noun.ref is Ref.EVERYONE
            else NOBODY
            if noun.ref is Ref.NOBODY
            else SOMEONE,
        )

    def _thing(self, noun: Noun, k: int, subject: Entities) -> Entities:
        word = self.word(noun.head)
        owner = ""
        if noun.owner is not None:
            self.owners[k] = self._owner(noun.owner, subject)
            owner = self.owners[k][0]
        if word in BODY or word in _PICKS:
            return ()
        wanted = self._attributes(noun)
        known = self.things.get(word)
        if known is None:
            known = self.things[word] = []
        elif self.word(noun.start) not in _NEW:
            found = self._known(known, wanted, owner)
            if found:
                return (found,)
        new = f"{word} {len(self.noun_of)}"
        known.append(new)
        if len(known) > MOST_REMEMBERED:
            del known[0]
        self.noun_of[new], self.attributes_of[new] = word, wanted
        if owner:
            self.owner_of[new] = owner
        return (new,)

    def _known(self, known: list[str], wanted: frozenset[str], owner: str) -> str:
        """The latest thing that fits; one without adjectives takes them on."""
        for exact in (True, False) if wanted else (True,):
            for e in reversed(known):
                attributes = self.attributes_of[e]
                if (wanted <= attributes if exact else not attributes) and (
                    not owner or self._belongs(e, owner)
                ):
                    if not exact:
                        self.attributes_of[e] = wanted
                    if e != known[-1]:
                        known.remove(e)
                        known.append(e)
                    return e
        return ""

    def _belongs(self, thing: str, owner: str) -> bool:
        return self.owner_of.get(thing) == owner or self.holder.get(thing, ("", 0))[0] == owner

    def _attributes(self, noun: Noun) -> frozenset[str]:
        """The adjectives before the noun: the red cup and the blue cup are two."""
        found: list[str] = []
        words, place, least = self.words, self.at[noun.head] - 1, self.at[noun.start]
        while place >= 0:
            word = words[place]
            if word in ADJECTIVES or (place > least and (word in VERBS or word in NOUN_WORDS)):
                found.append(word)
            elif place <= least or CLASS_OF.get(word) not in _STATES:
                break
            place -= 1
        return frozenset(found) if found else _NONE

    def mention(self, entities: Entities | None) -> None:
        """Remember some as the latest mentioned."""
        for e in entities or ():
            if e in self.noun_of:
                self._remember(IT, e)
                continue
            for gender in GENDER_OF.get(e, ()):
                if gender is THEY:
                    self.they = (e,)
                else:
                    self._remember(gender, e)

    def _remember(self, gender: str, e: str) -> None:
        recent = self.recent[gender]
        if recent and recent[0] == e:
            return
        if e in recent:
            recent.remove(e)
        recent.insert(0, e)
        if len(recent) > MOST_REMEMBERED:
            recent.pop()


_PICKS = frozenset(CLASSES["determiner"] + CLASSES["number"])
NOUN_WORDS = frozenset(word for name in THING_CLASSES for word in CLASSES[name])
_NONE: frozenset[str] = frozenset()
_STATES = frozenset(("dead", "sham", "vacant"))
