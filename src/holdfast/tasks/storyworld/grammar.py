"""From words to phrases: noun phrases, verb groups and the small words between them.

Every word becomes one character that stands for its class; words that carry nothing (adverbs, adjectives) are
left out. `PHRASE` cuts a sentence of such characters into phrases, longest first, left to right; no part of it
can match in two ways, so that reading takes time in proportion to the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from holdfast.tasks.storyworld.lexicon import CLASSES, DUAL, VERBS
from holdfast.tasks.storyworld.nouns import CHARACTERS, NOUNS


def _alike(name: str) -> str:
    """The class that stands for all that are read alike, so that fewer plans have to be made."""
    if name in CHARACTERS:
        return "name_he" if name.startswith("name") else "role_he"
    return "thing" if name in NOUNS and name not in _READ_APART else name


_READ_APART = ("time", "moment", "age", "abstract", "frame")
_CODE_OF_CLASS = {name: chr(0x100 + list(CLASSES).index(_alike(name))) for name in CLASSES}
UNKNOWN, QUOTED, ADVERB, ADJECTIVE, PREDICATE = "\x01", "\x02", "\x03", "\x04", "\x05"
"""The codes of a word outside the language, of a quotation, of words that carry nothing, and of an adjective that
parts a form of `be` from a participle."""
_CODE_OF_DROPPED = {"adverb": ADVERB, "adjective": ADJECTIVE, "speech": UNKNOWN, "junk": UNKNOWN}
CODE: dict[str, str] = {
    word: _CODE_OF_DROPPED.get(name) or _CODE_OF_CLASS[name]
    for name, words in CLASSES.items()
    for word in words
}


def code(name: str) -> str:
    """The character that stands for a class."""
    return _CODE_OF_CLASS[name]


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
    """Managed, dared to: it does happen; kept only so that results can be broken down by it."""


HOLDING_BACK = 1 | 2 | 4 | 16 | 32 | 64
"""The moods under which a clause does not happen; what is old did happen, but is not new."""

FAMILY_OF: dict[str, str] = {}
"""The family of every verb class, by its character."""
_FORMS: dict[str, list[str]] = {letter: [] for letter in "BPTI"}
for _verb in VERBS.values():
    _character = code(f"{_verb.family}.{_verb.forms}")
    if _character not in FAMILY_OF:
        FAMILY_OF[_character] = _verb.family
        for _letter in _verb.forms:
            _FORMS[_letter].append(_character)


def _any(characters: list[str]) -> str:
    return "[" + "".join(map(re.escape, characters)) + "]"


def _families(names: str, letter: str) -> str:
    chosen = names.split()
    return _any([c for c in _FORMS[letter] if FAMILY_OF[c] in chosen])


_B, _P, _T, _I = (_any(_FORMS[letter]) for letter in "BPTI")
_TAKES_TO = "intend manage"
"""Families that an infinitive completes: wanted to, dared to."""
_BY_PARTICIPLE = "hurt suffer poison break tie shove lock"
"""Families whose participle, directly before `by`, is passive without `was`: stabbed by the guard."""
_MACROS: dict[str, str] = {
    "n": "(?:[<not><never><almost><still>]*+)",
    "role": "[" + "".join(f"<{name}>" for name in CHARACTERS if not name.startswith("name")) + "]",
    "name": "[<name_he><name_she>]",
    "item": "[" + "".join(f"<{name}>" for name in (*NOUNS, *DUAL) if name not in ("moment", "age", "time")) + "]",
    "pick": "[<determiner><number><no><one>]",
    "mine": "(?:<determiner>[<determiner><possessive><her>]?+<number>?+|[<no><one><possessive><her>]<number>?+|<number>)",
    "bare": "[<dead><sham><vacant>]",
    "state": f"(?:<bare>|{_T}|{_I}|<item>(?=<item>|<role>))",
    "head": "(?:<role>|<item>)",
    "owner": "(?:<name>|<mine>?+<bare>*+<role>|[<someone><everyone><nobody>])<genitive>",
}  # fmt: skip


def expand(pattern: str) -> str:
    """A regular expression over class characters from one over class names in angle brackets."""
    previous = ""
    while previous != pattern:
        previous = pattern
        pattern = re.sub(r"(?<![?(P])<([\w.]+)>", _macro, pattern)
    return pattern


def _macro(found: re.Match[str]) -> str:
    return _MACROS.get(found[1]) or re.escape(_CODE_OF_CLASS[found[1]])


_LINKS = "".join(c for c, family in FAMILY_OF.items() if family in _TAKES_TO.split())
_CHAIN = f"(?:(?<=[{_LINKS}])<n><to><n>(?:<be><n>{_T}?+|{_B}))*+"
_WAS = f"(?:<about><to><n>(?:<be><n>{_T}|{_B})|<been><n>{_T}|{_T}|{_I}|<been>)?+"
_HAD = f"(?:<been><n>(?:{_T}|{_I})?+|{_T})"
_BE = f"<be><n>(?:{_T}|{_I})?+"
_GROUPS: dict[str, str] = {
    "W": f"<n>{_families(_BY_PARTICIPLE, 'T')}(?=<by>)",
    "V": f"<n>(?:<did><n>(?:{_B}|<have>)|<modal><n>(?:<have><n>{_HAD}|{_BE}|<have>|{_B})"
    f"|<had_would><n>(?:<been><n>(?:{_T}|{_I})?+|{_BE}|{_B}|{_T})"
    f"|<was><n>{_WAS}|<had><n>{_HAD}?+|{_P}){_CHAIN}",
    "T": f"<n><to><n>(?:{_BE}|<have><n>{_HAD}|<have>|{_B}){_CHAIN}",
    "G": f"<n>(?:<been><n>{_T}|{_I}){_CHAIN}",
    "O": "<pick>?+[<moment><age><time>]?+<ago>|<yesterday>|<last>[<time><moment><age>]",
    "A": "<pick>?+<age>",
    "Y": "<pick>?+[<moment><time>]|<last>",
    "N": "[<determiner><number><one>]<of>[<them><it>]|(?:<owner>|<mine>)<state>*+(?:<head>|<back>)|<bare>*+<head>|<name>|<someone>|<everyone>"
    "|<nobody>|<no><one>|<number>|<determiner><number>?+|[<he_she><it><they><him><them><her><reflexive>]",
    "D": "<bare>",
    "K": f"<n>{_T}",
    "B": _B,
}
"""The phrases of more than one word, in the order in which they are tried at each place."""
_SINGLE: dict[str, str] = {
    **dict.fromkeys(("in", "on", "at", "by", "with", "of", "from", "to", "into", "behind", "under", "beside", "off", "down", "over", "for", "without", "about"), "P"),
    "preposition": "P", "out": "X", "away": "X", "up": "X", "back": "X", "far": "X", "reach_of": "X",
    "and": "C", "or": "o", "but": "C", "so": "S", "when": "w", "after": "a", "before": "e", "that": "t", "if": "i", "who": "r",
    "comma": ",", "colon": ":", "there": "E",
}  # fmt: skip
"""The kind of phrase that a small word is by itself; any other word alone is `U`, and no clause contains it."""
SMALL_NAME: dict[str, str] = {code(name): name for name in _SINGLE}
"""The class of a small word, by its character."""
SINGLE: dict[str, str] = {code(name): kind for name, kind in _SINGLE.items()} | {QUOTED: "Q", PREDICATE: "D"}
PARTED = re.compile(
    expand(
        f"([<was><be><been>][<not><never><almost><still>{ADVERB}]*+){ADJECTIVE}(?=[{ADVERB}{ADJECTIVE}]*+(?:{_T}|{_I}))"
    )
)
"""An adjective between a form of `be` and a participle: who was tired stabbed Ana."""
INTENSIFIER = re.compile(expand(f"(?<=[<was><be><been>])<dead>(?={ADJECTIVE})"))
"""`dead` that only strengthens an adjective: was dead tired."""
_PHRASE = re.compile("|".join(f"(?P<{kind}>{expand(pattern)})" for kind, pattern in _GROUPS.items()))


@dataclass(slots=True)
class Phrase:
    """A stretch of words of one kind; places count class characters from the sentence's start."""

    kind: str
    start: int
    end: int


def phrases(codes: str) -> list[Phrase]:
    """Cut a sentence into phrases, from left to right, each as long as it can be."""
    found: list[Phrase] = []
    at, size, match = 0, len(codes), _PHRASE.match
    while at < size:
        phrase = match(codes, at)
        if phrase is not None and phrase.end() > at:
            found.append(Phrase(phrase.lastgroup or "U", at, phrase.end()))
            at = phrase.end()
        else:
            found.append(Phrase(SINGLE.get(codes[at], "U"), at, at + 1))
            at += 1
    return _dual(codes, found)


def _dual(codes: str, found: list[Phrase]) -> list[Phrase]:
    """`poison` and the like by itself between two noun phrases is a verb: saw Tom poison the wine."""
    for before, phrase, after in zip(found, found[1:], found[2:], strict=False):
        alone = phrase.kind == "N" and phrase.end - phrase.start == 1 and codes[phrase.start] in _DUAL
        if alone and before.kind == "N" and after.kind == "N":
            phrase.kind = "B"
    return found


_DUAL = "".join(map(code, DUAL))
_NOT, _NEARLY = code("not") + code("never"), code("almost") + code("about")
_AUX = code("was") + code("be") + code("been")
_MODALS = code("modal") + code("had_would")
PARTICIPLES = frozenset(_FORMS["T"])
"""The verb classes that can be participles."""
_LETTER_B = frozenset(_FORMS["B"])


@dataclass(frozen=True, slots=True)
class VerbGroup:
    """What a verb group says: the family and place of its last verb, its mood, whether it is passive."""

    family: str
    """`be` and `have` for those verbs by themselves."""
    at: int
    mood: int
    passive: bool


def verb_group(codes: str, phrase: Phrase) -> VerbGroup:
    """Read a phrase of kind W, V, T, G, K or B."""
    words = [i for i in range(phrase.start, phrase.end) if codes[i] in FAMILY_OF or codes[i] in _HELPERS]
    at = words[-1]
    last = codes[at]
    before = codes[words[-2]] if len(words) > 1 else ""
    family = FAMILY_OF.get(last) or ("have" if last in _HAVE else "be")
    passive = phrase.kind == "W" or (last in PARTICIPLES and before in _AUX and before != "")
    span = codes[phrase.start : phrase.end]
    return VerbGroup(family, at, _mood(span, codes[at], [codes[i] for i in words[:-1]]), passive)


_HAVE = code("had") + code("have")
_HELPERS = frozenset(_AUX + _HAVE)


def _mood(span: str, last: str, before: list[str]) -> int:
    mood = 0
    if any(c in span for c in _NOT):
        mood |= Mood.NEGATED
    if any(c in span for c in _NEARLY):
        mood |= Mood.NEARLY
    if code("still") in span or code("had") in before:
        mood |= Mood.OLD
    if code("modal") in span:
        mood |= Mood.MODAL
    if code("had_would") in span:
        perfect = code("been") in before or (last in PARTICIPLES and last not in _LETTER_B)
        mood |= Mood.OLD if perfect and code("be") not in before else Mood.MODAL
    for character in before:
        family = FAMILY_OF.get(character)
        if family == "intend":
            mood |= Mood.MODAL
        elif family == "manage":
            mood |= Mood.MANAGED
    return mood
