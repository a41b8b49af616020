"""What the verbs do that say of somebody that they are hurt, ill or dead."""

from __future__ import annotations

from holdfast.tasks.storyworld.attempts import attempt, held_by_doer, missile, strike
from holdfast.tasks.storyworld.clauses import Ref
from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld.harms import ATTEMPT_FACTOR, DEAD, POISONED, VERBS_THAT_HURT, Injury
from holdfast.tasks.storyworld.kinds import BOMB, DEVICE, FOOD, GAMES, HAZARD, POISONS
from holdfast.tasks.storyworld.lexicon import COUNTS_NOT, VERBS
from holdfast.tasks.storyworld.mishaps import drop_from, receive, ruin, stop, trigger
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.references import EVERYONE, NOBODY, ROLES, UNNAMED
from holdfast.tasks.storyworld.scene import PARTS, Scene

_AT_ALL = frozenset(("hurt", "injure", "wound"))
_FIGURE = "it is a figure of speech, or hurts no character"


def injury_of(scene: Scene) -> Injury:
    """What the clause's verb does."""
    return VERBS_THAT_HURT[VERBS[scene.world.words[scene.clause.verb]].lemma]


def hurt(scene: Scene) -> None:
    """To stab, cut, shoot, and in the passive to be stabbed; `at` makes it an attempt."""
    world, clause = scene.world, scene.clause
    if not clause.objects and not clause.passive:
        attempt(scene, injury_of(scene).severity * ATTEMPT_FACTOR)
        return
    if clause.passive and VERBS[world.words[clause.verb]].lemma in _AT_ALL:
        _spare(scene)
    found, injury = scene.struck(scene.target_numbers), injury_of(scene)
    if missile(scene):
        strike(scene, found)
        return
    if injury.severity == 1 and all(part and victim in scene.doers for victim, part in found):
        world.nothing(_FIGURE)  # scratched his head
        return
    if injury == VERBS_THAT_HURT["beat"] and any(w in GAMES for w in scene.nouns("at", "in")):
        world.nothing(_FIGURE)  # beat Ana at chess
        return
    if scene.ideal or _second_object(scene):
        world.nothing(_FIGURE)
        return
    sham = scene.sham()
    stopped = "what it is done with is not real" if sham >= 0 else ""
    for e in scene.targets if not stopped else ():
        _cut(scene, e)
    if not found:
        world.nothing(_FIGURE)
    for victim, part in found:
        facts = (sham,) if stopped else ()
        world.hurt(victim, injury, explicit=True, part=part, stopped=stopped, facts=facts)


def _cut(scene: Scene, thing: str) -> None:
    """A fuse that is cut burns no longer; who is on a rope that is cut falls."""
    noun = scene.world.noun_of.get(thing)
    if noun in BOMB or noun in DEVICE:
        stop(scene, thing)
    elif noun is not None:
        drop_from(scene, thing)


def _second_object(scene: Scene) -> bool:
    return len(scene.clause.objects) > 1


def _spare(scene: Scene) -> None:
    """Nobody was hurt, Tom was not hurt: what was only implied so far in this part did not hurt them."""
    held, nobody = scene.clause.mood & HOLDING_BACK, NOBODY in scene.targets
    if held == Mood.NEGATED and not nobody:
        scene.world.spare(None if EVERYONE in scene.targets else scene.targets)
    elif nobody and not held:
        scene.world.spare(None)


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
    for victim, part in scene.struck(scene.clause.subject):
        if victim in world.wounded and world.actual():
            world.nothing("it comes from an old wound", P.OLD_INJURY, (world.wounded[victim],))
        else:
            world.hurt(victim, injury_of(scene), explicit=False, part=part)


def break_(scene: Scene) -> None:
    """To break a part of somebody's body; or a thing, with whoever is on it."""
    world, clause = scene.world, scene.clause
    numbers = scene.target_numbers if clause.objects or clause.passive else clause.subject
    things = [e for e in world.of(numbers) if e in world.noun_of]
    parts = [k for k in numbers if world.head(k) in PARTS]
    hurt_parts = [
        (victim, part)
        for victim, part in scene.struck(parts)
        if part != "heart" and not scene.ideal and not _snapped(scene, victim, part)
    ]
    for victim, part in hurt_parts:
        world.hurt(victim, injury_of(scene), explicit=True, part=part)
    for e in things:
        if world.noun_of[e] in BOMB or world.noun_of[e] in DEVICE:
            stop(scene, e)
        else:
            ruin(scene, (e,))
    if not things and not hurt_parts:
        world.nothing(_FIGURE)


def _snapped(scene: Scene, victim: str, part: str) -> bool:
    """Whether people snap or crack their own fingers."""
    lemma = VERBS[scene.world.words[scene.clause.verb]].lemma
    return lemma in ("snap", "crack") and part in ("finger", "fingers") and victim in scene.doers


def eat(scene: Scene) -> None:
    """To eat or drink: it hurts if it is poisoned; to devour somebody."""
    world, clause = scene.world, scene.clause
    if clause.family == "eat" and (found := world.characters(scene.targets)):
        injury = VERBS_THAT_HURT.get(VERBS[world.words[clause.verb]].lemma)
        for victim in found if injury else ():
            world.hurt(victim, injury or DEAD, explicit=True)
        return
    foods = [
        e
        for e in (*scene.targets, *(scene.adjunct("from") or ()), *(scene.adjunct("of") or ()))
        if e in world.noun_of
    ]
    if not foods and not clause.passive:
        held = held_by_doer(scene, FOOD)
        foods = [held] if held else []
    for food in foods:
        poisoned = world.noun_of[food] in POISONS
        if food in world.emptied or not (poisoned or food in world.tainted):
            continue
        facts = (world.tainted.get(food, -1), world.holder.get(food, ("", -1))[1])
        for victim in world.characters(scene.doers):
            world.hurt(victim, POISONED, explicit=False, facts=facts)
        world.touch(P.OBJECT_STATE)
    if any(world.noun_of[food] in FOOD for food in foods):
        world.touch(P.OBJECT_STATE)


def be(scene: Scene) -> None:
    """To be dead, to be a robot, to be full of acid, to be somewhere."""
    world, clause = scene.world, scene.clause
    if inside := scene.numbers("of"):
        full = any(w in FOOD or w in HAZARD or w in POISONS for w in scene.heads(inside))
        if full and world.actual() and (vessel := world.thing(scene.subject, FOOD)):
            world.contents.pop(vessel, None)
            receive(scene, vessel, inside)
    if clause.state >= 0:
        _be_in_state(scene, world.words[clause.state])
    if clause.objects and world.actual():
        _become(scene, [world.head(k) for k in clause.objects[0] if world.nouns[k].ref is not Ref.NOBODY])


def _be_in_state(scene: Scene, state: str) -> None:
    """To be dead, empty, or a sham."""
    world = scene.world
    if state == "dead":
        for victim in world.characters(scene.subject):
            world.hurt(victim, DEAD, explicit=True)
    elif world.actual():
        for e in scene.subject:
            emptied = world.emptied if world.noun_of.get(e) in FOOD else world.unloaded
            (emptied if state == "empty" else world.sham)[e] = world.number


def _become(scene: Scene, roles: list[str]) -> None:
    """Who is a robot does not count; who becomes a man counts again."""
    world = scene.world
    role = next((r for r in roles if r in ROLES), "")
    for e in world.characters(scene.subject) if role else ():
        if e in UNNAMED:
            continue
        if role in COUNTS_NOT or scene.clause.family == "become":
            world.counts[e] = (role not in COUNTS_NOT, world.number)
        if role != e and len(scene.subject) == 1:
            world.alias[role] = e
