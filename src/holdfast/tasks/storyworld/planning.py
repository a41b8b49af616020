"""The segments of one sentence as clauses: what holds them back, whose subject they share, when they
happen.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from holdfast.tasks.storyworld.clauses import Clause, Ref, Sentence
from holdfast.tasks.storyworld.grammar import HOLDING_BACK, PARTICIPLES, QUOTED, Mood, code
from holdfast.tasks.storyworld.parsing import FRAMES, STAGES, Nouns, Parsed, parse
from holdfast.tasks.storyworld.segments import Segment, Segmenter

_BUT, _HAD, _FIRE = code("but"), code("had"), code("fire.B")
_HAPPENING = frozenset((code("by"), code("in"), code("on")))
"""Prepositions after which an -ing form happens: by stabbing; after any other (without, from) it does not."""
_PREVENTING = frozenset(("disarm", "free", "prevent"))
_SHOWING = frozenset(("see", "let"))
_KNOWING = frozenset(("know", "see"))
_IDLE = frozenset(("act", "see", "let", "intend", "offer", "prevent"))
"""Families that never do anything; those of saying and knowing are noted."""
_SAFE = frozenset(
    """treat load unload wash taint arm tie free wear doff heal lock open have carry swap drop enter leave
    dream disarm manage end fragment noun say know""".split()
)
"""Families that may change the world, and never hurt by themselves."""
_MAY_BE_THINGS = frozenset((Ref.IT, Ref.THEY, Ref.THEM, Ref.REFLEXIVE))
"""Pronouns that may stand for a play or a dream."""
_SETS_OFF = frozenset(("off", "out", "down"))
"""A bomb goes off, a timer runs out or down."""
_OVER_THE_EDGE = frozenset(("over", "off", "into", "down"))
_SUBORDINATE = frozenset("waeiI")
_PLACING = frozenset("""in on at into to under behind beside from off away out down far reach_of""".split())
"""Adjuncts and particles that say where somebody is now, or is no longer."""
_HUNG = frozenset("rnpb")
"""Links that hang a clause on a noun phrase."""


@dataclass(slots=True)
class Group:
    """Clauses that no comma and no subordinating word parts; `kind` is that word's kind, or `r` for a
    relative.
    """

    kind: str
    contrast: bool
    """Whether `, but` opens it."""
    target: Group | None
    """The main group before it."""
    members: list[int] = field(default_factory=list)
    main: bool = False
    """Whether it is a main group with a verb."""


class Planner:
    """Joins the segments of one sentence to a plan."""

    def __init__(self, codes: str, question: bool) -> None:
        self.codes = codes
        self.nouns = Nouns(codes)
        self.segments = Segmenter(codes).segments()
        self.quoted = QUOTED in codes
        self.clauses: list[Clause] = []
        self.groups: list[Group] = []
        self.main: Group | None = None
        self.whole: int = Mood.CONDITIONAL if question else 0
        self.reported = self.report_in_front = False
        self.subject: tuple[int, ...] = ()
        self.waiting: list[int] = []
        """Clauses without a subject that opened the sentence: they take the next one."""

    def plan(self) -> Sentence:
        """The plan of the sentence."""
        last: Parsed | None = None
        inert: list[tuple[int, int]] = []
        for at, segment in enumerate(self.segments):
            parsed = parse(segment, self.nouns)
            self._scope(segment, None if segment.comma else last)
            if parsed is None or not self._place(parsed, segment, at):
                inert.append((segment.items[0].start, segment.items[-1].end))
                self._named(segment)
                parsed = None
            last = parsed
        for clause in self.clauses:
            clause.mood |= self.whole
        self._conditions()
        order = tuple(self._order())
        met: set[int] = set()
        for clause in self.clauses:
            clause.idle = _idle(clause)
            clause.risky = not clause.idle and _risky(clause)
            clause.staged = self._staged(clause)
            clause.moves = not _PLACING.isdisjoint(
                (*(name for name, _ in clause.adjuncts), *clause.particles)
            )
            self._simplify(clause, met)
            met.update(clause.mentions, clause.subject)
        reordered = order != tuple(range(len(order)))
        return Sentence(
            tuple(self.nouns.found),
            tuple(self.clauses),
            order,
            tuple(inert),
            any(noun.states for noun in self.nouns.found),
            reordered,
            any(clause.risky for clause in self.clauses),
        )

    def _simplify(self, clause: Clause, met: set[int]) -> None:
        """Note what can be met the fast way; a subject that only a later clause has cannot."""
        ahead = (*clause.subject, *(k for found in clause.objects for k in found))
        clause.found = tuple(dict.fromkeys((*(k for k in ahead if k in clause.mentions), *clause.mentions)))
        nouns = [self.nouns.found[k] for k in clause.mentions]
        plain = all(noun.ref <= Ref.THING and noun.owner is None for noun in nouns)
        # Of `the cup and the` the fast way makes a `they` of one, the usual way none: that differs for these.
        alone = len(clause.subject) < 2 or clause.family not in ("be", "become", "put")
        clause.simple = (
            plain
            and alone
            and met.issuperset(k for k in clause.subject if k not in clause.mentions)
            and not clause.first
            and not clause.aliases
        )
        clause.remembered = tuple(k for k in clause.mentions if not self._unmentioned(clause, k))

    def _unmentioned(self, clause: Clause, k: int) -> bool:
        if clause.family == "put":
            return self.codes[self.nouns.found[k].head] == _FIRE
        return clause.family in ("be", "become") and bool(clause.objects) and k in clause.objects[0]

    def _staged(self, clause: Clause) -> bool:
        """Whether its adjuncts name a fiction, or may mean one."""
        nouns = [self.nouns.found[k] for name, ks in clause.adjuncts if name in STAGES for k in ks]
        return any(noun.ref in _MAY_BE_THINGS or self.codes[noun.head] in FRAMES for noun in nouns)

    def _scope(self, segment: Segment, before: Parsed | None) -> None:
        """Open and close reports, and the group that this segment belongs to."""
        link = segment.link
        if segment.comma and (segment.joined or self.report_in_front):
            self.reported = self.report_in_front = False
        if "t" in link and (before is None or before.clause.family not in _KNOWING):
            self.reported = True
            self.report_in_front = (
                bool(self.groups) and self.groups[-1].kind in _SUBORDINATE and self.main is None
            )
        if "t" in link and before is not None and before.clause.family == "hurt":
            before.clause.family = "act"  # it struck Tom that Ana was late
        kind = next((letter for letter in link if letter in _SUBORDINATE), "")
        relative = link.endswith("r")
        if not self.groups or kind or (segment.comma and (relative or link[-1:] not in tuple("=Tgnpb"))):
            contrast = segment.comma and segment.joined == _BUT
            self.groups.append(Group(kind or ("r" if relative else ""), contrast, self.main))

    # -- one clause

    def _place(self, parsed: Parsed, segment: Segment, at: int) -> bool:
        """Give a clause its subject and its moods; False if it turns out to be none."""
        clause, group = parsed.clause, self.groups[-1]
        before = self.clauses[-1] if self.clauses else None
        repeated = not clause.has_verb and not parsed.bare and bool(segment.joined) and not segment.comma
        if repeated:
            _repeat(clause, before)
        if not clause.has_verb:
            self._noun_alone(parsed, segment, at)
        elif not (repeated or self._subject(clause, segment, before)):
            return False
        clause.mood |= self._hanging(clause, segment, before) | (Mood.REPORTED if self.reported else 0)
        self.whole |= parsed.opening
        if clause.has_verb:
            clause.mood |= parsed.trailing
            for other in group.members if parsed.trailing else ():
                self.clauses[other].mood |= parsed.trailing
            if not group.kind:
                group.main, self.main = True, group
            if (
                clause.own_subject
                and segment.link[-1:] not in _HUNG
                and not (self.subject and self._is_it(clause))
            ):
                self._share(clause.subject)
        else:
            self.whole |= parsed.trailing
        group.members.append(len(self.clauses))
        self.clauses.append(clause)
        return True

    def _named(self, segment: Segment) -> None:
        """The subject of what cannot be parsed is mentioned all the same, and may be shared."""
        kinds = "".join(item.kind for item in segment.items[:2])
        if kinds in ("NV", "N"):
            item = segment.items[0]
            clause = Clause("noun", item.start, item.end, mentions=self.nouns.of(item), has_verb=False)
            self.groups[-1].members.append(len(self.clauses))
            self.clauses.append(clause)
            self._share(clause.mentions)

    def _is_it(self, clause: Clause) -> bool:
        return self.nouns.found[clause.subject[0]].ref is Ref.IT

    def _share(self, subject: tuple[int, ...]) -> None:
        self.subject = subject
        for number in self.waiting:
            self.clauses[number].subject = subject
        self.waiting.clear()

    def _noun_alone(self, parsed: Parsed, segment: Segment, at: int) -> None:
        """A noun phrase alone is in apposition to one right before its comma, or the subject of what
        follows.
        """
        if not parsed.bare:
            return
        apposed = segment.after_noun and not segment.joined and not segment.link
        before = self.segments[at - 1].items[-1] if apposed else None
        noun = self.nouns.found[parsed.bare[0]]
        if before is None:
            self._share(parsed.bare)
        elif len(parsed.bare) == 1 and noun.head > noun.start:
            parsed.clause.aliases += ((self.nouns.number(before.members[-1]), parsed.bare[0]),)

    def _subject(self, clause: Clause, segment: Segment, before: Clause | None) -> bool:
        link = segment.link[-1:]
        head = self.nouns.of(segment.head)[-1:] if segment.head is not None else ()
        if link == "r" and clause.subject:
            clause.objects = clause.objects or ((head,) if head else ())
            return True
        if clause.subject:
            return link not in tuple("BKWGgTnpb")
        if link in _HUNG:
            clause.subject = head
            return True
        if self.quoted and segment.comma and _inverted(clause, segment):
            clause.subject, clause.objects, clause.own_subject = clause.objects[0], (), True
            return True
        if link == "B" and (before is None or not segment.joined):
            return False
        if link == "K" and (before is None or not before.passive or not segment.joined or segment.comma):
            return False
        clause.subject = self.subject
        if not self.subject and link in tuple("GgWT"):
            self.waiting.append(len(self.clauses))
            return True
        return bool(self.subject)

    def _hanging(self, clause: Clause, segment: Segment, before: Clause | None) -> int:
        """The moods that come from how a clause hangs on the sentence."""
        link = segment.link[-1:]
        held = before.mood & (HOLDING_BACK | Mood.OLD) if before is not None else 0
        if link == "T":
            return Mood.MODAL
        if link == "g":
            return 0 if segment.preposition in _HAPPENING else Mood.NEGATED
        if link == "r":
            return 0 if segment.comma else Mood.OLD
        if link == "n" and (before is None or not before.has_verb):
            return Mood.OLD
        if link == "p" and (before is None or before.family not in _SHOWING):
            return Mood.OLD
        if link in tuple("npbBGW"):
            return held
        if (
            before is not None
            and before.passive
            and segment.joined
            and not segment.comma
            and self._goes_on(clause)
        ):
            clause.passive = True
            return held
        return 0

    def _goes_on(self, clause: Clause) -> bool:
        """Whether a bare participle goes on with a passive: was tied and beaten."""
        alone = clause.verb == clause.start and not clause.own_subject and not clause.objects
        return alone and self.codes[clause.verb] in PARTICIPLES

    # -- conditions and time

    def _conditions(self) -> None:
        """`if` in front holds all that follows, up to `, but`; after a main group, that group."""
        supposed = False
        for group in self.groups:
            supposed = supposed and not group.contrast
            if supposed or group.kind in ("i", "I"):
                self._hold(group, Mood.CONDITIONAL)
            if group.target is None:
                supposed = supposed or group.kind == "i"
            elif group.kind == "i":
                self._hold(group.target, Mood.CONDITIONAL)
            elif group.kind == "e" and any(
                self.clauses[i].family in _PREVENTING for i in group.target.members
            ):
                self._hold(group, Mood.NEGATED)

    def _hold(self, group: Group, mood: int) -> None:
        for i in group.members:
            self.clauses[i].mood |= mood

    def _order(self) -> list[int]:
        """First what had happened; then the rest, with `after` and `when` before their main group."""
        order: list[int] = []
        later: list[int] = []
        for group in self.groups:
            inner = self._restrictive_first(group.members)
            if group.kind in ("w", "a") and group.target is not None:
                place = order.index(group.target.members[0])
                order[place:place] = inner
            elif group.kind == "e" and group.target is None:
                later += inner
            else:
                order += inner
                if group.main:
                    order, later = order + later, []
        order += later
        earlier = [i for i in order if self._had(self.clauses[i])]
        return earlier + [i for i in order if not self._had(self.clauses[i])]

    def _restrictive_first(self, members: list[int]) -> list[int]:
        """A relative clause without a comma tells what was before the clause that it hangs on."""
        order: list[int] = []
        for i in members:
            hung = self.clauses[i].link.endswith(("r", "n", "p")) and self.clauses[i].mood & Mood.OLD
            order.insert(max(0, len(order) - 1) if hung else len(order), i)
        return order

    def _had(self, clause: Clause) -> bool:
        return (
            bool(clause.mood & Mood.OLD) and clause.has_verb and _HAD in self.codes[clause.start : clause.end]
        )


def _idle(clause: Clause) -> bool:
    """Whether a clause can do nothing but mention; a long time passes in any."""
    if clause.ages:
        return False
    if not clause.has_verb or clause.family in _IDLE:
        return True
    if clause.family == "treat":
        return not any(name == "at" for name, _ in clause.adjuncts)
    bare = not (clause.adjuncts or clause.objects or clause.particles) and clause.state < 0
    return bare and clause.family in ("be", "go", "stay")


def _risky(clause: Clause) -> bool:
    """Whether a clause can hurt anybody, or come near it."""
    if clause.family in ("be", "become", "stay"):
        return clause.state >= 0
    if clause.family == "go":
        away = not _SETS_OFF.isdisjoint(clause.particles)
        return away or any(name in _OVER_THE_EDGE for name, _ in clause.adjuncts)
    return clause.family not in _SAFE


def _repeat(clause: Clause, before: Clause | None) -> None:
    """Adjuncts alone after `and` repeat the verb before: got out of the wagon and into the cart."""
    if before is not None and before.has_verb:
        clause.family, clause.verb, clause.passive, clause.has_verb = (
            before.family,
            before.verb,
            before.passive,
            True,
        )
        clause.subject, clause.own_subject, clause.mood = before.subject, False, before.mood
        if before.passive is False:
            clause.objects = before.objects


def _inverted(clause: Clause, segment: Segment) -> bool:
    """`said Tom`, after a quotation."""
    return clause.family == "say" and len(clause.objects) == 1 and segment.verb() is segment.items[0].group
