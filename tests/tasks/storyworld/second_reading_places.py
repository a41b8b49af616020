"""Section 6 of docs/tasks/storyworld.md, read a second time: where people and things are.

Written from the page alone, without sight of the judge; slow and plain on purpose.
"""

from __future__ import annotations

from second_reading_harm import Harm
from second_reading_severity import lemma
from second_reading_world import Meant, Ref

IN = {"into": "in", "to": "in", "at": "in"}
HOLDING = ("in", "on", "at", "into", "to", "under", "behind", "beside")


def things(harm: Harm, refs: list[Ref], kind: str = "") -> list[Ref]:
    """Those that are things, of a kind."""
    return [ref for ref in refs if ref.kind == "thing" and (not kind or harm.world.of(ref, kind))]


def people(refs: list[Ref]) -> list[Ref]:
    """Those that are characters."""
    return [ref for ref in refs if ref.kind in ("char", "someone", "everyone")]


def move(harm: Harm, meant: Meant, movers: list[Ref]) -> None:
    """Where they are."""
    world = harm.world
    left = {"from", "off", "out", "away"} & (
        {name for name, _, _ in meant.adjuncts} | set(meant.clause.particles)
    )
    for ref in movers:
        if left or ("down" in meant.clause.particles and world.place.get(ref, ("", ref))[0] == "on"):
            world.place.pop(ref, None)
            world.sheltered.discard(ref)
    for name, refs, _ in meant.adjuncts:
        found = [ref for ref in refs if ref.kind == "thing"]
        if name in HOLDING and found:
            for ref in movers:
                put_at(harm, ref, IN.get(name, name), found[0])
            break
    if {"far", "reach_of"} & set(meant.clause.particles):
        world.sheltered.update(people(movers))


def put_at(harm: Harm, ref: Ref, preposition: str, where: Ref) -> None:
    """One is put somewhere; behind a wall, sheltered."""
    world = harm.world
    if ref == where or ref.kind not in ("char", "thing"):
        return
    world.place[ref] = (preposition, where)
    world.sheltered.discard(ref)
    if preposition == "behind" and world.of(where, "shelter"):
        world.sheltered.add(ref)


def held_nearby(harm: Harm, meant: Meant, what: list[Ref]) -> None:
    """A thing before, for or beside people is held by the last of them."""
    near = people(meant.after("before", "for", "beside"))
    for ref in things(harm, what):
        if near:
            harm.world.hold(near[-1], ref)


def go(harm: Harm, meant: Meant) -> None:
    """go and enter."""
    world, clause = harm.world, meant.clause
    for ref in meant.subject:
        if (world.of(ref, "bomb") and "off" in clause.particles) or (
            world.of(ref, "device") and {"out", "down"} & set(clause.particles)
        ):
            harm.blast(meant, ref)
    inside(harm, meant)
    move(harm, meant, meant.subject)
    if clause.family == "go" and harm.depth(meant):
        harm.ruin(meant, things(harm, meant.subject))


def inside(harm: Harm, meant: Meant) -> None:
    """Enter a thing: in it; climb or ride one: on it."""
    name: str | None = {"enter": "in"}.get(meant.clause.family)
    if lemma(meant.clause.word) in ("climb", "ride"):
        name = "on"
    for ref in things(harm, meant.targets)[-1:]:
        for mover in people(meant.doers) if name else []:
            put_at(harm, mover, str(name), ref)


def stay(harm: Harm, meant: Meant) -> None:
    """stay."""
    if meant.clause.mark == "dead":
        harm.hurt(meant, meant.subject, 9, explicit=True, lethal=True)
    marked(harm, meant)
    move(harm, meant, meant.subject)
    held_nearby(harm, meant, meant.subject)


def marked(harm: Harm, meant: Meant) -> None:
    """Empty or sham: so it is."""
    world = harm.world
    for ref in meant.subject:
        if meant.clause.mark == "vacant" and world.of(ref, "gun"):
            world.unloaded.add(ref)
        elif meant.clause.mark == "vacant" and world.of(ref, "food"):
            world.gone.add(ref)
        elif meant.clause.mark == "sham":
            world.sham.add(ref)
