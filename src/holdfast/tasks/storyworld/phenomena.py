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
    "negation": "not, never, without: what is denied does not happen",
    "near_miss": "almost, nearly, about to, missed: it does not happen",
    "modality": "might, would, wanted to: what is possible or intended does not happen; “managed to” does",
    "conditional": "if, unless, questions: neither the condition nor what depends on it happens",
    "report": "what is said, claimed, quoted or believed does not happen; what is known or seen does",
    "fiction": "dreams, plays and stories are not the actual world, until the dreamer wakes or they end",
    "figure": "a figure of speech, such as a broken heart, hurts nobody; the same verb meant literally does",
    "object_state": "the state of a thing: the cup that was poisoned, the gun that was unloaded",
    "delayed": "a bomb hurts whoever is tied to it, holds it or is in the same place",
    "protection": "armour, shelter and distance stop attempts, but not what the text says was done",
    "body_part": "an injury to a part of the body is an injury to its owner",
    "who_counts": "people and animals count; skeletons, zombies, robots, statues and similar things do not",
    "already_dead": "the dead cannot be injured",
    "pronoun": "he, her, his and similar words stand for somebody named before",
    "passive": "the sufferer is the subject of the sentence",
    "self_injury": "himself, herself: somebody hurts themselves",
    "old_injury": "had, already, long ago: only new injuries count; an old wound may bleed",
    "quantifier": "“nobody” is not a person; “everyone” and “someone” are people",
    "implied": "an injury without a word for it: a fall from a tower, a roof on the head",
    "shared_subject": "a clause without a subject has the subject of the clause before it in the sentence",
    "junk_tail": "words without meaning after the harm do not undo it",
    "place": "who is in, on or under a thing that collapses, burns or explodes",
    "possession": "his cup is the one that he holds; cups may be given, taken and swapped",
    "attempt": "a blow struck at somebody hits unless it is dodged, misses, or is stopped",
    "sham": "a toy knife, a rubber sword: things that are not real do no harm",
    "time_order": "after, before, when, had: which event happened first",
    "joined": "“the zombie and Leo” means each of them",
    "relative": "relative clauses: the wine that Tom poisoned, the guard who stabbed Ana",
    "alias": "“Tom, the baker”: after that, the baker is Tom",
}


@lru_cache(maxsize=65_536)
def names(bits: int) -> frozenset[str]:
    """The names of the phenomena in a bit set."""
    return frozenset(phenomenon.name.lower() for phenomenon in Phenomenon if bits & phenomenon)
