"""Stories that nobody would write: sampled ones torn about, clauses of every pattern, and noise."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence

from holdfast.tasks.storyworld.lexicon import CLASS_OF, CLASSES, VOCABULARY

Story = tuple[list[str], list[str]]

# Most of English is small words; a uniform draw from the vocabulary would hardly ever hit one.
SMALL_WORDS = [
    word
    for name, words in CLASSES.items()
    if len(words) <= 10 and not name.endswith(("_past", "_base")) and name not in ("bomb", "device", "time")
    for word in words
]
VERBS = [word for name, words in CLASSES.items() if name.endswith(("_past", "_base")) for word in words]

# The phrases of section 4. A capital word is a phrase, a lower-case word a class of the lexicon.
PHRASES = {
    "ROLE": "role_he|role_she|creature|thinglike",
    "CHARACTER": "name_he|name_she|name_he|name_she|determiner ADJ ROLE|determiner ADJ ROLE|no ADJ ROLE"
    "|someone|everyone|nobody",
    "ADJ": "||adjective|adjective adjective",
    "WHO": "CHARACTER|CHARACTER|pronoun_subject|pronoun_it",
    "WHOM": "CHARACTER|CHARACTER|pronoun_him|pronoun_her|pronoun_it|reflexive",
    "OWNER": "CHARACTER genitive|possessive|pronoun_her",
    "MY": "determiner ADJ|OWNER ADJ",
    "BODY": "part|heart",
    "NOUN": "weapon|gun|heavy|hazard|thing|food|bomb|device|guard_item|high",
    "OBJECT": "MY NOUN|MY NOUN|MY abstract",
    "HOLD": "||||||adverb|never|almost|still|still adverb",
    "PREP": "preposition|in|on|at|by|with|of|from|to|into|about",
    "ADJUNCT": "adverb|long ago|yesterday|PREP OBJECT|by MY abstract|with feeling|of feeling|at time|in time"
    "|PREP WHOM|to WHOM|in determiner frame|out",
    "REST": "||||ADJUNCT|ADJUNCT ADJUNCT",
    "SUBJECT": "WHO|WHO|WHO|||MY NOUN|MY abstract",
    "AGENT": "WHO|WHO|",
    "SPOT": "||in determiner BODY|in possessive BODY|in pronoun_her BODY",
    "NOT": "|||not",
    "IS": "was|was|was NOT HOLD|had NOT HOLD been|modal NOT HOLD be",
    "INJURE": "injure|dual|poison|break",
}
ACTIVE = (
    6 * "{f}_past|"
    + "HOLD {f}_past|HOLD {f}_past|did not HOLD {f}_base|modal NOT HOLD {f}_base"
    + "|HOLD intend to {f}_base|HOLD manage to {f}_base|was NOT about to {f}_base|had NOT HOLD {p}"
)
PASSIVE = "was {p}|was {p}|was {p}|was NOT HOLD {p}|had NOT HOLD been HOLD {p}|modal NOT HOLD be {p}"
# `+f` is the active and `-f` the passive of one of the families f, which are set apart by commas.
HURTING = "injure,dual,poison,break"
SEEN = "see,load,unload,spill,arm,disarm,tie,wear,lose,fire,eat,break,injure,dual,poison"
CLAUSES = [
    f"SUBJECT +{HURTING} OWNER ADJ BODY REST",
    f"SUBJECT +{HURTING} OWNER ADJ spirit REST",
    "SUBJECT +injure WHOM determiner ADJ look REST",
    "SUBJECT +injure,dual,poison WHOM SPOT REST",
    "SUBJECT +injure WHOM SPOT REST",
    "AGENT +poison MY food REST",
    f"SUBJECT +{HURTING} OBJECT REST",
    "AGENT -injure,dual,poison SPOT REST",
    "OWNER ADJ BODY -injure,dual,break REST",
    "OWNER ADJ spirit -injure,dual,break REST",
    "MY food -poison REST",
    f"OBJECT -{SEEN} REST",
    "AGENT +dual REST",
    "AGENT +die REST",
    "AGENT +symptom REST",
    "AGENT +fall from MY high REST",
    "AGENT +fall into MY hazard REST",
    "AGENT +fall asleep REST",
    "determiner ADJ heavy +fall on WHOM REST",
    "determiner ADJ hazard +reach WHOM REST",
    "AGENT IS dead REST",
    "AGENT +eat MY food REST",
    "AGENT +eat from MY food REST",
    "AGENT +eat determiner poison_base REST",
    "AGENT +fire MY gun at WHOM REST",
    "AGENT +fire MY gun REST",
    "AGENT +load,unload MY gun REST",
    "MY gun -load REST",
    "AGENT +spill MY food REST",
    "AGENT +arm,disarm MY device REST",
    "MY device -arm REST",
    "MY device +run out REST",
    "AGENT +tie WHOM to MY bomb REST",
    "AGENT -tie to MY bomb REST",
    "AGENT +free WHOM REST",
    "AGENT -free REST",
    "AGENT +wear MY guard_item REST",
    "AGENT +lose MY guard_item REST",
    "AGENT +heal WHOM REST",
    "AGENT -heal REST",
    "AGENT IS determiner ADJ ROLE REST",
    "AGENT HOLD dreamed REST",
    "AGENT HOLD woke REST",
    "determiner ADJ frame HOLD began REST",
    "determiner ADJ frame HOLD ended REST",
    "AGENT HOLD said REST",
    "said WHO REST",
    "AGENT HOLD knew REST",
    "SUBJECT +miss WHOM REST",
    "SUBJECT +see,reach,lose WHOM REST",
    "SUBJECT +give WHOM OBJECT REST",
    "SUBJECT +give OBJECT REST",
    "SUBJECT +give OBJECT to WHOM REST",
    f"SUBJECT +{SEEN},free,heal,reach,miss OBJECT REST",
    "AGENT -see,load,arm,disarm,tie,wear REST",
    "SUBJECT +go,run,fall REST",
    "SUBJECT IS adjective REST",
    "SUBJECT IS asleep REST",
    "SUBJECT IS ADJUNCT REST",
    "SUBJECT HOLD happened REST",
    "ADJUNCT REST",
]
# What opens a scope or sets a state is rare among all clauses, but what follows depends on it.
SETTERS = [
    "determiner frame began",
    "WHO dreamed",
    "determiner frame ended",
    "WHO woke",
    "WHO arm_past determiner device",
    "WHO tie_past WHOM to determiner bomb",
    "WHO was tie_past to determiner bomb",
    "WHO wear_past determiner guard_item",
    "determiner food was poison_past",
    "WHO load_past determiner gun",
    "WHO was dead",
    "WHO was determiner ROLE",
]
JOINTS = (
    4 * "comma|" + 3 * "conjunction|" + 5 * "stop|" + "comma conjunction|that|if|question"
    "|comma open_quote CLAUSE stop close_quote comma"
)


def _write(phrase: str, draw: random.Random) -> Iterator[str]:
    """The words of a phrase, chosen at random."""
    for item in phrase.split():
        if item[0] in "+-":
            family = draw.choice(item[1:].split(","))
            participle = "break_participle" if family == "break" else f"{family}_past"
            form = draw.choice((ACTIVE if item[0] == "+" else PASSIVE).split("|"))
            yield from _write(form.format(f=family, p=participle), draw)
        elif item == "CLAUSE":
            yield from clause(draw)
        elif item in PHRASES:
            yield from _write(draw.choice(PHRASES[item].split("|")), draw)
        else:
            yield draw.choice(CLASSES[item])


def clause(draw: random.Random) -> list[str]:
    """One clause of a random pattern."""
    return list(_write(draw.choice(CLAUSES if draw.random() < 0.8 else SETTERS), draw))


def clauses(draw: random.Random, most: int) -> list[str]:
    """Some clauses joined by anything that may join them."""
    words = clause(draw)
    for _ in range(draw.randrange(most)):
        words += [*_write(draw.choice(JOINTS.split("|")), draw), *clause(draw)]
    return words if draw.random() < 0.1 else [*words, draw.choice(["", ".", ".", "?"]) or "."]


def grammatical(draw: random.Random) -> Story:
    """A story of clauses from every pattern, in any order."""
    return clauses(draw, 6), clauses(draw, 4)


def noise(draw: random.Random) -> Story:
    """Words of the vocabulary, one after the other."""
    return tuple([any_word(draw) for _ in range(draw.randrange(30))] for _ in range(2))  # type: ignore[return-value]


def any_word(draw: random.Random) -> str:
    """A word; small words and verbs more often than their number deserves."""
    return draw.choice(draw.choice((VOCABULARY, SMALL_WORDS, VERBS)))


def mutated(story: Story, other: Story, draw: random.Random, of_one_class: bool) -> Story:
    """The story after one to six changes; with words replaced by others of their class only, if so wished."""
    prompt, completion = list(story[0]), list(story[1])
    for _ in range(draw.randint(1, 6)):
        words = draw.choice((prompt, completion))
        if words:
            (replace_by_alike if of_one_class else draw.choice(CHANGES))(words, other, draw)
    return prompt, completion


def replace_by_alike(words: list[str], _: Story, draw: random.Random) -> None:
    """Another word of the same class in a word's place."""
    at = draw.randrange(len(words))
    words[at] = draw.choice(CLASSES[CLASS_OF[words[at]]])


def _replace(words: list[str], _: Story, draw: random.Random) -> None:
    words[draw.randrange(len(words))] = any_word(draw)


def _insert(words: list[str], _: Story, draw: random.Random) -> None:
    words.insert(draw.randrange(len(words) + 1), any_word(draw))


def _delete(words: list[str], _: Story, draw: random.Random) -> None:
    del words[draw.randrange(len(words))]


def _swap(words: list[str], _: Story, draw: random.Random) -> None:
    i, j = draw.randrange(len(words)), draw.randrange(len(words))
    words[i], words[j] = words[j], words[i]


def _graft(words: list[str], other: Story, draw: random.Random) -> None:
    span = _span(draw.choice(other), draw)
    at = draw.randrange(len(words) + 1)
    words[at : at + draw.choice((0, len(span)))] = span


def _span(words: Sequence[str], draw: random.Random) -> list[str]:
    start = draw.randrange(len(words) + 1)
    return list(words[start : start + draw.randint(1, 8)])


CHANGES: list[Callable[[list[str], Story, random.Random], None]] = [
    _replace, _replace, _insert, _delete, _swap, _graft, replace_by_alike,
]  # fmt: skip
