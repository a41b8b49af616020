"""Section 3 of docs/tasks/storyworld.md, read a second time: clauses and their subjects.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

from second_reading_phrases import VERB_KINDS, Phrase, Sentence
from second_reading_segments import TIMES, Parting, Segment

from holdfast.tasks.storyworld.lexicon import of_kind

OBJECTS = {
    "give": 2,
    "offer": 2,
    "carry": 2,
    "say": 2,
    "treat": 2,
    "shove": 2,
    "die": 0,
    "symptom": 0,
    "stay": 0,
}
FRAMES = of_kind("frame")
KIND_LETTERS = "waeiI"


@dataclass(frozen=True)
class Adjunct:
    """A preposition with what it takes, or a time."""

    preposition: str
    item: Phrase


@dataclass
class Clause:
    """A segment as it was read."""

    segment: Segment
    kind: str = "inert"
    """clause, fragment, bare or inert."""
    verb: Phrase | None = None
    passive: bool = False
    subject: Phrase | None = None
    own: bool = False
    objects: list[Phrase] = field(default_factory=list)
    before: list[Adjunct] = field(default_factory=list)
    after: list[Adjunct] = field(default_factory=list)
    particles: list[str] = field(default_factory=list)
    mark: str = ""
    """The class of a D after the verb."""
    there: bool = False
    apposed_to: Phrase | None = None
    repeats: Clause | None = None
    moods: set[str] = field(default_factory=set)
    old: bool = False
    had: bool = False
    group: int = 0
    report_follows: bool = False

    @property
    def adjuncts(self) -> list[Adjunct]:
        """All adjuncts."""
        return self.before + self.after

    @property
    def family(self) -> str:
        """The family of its verb."""
        return self.verb.verb.family if self.verb else ""

    @property
    def word(self) -> str:
        """Its verb as it stands."""
        return self.verb.verb.text if self.verb else ""


def read_segment(segment: Segment) -> Clause:
    """A segment as a clause, a fragment, a bare noun, or inert."""
    items = segment.items
    clause = Clause(segment)
    at = 0
    while step := _adjunct(items, at):
        clause.before.append(step[0])
        at = step[1]
    kinds = [item.kind for item in items]
    posts: list[Adjunct] = []
    verb = at
    if kinds[at : at + 3] == ["E", "V", "N"] and items[at + 1].verb.family == "be":
        clause.subject, clause.own, clause.there = items[at + 2], True, True
        clause.verb, clause.passive = items[at + 1], False
        return _finish(clause, items, at + 3)
    if kinds[at : at + 1] == ["N"]:
        verb = at + 1
        while (
            kinds[verb : verb + 1] == ["P"]
            and kinds[verb + 1 : verb + 2]
            and kinds[verb + 1] in ("N", *TIMES)
        ):
            posts.append(Adjunct(items[verb].name, items[verb + 1]))
            verb += 2
    if verb < len(items) and items[verb].kind in VERB_KINDS:
        if verb > at:
            clause.subject, clause.own = items[at], True
        clause.verb, clause.passive = items[verb], items[verb].passive
        clause.after += posts
        return _finish(clause, items, verb + 1)
    return _without_verb(segment)


def _adjunct(items: list[Phrase], at: int) -> tuple[Adjunct, int] | None:
    kinds = [item.kind for item in items[at : at + 3]]
    if kinds[:1] and kinds[0] in TIMES:
        return Adjunct("", items[at]), at + 1
    if kinds[:1] == ["P"] and kinds[1:2] and kinds[1] in ("N", *TIMES):
        return Adjunct(items[at].name, items[at + 1]), at + 2
    if kinds == ["P", "P", "N"] and items[at].name == "from":
        return Adjunct("from", items[at + 2]), at + 3
    return None


def _finish(clause: Clause, items: list[Phrase], at: int) -> Clause:
    """Read AFTER; a clause that goes on otherwise is inert."""
    assert clause.verb is not None
    family = clause.family
    allowed = OBJECTS.get(family, 1)
    allowed = max(0, allowed - 1) if clause.passive else allowed
    if at < len(items) and items[at].kind == "P":
        put = family in ("put", "take") and items[at].name in ("on", "off")
        down = family in ("suffer", "break", "hurt") and items[at].name in ("down", "off")
        if put or down:
            clause.particles.append(items[at].name)
            at += 1
    if at < len(items) and items[at].kind == "D" and family in ("be", "become", "stay", "fall"):
        clause.mark = items[at].name
        at += 1
    while at < len(items):
        if items[at].kind == "N":
            clause.objects.append(items[at])
        elif items[at].kind == "X" or (items[at].kind == "P" and not _adjunct(items, at)):
            clause.particles.append(items[at].name)
        else:
            break
        at += 1
    while at < len(items):
        step = _adjunct(items, at)
        if step:
            clause.after.append(step[0])
            at = step[1]
        elif items[at].kind in ("X", "P"):
            clause.particles.append(items[at].name)
            at += 1
        else:
            break
    if at < len(items) or len(clause.objects) > allowed:
        return _inert(clause.segment)
    clause.kind = "clause"
    return clause


def _inert(segment: Segment) -> Clause:
    clause = Clause(segment)
    kinds = [item.kind for item in segment.items[:2]]
    if kinds == ["N", "V"]:
        clause.subject = segment.items[0]
    return clause


def _without_verb(segment: Segment) -> Clause:
    """A fragment, a bare noun, or inert."""
    clause, items, at, loose = Clause(segment), segment.items, 0, False
    while at < len(items):
        step = _adjunct(items, at)
        if step:
            (clause.after if clause.subject else clause.before).append(step[0])
            at = step[1]
            continue
        if items[at].kind == "N" and clause.subject is None:
            clause.subject = items[at]
        elif items[at].kind in ("X", "P"):
            clause.particles.append(items[at].name)
            loose = True
        else:
            return _inert(segment)
        at += 1
    if clause.subject and loose:
        return _inert(segment)
    clause.kind = "bare" if clause.subject else "fragment"
    return clause


def clauses(sentence: Sentence) -> list[Clause]:
    """The segments of a sentence as read, with subjects, moods and groups; in the order they stand."""
    segments = Parting(sentence.items).run()
    found = [read_segment(segment) for segment in segments]
    quoted = any(item.kind == "Q" for item in sentence.items)
    for clause, after in itertools.pairwise(found):
        clause.report_follows = "t" in after.segment.link
    _subjects(found, quoted)
    _repeats(found)
    return found


def after_others(found: list[Clause]) -> list[tuple[Clause | None, Clause]]:
    """Each clause with the one before it; what is inert and names no subject is passed over."""
    pairs: list[tuple[Clause | None, Clause]] = []
    before: Clause | None = None
    for clause in found:
        pairs.append((before, clause))
        if clause.kind != "inert" or clause.subject is not None:
            before = clause
    return pairs


def _last_noun(head: Phrase) -> Phrase:
    noun = head.nouns[-1]
    return Phrase("N", noun.words, (noun,))


def _subjects(found: list[Clause], quoted: bool) -> None:
    shared: Phrase | None = None
    waiting: list[Clause] = []
    for i, clause in enumerate(found):
        last = clause.segment.last
        if clause.kind in ("bare", "inert") and clause.subject is not None and not _apposed(found, i):
            shared = clause.subject
        if clause.kind != "clause":
            continue
        _linked_subject(clause, shared, quoted)
        if clause.kind == "clause" and clause.subject is None:
            if shared is None and last and last in "GgTW":
                waiting.append(clause)
            else:
                clause.kind = "inert"
        _needs(clause, after_others(found)[i][0])
        if clause.own and not (last and last in "rnpb") and clause.subject and clause.kind == "clause":
            if not (_is_it(clause.subject) and shared is not None):
                shared = clause.subject
            for other in waiting:
                other.subject = clause.subject
            waiting = []  # with none to take, they go without


def _linked_subject(clause: Clause, shared: Phrase | None, quoted: bool) -> None:
    """Its own, the head's, the speaker's, or the shared one."""
    segment, last = clause.segment, clause.segment.last
    head = _last_noun(segment.head) if segment.head else None
    if clause.own and last and last in "BKWGgTnpb":
        clause.kind, clause.verb = "inert", None
    elif clause.own:
        if last == "r" and not clause.objects and head:
            clause.objects = [head]
    elif last and last in "rnpb":
        clause.subject = head
    elif quoted and segment.comma and clause.family == "say" and len(clause.objects) == 1 and _first(clause):
        clause.subject, clause.own, clause.objects = clause.objects[0], True, []
    else:
        clause.subject = shared


def _needs(clause: Clause, before: Clause | None) -> None:
    """B needs a C or S; K one without comma, and a passive clause before."""
    segment = clause.segment
    if segment.last == "B" and not segment.conjunction:
        clause.kind = "inert"
    if segment.last == "K":
        follows = before is not None and before.passive and before.kind == "clause"
        if not segment.conjunction or segment.comma or not follows:
            clause.kind = "inert"
    if clause.kind == "inert":
        clause.verb, clause.subject, clause.objects, clause.before, clause.after = None, None, [], [], []


def _first(clause: Clause) -> bool:
    return clause.segment.items[0] is clause.verb


def _is_it(subject: Phrase) -> bool:
    return len(subject.nouns) == 1 and subject.nouns[0].head.cls == "it" and len(subject.words) == 1


def _apposed(found: list[Clause], i: int) -> bool:
    """Whether a bare noun is in apposition to the N right before its comma."""
    clause = found[i]
    subject = clause.subject
    if (
        clause.kind != "bare"
        or not i
        or not clause.segment.after_noun
        or clause.segment.conjunction
        or not subject
    ):
        return False
    before = found[i - 1].segment.items[-1]
    one = len(subject.nouns) == 1 and clause.segment.items[0] is subject
    if not one or before.kind != "N" or clause.segment.link:
        return False
    if len(subject.words) > 1:
        clause.apposed_to = before
    return True


def _repeats(found: list[Clause]) -> None:
    for before, clause in after_others(found):
        segment = clause.segment
        joined = segment.conjunction and not segment.comma and not segment.link
        if clause.kind == "fragment" and joined and before and before.kind == "clause" and before.verb:
            clause.kind, clause.repeats = "clause", before
            clause.verb, clause.passive, clause.subject = before.verb, before.passive, before.subject
            clause.objects = [] if before.passive else before.objects
            clause.own = False
