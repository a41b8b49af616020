"""The closed vocabulary of storyworld: every word belongs to exactly one class, and is core or held out.

The word lists stand in `nouns.py` and `verbs.py`; here they become classes. A verb's class is its family with
the forms that the word can be: `hurt.BPT` holds `cut` (base, past and participle of a `hurt` verb).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from holdfast.tasks.storyworld.daily import VERBS as DAILY_VERBS
from holdfast.tasks.storyworld.daily import WORDS as DAILY_WORDS
from holdfast.tasks.storyworld.inflection import Forms, forms
from holdfast.tasks.storyworld.nouns import CHARACTERS, NOUNS, PLAIN, SMALL
from holdfast.tasks.storyworld.verbs import FAMILIES

HELD_OUT_MARK, FORMS_MARK = "~", ":"
_TABLES = (CHARACTERS, NOUNS, PLAIN, SMALL, DAILY_WORDS)
_FAMILIES = {name: f"{FAMILIES.get(name, '')} {DAILY_VERBS.get(name, '')}" for name in FAMILIES}


class Verb(NamedTuple):
    """What a verb form says of itself."""

    family: str
    lemma: str
    forms: str
    """Letters of `BPTI`: base, past, participle, -ing."""


def _nouns() -> dict[str, tuple[str, ...]]:
    classes: dict[str, list[str]] = {}
    for table in _TABLES:
        for name, line in table.items():
            classes.setdefault(name, []).extend(word.lstrip(HELD_OUT_MARK) for word in line.split())
    return {name: tuple(words) for name, words in classes.items()}


def _verbs() -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    taken = {word for words in _nouns().values() for word in words}
    for family, line in _FAMILIES.items():
        for entry in line.split():
            lemma, _, kept = entry.strip(HELD_OUT_MARK).partition(FORMS_MARK)
            letters: dict[str, str] = {}
            for letter, word in zip("BPTI", forms(lemma), strict=True):
                letters[word] = letters.get(word, "") + letter
            for word, kind in letters.items():
                if word not in taken and (not kept or set(kind) & set(kept)):
                    found.setdefault(word, Verb(family, lemma, kind))
    return found


def _held_out() -> frozenset[str]:
    words: set[str] = set()
    for table in _TABLES:
        words.update(_marked(table.values()))
    for lemma in _marked(_FAMILIES.values()):
        words.update(word for word, verb in VERBS.items() if verb.lemma == lemma)
    return frozenset(words)


def _marked(lines: Iterable[str]) -> list[str]:
    entries = (entry for line in lines for entry in line.split())
    marked = (entry.strip(HELD_OUT_MARK) for entry in entries if entry.startswith(HELD_OUT_MARK))
    return [word.partition(FORMS_MARK)[0] for word in marked]


def _classes() -> dict[str, tuple[str, ...]]:
    classes: dict[str, list[str]] = {name: list(words) for name, words in _nouns().items()}
    for word, verb in VERBS.items():
        classes.setdefault(f"{verb.family}.{verb.forms}", []).append(word)
    return {name: tuple(words) for name, words in classes.items()}


VERBS: Mapping[str, Verb] = _verbs()
"""By every form of every verb."""
CLASSES: Mapping[str, tuple[str, ...]] = _classes()
CLASS_OF: Mapping[str, str] = {word: name for name, words in CLASSES.items() for word in words}
VOCABULARY: tuple[str, ...] = tuple(word for words in CLASSES.values() for word in words)
HELD_OUT: frozenset[str] = _held_out()
"""Words that the core distribution never draws."""


def _open_classes() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, words in CLASSES.items():
        family, _, letters = name.partition(".")
        if letters or name in _OPEN:
            form = "" if not letters else _FORMS.get(letters, " in the past")
            found[family + form] = (*found.get(family + form, ()), *words)
    return found


_OPEN = {*CHARACTERS, *NOUNS, *PLAIN, "number", "sham"}
_FORMS = {"B": "", "I": " with -ing"}
OPEN_CLASSES: Mapping[str, tuple[str, ...]] = _open_classes()
"""What new words could join: people, things, adjectives, adverbs, numbers, families of verbs by form."""


def inflect(lemma: str) -> Forms:
    """Base, past, participle and -ing of a verb of the language."""
    return forms(lemma)


def lemmas(family: str) -> tuple[str, ...]:
    """The verbs of a family, in the base form."""
    entries = (entry.strip(HELD_OUT_MARK) for entry in _FAMILIES[family].split())
    return tuple(entry.partition(FORMS_MARK)[0] for entry in entries)


def core(words: Iterable[str]) -> tuple[str, ...]:
    """Those of the words that are not held out."""
    return tuple(word for word in words if word not in HELD_OUT)


NAMES: tuple[str, ...] = CLASSES["name_he"] + CLASSES["name_she"]
PERSON_CLASSES: tuple[str, ...] = tuple(CHARACTERS)
DUAL: tuple[str, ...] = ("poison.B", "dream.B", "fire.B", "eat.B", "stay.B")
"""Verbs whose base form is a noun too, wherever no verb group takes it up."""
THING_CLASSES: tuple[str, ...] = (*(name for name in NOUNS if name not in ("moment", "age")), *DUAL)

HE, SHE, IT, THEY = "he", "she", "it", "they"
GENDERS: Mapping[str, tuple[str, ...]] = {
    "name_he": (HE,), "role_he": (HE,), "name_she": (SHE,), "role_she": (SHE,), "role_any": (HE, SHE),
    "role_they": (THEY,), "creature": (IT,), "animal": (IT,), "thinglike": (IT,),
}  # fmt: skip
"""Which pronouns can stand for a character of each class."""
COUNTS_NOT: frozenset[str] = frozenset(CLASSES["thinglike"])

KINDS: Mapping[str, tuple[str, ...]] = {
    "food": ("drink", "meal", "vessel", "toxin"),
    "toxin": ("toxin", "poison.B"),
    "gun": ("gun",),
    "bomb": ("bomb",),
    "device": ("device",),
    "guard": ("guard_item",),
    "hazard": ("hazard", "fire.B"),
    "pit": ("pit", "hazard", "fire.B"),
    "frame": ("frame", "dream.B"),
    "high": ("high", "roof", "tree", "wall", "bridge"),
    "heavy": ("heavy", "roof", "tree"),
    "shelter": ("wall", "door", "tree", "heavy"),
    "door": ("door",),
    "place": ("place", "bridge"),
    "body": ("part", "heart", "back"),
    "idea": ("abstract",),
}
"""Which noun classes have a property that a rule asks for."""


@lru_cache
def of_kind(kind: str) -> frozenset[str]:
    """The words with that property."""
    return frozenset(word for name in KINDS[kind] for word in CLASSES[name])


DREAMS: frozenset[str] = frozenset(("dream", "nightmare", "vision", "daydream"))
"""Fictions that belong to a dreamer and end when that person wakes; the other frames end when they end."""
