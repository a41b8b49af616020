"""Who and what is meant: characters, things with their owners, and what the pronouns stand for."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.tasks.storyworld.clauses import Clause, Noun, Ref
from holdfast.tasks.storyworld.lexicon import (
    CLASSES,
    GENDERS,
    HE,
    IT,
    NAMES,
    SHE,
    THEY,
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
ROLES = frozenset(GENDER_OF) - frozenset(NAMES)
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
_CHARACTER, _THING, _HE_SHE, _IT, _THEY, _HIM_HER, _THEM, _REFLEXIVE = (
    Ref.CHARACTER, Ref.THING, Ref.HE_SHE, Ref.IT, Ref.THEY, Ref.HIM_HER, Ref.THEM, Ref.REFLEXIVE
)  # fmt: skip
_UNNAMED_OF = {Ref.SOMEONE: (SOMEONE,), Ref.EVERYONE: (EVERYONE,)}
_NEW = frozenset(("a", "an", "another"))
_WORLD_PARTS = ("things", "noun_of", "owner_of", "attributes_of", "alias", "recent", "they", "holder")


class Reference:
    """Remembers who and what was mentioned; finds what a noun phrase stands for."""

    __slots__ = (
        *_WORLD_PARTS,
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
        self.recent: dict[str, dict[str, None]] = {HE: {}, SHE: {}, IT: {}}
        """The latest mentioned of each kind, the latest last."""
        self.they: Entities = ()
        self.holder: dict[str, tuple[str, int]] = {}
        self.nouns: Sequence[Noun] = ()
        """The noun phrases of the present sentence."""
        self.words: Sequence[str] = ()
        self.ents: list[Entities | None] = []
        """By noun phrase: what it stands for; None until it is met."""
        self.owners: dict[int, Entities] = {}
        """By noun phrase: whose it is."""

    def head(self, k: int) -> str:
        """The head word of a noun phrase."""
        return self.words[self.nouns[k].head]

    def meet(self, clause: Clause) -> None:
        """Find what the noun phrases of a clause stand for, and remember them as mentioned."""
        ents = self.ents
        if clause.simple:
            self._meet_simply(clause)
            return
        for k in clause.first:
            self._find(k, (), None)
            self._mention((k,))
        subject: Entities = ()
        for k in clause.subject:
            found = ents[k]
            subject += self._find(k, (), None) if found is None else found
        for position in clause.objects:
            for k in position:
                if ents[k] is None:
                    self._find(k, subject, SLOTS.get(clause.family))
        for k in clause.mentions:
            if ents[k] is None:
                self._find(k, subject, None)
        for one, other in clause.aliases:
            self._name(one, other)
        self._mention(clause.remembered)
        if len(subject) > 1 and clause.own_subject:
            self.they = subject

    def _meet_simply(self, clause: Clause) -> None:
        """The same for a clause of characters and things alone, without pronouns and owners; only faster."""
        ents, nouns, words, alias = self.ents, self.nouns, self.words, self.alias
        for k in clause.found:
            if ents[k] is None:
                noun = nouns[k]
                word = words[noun.head]
                if noun.ref is _CHARACTER:
                    ents[k] = (alias.get(word, word),)
                else:
                    ents[k] = self._of_noun(noun, word, "")
        self._mention(clause.remembered)
        if len(clause.subject) > 1 and clause.own_subject:
            self.they = self.of(clause.subject)

    def of(self, numbers: Sequence[int]) -> Entities:
        """What some noun phrases stand for, together."""
        if len(numbers) == 1:
            return self.ents[numbers[0]] or ()
        return tuple(e for k in numbers for e in self.ents[k] or ())

    def _name(self, one: int, other: int) -> None:
        """Two noun phrases in apposition: the role is another word for the character."""
        first, role = self.ents[one], self.head(other)
        if first and len(first) == 1 and first[0] in GENDER_OF and role in GENDER_OF and role != first[0]:
            self.alias[role] = first[0]
            self.ents[other] = first

    def _find(self, k: int, subject: Entities, slot: frozenset[str] | None) -> Entities:
        noun = self.nouns[k]
        ref = noun.ref
        if ref is _CHARACTER or ref is _THING:
            word, owner = self.words[noun.head], ""
            if noun.owner is not None:
                self.owners[k] = self._owner(noun.owner, subject)
                owner = self.owners[k][0]
            found = (self.alias.get(word, word),) if ref is _CHARACTER else self._of_noun(noun, word, owner)
        elif ref is _HE_SHE:
            found = self._latest(_PRONOUN_GENDER[self.words[noun.head]], ())
        elif ref is _IT:
            found = self._it(subject, slot)
        elif ref is _HIM_HER:
            found = self._latest(_PRONOUN_GENDER[self.words[noun.head]], subject)
        elif ref is _THEY or ref is _THEM:
            found = self.they if self.they and self.they != subject else (SOMEONE,)
        elif ref is _REFLEXIVE:
            found = subject
        else:
            found = _UNNAMED_OF.get(ref, (NOBODY,))
        self.ents[k] = found
        return found

    def _latest(self, gender: str, excluded: Entities) -> Entities:
        for e in reversed(self.recent[gender]):
            if e not in excluded:
                return (e,)
        return (SOMEONE,)

    def _it(self, subject: Entities, slot: frozenset[str] | None) -> Entities:
        recent = [e for e in reversed(self.recent[IT]) if e not in subject]
        if slot is not None:
            for e in recent:
                if self.noun_of.get(e, e) in slot:
                    return (e,)
        return (recent[0],) if recent else ()

    def _owner(self, noun: Noun, subject: Entities) -> Entities:
        word = self.words[noun.head]
        if noun.ref is Ref.POSSESSIVE:
            gender = _PRONOUN_GENDER[word]
            if gender is THEY:
                return self.they or (SOMEONE,)
            for e in subject:
                if gender in GENDER_OF.get(e, ()):
                    return (e,)
            return (next((e for e in reversed(self.recent[gender]) if e not in self.noun_of), SOMEONE),)
        if noun.ref is Ref.CHARACTER:
            return (self.alias.get(word, word),)
        if noun.ref is Ref.EVERYONE:
            return (word,)
        return (NOBODY if noun.ref is Ref.NOBODY else SOMEONE,)

    def _of_noun(self, noun: Noun, word: str, owner: str) -> Entities:
        """The thing that a noun phrase means: one that is known, or a new one."""
        words = self.words
        wanted = frozenset([words[place] for place in noun.attributes]) if noun.attributes else _NONE
        known = self.things.get(word)
        if known is None:
            if word in _NO_THINGS:
                return ()
            known = self.things[word] = []
        elif words[noun.start] not in _NEW:
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
        if not wanted and not owner:
            return known[-1]
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

    def _mention(self, numbers: Sequence[int]) -> None:
        """Remember what some noun phrases stand for as the latest mentioned."""
        ents, noun_of = self.ents, self.noun_of
        for k in numbers:
            for e in ents[k] or ():
                for gender in GENDER_OF.get(e) or (_OF_THINGS if e in noun_of else ()):
                    if gender is THEY:
                        self.they = (e,)
                        continue
                    recent = self.recent[gender]
                    if e in recent:
                        del recent[e]
                    elif len(recent) == MOST_REMEMBERED:
                        del recent[next(iter(recent))]
                    recent[e] = None


_NO_THINGS = BODY | frozenset(CLASSES["determiner"] + CLASSES["number"])
"""Nouns of no thing that could be held or be anywhere: parts of the body, and `one of them`."""
_NONE: frozenset[str] = frozenset()
_OF_THINGS = (IT,)
