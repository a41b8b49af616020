"""Section 6 of docs/tasks/storyworld.md, read a second time: the families that hurt.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from second_reading_harm import Harm
from second_reading_phrases import THINGS, Phrase
from second_reading_severity import LETHAL, PART, PIT, lemma, severity
from second_reading_world import PARTS, Meant, Ref

from holdfast.tasks.storyworld.lexicon import CLASS_OF, CLASSES, of_kind

FEELINGS = frozenset(CLASSES["feeling"]) | of_kind("idea")
STRIKERS = frozenset(CLASSES["weapon"]) | frozenset(("stone", "brick", "rock"))


def hurt(harm: Harm, meant: Meant) -> None:
    """hurt."""
    world, clause = harm.world, meant.clause
    base, worst = lemma(clause.word), severity(clause.word)
    targets, at = meant.targets, first_at(meant)
    if clause.report_follows:
        return
    if not clause.objects and not clause.passive:
        harm.attempt(meant, round(0.6 * worst, 6), at)
        return
    found = struck(harm, target_item(meant))
    games = [
        noun.head.text for name, _, item in meant.adjuncts if name in ("at", "in") for noun in item.nouns
    ]
    if base in ("hit", "strike") and any(world.word(ref) in STRIKERS for ref in meant.doers):
        harm.attempt(meant, 3.5, targets, named_part(meant))
        return
    if any(world.word(ref) in of_kind("idea") for ref in meant.doers) or len(clause.objects) > 1:
        return
    own = [ref.kind == "part" or named_part(meant) is not None for ref in targets if ref.kind != "thing"]
    if worst == 1 and all(own) and all(who in meant.doers for who in found):
        return
    if base == "beat" and any(CLASS_OF.get(word) == "game" for word in games):
        return
    if harm.shammed(meant):
        return
    for ref in targets:
        if world.of(ref, "bomb") or world.of(ref, "device"):
            world.stopped.add(ref)
        else:
            harm.drop(meant, [ref], "on")
    harm.hurt(meant, targets, worst, explicit=True, lethal=base in LETHAL, factor=named_part(meant))


def target_item(meant: Meant) -> Phrase | None:
    """The phrase of the targets."""
    clause = meant.clause
    return clause.subject if clause.passive else (clause.objects[0] if clause.objects else None)


def item_after(meant: Meant, name: str) -> Phrase | None:
    """The phrase after the first such preposition."""
    return next((item for other, _, item in meant.adjuncts if other == name), None)


def struck(harm: Harm, item: Phrase | None) -> list[Ref]:
    """Whom a phrase means that is struck: of a part of the body its owner."""
    found: list[Ref] = []
    for noun in item.nouns if item is not None and item.kind == "N" else ():
        for ref in harm.world.sentence[id(noun)]:
            people = ref.owners if ref.kind == "part" else (ref,)
            found += [who for who in people if who.kind in ("char", "someone", "everyone")]
    return found


def named_part(meant: Meant) -> float | None:
    """How much a part of the body after in, on or at counts whose owner is not named."""
    nouns = [
        noun
        for name, _, item in meant.adjuncts
        for noun in item.nouns
        if name in ("in", "on", "at")
        and noun.head.text in PARTS
        and noun.owner is None
        and noun.words[0].cls != "no"
    ]
    return PART.get(nouns[-1].head.text, 1.0) if nouns else None


def suffer(harm: Harm, meant: Meant) -> None:
    """suffer."""
    world, clause = harm.world, meant.clause
    base = lemma(clause.word)
    if clause.objects or clause.passive:
        things = [ref for ref in meant.targets if ref.kind == "thing"]
        if things:
            harm.ruin(meant, things)
        else:
            hurt(harm, meant)
        return
    for ref in meant.subject:
        if world.of(ref, "device"):
            harm.blast(meant, ref)
    if any(world.word(ref) in FEELINGS for ref in meant.after("with", "of", "from", "for")):
        return
    harm.ruin(meant, meant.subject)
    people = [ref for ref in meant.subject if ref.kind != "part"]
    harm.hurt(meant, people, severity(clause.word), explicit=True, lethal=base in LETHAL)


def poison(harm: Harm, meant: Meant) -> None:
    """poison."""
    foods = [ref for ref in meant.targets if harm.world.of(ref, "food")]
    for ref in foods:
        harm.world.poisoned.add(ref)
        harm.world.gone.discard(ref)
    if not foods:
        hurt(harm, meant)


def break_(harm: Harm, meant: Meant) -> None:
    """break."""
    targets = meant.targets if meant.clause.objects or meant.clause.passive else meant.subject
    for ref in targets:
        if ref.kind == "part":
            own = lemma(meant.clause.word) in ("snap", "crack") and ref.name in ("finger", "fingers")
            if ref.name != "heart" and not (own and set(ref.owners) & set(meant.doers)):
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
    if any(harm.world.word(ref) in FEELINGS for ref in meant.after("with", "of", "from", "for")):
        return
    for ref in meant.subject:
        for who in ref.owners if ref.kind == "part" else (ref,):
            if who not in harm.world.wounded:
                factor = PART.get(ref.name, 1.0) if ref.kind == "part" else (named_part(meant) or 1.0)
                harm.hurt(meant, [who], severity(meant.clause.word), factor=factor)


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
            harm.hurt(meant, next((r for n, r, _ in meant.adjuncts if n == "on"), []), 6)
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
        harm.ruin(meant, things)
    if at and any(
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


def first_at(meant: Meant) -> list[Ref]:
    """Whom the first `at` names."""
    return next((refs for name, refs, _ in meant.adjuncts if name == "at"), [])


def swing(harm: Harm, meant: Meant) -> None:
    """swing."""
    harm.attempt(meant, 3.5, _aimed(harm, meant))


def _aimed(harm: Harm, meant: Meant) -> list[Ref]:
    at = first_at(meant)
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
            world.content.pop(ref, None)
            world.poisoned.discard(ref)
            fill(harm, ref, item_after(meant, "with"))
            world.gone.discard(ref)
            return


def fill(harm: Harm, food: Ref, item: Phrase | None) -> None:
    """What comes into food: poison, poisoned food, a hazard, something boiling."""
    world = harm.world
    for noun in item.nouns if item is not None and item.kind == "N" else ():
        alone = len(noun.words) == 1 and noun.head.cls in THINGS
        for ref in world.sentence[id(noun)]:
            if world.of(ref, "toxin") or (ref in world.poisoned and not alone):
                world.poisoned.add(food)
            content = content_of(harm, ref)
            if content:
                world.content[food] = content


def content_of(harm: Harm, ref: Ref) -> str:
    """Which hazard a thing holds or is."""
    world = harm.world
    if ref in world.content:
        return world.content[ref]
    if world.of(ref, "hazard"):
        return world.word(ref)
    boiling = ref.kind == "thing" and "boiling" in world.things[ref.number].adjectives
    return "boiling" if boiling else ""


def collapse(harm: Harm, meant: Meant) -> None:
    """collapse."""
    clause = meant.clause
    whole = meant.targets if clause.objects or clause.passive else meant.subject
    bombs = [ref for ref in whole if harm.world.of(ref, "bomb")]
    if bombs:
        harm.blast(meant, bombs[0])
    else:
        harm.ruin(meant, whole)


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
