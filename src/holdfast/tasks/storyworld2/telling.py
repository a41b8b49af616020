"""Carries a story out, clause by clause: which rule belongs to each family of verbs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from holdfast.tasks.storyworld2 import deeds, rules
from holdfast.tasks.storyworld2.clauses import Clause
from holdfast.tasks.storyworld2.grammar import HOLDING_BACK
from holdfast.tasks.storyworld2.lexicon import COUNTS_NOT, VERBS, of_kind
from holdfast.tasks.storyworld2.phenomena import Phenomenon as P
from holdfast.tasks.storyworld2.reader import Read, read
from holdfast.tasks.storyworld2.references import NOBODY
from holdfast.tasks.storyworld2.scene import scene
from holdfast.tasks.storyworld2.world import Stretch, World


def _poison(found: rules.Scene) -> None:
    (deeds.taint if found.world.thing(found.targets, rules.FOOD) else rules.hurt)(found)


def _be(found: rules.Scene) -> None:
    rules.be(found)
    deeds.move(found)
    world = found.world
    if found.objects and world.word(found.clause.verb) == "got":
        deeds.have(found)
    if world.actual() and (food := world.thing(found.adjunct("in") or (), rules.FOOD)):
        for word in found.heads(found.clause.subject):
            if word in rules.POISONS:
                world.tainted[food] = world.number
            elif word in rules.HAZARD:
                world.contents[food] = (word, world.number)


def _stay(found: rules.Scene) -> None:
    deeds.move(found)
    if found.clause.state >= 0:
        rules.be(found)


def _tie(found: rules.Scene) -> None:
    deeds.tie(found)
    if found.world.actual():
        deeds.settle(found, found.world.characters(found.targets), ("in", "into"))


def _lock(found: rules.Scene) -> None:
    deeds.lock(found)
    if found.world.actual():
        deeds.settle(found, found.world.characters(found.targets))


RULES: dict[str, rules.Rule] = {
    "hurt": rules.hurt, "suffer": rules.suffer, "poison": _poison, "break": rules.break_, "die": rules.die,
    "symptom": rules.symptom, "fall": rules.fall, "shove": rules.shove, "swing": rules.swing, "fire": rules.fire,
    "dodge": rules.dodge, "reach": rules.reach, "collapse": rules.collapse, "eat": rules.eat, "be": _be, "become": _be,
    "load": deeds.load, "unload": deeds.unload, "wash": deeds.wash, "empty": deeds.empty, "taint": deeds.taint, "arm": deeds.arm,
    "disarm": deeds.disarm, "tie": _tie, "free": deeds.free, "wear": deeds.wear, "doff": deeds.doff,
    "heal": deeds.heal, "lock": _lock, "open": deeds.open_, "give": deeds.give, "take": deeds.take,
    "have": deeds.have, "carry": deeds.carry, "swap": deeds.swap, "drop": deeds.drop, "put": deeds.put,
    "enter": deeds.enter, "leave": deeds.leave, "go": deeds.move, "stay": _stay, "dream": deeds.dream,
    "wake": deeds.wake, "treat": rules.aim, "pull": rules.pull, "manage": deeds.manage, "end": deeds.end,
}  # fmt: skip
"""What each family does; the others do nothing."""
_INSIDE = frozenset(("wake", "end", "disarm"))
"""Families that do something although a fiction is open."""
_HARMFUL = frozenset(("hurt", "suffer", "poison", "break", "die", "symptom", "fall", "shove", "swing", "fire", "reach", "collapse", "eat", "be", "become", "go", "stay", "empty", "give", "treat", "pull"))
_SAID = frozenset(("say", "know"))
_TAINTED = {word for word, verb in VERBS.items() if verb.family in ("taint", "poison") and "T" in verb.forms}
_UNLOADED = {word for word, verb in VERBS.items() if verb.family in ("unload", "empty") and "T" in verb.forms} | {"empty"}
_WOUNDED = {word for word, verb in VERBS.items() if verb.family == "hurt" and "T" in verb.forms}
_GUN = of_kind("gun")


def tell(world: World, words: Sequence[str], sentences: Iterable[Read] | None = None) -> None:
    """Carry out one part of a story; `sentences` are what it reads as, if that is known."""
    world.attempts.clear()
    stretches, in_completion = world.stretches, world.in_completion
    for plan, at in read(words) if sentences is None else sentences:
        world.start(plan.nouns, words, at)
        first = len(stretches)
        for clause in plan.clauses:
            world.number = len(stretches)
            stretches.append(Stretch(in_completion, at, clause))
            world.meet(clause)
            if clause.aliases:
                _aliases(world, clause)
            if plan.states:
                _states(world, clause)
        world.aimed = ()
        world.reordered = plan.reordered
        for i in plan.order:
            clause = plan.clauses[i]
            if not clause.idle:
                world.number = first + i
                _carry_out(world, clause)
        if plan.inert and world.in_completion and world.danger:
            world.phenomena |= P.JUNK_TAIL


def _carry_out(world: World, clause: Clause) -> None:
    if clause.ages and not clause.mood & HOLDING_BACK and not world.fictions:
        world.wounded.clear()
    rule = RULES.get(clause.family)
    if rule is None:
        if world.in_completion and clause.family in _SAID:
            world.phenomena |= P.REPORT
        return
    held = clause.mood & HOLDING_BACK or world.fictions
    if held and clause.family not in _HARMFUL and clause.family not in _INSIDE:
        return
    if held and not world.in_completion and clause.family not in _INSIDE:
        return
    found = scene(world, clause)
    nobody = NOBODY in found.doers or NOBODY in found.targets
    world.begin(clause, (NOBODY,) if nobody else found.doers)
    rule(found)


def _aliases(world: World, clause: Clause) -> None:
    """Tom, the robot: he does not count, unless that is only said or dreamt."""
    for _, other in clause.aliases:
        role = world.word(world.nouns[other].head)
        if role in COUNTS_NOT and not clause.mood & HOLDING_BACK and not world.fictions:
            for e in world.ents[other] or ():
                world.counts[e] = (False, world.number)


def _states(world: World, clause: Clause) -> None:
    """Words such as `poisoned`, `fake`, `dead` before a noun say what it is like, whatever the clause says."""
    for k in (*clause.first, *clause.mentions):
        noun = world.nouns[k]
        if not noun.states or world.fictions:
            continue
        for place in noun.states:
            word = world.word(place)
            for e in world.ents[k] or ():
                _state(world, e, word)


def _state(world: World, e: str, word: str) -> None:
    verb = VERBS.get(word)
    if word in _TAINTED:
        world.tainted.setdefault(e, world.number)
    elif word in _UNLOADED:
        (world.unloaded if world.noun_of.get(e) in _GUN else world.emptied)[e] = world.number
    elif word == "dead":
        world.dead.setdefault(e, world.number)
    elif verb is None:
        world.sham.setdefault(e, world.number)
    elif verb.family == "load":
        world.unloaded.pop(e, None)
    elif word in _WOUNDED:
        world.wounded.setdefault(e, world.number)
