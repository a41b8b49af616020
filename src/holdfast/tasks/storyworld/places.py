"""Who and what is where: going, carrying, locking up, tying."""

from __future__ import annotations

from holdfast.tasks.storyworld.kinds import BOMB, DEVICE, DOOR, EDGES, FRAME
from holdfast.tasks.storyworld.lexicon import VERBS
from holdfast.tasks.storyworld.mishaps import blast, ruin, trigger
from holdfast.tasks.storyworld.possessions import give, hold
from holdfast.tasks.storyworld.references import EVERYONE, GENDER_OF, ROLES, UNNAMED
from holdfast.tasks.storyworld.scene import Scene
from holdfast.tasks.storyworld.settling import settle
from holdfast.tasks.storyworld.states import manage

_UPON = ("climb", "ride")
"""Verbs that put somebody on their object: climbed the ladder."""
_RUN_OUT = frozenset(("out", "down"))


def tie(scene: Scene) -> None:
    """To tie somebody to a bomb, or to anything."""
    world = scene.world
    to = scene.adjunct("to", "on") or ("",)
    if world.actual():
        for e in world.characters(scene.targets):
            if e not in UNNAMED:
                world.tied[e] = (to[0], world.number)
                if to[0] in world.noun_of:
                    world.put(e, "on", to[0])


def free(scene: Scene) -> None:
    """Somebody is tied and locked up no longer."""
    world = scene.world
    if world.actual():
        for e in world.characters(scene.targets):
            for facts in (world.tied, world.locked):
                if e == EVERYONE:
                    facts.clear()
                if (
                    e in world.tied
                    and facts is world.tied
                    and world.place.get(e, ("", "", 0))[1] == world.tied[e][0]
                ):
                    world.gone(e)
                facts.pop(e, None)


def lock(scene: Scene) -> None:
    """To lock somebody in; or a door, and be behind it."""
    world = scene.world
    if not world.actual():
        return
    for e in world.characters(scene.targets):
        world.locked[e] = world.number
    if world.thing(scene.targets, DOOR):
        for e in scene.doers:
            world.shelter[e] = world.number


def open_(scene: Scene) -> None:
    """To open a door or a place: whoever is in there is free, and nobody is sheltered by it."""
    world = scene.world
    if not world.actual():
        return
    for e in scene.targets:
        if world.noun_of.get(e) in DOOR:
            world.shelter.clear()
            world.locked.clear()
        for one in [one for one in world.locked if world.place.get(one, ("", "", 0))[1] == e]:
            del world.locked[one]


def enter(scene: Scene) -> None:
    """To enter a place."""
    world = scene.world
    if world.actual():
        for where in (e for e in scene.targets if e in world.noun_of):
            for e in world.characters(scene.doers):
                world.put(e, "in", where)


def leave(scene: Scene) -> None:
    """To leave; to leave something or somebody somewhere."""
    world = scene.world
    if not world.actual():
        return
    things = tuple(e for e in scene.targets if e in world.noun_of and e in world.holder)
    if left := (*things, *world.characters(scene.targets)):
        settle(scene, left)
        for e in things:
            world.holder.pop(e, None)
            world.worn.pop(e, None)
    if not things:
        for e in world.characters(scene.subject):
            world.gone(e)
        settle(scene, scene.subject, ("to", "into"))


def move(scene: Scene) -> None:
    """To go, stand, be somewhere."""
    world, clause = scene.world, scene.clause
    goes = clause.family == "go"
    if goes and clause.particles and _goes_off(scene):
        return
    if world.actual() and not clause.passive:
        if scene.objects:
            _climb(scene)
        settle(scene, scene.subject)
        if clause.adjuncts:
            _stand_before(scene)
            _as_role(scene)
            if goes:
                _over_the_edge(scene)


def _goes_off(scene: Scene) -> bool:
    """Whether it is a bomb that goes off, a timer that runs out, or a play that goes on; then it does."""
    world, particles = scene.world, scene.clause.particles
    if "off" in particles and (bomb := world.thing(scene.subject, BOMB)):
        blast(scene, bomb)
    elif not _RUN_OUT.isdisjoint(particles) and world.thing(scene.subject, DEVICE):
        trigger(scene, scene.subject)
    elif "on" in particles and world.thing(scene.adjunct("with") or (), FRAME):
        manage(scene)
    else:
        return False
    return True


def _climb(scene: Scene) -> None:
    """Who climbs or rides a thing is on it."""
    world = scene.world
    verb = VERBS.get(world.words[scene.clause.verb])
    if verb is not None and verb.lemma in _UPON:
        for where in scene.objects:
            for e in world.characters(scene.subject) if where in world.noun_of else ():
                world.put(e, "on", where)


def _as_role(scene: Scene) -> None:
    """Who works as the tailor is the tailor."""
    for role in scene.nouns("when"):
        if role in ROLES and len(scene.subject) == 1 and role != scene.subject[0] in GENDER_OF:
            scene.world.alias[role] = scene.subject[0]


def _over_the_edge(scene: Scene) -> None:
    """A cart that goes over a cliff takes along who is in it."""
    if any(word in EDGES for word in scene.nouns("over", "off", "into", "down")):
        ruin(scene, tuple(e for e in scene.subject if e in scene.world.noun_of))


def _stand_before(scene: Scene) -> None:
    """The cup that stands before Tom, or is for him, is his."""
    if people := scene.adjunct("before", "for", "beside"):
        hold(scene, people, scene.subject)


def carry(scene: Scene) -> None:
    """To carry or lead somebody or something somewhere, and go there oneself."""
    world = scene.world
    if world.actual():
        goods = tuple(e for e in scene.targets if e in world.noun_of)
        hold(scene, scene.doers, goods)
        settle(scene, scene.doers)
        settle(scene, world.characters(scene.targets))
        if len(scene.clause.objects) == 2:
            give(scene)
