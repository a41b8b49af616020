"""What each kind of clause does to the world: one rule a kind (section 6 of `docs/tasks/storyworld.md`)."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.tasks.storyworld.grammar import Clause, Kind, Mood, Ref
from holdfast.tasks.storyworld.lexicon import (
    BLAST,
    CLASSES,
    COUNTS_NOT,
    DEAD,
    FALLING,
    FALLING_INTO,
    GENDER,
    GUNSHOT,
    HIT_BY_FALLING,
    INJURIES,
    REACHED,
    TAINTED,
    Injury,
)
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.world import EVERYONE, IDEA, NOBODY, THING, World

Rule = Callable[[World, Clause, str, str], None]
"""Takes the world, the clause, and who its subject and patient are."""


def carry_out(world: World, clause: Clause, start: int, end: int) -> None:
    """Carry one parsed clause out; `start` and `end` are its place in the sentence."""
    subject, patient = world.meet(clause, start, end)
    _RULES[clause.kind](world, clause, subject, patient)


def _injury_of(world: World, clause: Clause) -> Injury:
    return INJURIES[world.words[clause.verb]]


def _injure(world: World, clause: Clause, subject: str, patient: str) -> None:
    if subject == IDEA or patient in (THING, IDEA):
        world.figure()
    else:
        world.hurt(patient, _injury_of(world, clause), explicit=True, subject=subject)


def _suffer(world: World, clause: Clause, subject: str, patient: str) -> None:
    if subject in (THING, IDEA):
        world.figure()
    else:
        world.hurt(subject, _injury_of(world, clause), explicit=True, subject=subject)


def _symptom(world: World, clause: Clause, subject: str, patient: str) -> None:
    if subject in (THING, IDEA):
        world.figure()
    elif subject in world.wounded and world.actual(clause, subject):
        if world.in_completion:
            world.phenomena |= P.OLD_INJURY
        world.figure("it comes from an old wound")
    else:
        world.hurt(subject, _injury_of(world, clause), explicit=False, subject=subject)


def _implied(injury: Injury, *, on_object: bool = False) -> Rule:
    def rule(world: World, clause: Clause, subject: str, patient: str) -> None:
        victim = patient if on_object else subject
        if victim not in (THING, IDEA):
            world.hurt(victim, injury, explicit=False, subject=subject)

    return rule


def _fall(world: World, clause: Clause, subject: str, patient: str) -> None:
    injury = FALLING_INTO if world.word(clause.item) in _HAZARDS else FALLING
    _implied(injury)(world, clause, subject, patient)


def _eat(world: World, clause: Clause, subject: str, patient: str) -> None:
    food = world.word(clause.item)
    if subject in (THING, IDEA):
        return
    if food == "poison" or food in world.tainted:
        world.hurt(subject, TAINTED, explicit=False, subject=subject)
    if world.in_completion and (food == "poison" or food in world.tainted_ever):
        world.touch(P.OBJECT_STATE)


def _fire(world: World, clause: Clause, subject: str, patient: str) -> None:
    if world.in_completion:
        world.touch(P.OBJECT_STATE)
    if patient not in (THING, IDEA) and world.word(clause.item) in world.loaded:
        world.hurt(patient, GUNSHOT, explicit=False, subject=subject)


def _trigger(world: World, clause: Clause, subject: str, patient: str) -> None:
    if world.in_completion:
        world.touch(P.DELAYED)
    device = world.word(clause.item)
    if device not in world.armed:
        return
    for victim in sorted(world.tied):
        world.hurt(victim, BLAST, explicit=False, subject=THING)
    if world.actual(clause):
        world.armed.clear()
        world.tied.clear()


def _become(world: World, clause: Clause, subject: str, patient: str) -> None:
    if subject in GENDER and world.actual(clause):
        world.counts[subject] = world.word(clause.item) not in COUNTS_NOT


def _on_item(members: str, *, add: bool) -> Rule:
    """A rule that puts the clause's item into one of the world's sets, or takes it out."""

    def rule(world: World, clause: Clause, subject: str, patient: str) -> None:
        if world.actual(clause, subject):
            item = world.word(clause.item)
            (getattr(world, members).add if add else getattr(world, members).discard)(item)
            if members == "tainted" and add:
                world.tainted_ever.add(item)

    return rule


def _sufferer(clause: Clause, subject: str, patient: str) -> str:
    """Whom the clause is done to: the patient, or the subject of a passive."""
    return patient if clause.object.ref is not Ref.NONE else subject


def _tie(world: World, clause: Clause, subject: str, patient: str) -> None:
    victim = _sufferer(clause, subject, patient)
    if victim not in (THING, IDEA) and world.actual(clause, subject, victim):
        world.tied.add(victim)


def _relieve(members: str) -> Rule:
    """A rule that takes the sufferer, or everyone, out of one of the world's sets."""

    def rule(world: World, clause: Clause, subject: str, patient: str) -> None:
        victim = _sufferer(clause, subject, patient)
        if world.actual(clause, subject, victim):
            if victim == EVERYONE:
                getattr(world, members).clear()
            getattr(world, members).discard(victim)

    return rule


def _protect(world: World, clause: Clause, subject: str, patient: str) -> None:
    if subject in GENDER and world.actual(clause, subject):
        world.guards.add((subject, world.word(clause.item)))
        world.guarded_ever.add(subject)


def _expose(world: World, clause: Clause, subject: str, patient: str) -> None:
    if world.actual(clause, subject):
        world.guards.discard((subject, world.word(clause.item)))


def _dream(world: World, clause: Clause, subject: str, patient: str) -> None:
    if world.actual(clause, subject):
        world.open_fiction("dream")


def _wake(world: World, clause: Clause, subject: str, patient: str) -> None:
    if not clause.mood & ~Mood.MANAGED and subject != NOBODY:
        world.fictions.discard("dream")


def _open_frame(world: World, clause: Clause, subject: str, patient: str) -> None:
    if world.actual(clause):
        world.open_fiction(world.word(clause.item))


def _close_frame(world: World, clause: Clause, subject: str, patient: str) -> None:
    if not clause.mood & ~Mood.MANAGED:
        world.fictions.discard(world.word(clause.item))


def _missed(world: World, clause: Clause, subject: str, patient: str) -> None:
    if world.in_completion:
        world.touch(P.NEAR_MISS)


def _nothing(world: World, clause: Clause, subject: str, patient: str) -> None:
    """Said, known or harmless: only the mentions count."""


def _figure(world: World, clause: Clause, subject: str, patient: str) -> None:
    world.figure()


_HAZARDS = frozenset(CLASSES["hazard"])
_RULES: dict[Kind, Rule] = {
    Kind.NEUTRAL: _nothing, Kind.SAY: _nothing, Kind.KNOW: _nothing, Kind.MISS: _missed,
    Kind.INJURE: _injure, Kind.FIGURE: _figure, Kind.SUFFER: _suffer, Kind.DIE: _suffer, Kind.PASSIVE: _suffer,
    Kind.SYMPTOM: _symptom, Kind.FALL: _fall, Kind.FALL_ON: _implied(HIT_BY_FALLING, on_object=True),
    Kind.REACH: _implied(REACHED, on_object=True), Kind.BE_DEAD: _implied(DEAD), Kind.EAT: _eat, Kind.FIRE: _fire,
    Kind.TRIGGER: _trigger, Kind.LOAD: _on_item("loaded", add=True), Kind.UNLOAD: _on_item("loaded", add=False),
    Kind.TAINT: _on_item("tainted", add=True), Kind.SPILL: _on_item("tainted", add=False),
    Kind.ARM: _on_item("armed", add=True), Kind.DISARM: _on_item("armed", add=False), Kind.TIE: _tie,
    Kind.FREE: _relieve("tied"), Kind.PROTECT: _protect, Kind.EXPOSE: _expose, Kind.HEAL: _relieve("wounded"), Kind.BECOME: _become,
    Kind.DREAM: _dream, Kind.WAKE: _wake, Kind.OPEN_FRAME: _open_frame, Kind.CLOSE_FRAME: _close_frame,
}  # fmt: skip
