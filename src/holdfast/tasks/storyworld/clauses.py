"""What reading a sentence yields: noun phrases, clauses, and the order in which they happen."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Ref(IntEnum):
    """How a noun phrase refers."""

    CHARACTER = 0
    THING = 1
    HE_SHE = 2
    IT = 3
    THEY = 4
    HIM_HER = 5
    REFLEXIVE = 6
    SOMEONE = 7
    EVERYONE = 8
    NOBODY = 9
    POSSESSIVE = 10
    THEM = 11


@dataclass(frozen=True, slots=True)
class Noun:
    """A noun phrase; its places count the words of the sentence."""

    ref: Ref
    head: int
    start: int
    owner: Noun | None = None
    states: tuple[int, ...] = ()
    """Participles and words such as `dead`, `fake` before the head."""
    attributes: tuple[int, ...] = ()
    """The adjectives, and the nouns and verb forms used like them, before the head."""


@dataclass(slots=True)
class Clause:
    """One parsed clause.

    `subject`, `objects` and the adjuncts' nouns are numbers of the sentence's noun phrases. A shared subject
    is that of another clause, and so mentions nobody; `mentions` are the phrases that this clause adds.
    """

    family: str
    start: int
    end: int
    verb: int = -1
    mood: int = 0
    passive: bool = False
    subject: tuple[int, ...] = ()
    objects: tuple[tuple[int, ...], ...] = ()
    adjuncts: tuple[tuple[str, tuple[int, ...]], ...] = ()
    particles: tuple[str, ...] = ()
    own_subject: bool = True
    first: tuple[int, ...] = ()
    """The noun phrases of adjuncts before the subject: mentioned first."""
    mentions: tuple[int, ...] = ()
    """The noun phrases of other adjuncts, then of the subject if it is the clause's own, then of the
    objects.
    """
    remembered: tuple[int, ...] = ()
    """Those of `mentions` that a later pronoun can mean: not what one is said to be, nor fire that is set."""
    found: tuple[int, ...] = ()
    """The same in the order in which they are found: subject, objects, adjuncts."""
    simple: bool = False
    """Whether all its noun phrases are characters and things without owners, to be met in the usual way."""
    aliases: tuple[tuple[int, int], ...] = ()
    link: str = ""
    """What joins it to the sentence: the word's kind, or how it hangs on a noun."""
    has_verb: bool = True
    risky: bool = False
    """Whether it can hurt anybody, or come near it, in any world."""
    idle: bool = False
    """Whether it can do nothing to the world, whatever its words are."""
    moves: bool = False
    """Whether its adjuncts or particles can say where somebody is now, or is no longer."""
    staged: bool = False
    """Whether it may stand in a fiction that a pronoun refers to: in it, Tom was killed."""
    state: int = -1
    """The place of `dead`, `empty` or `fake` that the subject is said to be."""
    ages: bool = False
    """A long time passes: weeks, months, years."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """The plan of a sentence, the same for all sentences with the same classes of words.

    While it is made (`planning`), its places count the words that carry something; where it is used, all
    words of it (`placing`). A quotation is one word.
    """

    nouns: tuple[Noun, ...]
    clauses: tuple[Clause, ...]
    """In the order of the text: so they are mentioned."""
    order: tuple[int, ...]
    """In the order of time: so they happen."""
    inert: tuple[tuple[int, int], ...] = ()
    """Stretches that are no clause."""
    states: bool = False
    """Whether any noun phrase has words such as `poisoned` before its head."""
    reordered: bool = False
    """Whether the two orders differ."""
    risky: bool = False
    """Whether any clause is."""
