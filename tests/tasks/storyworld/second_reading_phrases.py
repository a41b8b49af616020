"""Section 2 of docs/tasks/storyworld.md, read a second time: phrases.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from second_reading_words import HOLD, Word

from holdfast.tasks.storyworld.lexicon import DUAL
from holdfast.tasks.storyworld.nouns import CHARACTERS, NOUNS

BARE = ("dead", "sham", "vacant")
PICK = ("determiner", "number", "no", "one")
NAMES = ("name_he", "name_she")
ROLES = tuple(name for name in CHARACTERS if name not in NAMES)
THINGS = (*(name for name in NOUNS if name not in ("moment", "age", "time")), *DUAL)
PRONOUNS = ("he_she", "it", "they", "him", "them", "her", "reflexive")
PREPOSITIONS = tuple(
    "in on at by with of from to into behind under beside off down over for without about preposition".split()
)
PARTICLES = ("out", "away", "up", "back", "far", "reach_of")
BY_PARTICIPLES = ("hurt", "suffer", "poison", "break", "tie", "shove", "lock")
MARKS = {
    "and": "C", "but": "C", "or": "o", "so": "S", "when": "w", "after": "a", "before": "e", "if": "i",
    "that": "t", "who": "r", "there": "E", "comma": ",", "colon": ":", "Q": "Q",
}  # fmt: skip
VERB_KINDS = ("V", "T", "G", "W", "K", "B")


@dataclass(frozen=True)
class Noun:
    """One noun: its words, the last of which names it, and who owns it."""

    words: tuple[Word, ...]
    owner: Noun | None = None
    possessive: Word | None = None
    article: str = ""
    adjectives: frozenset[str] = frozenset()
    apposition: Noun | None = None
    genitive: bool = False

    @property
    def head(self) -> Word:
        """The word that names it."""
        return self.words[-1]


@dataclass(frozen=True)
class Phrase:
    """One item of a sentence."""

    kind: str
    words: tuple[Word, ...]
    nouns: tuple[Noun, ...] = ()
    everyone_but: bool = False

    @property
    def name(self) -> str:
        """The class of its first word."""
        return self.words[0].cls

    @property
    def verbs(self) -> list[Word]:
        """The words of a verb group that are verbs, or one of was be been had have."""
        return [word for word in self.words if word.family]

    @property
    def verb(self) -> Word:
        """The verb of a group."""
        return self.verbs[-1] if self.verbs else self.words[-1]

    @property
    def passive(self) -> bool:
        """Whether its verb is passive."""
        if self.kind == "W":
            return True
        verbs = self.verbs
        return len(verbs) > 1 and verbs[-1].can_be("T") and verbs[-2].cls in ("was", "be", "been")


@dataclass
class Sentence:
    """The words of a sentence that say something, all of its words, and how it ends."""

    words: list[Word]
    everything: dict[int, Word]
    question: bool = False
    items: list[Phrase] = field(default_factory=list)


class Cutter:
    """Finds the phrase at a place of a sentence; every method answers where its part ends, or None."""

    def __init__(self, words: Sequence[Word], everything: dict[int, Word]) -> None:
        self.words, self.everything = words, everything

    def cls(self, at: int) -> str:
        """The class of a word, nothing past the end."""
        return self.words[at].cls if at < len(self.words) else ""

    def form(self, at: int, forms: str) -> bool:
        """Whether a word is a verb in one of the forms."""
        return at < len(self.words) and any(self.words[at].can_be(form) for form in forms)

    def hold(self, at: int) -> int:
        """HOLD, perhaps of no words."""
        while self.cls(at) in HOLD:
            at += 1
        return at

    def maybe(self, at: int, forms: str) -> int:
        """HOLD and a verb in one of the forms, if it is there."""
        at = self.hold(at)
        return at + 1 if self.form(at, forms) else at

    def be(self, at: int) -> int | None:
        """BE."""
        return self.maybe(at + 1, "TI") if self.cls(at) == "be" else None

    def had(self, at: int) -> int | None:
        """HAD."""
        if self.cls(at) == "been":
            return self.maybe(at + 1, "TI")
        return at + 1 if self.form(at, "T") else None

    def have_had(self, at: int) -> int | None:
        """`have` HOLD HAD."""
        return self.had(self.hold(at + 1)) if self.cls(at) == "have" else None

    def was(self, at: int) -> int:
        """WAS, or nothing."""
        if self.cls(at) == "about" and self.cls(at + 1) == "to":
            rest = self.hold(at + 2)
            if self.cls(rest) == "be" and self.form(self.hold(rest + 1), "T"):
                return self.hold(rest + 1) + 1
            if self.form(rest, "B"):
                return rest + 1
        if self.cls(at) == "been" and self.form(self.hold(at + 1), "T"):
            return self.hold(at + 1) + 1
        return at + 1 if self.form(at, "TI") or self.cls(at) == "been" else at

    def base(self, at: int) -> int | None:
        """B."""
        return at + 1 if self.form(at, "B") else None

    def chain(self, at: int) -> int:
        """CHAIN."""
        while self.words[at - 1].family in ("intend", "manage"):
            rest = self.hold(at)
            if self.cls(rest) != "to":
                break
            rest = self.hold(rest + 1)
            if self.cls(rest) == "be":
                at = self.maybe(rest + 1, "T")
            elif self.form(rest, "B"):
                at = rest + 1
            else:
                break
        return at

    def finite(self, at: int) -> int | None:
        """V without CHAIN."""
        at = self.hold(at)
        cls, rest = self.cls(at), self.hold(at + 1)
        if cls == "did":
            return rest + 1 if self.form(rest, "B") or self.cls(rest) == "have" else None
        if cls == "modal":
            return self.bare_infinitive(rest)
        if cls == "had_would":
            if self.cls(rest) == "been":
                return self.maybe(rest + 1, "TI")
            return self.be(rest) or self.base(rest) or (rest + 1 if self.form(rest, "T") else None)
        if cls == "was":
            return self.was(rest)
        if cls == "had":
            return self.had(rest) or rest
        return at + 1 if self.form(at, "P") else None

    def bare_infinitive(self, at: int) -> int | None:
        """`have` HOLD HAD, else BE, else `have`, else B."""
        return (
            self.have_had(at) or self.be(at) or (at + 1 if self.cls(at) == "have" else None) or self.base(at)
        )

    def verb_group(self, at: int) -> tuple[str, int] | None:
        """The rows W, V, T and G."""
        start = self.hold(at)
        if (
            self.form(start, "T")
            and self.words[start].family in BY_PARTICIPLES
            and self.cls(start + 1) == "by"
        ):
            return "W", start + 1
        stop = self.finite(at)
        if stop:
            return "V", self.chain(stop)
        if self.cls(start) == "to":
            rest = self.hold(start + 1)
            stop = self.be(rest) or self.have_had(rest)
            stop = stop or (rest + 1 if self.cls(rest) == "have" else self.base(rest))
            if stop:
                return "T", self.chain(stop)
        if self.cls(start) == "been" and self.form(self.hold(start + 1), "T"):
            return "G", self.chain(self.hold(start + 1) + 1)
        return ("G", self.chain(start + 1)) if self.form(start, "I") else None

    def times(self, at: int) -> tuple[str, int] | None:
        """The rows O, A and Y."""
        picked = at + 1 if self.cls(at) in PICK else at
        timed = picked + 1 if self.cls(picked) in ("moment", "age", "time") else picked
        if self.cls(timed) == "ago":
            return "O", timed + 1
        if self.cls(at) == "yesterday":
            return "O", at + 1
        if self.cls(at) == "last" and self.cls(at + 1) in ("time", "moment", "age"):
            return "O", at + 2
        if self.cls(picked) == "age":
            return "A", picked + 1
        if self.cls(picked) in ("moment", "time"):
            return "Y", picked + 1
        return ("Y", at + 1) if self.cls(at) == "last" else None

    def mine(self, at: int) -> int | None:
        """MINE."""
        cls = self.cls(at)
        if cls == "determiner":
            at += 1
            at += self.cls(at) in ("determiner", "possessive", "her")
        elif cls in ("no", "one", "possessive", "her"):
            at += 1
        elif cls == "number":
            return at + 1
        else:
            return None
        return at + (self.cls(at) == "number")

    def bare(self, at: int) -> int:
        """BARE*."""
        while self.cls(at) in BARE:
            at += 1
        return at

    def owner(self, at: int) -> tuple[Noun, int] | None:
        """OWNER, with its genitive."""
        stop = None
        if self.cls(at) in (*NAMES, "someone", "everyone", "nobody"):
            stop = at + 1
        else:
            rest = self.bare(self.mine(at) or at)
            stop = rest + 1 if self.cls(rest) in ROLES else None
        if stop is None or self.cls(stop) != "genitive":
            return None
        return self.make(at, stop), stop + 1

    def make(self, start: int, stop: int, owner: Noun | None = None, first: int | None = None) -> Noun:
        """A noun of those words; what stands before its last word tells things apart (section 5)."""
        words = tuple(self.words[start:stop])
        own = self.words[first if first is not None else start : stop]
        possessives = [word for word in own[:-1] if word.cls in ("possessive", "her")]
        return Noun(
            words,
            owner,
            possessives[0] if possessives else None,
            words[0].text if words[0].cls == "determiner" else words[0].cls,
            self.adjectives(words[0].at, words[-1].at),
            genitive=owner is not None,
        )

    def adjectives(self, first: int, last: int) -> frozenset[str]:
        """Section 5: the words right before a noun that are adjectives, verb forms or nouns."""
        found: set[str] = set()
        at = last - 1
        while at in self.everything:
            word = self.everything[at]
            inside = at > first
            if word.cls == "adjective" or (inside and (word.cls in (*THINGS, *ROLES) or "." in word.cls)):
                found.add(word.text)
            elif word.cls not in BARE:
                break
            at -= 1
        return frozenset(found)

    def noun(self, at: int) -> tuple[Noun, int] | None:
        """The row N, one noun."""
        of_them = self.cls(at + 1) == "of" and self.cls(at + 2) in ("them", "it")
        if self.cls(at) in ("determiner", "number", "one") and of_them:
            return self.make(at, at + 3), at + 3
        owner = self.owner(at)
        start = owner[1] if owner else self.mine(at)
        if start:
            rest = start
            while self.state(rest):
                rest += 1
            if self.cls(rest) in (*ROLES, *THINGS, "back"):
                return self.make(at, rest + 1, owner[0] if owner else None, start if owner else at), rest + 1
        rest = self.bare(at)
        if self.cls(rest) in (*ROLES, *THINGS):
            return self.make(at, rest + 1), rest + 1
        cls = self.cls(at)
        if cls == "no" and self.cls(at + 1) == "one":
            return self.make(at, at + 2), at + 2
        if cls == "determiner" and self.cls(at + 1) == "number":
            return self.make(at, at + 2), at + 2
        if cls in (*NAMES, "someone", "everyone", "nobody", "number", "determiner", *PRONOUNS):
            return self.make(at, at + 1), at + 1
        return None

    def state(self, at: int) -> bool:
        """STATE."""
        if self.cls(at) in BARE or self.form(at, "TI"):
            return True
        return self.cls(at) in THINGS and self.cls(at + 1) in (*THINGS, *ROLES)

    def phrase(self, at: int) -> tuple[Phrase, int]:
        """The phrase at a place; of an N its first noun only."""
        group = self.verb_group(at) or self.times(at)
        if group:
            return Phrase(group[0], tuple(self.words[at : group[1]])), group[1]
        noun = self.noun(at)
        if noun:
            return Phrase("N", tuple(self.words[at : noun[1]]), (noun[0],)), noun[1]
        held = self.hold(at)
        if self.cls(at) in (*BARE, "D"):
            return Phrase("D", (self.words[at],)), at + 1
        if self.form(held, "T"):
            return Phrase("K", tuple(self.words[at : held + 1])), held + 1
        if self.form(at, "B"):
            kind = "B"
        elif self.cls(at) in PREPOSITIONS:
            kind = "P"
        else:
            kind = "X" if self.cls(at) in PARTICLES else MARKS.get(self.cls(at), "U")
        return Phrase(kind, (self.words[at],)), at + 1
