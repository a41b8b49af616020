"""What the verbs do that say of somebody that they are hurt, ill or dead."""

from __future__ import annotations

from holdfast.tasks.storyworld.attempts import attempt, held_by_doer, missile, strike
from holdfast.tasks.storyworld.clauses import Ref
from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld.harms import ATTEMPT_FACTOR, DEAD, POISONED, VERBS_THAT_HURT, Injury
from holdfast.tasks.storyworld.kinds import BOMB, DEVICE, FOOD, GAMES, HAZARD, POISONS
from holdfast.tasks.storyworld.lexicon import COUNTS_NOT, VERBS
from holdfast.tasks.storyworld.mishaps import drop_from, hold_content, ruin, stop, trigger
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.references import EVERYONE, GENDER_OF, NOBODY, UNNAMED, Entities
from holdfast.tasks.storyworld.scene import PARTS, Scene

_AT_ALL = frozenset(("hurt", "injure", "wound"))
_FIGURE = "it is a figure of speech, or hurts no character"


def injury_of(scene: Scene) -> Injury:
    """What the clause's verb does."""
    return VERBS_THAT_HURT[VERBS[scene.world.word(scene.clause.verb)].lemma]


def victims(scene: Scene, entities: Entities) -> Entities:
    """The characters among some; of a part of the body, its owner."""
    return scene.owner if scene.part and scene.owner else scene.world.characters(entities)


def hurt(scene: Scene) -> None:
    """To stab, cut, shoot, and in the passive to be stabbed; `at` makes it an attempt."""
    world, clause = scene.world, scene.clause
    if not clause.objects and not clause.passive:
        attempt(scene, injury_of(scene).severity * ATTEMPT_FACTOR)
        return
    if thing := world.thing(scene.targets, BOMB | DEVICE):
        stop(scene, thing)
        return
    if clause.passive and VERBS[world.word(clause.verb)].lemma in _AT_ALL:
        _spare(scene)
    found = victims(scene, scene.targets)
    if missile(scene):
        strike(scene, found)
        return
    if scene.part and injury_of(scene).severity == 1 and set(found) <= set(scene.doers):
        world.nothing(_FIGURE)  # scratched his head
        return
    if injury_of(scene) == VERBS_THAT_HURT["beat"] and any(w in GAMES for w in scene.nouns("at", "in")):
        world.nothing(_FIGURE)  # beat Ana at chess
        return
    if not found or scene.ideal or (scene.part and scene.part not in PARTS) or _second_object(scene):
        for e in scene.targets:
            if e in world.noun_of:
                drop_from(scene, e)
        world.nothing(_FIGURE)
        return
    stopped = "what it is done with is not real" if scene.sham() >= 0 else ""
    for victim in found:
        facts = (scene.sham(),) if stopped else ()
        world.hurt(victim, injury_of(scene), explicit=True, part=scene.part, stopped=stopped, facts=facts)


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
        stop(scene, thing)
    else:
        world.nothing(_FIGURE)
        ruin(scene, targets)


def eat(scene: Scene) -> None:
    """To eat or drink: it hurts if it is poisoned; to devour somebody."""
    world, clause = scene.world, scene.clause
    if clause.family == "eat" and (found := victims(scene, scene.targets)):
        injury = VERBS_THAT_HURT.get(VERBS[world.word(clause.verb)].lemma)
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
    full = any(word in FOOD or word in HAZARD or word in POISONS for word in scene.nouns("of"))
    if full and world.actual() and (vessel := world.thing(scene.subject, FOOD)):
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
