"""Section 4 of docs/tasks/storyworld.md, read a second time: what holds back, what is old, in which order.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from second_reading_clauses import FRAMES, KIND_LETTERS, Adjunct, Clause, after_others, clauses
from second_reading_phrases import Sentence


@dataclass
class Group:
    """Clauses between partings that open a group."""

    kind: str = ""
    butted: bool = False
    members: list[Clause] = field(default_factory=list)

    @property
    def main(self) -> bool:
        """Whether it has no kind and a clause with a verb."""
        return not self.kind and any(clause.kind == "clause" and clause.verb for clause in self.members)


def in_order(sentence: Sentence) -> list[Clause]:
    """The clauses of a sentence, moods set, in the order in which they happen."""
    return read(sentence)[1]


def read(sentence: Sentence) -> tuple[list[Clause], list[Clause]]:
    """The clauses of a sentence, moods set: as they stand, and in the order in which they happen."""
    found = clauses(sentence)
    groups = _groups(found)
    for before, clause in after_others(found):
        _own_moods(clause, before)
    _whole_sentence(found, groups)
    if sentence.question:
        for clause in found:
            clause.moods.add("conditional")
    _conditions(groups)
    _reports(found, groups)
    for before, clause in after_others(found):
        _inherit(clause, before)
    return found, _ordered(groups)


def _groups(found: list[Clause]) -> list[Group]:
    groups: list[Group] = []
    for clause in found:
        segment = clause.segment
        kinds = [letter for letter in segment.link if letter in KIND_LETTERS]
        opens = bool(kinds) or (segment.comma and segment.last not in tuple("=Tgnpb"))
        if not groups or opens:
            kind = kinds[0] if kinds else ("r" if segment.comma and segment.last == "r" else "")
            groups.append(Group(kind, segment.comma and segment.butted))
        groups[-1].members.append(clause)
        clause.group = len(groups) - 1
    return groups


def _own_moods(clause: Clause, before: Clause | None) -> None:
    last, phrase = clause.segment.last, clause.verb
    if phrase is not None:
        classes = [word.cls for word in phrase.words]
        if {"not", "never"} & set(classes):
            clause.moods.add("denied")
        if {"almost", "about"} & set(classes):
            clause.moods.add("nearly")
        would = "had_would" in classes
        if would and ("been" in classes or any(w.can_be("T") and not w.can_be("B") for w in phrase.words)):
            would = "be" in classes
        intends = any(word.family == "intend" for word in phrase.verbs[:-1])
        if "modal" in classes or would or intends or last == "T":
            clause.moods.add("possible")
        had = "had" in classes and bool(phrase.verbs[-1:]) and phrase.verbs[-1].cls != "had"
        clause.had = "had" in classes
        clause.old |= had or ("had_would" in classes and not would) or "still" in classes
    if last == "g" and clause.segment.preposition not in ("by", "in", "on"):
        clause.moods.add("denied")
    clause.old |= last == "r" and not clause.segment.comma
    clause.old |= last == "n" and (before is None or before.kind != "clause")
    clause.old |= last == "p" and not (before is not None and before.family in ("see", "let"))
    if any(map(is_past, clause.adjuncts)):
        clause.old = True
    if any(map(in_fiction, clause.adjuncts)):
        clause.moods.add("fiction")
    if clause.repeats is not None:
        clause.moods |= clause.repeats.moods
        clause.old |= clause.repeats.old


def is_past(adjunct: Adjunct) -> bool:
    """O."""
    return adjunct.item.kind == "O"


def in_fiction(adjunct: Adjunct) -> bool:
    """In, on or at a frame or dream."""
    if adjunct.preposition not in ("in", "on", "at") or adjunct.item.kind != "N":
        return False
    return adjunct.item.nouns[-1].head.text in FRAMES


def _whole_sentence(found: list[Clause], groups: list[Group]) -> None:
    for clause in found:
        loose = clause.kind != "clause" or clause.repeats is not None
        first = clause.adjuncts if loose else clause.before
        later = [] if loose else clause.after
        for test, mark in ((is_past, "old"), (in_fiction, "fiction")):
            reach: list[Clause] = []
            if any(map(test, first)):
                reach = found
            elif any(map(test, later)):
                members = groups[clause.group].members
                reach = members[: [other is clause for other in members].index(True) + 1]
            for other in reach:
                if mark == "old":
                    other.old = True
                else:
                    other.moods.add(mark)


def _conditions(groups: list[Group]) -> None:
    for i, group in enumerate(groups):
        before = next((other for other in reversed(groups[:i]) if other.main), None)
        if group.kind in ("i", "I"):
            _hold(group, "conditional")
        if group.kind == "i" and before:
            _hold(before, "conditional")
        elif group.kind == "i":
            for other in groups[i + 1 :]:
                if other.butted:
                    break
                _hold(other, "conditional")
        averted = before and any(clause.family in ("disarm", "free", "prevent") for clause in before.members)
        if group.kind == "e" and averted:
            _hold(group, "denied")


def _hold(group: Group, mood: str) -> None:
    for clause in group.members:
        clause.moods.add(mood)


def _reports(found: list[Clause], groups: list[Group]) -> None:
    running = loose = False
    for i, clause in enumerate(found):
        segment = clause.segment
        if running and segment.comma and (segment.conjunction or loose):
            running = False
        if "t" in segment.link:
            before = found[i - 1] if i else None
            known = before is not None and before.kind == "clause" and before.family in ("know", "see")
            if not (known and not segment.comma) and not running:
                running = True
                loose = bool(groups[clause.group].kind) and groups[clause.group].kind in KIND_LETTERS
                loose = loose and not any(group.main for group in groups[: clause.group])
        if running:
            clause.moods.add("reported")


def _inherit(clause: Clause, before: Clause | None) -> None:
    if before is None:
        return
    last, segment = clause.segment.last, clause.segment
    participle = (
        clause.kind == "clause"
        and clause.verb is not None
        and clause.verb.verb.can_be("T")
        and clause.verb.kind in ("V", "K")
        and len(clause.verb.words) == 1
        and not clause.own
        and not clause.objects
        and clause.segment.items[0] is clause.verb
        and bool(segment.conjunction)
        and not segment.comma
        and before.kind == "clause"
        and before.passive
    )
    plain_p = last == "p" and before.family in ("see", "let")
    if participle or plain_p or (last and last in "nbBGW"):
        clause.moods |= before.moods
        clause.old |= before.old
    clause.passive |= participle


def _ordered(groups: list[Group]) -> list[Clause]:
    lists: list[list[Clause]] = []
    for group in groups:
        members: list[Clause] = []
        for clause in group.members:
            last = clause.segment.last
            early = clause.old and last and last in "rnp" and members
            members.insert(len(members) - 1 if early else len(members), clause)
        lists.append(members)
    order: list[int] = []
    for i, group in enumerate(groups):
        before = [other for other in range(i) if groups[other].main]
        if group.kind in ("w", "a") and group.kind and before:
            order.insert(order.index(before[-1]), i)
        else:
            order.append(i)
    for i, group in enumerate(groups):
        if group.kind == "e" and not any(groups[other].main for other in range(i)):
            after = [other for other in range(i + 1, len(groups)) if groups[other].main]
            if after:
                order.remove(i)
                order.insert(order.index(after[0]) + 1, i)
    flat = [clause for i in order for clause in lists[i]]
    early = [clause for clause in flat if clause.old and clause.had]
    return early + [clause for clause in flat if not (clause.old and clause.had)]
