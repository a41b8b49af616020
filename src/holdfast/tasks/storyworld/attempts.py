"""Blows, shots and throws at somebody: they hit unless something stops them."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.tasks.storyworld.harms import GUNSHOT, SWUNG, Injury
from holdfast.tasks.storyworld.kinds import GUN, MISSILES
from holdfast.tasks.storyworld.lexicon import VERBS
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.references import Entities
from holdfast.tasks.storyworld.scene import Scene


def attempt(scene: Scene, severity: float, aimed: Entities = ()) -> None:
    """A blow, shot or throw at somebody: it hits unless something stops it.

    `aimed` is who aimed earlier in the sentence, and at whom.
    """
    if scene.adjunct("at") is None:
        for victim in aimed[1:]:
            _attempted(scene, victim, severity, "")
    for victim, part in scene.struck(scene.numbers("at")):
        _attempted(scene, victim, severity, part)


def _attempted(scene: Scene, victim: str, severity: float, part: str) -> None:
    stopped, fact = stopped_by(scene, victim)
    facts = (fact,) if fact >= 0 else ()
    scene.world.hurt(
        victim, Injury(severity), explicit=False, part=part, attempt=True, stopped=stopped, facts=facts
    )


def missile(scene: Scene) -> bool:
    """Whether an arrow or the like hits, and nobody is said to hold it."""
    lemma = VERBS[scene.world.words[scene.clause.verb]].lemma
    return lemma in ("hit", "strike") and bool(scene.world.thing(scene.doers, MISSILES))


def strike(scene: Scene, found: Sequence[tuple[str, str]]) -> None:
    """An arrow or the like strikes people, at a part of the body: an attempt."""
    for victim, part in found:
        _attempted(scene, victim, SWUNG.severity, part)


def stopped_by(scene: Scene, victim: str) -> tuple[str, int]:
    """What stops an attempt on somebody, and the fact behind it."""
    world = scene.world
    if (fact := scene.sham()) >= 0:
        world.touch(P.SHAM)
        return "what it is done with is not real", fact
    for wearer, fact in world.worn.values():
        if wearer == victim:
            world.touch(P.PROTECTION)
            return f"{victim} is protected", fact
    if victim in world.shelter:
        world.touch(P.PROTECTION)
        return f"{victim} is out of reach", world.shelter[victim]
    for doer in scene.doers:
        if doer in world.locked or doer in world.tied or doer in world.dead:
            facts = (world.locked.get(doer), world.dead.get(doer), world.tied.get(doer, (0, -1))[1])
            return f"{doer} cannot do it", next(fact for fact in facts if fact is not None)
    return "", -1


def swing(scene: Scene) -> None:
    """To swing something at somebody, to lunge at somebody."""
    attempt(scene, SWUNG.severity)


def fire(scene: Scene) -> None:
    """To fire a gun, at somebody: it is loaded unless the story says otherwise."""
    world = scene.world
    aimed = world.aimed if set(world.aimed[:1]) <= set(scene.doers) else ()
    gun = world.thing(scene.objects, GUN) or world.thing(aimed, GUN) or held_by_doer(scene, GUN)
    if gun and gun in world.unloaded:
        world.nothing("the gun is not loaded", P.OBJECT_STATE, (world.unloaded[gun],))
        return
    world.touch(P.OBJECT_STATE)
    attempt(scene, GUNSHOT.severity, world.characters(aimed))


def aim(scene: Scene) -> None:
    """To point a gun at somebody: whoever fires later in the sentence fires at them."""
    at = scene.world.characters(scene.adjunct("at") or ())
    gun = scene.world.thing(scene.objects, GUN)
    if at and len(scene.doers) == 1:
        scene.world.aimed = (*scene.doers, *at, *([gun] if gun else []))


def pull(scene: Scene) -> None:
    """To pull the trigger: of the gun that was aimed, or is held."""
    if "trigger" in scene.heads(scene.target_numbers):
        fire(scene)


def dodge(scene: Scene) -> None:
    """To miss or dodge: the latest attempt comes to nothing."""
    world = scene.world
    world.touch(P.NEAR_MISS)
    if world.attempts and world.actual():
        for event in world.attempts:
            if not event.prevented:
                event.prevented = "it missed"
                if world.wounded.get(event.victim) == event.clause:
                    del world.wounded[event.victim]
        world.attempts.clear()


def held_by_doer(scene: Scene, kind: frozenset[str]) -> str:
    """The thing of that kind that the doer took last."""
    held = scene.held(kind)
    if held:
        scene.world.touch(P.POSSESSION)
    return held
