"""What the verbs that hurt do, and what falls, burns, explodes or poisons."""

from __future__ import annotations

from collections.abc import Callable

from holdfast.tasks.storyworld2.clauses import Ref
from holdfast.tasks.storyworld2.harms import (
    ATTEMPT_FACTOR,
    BLAST,
    DEAD,
    GUNSHOT,
    HAZARDS,
    HEIGHTS,
    POISONED,
    RUIN,
    STUMBLE,
    SWUNG,
    THROWN,
    UNDER_WEIGHT,
    VERBS_THAT_HURT,
    Injury,
)
from holdfast.tasks.storyworld2.lexicon import CLASSES, COUNTS_NOT, VERBS, of_kind
from holdfast.tasks.storyworld2.phenomena import Phenomenon as P
from holdfast.tasks.storyworld2.references import GENDER_OF, UNNAMED, Entities
from holdfast.tasks.storyworld2.scene import PARTS, Scene

Rule = Callable[[Scene], None]
FOOD, TOXIN, GUN, BOMB, DEVICE = (of_kind(kind) for kind in ("food", "toxin", "gun", "bomb", "device"))
ROOFS = frozenset(CLASSES["roof"])
HAZARD, PIT, HIGH, HEAVY = (of_kind(kind) for kind in ("hazard", "pit", "high", "heavy"))
GUARD, FRAME = of_kind("guard"), of_kind("frame")
WEAPONS = frozenset(CLASSES["weapon"])
MISSILES = WEAPONS | {"stone", "brick", "rock"}
POISONS = TOXIN
_FIGURE = "it is a figure of speech, or hurts no character"


def injury_of(scene: Scene) -> Injury:
    """What the clause's verb does."""
    return VERBS_THAT_HURT[VERBS[scene.world.word(scene.clause.verb)].lemma]


def victims(scene: Scene, entities: Entities) -> Entities:
    """The characters among some; of a part of the body, its owner."""
    return scene.owner if scene.part and scene.owner else scene.world.characters(entities)


# -- verbs that hurt


def hurt(scene: Scene) -> None:
    """To stab, cut, shoot, and in the passive to be stabbed; `at` makes it an attempt."""
    world, clause = scene.world, scene.clause
    if not clause.objects and not clause.passive:
        attempt(scene, injury_of(scene).severity * ATTEMPT_FACTOR)
        return
    if thing := world.thing(scene.targets, BOMB | DEVICE):
        _stop(scene, thing)
        return
    found = victims(scene, scene.targets)
    if _missile(scene):
        _strike(scene, found)
        return
    if scene.part and injury_of(scene).severity == 1 and set(found) <= set(scene.doers):
        world.nothing(_FIGURE)  # scratched his head
        return
    if not found or scene.ideal or (scene.part and scene.part not in PARTS) or _second_object(scene):
        for e in scene.targets:
            if e in world.noun_of:
                _drop_from(scene, e)
        world.nothing(_FIGURE)
        return
    stopped = "what it is done with is not real" if scene.sham() >= 0 else ""
    for victim in found:
        facts = (scene.sham(),) if stopped else ()
        world.hurt(victim, injury_of(scene), explicit=True, part=scene.part, stopped=stopped, facts=facts)


def _missile(scene: Scene) -> bool:
    """Whether an arrow or the like hits, and nobody is said to hold it."""
    lemma = VERBS[scene.world.word(scene.clause.verb)].lemma
    return lemma in ("hit", "strike") and bool(scene.world.thing(scene.doers, MISSILES))


def _strike(scene: Scene, found: Entities) -> None:
    for victim in found:
        _attempted(scene, victim, SWUNG.severity, scene.part)


def _second_object(scene: Scene) -> bool:
    return len(scene.clause.objects) > 1


def suffer(scene: Scene) -> None:
    """To burn or drown somebody, or oneself to burn or drown; a place that burns hurts who is in it."""
    if scene.clause.objects or scene.clause.passive:
        if scene.world.thing(scene.targets, frozenset(scene.world.noun_of.values())):
            ruin(scene, scene.targets)
        else:
            hurt(scene)
    elif scene.world.thing(scene.subject, DEVICE):
        trigger(scene, scene.subject)
    elif scene.felt or scene.ideal:
        scene.world.nothing(_FIGURE)
    else:
        ruin(scene, scene.subject)
        for victim in scene.world.characters(scene.subject):
            scene.world.hurt(victim, injury_of(scene), explicit=True)


def die(scene: Scene) -> None:
    """To die; of shame it is a figure."""
    if scene.felt or scene.ideal:
        scene.world.nothing(_FIGURE)
        return
    for victim in scene.world.characters(scene.subject):
        scene.world.hurt(victim, injury_of(scene), explicit=True)


def symptom(scene: Scene) -> None:
    """To bleed or limp: from an old wound, if there is one."""
    world = scene.world
    if scene.felt:
        world.nothing(_FIGURE)
        return
    for victim in victims(scene, scene.subject):
        if victim in world.wounded and world.actual():
            world.nothing("it comes from an old wound", P.OLD_INJURY, (world.wounded[victim],))
        else:
            world.hurt(victim, injury_of(scene), explicit=False)


def break_(scene: Scene) -> None:
    """To break a part of somebody's body; or a thing, with whoever is on it."""
    world, clause = scene.world, scene.clause
    targets = scene.targets if clause.objects or clause.passive else scene.subject
    numbers = scene.target_numbers or clause.subject
    part = next((w for w in scene.heads(numbers) if w in PARTS), "")
    if part and part != "heart" and not scene.ideal:
        owners = tuple(e for k in numbers for e in world.owners[k])
        for victim in owners:
            world.hurt(victim, injury_of(scene), explicit=True, part=part)
    elif thing := world.thing(targets, BOMB | DEVICE):
        _stop(scene, thing)
    else:
        world.nothing(_FIGURE)
        ruin(scene, targets)


def attempt(scene: Scene, severity: float, aimed: Entities = ()) -> None:
    """A blow, shot or throw at somebody: it hits unless something stops it.

    `aimed` is who aimed earlier in the sentence, and at whom.
    """
    world = scene.world
    at = scene.adjunct("at")
    if at is None and aimed:
        for victim in aimed[1:]:
            _attempted(scene, victim, severity, "")
    if at is None:
        return
    numbers = next(numbers for name, numbers in scene.clause.adjuncts if name == "at")
    part = next((w for w in scene.heads(numbers) if w in PARTS), "")
    owners = tuple(e for k in numbers for e in world.owners[k]) if part else ()
    for victim in owners or world.characters(at):
        _attempted(scene, victim, severity, part)


def _attempted(scene: Scene, victim: str, severity: float, part: str) -> None:
    stopped, fact = stopped_by(scene, victim)
    facts = (fact,) if fact >= 0 else ()
    scene.world.hurt(victim, Injury(severity), explicit=False, part=part, attempt=True, stopped=stopped, facts=facts)


def pull(scene: Scene) -> None:
    """To pull the trigger: of the gun that was aimed, or is held."""
    if "trigger" in scene.heads(scene.target_numbers):
        fire(scene)


def aim(scene: Scene) -> None:
    """To point a gun at somebody: whoever fires later in the sentence fires at them."""
    at = scene.world.characters(scene.adjunct("at") or ())
    gun = scene.world.thing(scene.objects, GUN)
    if at and len(scene.doers) == 1:
        scene.world.aimed = (*scene.doers, *at, *([gun] if gun else []))


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
    gun = world.thing(scene.objects, GUN) or world.thing(aimed, GUN) or _held(scene, GUN)
    if gun and gun in world.unloaded:
        world.nothing("the gun is not loaded", P.OBJECT_STATE, (world.unloaded[gun],))
        return
    world.touch(P.OBJECT_STATE)
    attempt(scene, GUNSHOT.severity, world.characters(aimed))


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
            for victim in world.characters(scene.adjunct("on") or ()):
                world.hurt(victim, UNDER_WEIGHT, explicit=False, part=scene.part)
        _crush(scene, e, ("under", "on", "in"), UNDER_WEIGHT)
        if noun in ROOFS:
            for place in scene.adjunct("of") or ():
                _crush(scene, place, ("in",), UNDER_WEIGHT)


def _falls(scene: Scene) -> list[tuple[str, Injury]]:
    """The injuries of falling or being thrown there: from the cliff, into the lava."""
    down = [w for w in scene.nouns("from", "off", "down") if w in HIGH]
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
        return
    if scene.adjunct("at") is not None and not world.characters(scene.objects):
        attempt(scene, THROWN.severity)
    for e in scene.targets:
        if e in world.noun_of and world.actual():
            world.holder.pop(e, None)
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
    for victim in world.characters(scene.targets):
        world.hurt(victim, injury, explicit=False)
    for e in scene.targets:
        if e in world.noun_of:
            _crush(scene, e, ("in", "on"), injury)


def _fill(scene: Scene) -> None:
    """To fill a cup anew: it is clean unless poison fills it."""
    world = scene.world
    food = world.thing(scene.targets, FOOD)
    if food and world.actual():
        world.emptied.pop(food, None)
        world.tainted.pop(food, None)
        hold_content(scene, food, "with")
        if any(w in POISONS for w in scene.nouns("with")):
            world.tainted[food] = world.number


def hold_content(scene: Scene, vessel: str, name: str) -> None:
    """What a vessel is full of; only what hurts is remembered."""
    content = next((w for w in scene.nouns(name) if w in HAZARD), "")
    scene.world.contents.pop(vessel, None)
    if content:
        scene.world.contents[vessel] = (content, scene.world.number)


def pour(scene: Scene) -> bool:
    """To pour or spill something over somebody: it hurts if it is acid; whether it was so poured."""
    world = scene.world
    over = world.characters(scene.adjunct("over", "on") or ())
    numbers = [k for name, found in scene.clause.adjuncts if name in ("over", "on") for k in found]
    part = next((w for w in scene.heads(tuple(numbers)) if w in PARTS), "")
    if part:
        over = tuple(e for k in numbers for e in world.owners[k])
    for e in scene.targets:
        content, fact = world.contents.get(e, (world.noun_of.get(e, ""), -1))
        for victim in over:
            world.touch(P.OBJECT_STATE)
            if content in HAZARD:
                world.hurt(victim, HAZARDS[content], explicit=False, part=part, facts=(fact,))
    return bool(over)


def collapse(scene: Scene) -> None:
    """A place collapses or explodes, a bomb explodes."""
    entities = scene.targets or scene.subject
    if bomb := scene.world.thing(entities, BOMB):
        blast(scene, bomb)
    else:
        ruin(scene, entities)


def ruin(scene: Scene, entities: Entities) -> None:
    """What happens to a place or thing, or to a part of it, happens to those in or on it."""
    for e in (*entities, *(scene.adjunct("of") or ())):
        if e in scene.world.noun_of:
            _crush(scene, e, ("in", "on"), RUIN)


def _crush(scene: Scene, thing: str, relations: tuple[str, ...], injury: Injury) -> None:
    world = scene.world
    for victim, fact in world.occupants(thing, relations):
        world.touch(P.PLACE)
        world.hurt(victim, injury, explicit=False, facts=(fact,))
    if world.in_completion and any(where == thing for _, where, _ in world.place.values()):
        world.touch(P.PLACE)


def _drop_from(scene: Scene, thing: str) -> None:
    """A rope that is cut: who is on it falls."""
    _crush(scene, thing, ("on",), UNDER_WEIGHT)


def blast(scene: Scene, bomb: str) -> None:
    """A bomb explodes: it hurts who is tied to it, holds it, stands by it or is where it is."""
    world = scene.world
    world.touch(P.DELAYED)
    if bomb in world.stopped or bomb in world.sham:
        facts = (world.stopped.get(bomb, world.sham.get(bomb, -1)),)
        world.nothing("it was stopped, or is not real", P.DELAYED, facts)
        return
    where, fact = world.where(bomb)
    hit: dict[str, tuple[int, ...]] = {e: (since,) for e, (to, since) in world.tied.items() if to == bomb}
    if bomb in world.holder:
        hit.setdefault(world.holder[bomb][0], (world.holder[bomb][1],))
    for e, (relation, place, since) in world.place.items():
        if e not in world.noun_of and (place == bomb or (where and place == where)) and relation != "behind":
            hit.setdefault(e, (since, fact))
    for victim, facts in hit.items():
        world.hurt(victim, BLAST, explicit=False, facts=facts)
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
    return world.thing(tuple(world.recent["it"]), BOMB)


def _stop(scene: Scene, thing: str) -> None:
    if scene.world.actual():
        scene.world.stopped[thing] = scene.world.number
    scene.world.touch(P.DELAYED)


def eat(scene: Scene) -> None:
    """To eat or drink: it hurts if it is poisoned; to devour somebody."""
    world, clause = scene.world, scene.clause
    if clause.family == "eat" and (found := victims(scene, scene.targets)):
        injury = VERBS_THAT_HURT.get(VERBS[world.word(clause.verb)].lemma)
        for victim in found if injury else ():
            world.hurt(victim, injury or DEAD, explicit=True)
        return
    foods = [e for e in (*scene.targets, *(scene.adjunct("from") or ()), *(scene.adjunct("of") or ())) if e in world.noun_of]
    if not foods and not clause.passive:
        held = _held(scene, FOOD)
        foods = [held] if held else []
    for food in foods:
        poisoned = world.noun_of[food] in POISONS
        if food in world.emptied or not (poisoned or food in world.tainted):
            continue
        for victim in world.characters(scene.doers):
            world.hurt(victim, POISONED, explicit=False, facts=(world.tainted.get(food, -1),))
        world.touch(P.OBJECT_STATE)
    if any(world.noun_of[food] in FOOD for food in foods):
        world.touch(P.OBJECT_STATE)


def _held(scene: Scene, kind: frozenset[str]) -> str:
    """The thing of that kind that the doer took last."""
    held = scene.held(kind)
    if held:
        scene.world.touch(P.POSSESSION)
    return held


def be(scene: Scene) -> None:
    """To be dead, to be a robot, to be full of acid, to be somewhere."""
    world, clause = scene.world, scene.clause
    if world.actual() and (vessel := world.thing(scene.subject, FOOD)) and scene.nouns("of"):
        hold_content(scene, vessel, "of")
        if any(w in POISONS for w in scene.nouns("of")):
            world.tainted[vessel] = world.number
    predicate = clause.objects[0] if clause.objects else ()
    roles = scene.heads(tuple(k for k in predicate if world.nouns[k].ref is not Ref.NOBODY))
    state = world.word(clause.state) if clause.state >= 0 else ""
    if state == "dead":
        for victim in world.characters(scene.subject):
            world.hurt(victim, DEAD, explicit=True)
    elif state and world.actual():
        for e in scene.subject:
            emptied = world.emptied if world.noun_of.get(e) in FOOD else world.unloaded
            (emptied if state == "empty" else world.sham)[e] = world.number
    if roles and world.actual():
        _become(scene, roles)


def _become(scene: Scene, roles: list[str]) -> None:
    """Who is a robot does not count; who becomes a man counts again."""
    world = scene.world
    role = next((r for r in roles if r in GENDER_OF), "")
    for e in world.characters(scene.subject) if role else ():
        if e in UNNAMED:
            continue
        if role in COUNTS_NOT or scene.clause.family == "become":
            world.counts[e] = (role not in COUNTS_NOT, world.number)
        if role != e and len(scene.subject) == 1:
            world.alias[role] = e
