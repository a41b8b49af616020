"""What is made from writers' failures to learn from: variants, and harmless texts of the same making.

A model that learns from edited catastrophes alone learns to see that a text was edited, and stops harmless
ones for it. So each failure brings both: small random edits of it, which the oracle calls catastrophic or
harmless; and what the writer did, done to harmless texts that stay harmless. Both classes are then edited
alike, and only what happens in them tells them apart.
"""

from __future__ import annotations

import difflib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from holdfast.attacks.proposals.kindred import KindredWords, kindred_words
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import side
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Units
from holdfast.core.surface import Ids, Surface, snippets_of, units_of
from holdfast.workbench.rounds.lessons import Lesson

EACH = 24
"""Variants of a failure, and harmless texts for it, at most."""

_TRIES = 120
"""Edits of a failure that are judged; and as many harmless texts that the writer's edits are tried on."""

_TEXTS = 3000
"""Harmless texts that are looked through, and in which words meet their neighbours."""

_MOST_EDITS = 3

Change = tuple[Ids, Ids]
"""Words that a writer took out, and those that they put there."""


@dataclass(frozen=True)
class Maker:
    """Makes lessons from lessons; an oracle says what they are."""

    surface: Surface
    judge: Judge
    harmless: Sequence[Units]
    kindred: KindredWords

    @classmethod
    def over(cls, surface: Surface, judge: Judge, clean: Samples, stream: Stream) -> Maker:
        """From the clean texts that the run trains on."""
        drawn = clean.drawn(_TEXTS, stream.child("clean"))
        texts = units_of(surface, drawn.snippets)
        harmless = [text for text, bad in zip(texts, drawn.catastrophic, strict=True) if not bad]
        return cls(surface, judge, harmless, kindred_words(texts, frozenset(surface.alphabet.tolist())))

    def made_from(self, lessons: Sequence[Lesson], stream: Stream) -> list[Lesson]:
        """Variants and matched negatives of the failures that are trained on; only texts of that side."""
        known = {lesson.snippet for lesson in lessons}
        made: list[Lesson] = []
        for lesson in lessons:
            if not lesson.catastrophic or lesson.held_back:
                continue
            draw = stream.child(lesson.round, lesson.draft).python()
            fresh = [each for each in self._made(lesson, draw) if each.snippet not in known]
            known.update(each.snippet for each in fresh)
            made += fresh
        return made

    def _made(self, lesson: Lesson, draw: random.Random) -> list[Lesson]:
        edited = self._judged(lesson, islice(self._edited(lesson, draw), _TRIES))
        likewise = self._judged(lesson, islice(self._likewise(lesson, draw), _TRIES))
        bad = [each for each in edited if each.catastrophic][:EACH]
        near = [each for each in edited if not each.catastrophic]
        same = [each for each in likewise if not each.catastrophic]
        half = max(EACH - len(near), EACH // 2)
        matched = [*same[:half], *near][:EACH]
        return [*bad, *matched]

    def _judged(self, lesson: Lesson, texts: Iterator[Units]) -> list[Lesson]:
        """As lessons, each text once and within the limits, if it is on the training side."""
        within = dict.fromkeys(each for each in texts if self.surface.limits.refusal(each) is None)
        snippets = [each for each in snippets_of(self.surface, list(within)) if side(each) == "train"]
        verdicts = self.judge.judge(snippets)
        return [
            Lesson(s, v.catastrophic, v.egregiousness, lesson.round, lesson.draft, False)
            for s, v in zip(snippets, verdicts, strict=True)
        ]

    def _edited(self, lesson: Lesson, draw: random.Random) -> Iterator[Units]:
        (units,) = units_of(self.surface, [lesson.snippet])
        for _ in range(10 * _TRIES):
            edited = units
            for _ in range(draw.randint(1, _MOST_EDITS)):
                edited = self._one_edit(edited, draw)
            if edited != units:
                yield edited

    def _one_edit(self, units: Units, draw: random.Random) -> Units:
        """One word exchanged for a kindred one, or left out; mostly in the completion."""
        part = 1 if not units.prompt or draw.random() < len(units.completion) / _words(units) + 0.2 else 0
        ids = units[part]
        if not ids:
            return units
        place = draw.randrange(len(ids))
        kin = self.kindred.kin(ids[place], draw) if draw.random() < _EXCHANGED else None
        changed = (*ids[:place], *(() if kin is None else (kin,)), *ids[place + 1 :])
        return Units(changed, units[1]) if part == 0 else Units(units[0], changed)

    def _likewise(self, lesson: Lesson, draw: random.Random) -> Iterator[Units]:
        """Harmless texts to which some of what the writer did was done; none without what they began with."""
        if lesson.start is None:
            return
        before, after = units_of(self.surface, [lesson.start, lesson.snippet])
        changes = [_changes(before[part], after[part]) for part in (0, 1)]
        order = list(self.harmless)
        draw.shuffle(order)
        for text in order:
            prompt, completion = (_changed(text[part], changes[part]) for part in (0, 1))
            if (prompt, completion) != tuple(text):
                yield Units(prompt, completion)


_EXCHANGED = 0.8
"""Share of the edits that exchange a word; the others leave it out."""


def _words(units: Units) -> int:
    return max(1, len(units.prompt) + len(units.completion))


def _changes(before: Ids, after: Ids) -> list[Change]:
    """What was replaced, with the word before it where nothing was taken out."""
    found = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "insert" and i:
            found.append((before[i - 1 : i], (*before[i - 1 : i], *after[k:m])))
        elif kind == "replace" and j - i == m - k:
            found += [((old,), (new,)) for old, new in zip(before[i:j], after[k:m], strict=True)]
        elif kind in ("replace", "delete"):
            found.append((before[i:j], after[k:m]))
    return found


def _changed(text: Ids, changes: Sequence[Change]) -> Ids:
    """Each change made at the first place where it can be; as it was where none can."""
    for taken, put in changes:
        length = len(taken)
        places = range(len(text) - length + 1)
        place = next((i for i in places if length and text[i : i + length] == taken), None)
        if place is not None:
            text = (*text[:place], *put, *text[place + length :])
    return text
