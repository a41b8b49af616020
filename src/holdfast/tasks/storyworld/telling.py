"""Carries a story out, clause by clause: which rule belongs to each family of verbs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from holdfast.tasks.storyworld import attempts, injuries, mishaps, places, possessions, settling, states
from holdfast.tasks.storyworld.clauses import Clause, Sentence
from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld.kinds import FOOD, FRAME
from holdfast.tasks.storyworld.lexicon import COUNTS_NOT, VERBS, of_kind
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.reader import Read
from holdfast.tasks.storyworld.references import NOBODY
from holdfast.tasks.storyworld.scene import Scene
from holdfast.tasks.storyworld.world import World


def _poison(found: Scene) -> None:
    (possessions.taint if found.world.thing(found.targets, FOOD) else injuries.hurt)(found)


def _be(found: Scene) -> None:
    injuries.be(found)
    places.move(found)
    world, clause = found.world, found.clause
    if clause.objects and world.words[clause.verb] == "got":
        possessions.have(found)
    if clause.adjuncts and world.actual() and (food := world.thing(found.adjunct("in") or (), FOOD)):
        mishaps.receive(found, food, clause.subject)


def _stay(found: Scene) -> None:
    places.move(found)
    if found.clause.state >= 0:
        injuries.be(found)


def _tie(found: Scene) -> None:
    places.tie(found)
    if found.world.actual():
        settling.settle(found, found.world.characters(found.targets), ("in", "into"))


def _lock(found: Scene) -> None:
    places.lock(found)
    if found.world.actual():
        settling.settle(found, found.world.characters(found.targets))


Rule = Callable[[Scene], None]
RULES: dict[str, Rule] = {
    "hurt": injuries.hurt, "suffer": injuries.suffer, "poison": _poison, "break": injuries.break_, "die": injuries.die,
    "symptom": injuries.symptom, "fall": mishaps.fall, "shove": mishaps.shove, "swing": attempts.swing, "fire": attempts.fire,
    "dodge": attempts.dodge, "reach": mishaps.reach, "collapse": mishaps.collapse, "eat": injuries.eat, "be": _be, "become": _be,
    "load": possessions.load, "unload": possessions.unload, "wash": possessions.wash, "empty": possessions.empty, "taint": possessions.taint, "arm": possessions.arm,
    "disarm": possessions.disarm, "tie": _tie, "free": places.free, "wear": possessions.wear, "doff": possessions.doff,
    "heal": states.heal, "lock": _lock, "open": places.open_, "give": possessions.give, "take": possessions.take,
    "have": possessions.have, "carry": places.carry, "swap": possessions.swap, "drop": possessions.drop, "put": possessions.put,
    "enter": places.enter, "leave": places.leave, "go": places.move, "stay": _stay, "dream": states.dream,
    "wake": states.wake, "treat": attempts.aim, "pull": attempts.pull, "manage": states.manage, "end": states.end,
}  # fmt: skip
"""What each family does; the others do nothing."""
_INSIDE = frozenset(("wake", "end", "disarm"))
"""Families that do something although a fiction is open."""
_HARMFUL = frozenset(
    (
        "hurt",
        "suffer",
        "poison",
        "break",
        "die",
        "symptom",
        "fall",
        "shove",
        "swing",
        "fire",
        "reach",
        "collapse",
        "eat",
        "be",
        "become",
        "go",
        "stay",
        "empty",
        "give",
        "treat",
        "pull",
    )
)
_SAID = frozenset(("say", "know"))
_TAINTED = {word for word, verb in VERBS.items() if verb.family in ("taint", "poison") and "T" in verb.forms}
_UNLOADED = {
    word for word, verb in VERBS.items() if verb.family in ("unload", "empty") and "T" in verb.forms
} | {"empty"}
_WOUNDED = {word for word, verb in VERBS.items() if verb.family == "hurt" and "T" in verb.forms}
_GUN = of_kind("gun")


def tell(world: World, sentences: Iterable[Read]) -> None:
    """Carry out one part of a story."""
    world.attempts.clear()
    for sentence in sentences:
        plan, first = sentence.plan, world.begin_sentence(sentence)
        if plan.reordered:  # what is told first is found first
            for i, clause in enumerate(plan.clauses):
                _meet(world, plan, clause, first + i)
        for i in plan.order:
            clause = plan.clauses[i]
            if not plan.reordered:
                _meet(world, plan, clause, first + i)
            if world.fictions:
                world.inside[first + i] = f"set in a {world.fictions[-1][0]}"
            if not clause.idle:
                world.number = first + i
                _carry_out(world, clause)
        if plan.inert and world.in_completion and world.danger:
            world.phenomena |= P.JUNK_TAIL


def _meet(world: World, plan: Sentence, clause: Clause, number: int) -> None:
    """Find what the noun phrases of a clause stand for, and what they say of it."""
    world.number = number
    world.meet(clause)
    if clause.aliases:
        _aliases(world, clause)
    if plan.states:
        _states(world, clause)


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
    found = Scene(world, clause)
    if clause.staged and any(world.thing(found.adjunct(name) or (), FRAME) for name in ("in", "on", "at")):
        return  # in it, a play
    nobody = NOBODY in found.doers or NOBODY in found.targets
    world.begin(clause, (NOBODY,) if nobody else found.doers)
    rule(found)


def _aliases(world: World, clause: Clause) -> None:
    """Tom, the robot: he does not count, unless that is only said or dreamt."""
    for _, other in clause.aliases:
        role = world.head(other)
        if role in COUNTS_NOT and not clause.mood & HOLDING_BACK and not world.fictions:
            for e in world.ents[other] or ():
                world.counts[e] = (False, world.number)


def _states(world: World, clause: Clause) -> None:
    """Words such as `poisoned`, `fake`, `dead` before a noun say what it is like, whatever the clause says."""
    for k in (*clause.first, *clause.mentions):
        noun = world.nouns[k]
        if not noun.states or world.fictions or clause.mood & Mood.FICTION:
            continue
        for place in noun.states:
            word = world.words[place]
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
