"""Things and their states: given, swapped, worn, loaded, poisoned, stopped."""

from __future__ import annotations

from typing import Any

from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld.injuries import eat
from holdfast.tasks.storyworld.kinds import BOMB, DEVICE, FOOD, GUARD, GUN, WEAPONS
from holdfast.tasks.storyworld.lexicon import DREAMS, VERBS, Verb
from holdfast.tasks.storyworld.mishaps import blast, pour, receive, ruin
from holdfast.tasks.storyworld.references import NOBODY, Entities
from holdfast.tasks.storyworld.scene import Scene
from holdfast.tasks.storyworld.settling import settle
from holdfast.tasks.storyworld.states import close, dream

_NO_VERB = Verb("", "", "")


def load(scene: Scene) -> None:
    """A gun is loaded."""
    world = scene.world
    if (gun := world.thing(scene.targets, GUN)) and world.actual():
        world.unloaded.pop(gun, None)
        world.loaded[gun] = world.number


def unload(scene: Scene) -> None:
    """A gun is not loaded any more."""
    world = scene.world
    if (gun := world.thing(scene.targets, GUN)) and world.actual():
        world.unloaded[gun] = world.number


def empty(scene: Scene) -> None:
    """To empty a gun; to spill food; to pour food, or poison, into other food."""
    world = scene.world
    pour(scene)
    if not world.actual():
        return
    into = world.thing(scene.adjunct("into", "in", "to") or (), FOOD)
    if into:
        mix(scene, into)
        return
    for e in scene.targets:
        if world.noun_of.get(e) in FOOD:
            world.emptied[e] = world.number
            world.contents.pop(e, None)
        elif world.noun_of.get(e) in GUN:
            world.unloaded[e] = world.number


def mix(scene: Scene, into: str) -> None:
    """What is put or poured into food; into food that is gone, it is all there is."""
    world = scene.world
    if into in world.emptied and any(e in world.noun_of for e in scene.targets):
        world.tainted.pop(into, None)
        world.contents.pop(into, None)
        del world.emptied[into]
    receive(scene, into, scene.target_numbers)


def wash(scene: Scene) -> None:
    """What is washed is clean."""
    if scene.world.actual():
        for e in scene.targets:
            scene.world.tainted.pop(e, None)


def taint(scene: Scene) -> None:
    """Food is poisoned."""
    world = scene.world
    if (food := world.thing(scene.targets, FOOD)) and world.actual():
        world.tainted[food] = world.number
        world.emptied.pop(food, None)


def arm(scene: Scene) -> None:
    """A timer or fuse runs; it belongs to the latest bomb, or to its owner."""
    world = scene.world
    device = world.thing(scene.targets, DEVICE)
    if device and world.actual():
        bomb = world.thing((*(scene.adjunct("of") or ()), *reversed(world.recent["it"])), BOMB)
        world.stopped.pop(device, None)
        if bomb:
            world.link[device] = bomb
            world.stopped.pop(bomb, None)


def disarm(scene: Scene) -> None:
    """A timer, fuse or bomb is stopped; a play is broken off."""
    world = scene.world
    targets = scene.targets or scene.subject
    if not scene.clause.mood & (HOLDING_BACK | Mood.OLD):
        close(scene, targets)
    if not world.actual():
        return
    for e in targets:
        if world.noun_of.get(e) in DEVICE or (scene.targets and world.noun_of.get(e) in BOMB):
            world.stopped[e] = world.number
            if world.noun_of[e] in DEVICE:
                bomb = world.link.get(e) or world.thing(scene.adjunct("of") or (), BOMB)
                if bomb:
                    world.stopped[bomb] = world.number


def wear(scene: Scene) -> None:
    """To put on armour."""
    _dress(scene, scene.world.characters(scene.doers))


def _dress(scene: Scene, people: Entities) -> None:
    """The last of those people wears and holds the armour: one garment has one wearer."""
    world = scene.world
    guards = tuple(e for e in scene.targets if world.noun_of.get(e) in GUARD)
    if world.actual() and people:
        hold(scene, people, guards)
        for e in guards:
            world.worn[e] = (people[-1], world.number)


def doff(scene: Scene) -> None:
    """To take armour off."""
    world = scene.world
    if world.actual():
        for e in scene.targets:
            world.worn.pop(e, None)


def give(scene: Scene) -> None:
    """To give somebody something: from now on they hold it."""
    world, clause = scene.world, scene.clause
    to = scene.adjunct("to")
    if clause.family == "give" and "way" in [
        word for numbers in clause.objects for word in scene.heads(numbers)
    ]:
        ruin(scene, scene.subject)
        return
    if len(clause.objects) == 2:
        receivers, goods = world.of(clause.objects[0]), world.of(clause.objects[1])
    elif clause.passive and clause.objects:
        receivers, goods = scene.subject, scene.objects
    else:
        receivers, goods = to or (), scene.targets
    hold(scene, receivers, goods)


def take(scene: Scene) -> None:
    """To take something; `on` and `off` go with armour."""
    world = scene.world
    gun = world.thing(scene.adjunct("of", "from") or (), GUN)
    if "off" in scene.clause.particles:
        doff(scene)
    elif any(VERBS.get(word, _NO_VERB).family == "eat" for word in scene.heads(scene.target_numbers)):
        eat(scene)  # took a sip of the wine
    elif gun and world.thing(scene.targets, WEAPONS):
        if world.actual():
            world.unloaded[gun] = world.number
    else:
        hold(scene, scene.doers, scene.targets)
        if world.actual() and scene.adjunct("to", "into"):
            settle(scene, (*world.characters(scene.targets), *scene.doers), ("to", "into"))


def have(scene: Scene) -> None:
    """To have something; to have a dream."""
    if any(word in DREAMS for numbers in scene.clause.objects for word in scene.heads(numbers)):
        dream(scene)
    hold(scene, scene.subject, scene.objects)


def hold(scene: Scene, holders: Entities, goods: Entities) -> None:
    """The last of those people holds the things from now on."""
    world = scene.world
    people = [e for e in world.characters(holders) if e != NOBODY]
    if not people or not world.actual():
        return
    for e in goods:
        if e in world.noun_of:
            world.holder[e] = (people[-1], world.number)
            world.place.pop(e, None)
            if e in world.worn and world.worn[e][0] not in people:
                del world.worn[e]


def swap(scene: Scene) -> None:
    """To swap two things, or two people what they hold of a kind."""
    world = scene.world
    if not world.actual():
        return
    other = scene.adjunct("with", "for") or ()
    things = [e for e in (*scene.targets, *other) if e in world.noun_of]
    people = [e for e in (*scene.doers, *other) if e not in world.noun_of]
    if len(things) < 2:
        words = scene.heads(scene.target_numbers)
        held = [
            e
            for e in world.holder
            if world.noun_of[e] in words
            or f"{world.noun_of[e]}s" in words
            or (f"{world.noun_of[e]}es" in words)
        ]
        held.sort(key=world.since_held)
        if len(people) == 2:
            latest = {world.holder[e][0]: e for e in held}
            things = [latest[person] for person in people if person in latest]
        else:
            things = held[-2:]
    if len(things) == 2:
        _exchange(world.holder, *things)
        _exchange(world.owner_of, *things)
        _exchange(world.place, *things)
        for e in things:
            if e in world.holder:
                world.holder[e] = (world.holder[e][0], world.number)


def _exchange(facts: dict[str, Any], one: str, other: str) -> None:
    first, second = facts.pop(one, None), facts.pop(other, None)
    if second is not None:
        facts[one] = second
    if first is not None:
        facts[other] = first


def drop(scene: Scene) -> None:
    """To drop or lose something: nobody holds or wears it."""
    world = scene.world
    if world.actual():
        for e in scene.targets:
            held = world.holder.pop(e, None)
            world.worn.pop(e, None)
            if held and held[0] in world.place:
                world.place[e] = world.place[held[0]]


def put(scene: Scene) -> None:
    """To put something somewhere, poison into food, armour on, a fuse out."""
    world = scene.world
    particles = scene.clause.particles
    if not world.actual():
        return
    if "on" in particles:
        wear(scene)
    elif "out" in particles:
        disarm(scene)
    elif "off" in particles and (bomb := world.thing(scene.targets, BOMB)):
        blast(scene, bomb)
    elif into := world.thing(scene.adjunct("into", "in", "with") or (), FOOD):
        mix(scene, into)
    elif (gun := world.thing(scene.adjunct("into", "in") or (), GUN)) and world.thing(scene.targets, WEAPONS):
        world.unloaded.pop(gun, None)
    elif world.thing(scene.targets, GUARD) and (worn_by := scene.struck(scene.numbers("on"))):
        _dress(scene, tuple(e for e, _ in worn_by))
    else:
        people = scene.adjunct("before") or ()
        hold(scene, people, scene.targets)
        moved = scene.targets if scene.clause.objects or scene.clause.passive else scene.subject
        for e in moved if not people else ():
            world.holder.pop(e, None)
        settle(scene, moved)
