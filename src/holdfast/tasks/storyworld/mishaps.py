"""What falls, burns, floods, collapses or explodes, and whom it reaches."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.tasks.storyworld.attempts import attempt
from holdfast.tasks.storyworld.clauses import Ref
from holdfast.tasks.storyworld.harms import (
    BLAST,
    HAZARDS,
    HEIGHTS,
    RUIN,
    STUMBLE,
    THROWN,
    UNDER_WEIGHT,
    Injury,
)
from holdfast.tasks.storyworld.kinds import (
    BOMB,
    DEVICE,
    FOOD,
    HAZARD,
    HEAVY,
    HIGH,
    LEDGES,
    PIT,
    POISONS,
    ROOFS,
    THROWN_THINGS,
    WEIGHTLESS,
)
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.references import Entities
from holdfast.tasks.storyworld.scene import Scene

_FROM_ABOVE = ("under", "on", "in")
_NESTED = 4
"""A bomb in a box in a room in a house: no further."""


def fall(scene: Scene) -> None:
    """To fall from a height or into a hazard; what falls hurts who is under it, or on it."""
    world = scene.world
    for _, injury in _falls(scene):
        for victim in world.characters(scene.subject):
            world.hurt(victim, injury, explicit=False)
        world.touch(P.IMPLIED)
        ruin(scene, tuple(e for e in scene.subject if e in world.noun_of))
        return
    for e in scene.subject:
        noun = world.noun_of.get(e)
        if noun is None:
            continue
        if noun in HEAVY or noun in HAZARD:
            for victim, part in scene.struck(scene.numbers("on")):
                world.hurt(victim, UNDER_WEIGHT, explicit=False, part=part)
        crush(scene, e, ("under", "on"), UNDER_WEIGHT)
        if noun in ROOFS:
            for place in scene.adjunct("of") or ():
                crush(scene, place, ("in",), UNDER_WEIGHT)


def _falls(scene: Scene) -> list[tuple[str, Injury]]:
    """The injuries of falling or being thrown there: from the cliff, into the lava."""
    down = [w for w in scene.nouns("from", "off", "down") if w in HIGH]
    down += [w for w in scene.nouns("over") if w in LEDGES]
    into = [w for w in scene.nouns("into", "in") if w in PIT]
    if into:
        return [(into[0], HAZARDS.get(into[0], Injury(5)))]
    return [(down[0], Injury(HEIGHTS.get(down[0], STUMBLE.severity)))] if down else []


def shove(scene: Scene) -> None:
    """To push somebody from a height or into a hazard; to throw something at somebody, or away."""
    world = scene.world
    for _, injury in _falls(scene):
        for victim in world.characters(scene.targets):
            world.hurt(victim, injury, explicit=False)
        ruin(scene, tuple(e for e in scene.targets if e in world.noun_of))
    if scene.adjunct("at") is not None and world.thing(scene.objects, THROWN_THINGS):
        attempt(scene, THROWN.severity)
    for e in scene.targets:
        if e in world.noun_of and world.actual():
            world.holder.pop(e, None)
            world.worn.pop(e, None)
            if "away" in scene.clause.particles or "out" in scene.clause.particles:
                world.emptied[e] = world.number


def reach(scene: Scene) -> None:
    """A hazard reaches somebody, or the place where they are; a timer reaches zero."""
    world = scene.world
    if world.thing(scene.subject, DEVICE):
        if "zero" in scene.heads(scene.target_numbers):
            trigger(scene, scene.subject)
        return
    hazard = world.thing(scene.doers, HAZARD)
    if not hazard:
        _fill(scene)
        return
    injury = HAZARDS[world.noun_of[hazard]]
    for victim, part in scene.struck(scene.target_numbers):
        world.hurt(victim, injury, explicit=False, part=part)
    for e in scene.targets:
        if e in world.noun_of:
            crush(scene, e, ("in", "on"), injury)


def _fill(scene: Scene) -> None:
    """To fill a cup anew: it is clean unless poison fills it."""
    world = scene.world
    food = world.thing(scene.targets, FOOD)
    if food and world.actual():
        world.tainted.pop(food, None)
        world.contents.pop(food, None)
        receive(scene, food, scene.numbers("with"))
        world.emptied.pop(food, None)


def receive(scene: Scene, vessel: str, numbers: Sequence[int]) -> None:
    """What comes into a vessel: only what hurts is remembered.

    A noun by itself, as in `filled it with water`, is not the water that was poisoned before.
    """
    world = scene.world
    for k in numbers:
        noun = world.nouns[k]
        by_itself = noun.ref is Ref.THING and noun.start == noun.head
        for e in world.ents[k] or ():
            if content := content_of(scene, e):
                world.contents[vessel] = (content, world.number)
            if world.noun_of.get(e) in POISONS or (e in world.tainted and not by_itself):
                world.tainted[vessel] = world.number


def content_of(scene: Scene, thing: str) -> str:
    """Which hazard a thing holds or is, `boiling` among them; empty if none."""
    world = scene.world
    if thing in world.contents:
        return world.contents[thing][0]
    if world.noun_of.get(thing) in HAZARD:
        return world.noun_of[thing]
    return "boiling" if "boiling" in world.attributes_of.get(thing, ()) else ""


def pour(scene: Scene) -> None:
    """To pour or spill something over somebody: it hurts if it is acid, or boils."""
    world = scene.world
    over = [hit for name in ("over", "on") for hit in scene.struck(scene.numbers(name))]
    for e in scene.targets if over else ():
        world.touch(P.OBJECT_STATE)
        if content := content_of(scene, e):
            facts = (world.contents[e][1],) if e in world.contents else ()
            for victim, part in over:
                world.hurt(victim, HAZARDS[content], explicit=False, part=part, facts=facts)


def collapse(scene: Scene) -> None:
    """A place collapses or explodes, a bomb explodes."""
    clause = scene.clause
    entities = scene.targets if clause.objects or clause.passive else scene.subject
    if bomb := scene.world.thing(entities, BOMB):
        blast(scene, bomb)
    else:
        ruin(scene, entities)


def ruin(scene: Scene, entities: Entities) -> None:
    """What happens to a place or thing, or to a part of it, happens to those in or on it."""
    for e in (*entities, *(scene.adjunct("of") or ())):
        if e in scene.world.noun_of:
            crush(scene, e, ("in", "on"), RUIN)


def crush(scene: Scene, thing: str, relations: tuple[str, ...], injury: Injury) -> None:
    """Whoever is there in one of those ways is hurt."""
    world = scene.world
    if world.noun_of.get(thing) in WEIGHTLESS:
        return
    for victim, fact in world.occupants(thing, relations):
        world.touch(P.PLACE)
        world.hurt(victim, injury, explicit=False, facts=(fact,))
    if world.in_completion and any(where == thing for _, where, _ in world.place.values()):
        world.touch(P.PLACE)


def drop_from(scene: Scene, thing: str) -> None:
    """A rope that is cut: who is on it falls."""
    crush(scene, thing, ("on",), UNDER_WEIGHT)


def blast(scene: Scene, bomb: str) -> None:
    """A bomb explodes: it hurts who is tied to it, holds it, stands by it or is where it is."""
    world = scene.world
    world.touch(P.DELAYED)
    if bomb in world.stopped or bomb in world.sham:
        facts = (world.stopped.get(bomb, world.sham.get(bomb, -1)),)
        world.nothing("it was stopped, or is not real", P.DELAYED, facts)
        return
    around: dict[str, int] = {bomb: -1}
    where, fact = world.where(bomb)
    while where and where not in around and len(around) < _NESTED:
        around[where] = fact
        where, fact = world.where(where)
    hit: dict[str, tuple[int, ...]] = {}
    for e, (to, tied) in world.tied.items():
        if to == bomb:
            hit[e] = (tied,)
    for thing, since in around.items():
        if thing in world.holder:
            hit.setdefault(world.holder[thing][0], (world.holder[thing][1], since))
    for e, (relation, place, since) in world.place.items():
        if e not in world.noun_of and place in around and relation != "behind":
            hit.setdefault(e, (since, around[place]))
    for victim, reasons in hit.items():
        world.hurt(victim, BLAST, explicit=False, facts=reasons)
    if world.actual():
        world.tied = {e: tie for e, tie in world.tied.items() if tie[0] != bomb}


def trigger(scene: Scene, devices: Entities) -> None:
    """A timer runs out: its bomb explodes, unless one of them was stopped."""
    world = scene.world
    device = world.thing(devices, DEVICE)
    world.touch(P.DELAYED)
    if device in world.stopped:
        world.nothing("the timer was stopped", P.DELAYED, (world.stopped[device],))
    elif bomb := bomb_of(scene, device):
        blast(scene, bomb)


def bomb_of(scene: Scene, device: str) -> str:
    """The bomb that a timer or fuse belongs to: the one that it was linked to, or the latest."""
    world = scene.world
    if device in world.link:
        return world.link[device]
    return world.thing(tuple(reversed(world.recent["it"])), BOMB)


def stop(scene: Scene, thing: str) -> None:
    """A bomb or timer is stopped."""
    if scene.world.actual():
        scene.world.stopped[thing] = scene.world.number
    scene.world.touch(P.DELAYED)
