"""One segment to one clause: opening adjuncts, subject, verb group, objects, particles and adjuncts."""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.tasks.storyworld.clauses import Clause, Noun, Ref
from holdfast.tasks.storyworld.grammar import FAMILY_OF, SMALL_NAME, Mood, Phrase, code
from holdfast.tasks.storyworld.segments import VERB_KINDS, Item, Segment

_PRONOUNS = {
    code("he_she"): Ref.HE_SHE, code("it"): Ref.IT, code("they"): Ref.THEY, code("him"): Ref.HIM_HER,
    code("her"): Ref.HIM_HER, code("them"): Ref.THEM, code("reflexive"): Ref.REFLEXIVE,
    code("someone"): Ref.SOMEONE, code("everyone"): Ref.EVERYONE, code("nobody"): Ref.NOBODY, code("one"): Ref.NOBODY,
}  # fmt: skip
_CHARACTERS = frozenset(
    code(name)
    for name in (
        "name_he",
        "name_she",
        "role_he",
        "role_she",
        "role_any",
        "role_they",
        "creature",
        "animal",
        "thinglike",
    )
)
_MINE, _NO, _GENITIVE = code("possessive") + code("her"), code("no"), code("genitive")
_STATES = frozenset((code("dead"), code("sham"), code("vacant")))
FRAMES, STAGES = (code("frame"), code("dream.B")), ("in", "on", "at")
"""The classes of fictions, and the prepositions that set a clause in one."""
_PHRASAL: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("put", "take"), (code("on"), code("off"))),
    **dict.fromkeys(("suffer", "break", "hurt"), (code("down"), code("off"))),
}
"""Took off the coat, put on the coat: not an adjunct, but a particle and an object."""
_COPULAR = ("be", "become", "stay", "fall")
NO_OBJECT = frozenset(("die", "symptom", "stay"))
TWO_OBJECTS = frozenset(("give", "offer", "carry", "say", "treat", "shove"))
"""Families that take no object, and those that take two; all others take one at most."""


class Nouns:
    """The noun phrases of a sentence, numbered as they are met."""

    def __init__(self, codes: str) -> None:
        self.codes = codes
        self.found: list[Noun] = []
        self._number: dict[int, int] = {}

    def of(self, item: Item) -> tuple[int, ...]:
        """The numbers of an item's noun phrases."""
        return tuple(self.number(phrase) for phrase in item.members)

    def number(self, phrase: Phrase) -> int:
        """The number of one noun phrase, always the same."""
        if phrase.start not in self._number:
            self._number[phrase.start] = len(self.found)
            self.found.append(self._noun(phrase.start, phrase.end))
        return self._number[phrase.start]

    def _noun(self, start: int, end: int) -> Noun:
        codes, head = self.codes, end - 1
        genitive = codes.find(_GENITIVE, start, end)
        if genitive >= 0:
            return Noun(
                self._ref(head), head, start, self._noun(start, genitive), self._states(genitive, head)
            )
        first = codes[start]
        if end - start > 1 and first in _MINE:
            return Noun(
                self._ref(head), head, start, Noun(Ref.POSSESSIVE, start, start), self._states(start, head)
            )
        if first == _NO:
            return Noun(Ref.NOBODY, head, start)
        ref = _PRONOUNS.get(codes[head], self._ref(head))
        return Noun(ref, head, start, None, self._states(start, head))

    def _ref(self, head: int) -> Ref:
        return Ref.CHARACTER if self.codes[head] in _CHARACTERS else Ref.THING

    def _states(self, start: int, head: int) -> tuple[int, ...]:
        return tuple(i for i in range(start, head) if self.codes[i] in _STATES or self.codes[i] in FAMILY_OF)


@dataclass(slots=True)
class Parsed:
    """A clause and the moods that its adjuncts lend to others."""

    clause: Clause
    opening: int = 0
    """Of adjuncts before the verb: they hold for the whole sentence."""
    trailing: int = 0
    bare: tuple[int, ...] = ()
    """The noun phrases of a segment that is a noun phrase alone."""
    nouns: list[int] = field(default_factory=list)


def parse(segment: Segment, nouns: Nouns) -> Parsed | None:
    """The clause that a whole segment is; None if it is none, and then nothing happens in it."""
    items, at = segment.items, 0
    adjuncts: list[tuple[str, tuple[int, ...]]] = []
    parsed = Parsed(Clause("fragment", items[0].start, items[-1].end, link=segment.link, has_verb=False))
    at = _adjuncts(items, 0, nouns, parsed, adjuncts)
    parsed.opening, parsed.trailing = parsed.trailing, 0
    clause = parsed.clause
    clause.first, parsed.nouns = tuple(parsed.nouns), []
    subject: Item | None = None
    verb: Item | None = None
    if at < len(items) and items[at].kind == "E":
        if not _there(items, at):
            return None
        subject, verb, at = items[at + 2], items[at + 1], at + 3
    else:
        if at < len(items) and items[at].kind == "N":
            subject, at = items[at], at + 1
            past = _post(items, at)
            if past > at:
                at = _adjuncts(items, at, nouns, parsed, adjuncts)
        verb = items[at] if at < len(items) and items[at].kind in VERB_KINDS else None
        at += verb is not None
    if verb is None:
        particles: list[str] = []  # back into the mill
        at = _adjuncts(items, at, nouns, parsed, adjuncts, None if subject is not None else particles)
        clause.particles = tuple(particles)
        if at < len(items) or (
            subject is None and not adjuncts and not clause.first and items[0].kind not in "YOAXP"
        ):
            return None
        if subject is not None:
            clause.family, parsed.bare = "noun", nouns.of(subject)
            _add(parsed, subject, nouns)
    else:
        if not _predicate(items, at, verb, subject, segment, nouns, parsed, adjuncts):
            return None
    clause.adjuncts, clause.mentions = tuple(adjuncts), tuple(parsed.nouns)
    return parsed


def _post(items: list[Item], at: int) -> int:
    """The place after adjuncts that stand between a subject and its verb: the roof of the mill fell."""
    past = at
    while past + 1 < len(items) and items[past].kind == "P" and items[past + 1].kind in "NYOA":
        past += 2
    return past if past < len(items) and items[past].kind in VERB_KINDS else at


def _there(items: list[Item], at: int) -> bool:
    """`there was` and a noun phrase."""
    kinds = "".join(item.kind for item in items[at : at + 3])
    group = items[at + 1].group if kinds == "EVN" else None
    return group is not None and group.family == "be"


def _predicate(
    items: list[Item], at: int, verb: Item, subject: Item | None, segment: Segment, nouns: Nouns,
    parsed: Parsed, adjuncts: list[tuple[str, tuple[int, ...]]],
) -> bool:  # fmt: skip
    clause, group = parsed.clause, verb.group
    assert group is not None
    clause.family, clause.verb, clause.mood = group.family, group.at, group.mood
    clause.passive, clause.has_verb = group.passive, True
    objects: list[Item] = []
    particles: list[str] = []
    if group.family in _COPULAR and at < len(items) and items[at].kind == "D":
        clause.state, at = items[at].start if nouns.codes[items[at].start] in _STATES else -1, at + 1
    if _phrasal(group.family, items, at, nouns.codes):
        particles.append(SMALL_NAME[nouns.codes[items[at].start]])
        at += 1
    while at < len(items) and items[at].kind in "NXP":
        item = items[at]
        if item.kind == "N":
            objects.append(item)
        elif _stands_alone(items, at):
            particles.append(SMALL_NAME[nouns.codes[item.start]])
        else:
            break
        at += 1
    at = _adjuncts(items, at, nouns, parsed, adjuncts, particles)
    most = 0 if group.family in NO_OBJECT else 2 if group.family in TWO_OBJECTS else 1
    if at < len(items) or len(objects) > max(0, most - group.passive):
        return False
    clause.particles = tuple(particles)
    if subject is not None:
        _add(parsed, subject, nouns)
        clause.subject = nouns.of(subject)
    clause.own_subject = subject is not None
    for item in objects:
        _add(parsed, item, nouns)
    clause.objects = tuple(nouns.of(item) for item in objects)
    return True


def _phrasal(family: str, items: list[Item], at: int, codes: str) -> bool:
    """Whether a preposition belongs to the verb: took off the coat, burned down the mill."""
    if at + 1 >= len(items) or items[at].kind + items[at + 1].kind != "PN":
        return False
    return codes[items[at].start] in _PHRASAL.get(family, ())


def _add(parsed: Parsed, item: Item, nouns: Nouns) -> None:
    """Subject and objects are mentioned after the adjuncts, so that a pronoun finds them first."""
    parsed.nouns += nouns.of(item)
    parsed.clause.aliases += tuple((nouns.number(one), nouns.number(other)) for one, other in item.aliases)


def _stands_alone(items: list[Item], at: int) -> bool:
    """Whether a preposition or particle has no noun phrase or time after it."""
    if items[at].kind == "X" or at + 1 == len(items):
        return True
    doubled = items[at + 1].kind == "P" and at + 2 < len(items) and items[at + 2].kind == "N"
    return items[at + 1].kind not in "NYOA" and not (doubled and items[at].doubles)


def _adjuncts(
    items: list[Item], at: int, nouns: Nouns, parsed: Parsed, adjuncts: list[tuple[str, tuple[int, ...]]],
    particles: list[str] | None = None,
) -> int:  # fmt: skip
    """Read adjuncts from a place on; the place after them."""
    while at < len(items) and items[at].kind in "PXYOA":
        item = items[at]
        if item.kind == "P" and not _stands_alone(items, at):
            at += 1
            if items[at].kind == "P":  # from under the tree: from
                at += 1
            if items[at].kind == "N":
                name = SMALL_NAME[nouns.codes[item.start]]
                adjuncts.append((name, nouns.of(items[at])))
                _add(parsed, items[at], nouns)
                if name in STAGES and any(nouns.codes[p.end - 1] in FRAMES for p in items[at].members):
                    parsed.trailing |= Mood.FICTION
        elif item.kind in "PX":
            if particles is None:
                return at
            particles.append(SMALL_NAME[nouns.codes[item.start]])
        if items[at].kind == "O":
            parsed.trailing |= Mood.OLD
        parsed.clause.ages = parsed.clause.ages or items[at].kind == "A"
        at += 1
    return at
