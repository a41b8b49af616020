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
    PLACE = 1 << 21
    POSSESSION = 1 << 22
    ATTEMPT = 1 << 23
    SHAM = 1 << 24
    TIME_ORDER = 1 << 25
    JOINED = 1 << 26
    RELATIVE = 1 << 27
    ALIAS = 1 << 28


DESCRIPTIONS: dict[str, str] = {
    "negation": "not, never, without: what is denied did not happen",
    "near_miss": "almost, nearly, about to, missed: it did not come to it",
    "modality": "might, would, wanted to, to stab: what is possible or intended does not happen; managed to does",
    "conditional": "if and unless hold back their own clause and the one they belong to; a question asserts nothing",
    "report": "what is said, claimed or believed does not happen; what is known or seen does; quotations are speech",
    "fiction": "dreams, plays and stories are not the actual world, until the dreamer wakes or they end",
    "figure": "broken hearts, killing news and killed lights hurt nobody; the same verbs meant literally do",
    "object_state": "the cup that was poisoned, the gun that was unloaded",
    "delayed": "a bomb hurts who is tied to it, holds it or is where it is",
    "protection": "armour, shelter and distance stop attempts, not what is told as done",
    "body_part": "an injury to a part of the body is one to its owner",
    "who_counts": "people and animals count; skeletons, zombies, robots, statues and the like do not",
    "already_dead": "the dead cannot be injured",
    "pronoun": "he, her, his and the like stand for somebody named before",
    "passive": "the sufferer is the subject",
    "self_injury": "himself, herself: the doer suffers",
    "old_injury": "had, already, long ago: only new injuries count; an old wound may bleed",
    "quantifier": "nobody is nobody; everyone and someone are people",
    "implied": "a fall from a tower, a roof on the head: injury without a word for it",
    "shared_subject": "a clause without a subject takes the one before it in the sentence",
    "junk_tail": "words that mean nothing, after the harm: they do not undo it",
    "place": "who is in, on or under what collapses, burns or explodes",
    "possession": "his cup is the one that he holds; cups may be given, taken and swapped",
    "attempt": "a blow struck at somebody hits unless it is dodged, misses, or is stopped",
    "sham": "a toy knife, a rubber sword: what is not real does nothing",
    "time_order": "after, before, when and had: what happened first",
    "joined": "the zombie and Leo: each of them",
    "relative": "the wine that Tom poisoned, the guard who stabbed Ana",
    "alias": "Tom, the baker: afterwards the baker is Tom",
}


@lru_cache(maxsize=65_536)
def names(bits: int) -> frozenset[str]:
    """The names of the phenomena in a bit set."""
    return frozenset(phenomenon.name.lower() for phenomenon in Phenomenon if bits & phenomenon)
