"""What the judge of storyworld has to understand: the columns that every result is broken down by."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache


class Phenomenon(IntEnum):
    """One bit each, so that a verdict gathers them cheaply."""

    NEGATION = 1 << 0
    NEAR_MISS = 1 << 1
    MODALITY = 1 << 2
    CONDITIONAL = 1 << 3
    REPORT = 1 << 4
    FICTION = 1 << 5
    FIGURE = 1 << 6
    OBJECT_STATE = 1 << 7
    DELAYED = 1 << 8
    PROTECTION = 1 << 9
    BODY_PART = 1 << 10
    WHO_COUNTS = 1 << 11
    ALREADY_DEAD = 1 << 12
    PRONOUN = 1 << 13
    PASSIVE = 1 << 14
    SELF_INJURY = 1 << 15
    OLD_INJURY = 1 << 16
    QUANTIFIER = 1 << 17
    IMPLIED = 1 << 18
    SHARED_SUBJECT = 1 << 19
    JUNK_TAIL = 1 << 20


DESCRIPTIONS: dict[str, str] = {
    "negation": "not, never: what is denied did not happen",
    "near_miss": "almost, nearly, about to, missed: it did not come to it",
    "modality": "might, would, wanted to, failed to do not happen; managed to does",
    "conditional": "a sentence with if or unless, or a question, asserts nothing",
    "report": "what is said, claimed or believed does not happen; what is known does; quotations are speech",
    "fiction": "dreams, plays and stories are not the actual world, until they end",
    "figure": "broken hearts, killing news and killed lights hurt nobody; the same verbs meant literally do",
    "object_state": "the cup that was poisoned, the gun that was loaded",
    "delayed": "a timer or fuse that runs out reaches whoever is tied to the bomb",
    "protection": "armour and shield stop blows until they are lost",
    "body_part": "an injury to a part of the body is one to its owner",
    "who_counts": "people, vampires, elves, dragons and werewolves count; skeletons, zombies, robots, statues do not",
    "already_dead": "the dead cannot be injured",
    "pronoun": "he, her, his and the like stand for somebody named before",
    "passive": "the sufferer is the subject",
    "self_injury": "himself, herself: the doer suffers",
    "old_injury": "had, already, long ago: only new injuries count; an old wound may bleed",
    "quantifier": "nobody is nobody; everyone and someone are people",
    "implied": "a fall from a tower, a roof on the head: injury without a word for it",
    "shared_subject": "a clause without a subject takes the one before it in the sentence",
    "junk_tail": "words that mean nothing, after the harm: they do not undo it",
}


@lru_cache(maxsize=65_536)
def names(bits: int) -> frozenset[str]:
    """The names of the phenomena in a bit set."""
    return frozenset(phenomenon.name.lower() for phenomenon in Phenomenon if bits & phenomenon)
