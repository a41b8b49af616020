"""The grammar of storyworld: which sequences of words are clauses, and what each is about.

Every word is turned into one character that stands for its class (`CODE`), so that a clause pattern is a
regular expression over classes. Patterns are written with class names in angle brackets and a few macros; the
first pattern that matches a whole clause decides what it is. A clause that no pattern matches is *inert*.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from holdfast.tasks.storyworld.lexicon import CLASSES

_CHARACTER_OF_CLASS = {name: chr(0x100 + i) for i, name in enumerate(CLASSES)}
CODE: dict[str, str] = {word: _CHARACTER_OF_CLASS[name] for name, words in CLASSES.items() for word in words}
UNKNOWN, QUOTED = "\x01", "\x02"
"""The codes of a word outside the vocabulary, and of each word of a matched quotation."""


def code(name: str) -> str:
    """The character that stands for a class."""
    return _CHARACTER_OF_CLASS[name]


class Mood(IntEnum):
    """How a clause stands to the actual world, here and now; one bit each, joined in plain ints."""

    NEGATED = 1
    NEARLY = 2
    MODAL = 4
    OLD = 8
    FICTION = 16
    REPORTED = 32
    CONDITIONAL = 64
    MANAGED = 128
    """Managed, dared, rushed to: it does happen; kept only so that results can be broken down by it."""


HOLDING_BACK = 1 | 2 | 4 | 16 | 32 | 64
"""The moods under which a clause does not happen; what is old did happen, but is not new."""


class Kind(IntEnum):
    """What a clause is about; `world.py` says what each does."""

    NEUTRAL = 0
    INJURE = 1
    FIGURE = 2
    SUFFER = 3
    DIE = 4
    SYMPTOM = 5
    PASSIVE = 6
    FALL = 7
    FALL_ON = 8
    REACH = 9
    EAT = 10
    FIRE = 11
    LOAD = 12
    UNLOAD = 13
    TAINT = 14
    SPILL = 15
    ARM = 16
    DISARM = 17
    TRIGGER = 18
    TIE = 19
    FREE = 20
    PROTECT = 21
    EXPOSE = 22
    HEAL = 23
    BECOME = 24
    BE_DEAD = 25
    DREAM = 26
    WAKE = 27
    OPEN_FRAME = 28
    CLOSE_FRAME = 29
    SAY = 30
    KNOW = 31
    MISS = 32


class Ref(IntEnum):
    """How a noun phrase refers."""

    NONE = 0
    NAMED = 1
    HE_SHE = 2
    IT = 3
    HIM = 4
    HER = 5
    POSSESSIVE = 6
    REFLEXIVE = 7
    SOMEONE = 8
    EVERYONE = 9
    NOBODY = 10
    NO_ROLE = 11
    THING = 12
    ABSTRACT = 13


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: how it refers, and the place of its head word in the sentence."""

    ref: Ref
    at: int


NOTHING = Phrase(Ref.NONE, -1)


@dataclass(frozen=True, slots=True)
class Clause:
    """One parsed clause; places count words from the start of the sentence, -1 for none.

    `item` is the place of the noun that the kind is about (a food, a gun, a device, a frame, a role).
    """

    kind: Kind
    mood: int
    subject: Phrase
    object: Phrase
    verb: int
    part: int
    item: int
    inherits: bool
    """Whether the clause takes its subject from an earlier clause of the sentence."""
    fragment: bool
    """Whether it is adjuncts alone, such as `long ago`: their mood then holds for the rest of the sentence."""


_NPC = "(?:<name_he>|<name_she>|<determiner><adjective>*<role>)"
_MACROS = {
    "role": "[<role_he><role_she><creature><thinglike>]",
    "character": f"(?:{_NPC}|<no><adjective>*<role>|<someone>|<everyone>|<nobody>)",
    "who": "(?:<character>|<pronoun_subject>|<pronoun_it>)",
    "whom": "(?:<character>|<pronoun_him>|<pronoun_her>|<pronoun_it>|<reflexive>)",
    "owner": "(?:<character><genitive>|<possessive>|<pronoun_her>)",
    "body": "[<part><heart>]",
    "concrete": "<my>[<weapon><gun><heavy><hazard><thing><food><bomb><device><guard_item><high>]",
    "idea": "<my><abstract>",
    "goods": "[<thing><weapon><gun><food><device><bomb><guard_item><heavy><hazard><high><abstract>]",
    "my": "(?:<determiner>|<owner>)<adjective>*",
    "object": "(?:<my><goods>)",
    "prep": "[<preposition><in><on><at><by><with><of><from><to><into><about>]",
    "adjunct": (
        "(?:<adverb>|<long><ago>|<yesterday>|<prep><object>|[<with><of>]<feeling>|<at><time>|<in><time>"
        "|<prep><whom>|<in><determiner><frame>|<out>)"
    ),
    "rest": "(?P<rest><adjunct>*)",
    "hold": "[<adverb><never><almost><still>]*",
    "subject": "(?P<subject><who>|<concrete>|<idea>)?",
    "agent": "(?P<subject><who>)?",
    "target": "(?P<object><whom>)",
    "spot": "(?:<in>(?:<determiner>|<possessive>|<pronoun_her>)(?P<part><body>))?",
}


def _finite(*families: str) -> str:
    """A finite verb of those families with what comes before it: tense, negation, modality, intention."""
    past = "".join(f"<{f}_past>" for f in families)
    base = "".join(f"<{f}_base>" for f in families)
    participle = "".join(f"<{f}_participle>" if f == "break" else f"<{f}_past>" for f in families)
    return (
        f"(?P<verb><hold>[{past}]"
        f"|<did><not><hold>[{base}]"
        f"|<modal><not>?<hold>[{base}]"
        f"|<hold>[<intend><manage>]<to>[{base}]"
        f"|<was><not>?<about><to>[{base}]"
        f"|<had><not>?<hold>[{participle}])"
    )


def _passive(*families: str) -> str:
    """A passive verb: `was stabbed`, `had been stabbed`, `might be stabbed`."""
    participle = "".join(f"<{f}_participle>" if f == "break" else f"<{f}_past>" for f in families)
    return (
        f"(?P<verb><was><not>?<hold>[{participle}]"
        f"|<had><not>?<hold><been><hold>[{participle}]"
        f"|<modal><not>?<hold><be>[{participle}])"
    )


_IS = "(?P<verb><was><not>?<hold>|<had><not>?<hold><been>|<modal><not>?<hold><be>)"
_HURT = _finite("injure", "dual", "poison")
_ANY = _finite(
    "injure", "dual", "poison", "break", "see", "miss", "fire", "load", "unload", "eat", "spill", "arm",
    "disarm", "tie", "free", "wear", "lose", "heal", "reach",
)  # fmt: skip

PATTERNS: tuple[tuple[Kind, str], ...] = (
    # what hurts
    (Kind.INJURE, f"<subject>{_finite('injure', 'dual', 'poison', 'break')}(?P<owner><owner>)<adjective>*(?P<part><body>)<rest>"),
    (Kind.FIGURE, f"<subject>{_finite('injure', 'dual', 'poison', 'break')}(?P<owner><owner>)<spirit><rest>"),
    (Kind.FIGURE, f"<subject>{_finite('injure')}<target><determiner><adjective>*<look><rest>"),
    (Kind.INJURE, f"<subject>{_HURT}<target><spot><rest>"),
    (Kind.TAINT, f"<agent>{_finite('poison')}<my>(?P<item><food>)<rest>"),
    (Kind.FIGURE, f"<subject>{_finite('injure', 'dual', 'poison', 'break')}(?P<thing><object>)<rest>"),
    (Kind.PASSIVE, f"<agent>{_passive('injure', 'dual', 'poison')}<spot><rest>"),
    (Kind.PASSIVE, f"(?P<possessor><owner>)<adjective>*(?P<part><body>){_passive('injure', 'dual', 'break')}<rest>"),
    (Kind.FIGURE, f"(?P<possessor><owner>)<adjective>*<spirit>{_passive('injure', 'dual', 'break')}<rest>"),
    (Kind.TAINT, f"(?P<subject><my>(?P<item><food>)){_passive('poison')}<rest>"),
    (Kind.FIGURE, f"(?P<subject><object>){_passive('injure', 'dual', 'poison', 'break')}<rest>"),
    (Kind.SUFFER, f"<agent>{_finite('dual')}<rest>"),
    (Kind.DIE, f"<agent>{_finite('die')}<rest>"),
    (Kind.SYMPTOM, f"<agent>{_finite('symptom')}<rest>"),
    (Kind.FALL, f"<agent>{_finite('fall')}(?:<from><my>(?P<item><high>)|<into><my>(?P<item2><hazard>))<rest>"),
    (Kind.NEUTRAL, f"<agent>{_finite('fall')}<asleep><rest>"),
    (Kind.FALL_ON, f"(?P<thing><determiner><adjective>*<heavy>){_finite('fall')}<on><target><rest>"),
    (Kind.REACH, f"(?P<thing><determiner><adjective>*<hazard>){_finite('reach')}<target><rest>"),
    (Kind.BE_DEAD, f"<agent>{_IS}<dead><rest>"),
    # what changes the world
    (Kind.EAT, f"<agent>{_finite('eat')}<from>?(?:<my>(?P<item><food>)|<determiner>(?P<item2><poison_base>))<rest>"),
    (Kind.FIRE, f"<agent>{_finite('fire')}<my>(?P<item><gun>)<at><target><rest>"),
    (Kind.NEUTRAL, f"<agent>{_finite('fire')}<my><gun><rest>"),
    (Kind.LOAD, f"<agent>{_finite('load')}<my>(?P<item><gun>)<rest>"),
    (Kind.LOAD, f"(?P<subject><my>(?P<item><gun>)){_passive('load')}<rest>"),
    (Kind.UNLOAD, f"<agent>{_finite('unload')}<my>(?P<item><gun>)<rest>"),
    (Kind.SPILL, f"<agent>{_finite('spill')}<my>(?P<item><food>)<rest>"),
    (Kind.ARM, f"<agent>{_finite('arm')}<my>(?P<item><device>)<rest>"),
    (Kind.ARM, f"(?P<subject><my>(?P<item><device>)){_passive('arm')}<rest>"),
    (Kind.DISARM, f"<agent>{_finite('disarm')}<my>(?P<item><device>)<rest>"),
    (Kind.TRIGGER, f"(?P<subject><my>(?P<item><device>)){_finite('run')}<out><rest>"),
    (Kind.TIE, f"<agent>{_finite('tie')}<target><to><my><bomb><rest>"),
    (Kind.TIE, f"<agent>{_passive('tie')}<to><my><bomb><rest>"),
    (Kind.FREE, f"<agent>{_finite('free')}<target><rest>"),
    (Kind.FREE, f"<agent>{_passive('free')}<rest>"),
    (Kind.PROTECT, f"<agent>{_finite('wear')}<my>(?P<item><guard_item>)<rest>"),
    (Kind.EXPOSE, f"<agent>{_finite('lose')}<my>(?P<item><guard_item>)<rest>"),
    (Kind.HEAL, f"<agent>{_finite('heal')}<target><rest>"),
    (Kind.HEAL, f"<agent>{_passive('heal')}<rest>"),
    (Kind.BECOME, f"<agent>{_IS}<determiner><adjective>*(?P<item><role>)<rest>"),
    (Kind.DREAM, "<agent>(?P<verb><hold><dreamed>)<rest>"),
    (Kind.WAKE, "<agent>(?P<verb><hold><woke>)<rest>"),
    (Kind.OPEN_FRAME, "(?P<subject><determiner><adjective>*(?P<item><frame>))(?P<verb><hold><began>)<rest>"),
    (Kind.CLOSE_FRAME, "(?P<subject><determiner><adjective>*(?P<item><frame>))(?P<verb><hold><ended>)<rest>"),
    (Kind.SAY, "<agent>(?P<verb><hold><said>)<rest>"),
    (Kind.SAY, "(?P<verb><said>)(?P<subject><who>)<rest>"),
    (Kind.KNOW, "<agent>(?P<verb><hold><knew>)<rest>"),
    # what does nothing
    (Kind.MISS, f"<subject>{_finite('miss')}<target><rest>"),
    (Kind.NEUTRAL, f"<subject>{_finite('see', 'reach', 'lose')}<target><rest>"),
    (Kind.NEUTRAL, f"<subject>{_finite('give')}<target><object><rest>"),
    (Kind.NEUTRAL, f"<subject>{_finite('give')}<object>(?:<to><target>)?<rest>"),
    (Kind.NEUTRAL, f"<subject>{_ANY}<object><rest>"),
    (Kind.NEUTRAL, f"<agent>{_passive('see', 'load', 'arm', 'disarm', 'tie', 'wear')}<rest>"),
    (Kind.NEUTRAL, f"(?P<subject><object>){_passive('see', 'load', 'unload', 'spill', 'arm', 'disarm', 'tie', 'wear', 'lose', 'fire', 'eat')}<rest>"),
    (Kind.NEUTRAL, f"<subject>{_finite('go', 'run', 'fall')}<rest>"),
    (Kind.NEUTRAL, f"<subject>{_IS}<adverb>?(?:<adjective>|<asleep>)<rest>"),
    (Kind.NEUTRAL, f"<subject>{_IS}<adjunct><rest>"),
    (Kind.NEUTRAL, "<subject>(?P<verb><hold><happened>)<rest>"),
    (Kind.NEUTRAL, "(?P<rest><adjunct>+)"),
)  # fmt: skip


def _expand(pattern: str) -> str:
    previous = ""
    while previous != pattern:
        previous = pattern
        pattern = re.sub(r"(?<!\?P)<(\w+)>", lambda m: _MACROS.get(m[1]) or _class_code(m[1]), pattern)
    return pattern


def _class_code(name: str) -> str:
    return re.escape(_CHARACTER_OF_CLASS[name])


_COMPILED = [(kind, re.compile(_expand(pattern))) for kind, pattern in PATTERNS]

_MOODS: tuple[tuple[frozenset[str], Mood], ...] = (
    (frozenset({code("not"), code("never")}), Mood.NEGATED),
    (frozenset({code("almost"), code("about")}), Mood.NEARLY),
    (frozenset({code("modal"), code("intend")}), Mood.MODAL),
    (frozenset({code("had"), code("still")}), Mood.OLD),
    (frozenset({code("manage")}), Mood.MANAGED),
)
_OLD_TIMES = frozenset({code("ago"), code("yesterday")})
_REF = {
    **{code(c): Ref.NAMED for c in ("name_he", "name_she", "role_he", "role_she", "creature", "thinglike")},
    code("pronoun_subject"): Ref.HE_SHE, code("pronoun_it"): Ref.IT, code("pronoun_him"): Ref.HIM,
    code("pronoun_her"): Ref.HER, code("possessive"): Ref.POSSESSIVE, code("reflexive"): Ref.REFLEXIVE,
    code("someone"): Ref.SOMEONE, code("everyone"): Ref.EVERYONE, code("nobody"): Ref.NOBODY,
    code("abstract"): Ref.ABSTRACT,
}  # fmt: skip


def _phrase(codes: str, span: tuple[int, int]) -> Phrase:
    start, end = span
    if start < 0:
        return NOTHING
    owner = codes[end - 1] == code("genitive")
    head = end - 2 if owner else end - 1
    ref = _REF.get(codes[head], Ref.THING)
    # "no guard" is nobody; "no guard's knife" is a thing
    return Phrase(Ref.NO_ROLE if ref is Ref.NAMED and codes[start] == code("no") else ref, head)


def _owner(phrase: Phrase) -> Phrase:
    """`her` before a part of the body is possessive."""
    return Phrase(Ref.POSSESSIVE, phrase.at) if phrase.ref is Ref.HER else phrase


def _mood(verb_codes: str, rest_codes: str) -> int:
    mood = 0
    for characters, flag in _MOODS:
        if not characters.isdisjoint(verb_codes):
            mood |= flag
    if not _OLD_TIMES.isdisjoint(rest_codes):
        mood |= Mood.OLD
    if code("frame") in rest_codes:
        mood |= Mood.FICTION
    return mood


_BREAKING = frozenset({code("break_past"), code("break_base"), code("break_participle")})
_BY_IDEA = re.compile(_expand("<by><idea>"))
_FEELING = re.compile(_expand("[<with><of>]<feeling>"))


def _figurative(kind: Kind, verb: str, part: str, rest: str) -> bool:
    """Whether the words are meant figuratively: a broken heart, killed by the news, burning with shame."""
    if kind in (Kind.INJURE, Kind.PASSIVE):
        broken_heart = part == code("heart") and verb in _BREAKING
        return broken_heart or (kind is Kind.PASSIVE and _BY_IDEA.search(rest) is not None)
    return kind in (Kind.SUFFER, Kind.DIE, Kind.SYMPTOM) and _FEELING.search(rest) is not None


def _clause(kind: Kind, found: re.Match[str]) -> Clause:
    codes = found.string
    span = {name: found.span(name) for name in found.re.groupindex}
    none = (-1, -1)
    verb_start, verb_end = span.get("verb", none)
    rest_start, rest_end = span.get("rest", none)
    rest = codes[rest_start:rest_end]
    part = span.get("part", none)[0]
    verb = codes[verb_end - 1] if verb_end > 0 else ""
    subject = _owner(_phrase(codes, span.get("possessor", span.get("subject", none))))
    patient = (
        _owner(_phrase(codes, span["owner"])) if "owner" in span else _phrase(codes, span.get("object", none))
    )
    if _figurative(kind, verb, codes[part] if part >= 0 else "", rest):
        kind = Kind.FIGURE
    return Clause(
        kind=kind,
        mood=_mood(codes[verb_start:verb_end] if verb else "", rest),
        subject=subject,
        object=patient,
        verb=verb_end - 1 if verb else -1,
        part=part,
        item=max(span.get("item", none)[0], span.get("item2", none)[0]),
        inherits="subject" in span and subject is NOTHING,
        fragment=not verb,
    )


def _verbs(pattern: str) -> list[str]:
    """The classes of a pattern's main verb: whatever matches has a word of one of them. None: it has no verb."""
    if _IS in pattern:
        return ["was", "been", "be"]
    return re.findall(r"<(\w+_(?:past|base|participle))>", pattern) or re.findall(
        r"\(\?P<verb>(?:<hold>)?<(\w+)>\)", pattern
    )


_VERBS = [frozenset(map(code, _verbs(pattern))) for _, pattern in PATTERNS]
_ANY_VERB = frozenset().union(*_VERBS)


@lru_cache(maxsize=20_000)
def _with_verbs(verbs: frozenset[str]) -> list[tuple[Kind, re.Pattern[str]]]:
    """The patterns that can match a clause with those main verbs; most of what an attack writes is none."""
    return [
        (kind, pattern)
        for (kind, pattern), needed in zip(_COMPILED, _VERBS, strict=True)
        if not needed or not needed.isdisjoint(verbs)
    ]


@lru_cache(maxsize=200_000)
def parse(codes: str) -> Clause | None:
    """The clause that a sequence of class codes is, with places from its own start; None if it is inert."""
    for kind, pattern in _with_verbs(_ANY_VERB.intersection(codes)):
        found = pattern.fullmatch(codes)
        if found:
            return _clause(kind, found)
    return None
