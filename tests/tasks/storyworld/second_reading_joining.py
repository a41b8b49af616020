"""Section 2 of docs/tasks/storyworld.md, read a second time: the items of a sentence, nouns joined.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from dataclasses import replace

from second_reading_phrases import NAMES, ROLES, VERB_KINDS, Cutter, Noun, Phrase, Sentence
from second_reading_words import cut, without_adjectives

from holdfast.tasks.storyworld.lexicon import DUAL


def sentences(text: str) -> list[Sentence]:
    """The sentences of one part."""
    found: list[Sentence] = []
    for words in cut(text):
        question = words[-1].cls == "question"
        body = [word for word in words if word.cls not in ("stop", "question")]
        kept = without_adjectives(body)
        sentence = Sentence(kept, {word.at: word for word in words}, question)
        sentence.items = phrases(sentence)
        found.append(sentence)
    return found


def phrases(sentence: Sentence) -> list[Phrase]:
    """The items of a sentence, with nouns joined."""
    cutter = Cutter(sentence.words, sentence.everything)
    items: list[Phrase] = []
    groups: list[Phrase] = []  # the verb groups since the last of the marks
    at = 0
    while at < len(sentence.words):
        item, after = cutter.phrase(at)
        if item.kind == "N":
            item, after = _joined(cutter, at, groups)
        elif item.kind in VERB_KINDS:
            groups.append(item)
        elif item.kind in ",:QCSwaetir" and not (item.kind == "w" and _names(cutter, after)):
            groups = []
        items.append(item)
        at = after
    for i in range(1, len(items) - 1):  # saw Tom poison the wine
        alone = items[i].kind == "N" and len(items[i].words) == 1 and items[i].name in DUAL
        if alone and items[i - 1].kind == "N" and items[i + 1].kind == "N":
            items[i] = Phrase("B", items[i].words)
    return items


def _names(cut: Cutter, at: int) -> bool:
    """Whether an N that ends the sentence or stands before a comma comes: as a baker."""
    noun = cut.noun(at)
    return noun is not None and cut.cls(noun[1]) in ("", "comma")


def _unit(cut: Cutter, at: int, groups: list[Phrase]) -> tuple[Noun, int, bool] | None:
    """One noun, with `nobody but` and apposition read; and whether it may be joined further."""
    found = cut.noun(at)
    if not found:
        return None
    noun, after = found
    if noun.head.cls in ("nobody", "everyone") and len(noun.words) == 1 and cut.cls(after) == "but":
        other = cut.noun(after + 1)
        if other:
            return (other[0], other[1], True) if noun.head.cls == "nobody" else (noun, other[1], False)
    if noun.head.cls in NAMES and len(noun.words) == 1:
        named = cut.noun(after)
        given = bool(groups) and groups[-1].verb.family in ("give", "offer")
        role = named is not None and len(named[0].words) > 1 and named[0].head.cls in ROLES
        if named and role and not given and all(word.cls != "genitive" for word in named[0].words):
            return replace(noun, apposition=named[0]), named[1], True
    return noun, after, True


def _joined(cut: Cutter, at: int, groups: list[Phrase]) -> tuple[Phrase, int]:
    first = _unit(cut, at, groups)
    assert first is not None
    nouns, after, open_ = [first[0]], first[1], first[2]
    while open_:
        step = _step(cut, after, groups)
        if step is None or (groups and step[1] < len(cut.words) and cut.phrase(step[1])[0].kind == "V"):
            break
        nouns += step[0]
        after = step[1]
    return Phrase("N", tuple(cut.words[at:after]), tuple(nouns), not open_), after


def _step(cut: Cutter, at: int, groups: list[Phrase]) -> tuple[list[Noun], int] | None:
    more: list[Noun] = []
    while len(more) < 4 and cut.cls(at) == "comma":
        unit = _unit(cut, at + 1, groups)
        if not unit:
            break
        more.append(unit[0])
        at = unit[1]
    comma = at + (cut.cls(at) == "comma")
    if cut.cls(comma) == "and":
        unit = _unit(cut, comma + 1, groups)
        if unit:
            return [*more, unit[0]], unit[1]
    if cut.cls(at) == "or":
        unit = _unit(cut, at + 1, groups)
        if unit:
            return [*more, unit[0]], unit[1]
    return None
