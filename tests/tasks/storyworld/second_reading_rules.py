"""Section 6 of docs/tasks/storyworld.md, read a second time: the families that hurt.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from second_reading_harm import Harm
from second_reading_severity import LETHAL, PART, PIT, lemma, severity
from second_reading_world import PARTS, Meant, Ref

from holdfast.tasks.storyworld.lexicon import CLASS_OF, CLASSES, of_kind

FEELINGS = frozenset(CLASSES["feeling"]) | of_kind("idea")
STRIKERS = frozenset(CLASSES["weapon"]) | frozenset(("stone", "brick", "rock"))
SOFT = frozenset(CLASSES["spirit"]) | frozenset(CLASSES["look"])


def hurt(harm: Harm, meant: Meant) -> None:
    """hurt."""
    world, clause = harm.world, meant.clause
    base, worst = lemma(clause.word), severity(clause.word)
    targets, at = meant.targets, meant.after("at")
    named = [world.word(ref) for refs in meant.objects for ref in refs]
    if clause.report_follows:
        return
    if not targets:
        harm.attempt(meant, round(0.6 * worst, 6), at)
        return
    parts = [ref for ref in (*targets, *meant.after("in", "on", "at")) if ref.kind == "part"]
    if any(world.word(ref) in of_kind("idea") for ref in meant.doers) or len(clause.objects) > 1:
        return
    if any(ref.name in SOFT for ref in (*targets, *meant.after("in", "on", "at"))):
        return
    if worst == 1 and parts and all(set(ref.owners or targets) == set(meant.doers) for ref in parts):
        return
    games = [*named, *(world.word(ref) for ref in meant.after("at", "in"))]
    if base == "beat" and any(CLASS_OF.get(word) == "game" for word in games):
        return
    if base in ("hit", "strike") and any(world.word(ref) in STRIKERS for ref in meant.doers):
        harm.attempt(meant, 3.5, targets, named_part(meant))
        return
    if harm.shammed(meant):
        return
    injure(harm, meant, targets, worst, base in LETHAL)
    harm.drop(meant, targets, "on")


def injure(harm: Harm, meant: Meant, targets: list[Ref], worst: float, lethal: bool) -> None:
    """Explicitly: things stop, people are hurt, at the part that is named."""
    world = harm.world
    factor = named_part(meant)
    parts = [ref for ref in targets if ref.kind == "part"]
    targets = parts[-1:] or targets  # the page does not say how parts count beside others: the last alone
    for ref in targets:
        if world.of(ref, "bomb") or world.of(ref, "device"):
            world.stopped.add(ref)
    harm.hurt(meant, targets, worst, explicit=True, lethal=lethal, factor=factor)


def named_part(meant: Meant) -> float:
    """How much a part of the body after in, on or at counts."""
    parts = [ref for ref in meant.after("in", "on", "at") if ref.kind == "part"]
    return PART.get(parts[-1].name, 1.0) if parts else 1.0


def suffer(harm: Harm, meant: Meant) -> None:
    """suffer."""
    world, clause = harm.world, meant.clause
    base = lemma(clause.word)
    if meant.targets or clause.objects:
        things = [ref for ref in meant.targets if ref.kind == "thing"]
        harm.ruin(meant, things)
        if not things or len(things) < len(meant.targets):
            hurt(harm, meant)
        return
    for ref in meant.subject:
        if world.of(ref, "device"):
            harm.blast(meant, ref)
    if any(world.word(ref) in FEELINGS for ref in meant.after("with", "of", "from", "for")):
        return
    harm.ruin(meant, meant.subject)
    harm.hurt(meant, meant.subject, severity(clause.word), explicit=True, lethal=base in LETHAL)


def poison(harm: Harm, meant: Meant) -> None:
    """poison."""
    foods = [ref for ref in meant.targets if harm.world.of(ref, "food")]
    for ref in foods:
        harm.world.poisoned.add(ref)
    if not foods:
        hurt(harm, meant)


def break_(harm: Harm, meant: Meant) -> None:
    """break."""
    targets = meant.targets if meant.clause.objects or meant.clause.passive else meant.subject
    for ref in targets:
        if ref.kind == "part":
            if ref.name != "heart":
                harm.hurt(meant, [ref], severity(meant.clause.word), explicit=True)
        elif harm.world.of(ref, "bomb") or harm.world.of(ref, "device"):
            harm.world.stopped.add(ref)
        else:
            harm.ruin(meant, [ref])


def die(harm: Harm, meant: Meant) -> None:
    """die."""
    if any(harm.world.word(ref) in FEELINGS for ref in meant.after("of", "from")):
        return
    harm.hurt(meant, meant.subject, severity(meant.clause.word), explicit=True, lethal=True)


def symptom(harm: Harm, meant: Meant) -> None:
    """symptom."""
    for ref in meant.subject:
        for who in ref.owners if ref.kind == "part" else (ref,):
            if who not in harm.world.wounded:
                harm.hurt(meant, [who], severity(meant.clause.word))


def fall(harm: Harm, meant: Meant) -> None:
    """fall."""
    world = harm.world
    depth = harm.depth(meant)
    if depth:
        harm.hurt(meant, meant.subject, depth[0], lethal=depth[1])
        harm.ruin(meant, [ref for ref in meant.subject if ref.kind == "thing"])
        return
    harm.drop(meant, meant.subject, "under", "on")
    for ref in meant.subject:
        if world.of(ref, "heavy") or world.of(ref, "hazard"):
            harm.hurt(meant, meant.after("on"), 6)
        if CLASS_OF.get(world.word(ref)) == "roof":
            for whole in meant.after("of"):
                harm.hurt(meant, harm.people(whole, "in"), 6)


def shove(harm: Harm, meant: Meant) -> None:
    """shove."""
    world = harm.world
    depth, at = harm.depth(meant), meant.after("at")
    things = [ref for ref in meant.targets if ref.kind == "thing"]
    if depth:
        harm.hurt(meant, meant.targets, depth[0], lethal=depth[1])
    elif at and any(
        CLASS_OF.get(world.word(ref)) == "weapon"
        or any(world.of(ref, k) for k in ("heavy", "bomb", "hazard"))
        for ref in things
    ):
        harm.attempt(meant, 2, at)
    away = {"out", "away"} & set(meant.clause.particles)
    for ref in things:
        world.holder.pop(ref, None)
        world.worn.pop(ref, None)
        if away:
            world.gone.add(ref)


def swing(harm: Harm, meant: Meant) -> None:
    """swing."""
    harm.attempt(meant, 3.5, _aimed(harm, meant))


def _aimed(harm: Harm, meant: Meant) -> list[Ref]:
    at = meant.after("at")
    return at or [ref for doer in meant.doers for ref in harm.aimed.get(doer, [])]


def fire(harm: Harm, meant: Meant) -> None:
    """fire."""
    world = harm.world
    guns = [ref for ref in meant.targets if world.of(ref, "gun")]
    for doer in meant.doers:
        guns = guns or [ref for ref in harm.aimed.get(doer, []) if world.of(ref, "gun")]
        guns = guns or [ref for ref in world.held(doer) if world.of(ref, "gun")][-1:]
    if guns and guns[0] in world.sham:
        return
    if not guns or guns[0] not in world.unloaded:
        people = [ref for ref in _aimed(harm, meant) if not world.of(ref, "gun")]
        harm.attempt(meant, 5.5, people)


def pull(harm: Harm, meant: Meant) -> None:
    """pull."""
    if any(harm.world.word(ref) == "trigger" for ref in meant.targets):
        fire(harm, meant)


def dodge(harm: Harm, _: Meant) -> None:
    """dodge."""
    harm.dodge()


def reach(harm: Harm, meant: Meant) -> None:
    """reach."""
    world = harm.world
    for ref in meant.doers:
        if world.of(ref, "device") and any(world.word(other) == "zero" for other in meant.targets):
            harm.blast(meant, ref)
    hazards = [ref for ref in meant.doers if world.of(ref, "hazard")]
    if hazards:
        word = world.word(hazards[0])
        near = [who for ref in meant.targets for who in harm.people(ref, "in", "on")]
        harm.hurt(meant, [*meant.targets, *near], PIT.get(word, 5.0), lethal=word == "lava")
        return
    for ref in meant.targets:
        if world.of(ref, "food"):
            world.gone.discard(ref)
            world.content.pop(ref, None)
            world.poisoned.discard(ref)
            fill(harm, ref, plain(harm, meant.after("with")))
            boil(harm, ref, meant.after("with"))


def fill(harm: Harm, food: Ref, contents: list[Ref]) -> None:
    """What is put into food: poison or poisoned food, or a hazard."""
    world = harm.world
    for ref in contents:
        if world.of(ref, "toxin") or ref in world.poisoned:
            world.poisoned.add(food)
            world.gone.discard(food)
        elif world.of(ref, "hazard"):
            world.content[food] = world.word(ref)
            world.gone.discard(food)


def plain(harm: Harm, contents: list[Ref]) -> list[Ref]:
    """Poison itself and hazards, no poisoned food."""
    return [ref for ref in contents if harm.world.of(ref, "toxin") or harm.world.of(ref, "hazard")]


def boil(harm: Harm, food: Ref, contents: list[Ref]) -> None:
    """Food full of something boiling."""
    for ref in contents:
        if ref.kind == "thing" and "boiling" in harm.world.things[ref.number].adjectives:
            harm.world.content[food] = "boiling"


def collapse(harm: Harm, meant: Meant) -> None:
    """collapse."""
    for ref in meant.targets or meant.subject:
        if harm.world.of(ref, "bomb"):
            harm.blast(meant, ref)
        else:
            harm.ruin(meant, [ref])


def eat(harm: Harm, meant: Meant) -> None:
    """eat."""
    world = harm.world
    eaten = [ref for ref in meant.targets if ref.kind in ("char", "someone", "everyone")]
    if eaten:
        if lemma(meant.clause.word) in ("eat", "devour", "swallow"):
            harm.hurt(meant, eaten, 9, explicit=True, lethal=True)
        return
    sources = [refs for name, refs, _ in meant.adjuncts if name == "from"][:1]
    named = [*meant.targets, *meant.after("of"), *(ref for refs in sources for ref in refs)]
    foods = [ref for ref in named if world.of(ref, "food") or world.of(ref, "toxin")]
    if not any(ref.kind == "thing" for ref in named):  # nothing is named
        for doer in meant.doers:
            foods += [ref for ref in world.held(doer) if world.of(ref, "food")][-1:]
    for ref in foods:
        toxic = world.of(ref, "toxin") or ref in world.poisoned
        if toxic and ref not in world.gone:
            harm.hurt(meant, meant.doers, 7)
            return


assert PARTS
