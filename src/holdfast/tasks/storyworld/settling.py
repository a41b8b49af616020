"""Where the adjuncts of a clause say that somebody or something is now."""

from __future__ import annotations

from holdfast.tasks.storyworld.kinds import SHELTER
from holdfast.tasks.storyworld.references import Entities
from holdfast.tasks.storyworld.scene import Scene

_AT = ("in", "on", "at", "into", "to", "under", "behind", "beside")
_AMOUNT_TO_IN = ("into", "to", "at")
_FAR = ("far", "reach_of")
_AWAY = frozenset(("away", "out", "down", "off"))


def settle(scene: Scene, entities: Entities, names: tuple[str, ...] = _AT) -> None:
    """The adjuncts of the clause say where those are now."""
    world, clause = scene.world, scene.clause
    if not clause.moves:
        return
    _clear(scene, entities)
    for name, numbers in clause.adjuncts:
        if name not in names:
            continue
        for where in world.of(numbers):
            if where not in world.noun_of:
                continue
            relation = "in" if name in _AMOUNT_TO_IN else name
            for e in entities:
                world.put(e, relation, where)
                if relation == "behind" and world.noun_of[where] in SHELTER:
                    world.shelter[e] = world.number
            names = ()  # the first that fits says where: in a tower on a hill
            break
    if clause.particles and any(name in clause.particles for name in _FAR):
        for e in entities:
            world.shelter[e] = world.number


def _clear(scene: Scene, entities: Entities) -> None:
    """Whoever goes away from somewhere is there no longer."""
    world, clause = scene.world, scene.clause
    from_there = any(name in ("from", "off") for name, _ in clause.adjuncts)
    if not from_there and _AWAY.isdisjoint(clause.particles):
        return
    for e in entities:
        if clause.particles == ("down",) and world.place.get(e, ("on",))[0] != "on":
            continue  # sat down
        if e in world.noun_of:
            world.place.pop(e, None)
        else:
            world.gone(e)
