"""Section 3 of docs/tasks/storyworld.md, read a second time: segments.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from second_reading_phrases import NAMES, VERB_KINDS, Phrase

TIMES = ("Y", "O", "A")
REPORTING = ("say", "know", "intend", "see", "dream")


@dataclass
class Segment:
    """Items between partings, what opened them and what was noted."""

    link: str = ""
    comma: bool = False
    conjunction: str = ""
    """C or S, where one was noted."""
    butted: bool = False
    preposition: str = ""
    head: Phrase | None = None
    items: list[Phrase] = field(default_factory=list)
    after_noun: bool = False
    """Whether a comma parts it from an N right before."""

    @property
    def last(self) -> str:
        """The letter that counts."""
        return self.link[-1:]

    def groups(self) -> list[Phrase]:
        """Its verb groups."""
        return [item for item in self.items if item.kind in VERB_KINDS]


class Parting:
    """Parts the items of a sentence into segments."""

    def __init__(self, items: list[Phrase]) -> None:
        self.items, self.done, self.now = items, list[Segment](), Segment()

    def run(self) -> list[Segment]:
        """All segments that are not empty."""
        for at in range(len(self.items)):
            self.take(at, self.items[at])
        self.part()
        return self.done

    def part(self) -> None:
        """End the segment; an empty one keeps what is noted."""
        if self.now.items:
            self.done.append(self.now)
            self.now = Segment()

    def open(self, letter: str, head: Phrase | None = None) -> None:
        """Part and add a letter."""
        self.part()
        self.now.link += letter
        if head is not None:
            self.now.head = head

    def take(self, at: int, item: Phrase) -> None:
        """One item more."""
        kind, now = item.kind, self.now
        previous = now.items[-1] if now.items else None
        if kind in (",", ":", "Q"):
            self.open("t" if kind == ":" else "")
            self.now.comma = True
            self.now.after_noun = kind == "," and previous is not None and previous.kind == "N"
        elif kind in ("C", "S"):
            self.part()
            self.now.conjunction = kind
            self.now.butted = item.words[0].text == "but"
        elif kind in "wi" and not now.items and now.last == "w":
            now.link = now.link[:-1] + "I"
        elif kind == "i" or (kind in "wae" and not self.preposition(at)):
            self.open(kind)
        elif kind in "wae":
            now.items.append(replace(item, kind="P"))
        elif kind in "rt":
            self.relative(item, previous)
        elif kind in ("T", "G", "W", "K", "B"):
            self.loose(item, previous)
        elif kind == "V" and now.groups():
            self.second_verb(item)
        else:
            now.items.append(item)

    def preposition(self, at: int) -> bool:
        """Whether when, after, before is one: N, Y, O or A follows, and neither V nor (P N)* V after it."""
        rest = at + 1
        if rest >= len(self.items) or self.items[rest].kind not in ("N", *TIMES):
            return False
        rest += 1
        while [item.kind for item in self.items[rest : rest + 2]] == ["P", "N"]:
            rest += 2
        return not (rest < len(self.items) and self.items[rest].kind == "V")

    def relative(self, item: Phrase, previous: Phrase | None) -> None:
        """who, which; that."""
        now = self.now
        if item.kind == "r":
            head = previous or (self.done[-1].items[-1] if self.done else None)
            self.open("r", head if head and head.kind == "N" else None)
            return
        if previous and previous.kind == "N" and self.takes_that(previous):
            groups = now.groups()
            if not groups or groups[0].verb.family not in REPORTING:
                self.open("r", previous)
                return
        if not now.items and now.conjunction == "S":
            return
        self.open("t")

    @staticmethod
    def takes_that(noun: Phrase) -> bool:
        """Whether `that` after this noun can be which."""
        cls = noun.nouns[-1].head.cls
        return cls not in (*NAMES, "him", "her", "them", "it", "abstract", "frame")

    def loose(self, item: Phrase, previous: Phrase | None) -> None:
        """T, G, W, K, B."""
        now, kind = self.now, item.kind
        groups = now.groups()
        if kind == "T":
            self.open("T")
        elif kind == "G":
            if previous is None:
                now.link += "G"
            elif previous.kind == "P":
                now.items.pop()
                self.open("g")
                self.now.preposition = previous.name
            elif previous.kind == "N":
                self.open("n", previous)
            else:
                self.open("G")
        elif previous is None:
            now.link += kind
        elif kind == "W" and previous.kind == "N":
            self.open("p", previous)
        elif kind == "B" and previous.kind == "N" and groups and groups[0].verb.family in ("see", "let"):
            self.open("b", previous)
        elif kind == "B" and previous.kind in VERB_KINDS and previous.verb.family == "let":
            return
        self.now.items.append(item)

    def second_verb(self, item: Phrase) -> None:
        """V in a segment with a verb group."""
        now = self.now
        first = next(i for i, other in enumerate(now.items) if other.kind in VERB_KINDS)
        between = now.items[first + 1 :]
        if now.last and now.last in "rnp":
            self.open("=")
        elif now.items[first].verb.family in REPORTING and [other.kind for other in between] == ["N"]:
            now.items.pop()
            self.open("t")
            self.now.items.append(between[0])
        self.now.items.append(item)
