"""What the verbs that change the world do: things given, worn, loaded; people who move, dream and wake."""

from __future__ import annotations

from holdfast.tasks.storyworld2.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld2.lexicon import DREAMS, VERBS, Verb, of_kind
from holdfast.tasks.storyworld2.phenomena import Phenomenon as P
from holdfast.tasks.storyworld2.references import EVERYONE, GENDER_OF, NOBODY, UNNAMED, Entities
from holdfast.tasks.storyworld2.rules import BOMB, DEVICE, FOOD, FRAME, GUARD, GUN, HAZARD, POISONS, WEAPONS, Scene, blast, eat, pour, ruin, trigger

_NO_VERB = Verb("", "", "")
SHELTER, DOOR = of_kind("shelter"), of_kind("door")
_AT = ("in", "on", "at", "into", "to", "under", "behind", "beside")
_FAR = ("far", "reach_of")
EDGES = of_kind("pit") | {"cliff", "ledge"}


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
    if pour(scene) or not world.actual():
        return
    into = world.thing(scene.adjunct("into", "in", "to") or (), FOOD)
    if into:
        _mix(scene, into)
        return
    for e in scene.targets:
        if world.noun_of.get(e) in FOOD:
            world.emptied[e] = world.number
        elif world.noun_of.get(e) in GUN:
            world.unloaded[e] = world.number


def _mix(scene: Scene, into: str) -> None:
    """What is put or poured into food makes it poisoned if it is poison, or is poisoned itself."""
    world = scene.world
    for e in scene.targets:
        word = world.noun_of.get(e)
        if word is None:
            continue
        if word in HAZARD:
            world.contents[into] = (word, world.number)
        elif word in POISONS or e in world.tainted:
            world.tainted[into] = world.number
        elif world.noun_of.get(e) in FOOD and into in world.emptied:
            world.tainted.pop(into, None)
        world.emptied.pop(into, None)


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
        bomb = world.thing((*(scene.adjunct("of") or ()), *world.recent["it"]), BOMB)
        world.stopped.pop(device, None)
        if bomb:
            world.link[device] = bomb
            world.stopped.pop(bomb, None)


def disarm(scene: Scene) -> None:
    """A timer, fuse or bomb is stopped; a play is broken off."""
    world = scene.world
    targets = scene.targets or scene.subject
    if not scene.clause.mood & (HOLDING_BACK | Mood.OLD):
        _close(scene, targets)
    if not world.actual():
        return
    for e in targets:
        if world.noun_of.get(e) in DEVICE or (scene.targets and world.noun_of.get(e) in BOMB):
            world.stopped[e] = world.number
            if world.noun_of[e] in DEVICE and e in world.link:
                world.stopped[world.link[e]] = world.number


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
                if e in world.tied and facts is world.tied and world.place.get(e, ("", "", 0))[1] == world.tied[e][0]:
                    world.gone(e)
                facts.pop(e, None)


def wear(scene: Scene) -> None:
    """To put on armour: one garment has one wearer."""
    world = scene.world
    if world.actual():
        for e in scene.targets:
            if world.noun_of.get(e) in GUARD:
                for wearer in scene.doers:
                    world.worn[e] = (wearer, world.number)
                    world.holder[e] = (wearer, world.number)


def doff(scene: Scene) -> None:
    """To take armour off."""
    world = scene.world
    if world.actual():
        for e in scene.targets:
            world.worn.pop(e, None)


def heal(scene: Scene) -> None:
    """Somebody's wounds are healed."""
    world = scene.world
    if world.actual():
        for e in scene.targets or scene.subject:
            if e == EVERYONE:
                world.wounded.clear()
            world.wounded.pop(e, None)


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


def give(scene: Scene) -> None:
    """To give somebody something: from now on they hold it."""
    world, clause = scene.world, scene.clause
    to = scene.adjunct("to")
    if "way" in [word for numbers in clause.objects for word in scene.heads(numbers)]:
        ruin(scene, scene.subject)
        return
    if len(clause.objects) == 2:
        receivers, goods = world.of(clause.objects[0]), world.of(clause.objects[1])
    elif clause.passive and clause.objects:
        receivers, goods = scene.subject, scene.objects
    else:
        receivers, goods = to or (), scene.targets
    _hold(scene, receivers, goods)


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
        _hold(scene, scene.doers, scene.targets)
        if world.actual() and scene.adjunct("to", "into"):
            settle(scene, (*world.characters(scene.targets), *scene.doers), ("to", "into"))


def have(scene: Scene) -> None:
    """To have something; to have a dream."""
    if any(word in DREAMS for numbers in scene.clause.objects for word in scene.heads(numbers)):
        dream(scene)
    _hold(scene, scene.subject, scene.objects)


def _hold(scene: Scene, holders: Entities, goods: Entities) -> None:
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
    nouns = {word.rstrip("s") for word in scene.heads(scene.target_numbers)}
    if len(things) < 2 and len(people) == 2:
        held = [[e for e, (who, _) in world.holder.items() if who == p and world.noun_of[e] in nouns] for p in people]
        things = [found[-1] for found in held if found]
    elif len(things) < 2:
        things = [e for e in world.holder if world.noun_of[e] in nouns][-2:]
    if len(things) == 2:
        for facts in (world.holder, world.owner_of, world.place):
            _exchange(facts, *things)
        for e in things:
            if e in world.holder:
                world.holder[e] = (world.holder[e][0], world.number)


def _exchange(facts: dict[str, object], one: str, other: str) -> None:
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
        _mix(scene, into)
    elif (gun := world.thing(scene.adjunct("into", "in") or (), GUN)) and world.thing(scene.targets, WEAPONS):
        world.unloaded.pop(gun, None)
    else:
        people = scene.adjunct("before") or ()
        _hold(scene, people, scene.targets)
        if world.thing(scene.targets, GUARD) and scene.adjunct("on"):
            wear(scene)
        moved = scene.targets if scene.targets else scene.subject
        for e in moved if not people else ():
            world.holder.pop(e, None)
        settle(scene, moved)


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
    things = [e for e in scene.targets if e in world.noun_of and e in world.holder]
    if things or world.characters(scene.targets):
        settle(scene, scene.targets)
        for e in things:
            world.holder.pop(e, None)
    if not things:
        for e in world.characters(scene.subject):
            world.gone(e)
        settle(scene, scene.subject, ("to", "into"))


def move(scene: Scene) -> None:
    """To go, stand, be somewhere."""
    world, clause = scene.world, scene.clause
    if "off" in clause.particles and (bomb := world.thing(scene.subject, BOMB)):
        blast(scene, bomb)
    elif ("out" in clause.particles or "down" in clause.particles) and world.thing(scene.subject, DEVICE):
        trigger(scene, scene.subject)
    elif "on" in clause.particles and world.thing(scene.adjunct("with") or (), FRAME):
        manage(scene)
    elif world.actual() and not clause.passive:
        climbed = [e for e in scene.objects if e in world.noun_of]
        for where in climbed:
            for e in world.characters(scene.subject):
                world.put(e, "on", where)
        settle(scene, scene.subject)
        _stand_before(scene)
        _as_role(scene)
        _over_the_edge(scene)


def _as_role(scene: Scene) -> None:
    """Who works as the tailor is the tailor."""
    for role in scene.nouns("when"):
        if role in GENDER_OF and len(scene.subject) == 1 and scene.subject[0] in GENDER_OF and role != scene.subject[0]:
            scene.world.alias[role] = scene.subject[0]


def _over_the_edge(scene: Scene) -> None:
    """A cart that goes over a cliff takes along who is in it."""
    if any(word in EDGES for word in scene.nouns("over", "off", "into", "down")):
        ruin(scene, tuple(e for e in scene.subject if e in scene.world.noun_of))


def _stand_before(scene: Scene) -> None:
    """The cup that stands before Tom, or is for him, is his."""
    people = scene.adjunct("before", "for", "beside")
    goods = tuple(e for e in scene.subject if e in scene.world.noun_of)
    if people and goods:
        _hold(scene, people, goods)


def carry(scene: Scene) -> None:
    """To carry or lead somebody or something somewhere, and go there oneself."""
    world = scene.world
    if world.actual():
        goods = tuple(e for e in scene.targets if e in world.noun_of)
        _hold(scene, scene.doers, goods)
        settle(scene, scene.doers)
        settle(scene, world.characters(scene.targets))
        if len(scene.clause.objects) == 2:
            give(scene)


def settle(scene: Scene, entities: Entities, names: tuple[str, ...] = _AT) -> None:
    """The adjuncts of the clause say where those are now."""
    world, clause = scene.world, scene.clause
    if any(name in ("from", "off") or (name == "of" and "out" in clause.particles) for name, _ in clause.adjuncts) or (
        {"away", "out", "down", "off"} & set(clause.particles)
    ):
        for e in entities:
            if clause.particles == ("down",) and world.place.get(e, ("on",))[0] != "on":
                continue  # sat down
            if e in world.noun_of:
                world.place.pop(e, None)
            else:
                world.gone(e)
    for name, numbers in clause.adjuncts:
        if name not in names:
            continue
        for where in world.of(numbers):
            if where not in world.noun_of:
                continue
            relation = {"into": "in", "to": "in", "at": "in"}.get(name, name)
            for e in entities:
                world.put(e, relation, where)
                if relation == "behind" and world.noun_of[where] in SHELTER:
                    world.shelter[e] = world.number
            names = ()  # the first that fits says where: in a tower on a hill
            break
    if any(name in clause.particles for name in _FAR):
        for e in entities:
            world.shelter[e] = world.number


def dream(scene: Scene) -> None:
    """A dream opens, and belongs to its dreamer."""
    world = scene.world
    if world.actual():
        for dreamer in scene.subject:
            world.fictions.append(("dream", dreamer, world.number))
            world.fiction_ever = True


def wake(scene: Scene) -> None:
    """Whoever wakes dreams no longer, even inside a fiction."""
    world = scene.world
    if not scene.clause.mood & (HOLDING_BACK | Mood.OLD):
        woken = scene.targets or scene.subject
        everyone = EVERYONE in woken
        world.fictions = [f for f in world.fictions if f[0] != "dream" or (f[1] not in woken and not everyone)]
        world.touch(P.FICTION if world.fiction_ever else 0)


def manage(scene: Scene) -> None:
    """A play begins, or goes on."""
    world = scene.world
    frame = world.thing((*scene.subject, *scene.targets, *(scene.adjunct("with") or ())), FRAME)
    if frame and world.actual() and world.noun_of[frame] not in DREAMS:
        world.fictions.append((world.noun_of[frame], frame, world.number))
        world.fiction_ever = True


def end(scene: Scene) -> None:
    """A play ends."""
    if not scene.clause.mood & (HOLDING_BACK | Mood.OLD):
        _close(scene, scene.targets or scene.subject)


def _close(scene: Scene, entities: Entities) -> None:
    world = scene.world
    frames = {world.noun_of[e] for e in entities if world.noun_of.get(e) in FRAME}
    if frames & DREAMS:
        world.fictions = [f for f in world.fictions if f[0] != "dream"]
    if frames - DREAMS:
        world.fictions = [f for f in world.fictions if f[0] == "dream"]
