"""Dreams and plays that begin and end, and wounds that heal."""

from __future__ import annotations

from holdfast.tasks.storyworld.grammar import HOLDING_BACK, Mood
from holdfast.tasks.storyworld.kinds import FRAME
from holdfast.tasks.storyworld.lexicon import DREAMS
from holdfast.tasks.storyworld.phenomena import Phenomenon as P
from holdfast.tasks.storyworld.references import EVERYONE, Entities
from holdfast.tasks.storyworld.scene import Scene


def heal(scene: Scene) -> None:
    """Somebody's wounds are healed."""
    world = scene.world
    if world.actual():
        for e in scene.targets or scene.subject:
            if e == EVERYONE:
                world.wounded.clear()
            world.wounded.pop(e, None)


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
        world.fictions = [
            f for f in world.fictions if f[0] != "dream" or (f[1] not in woken and not everyone)
        ]
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
        close(scene, scene.targets or scene.subject)


def close(scene: Scene, entities: Entities) -> None:
    """A dream ends all dreams; any other fiction all that are none."""
    world = scene.world
    frames = {world.noun_of[e] for e in entities if world.noun_of.get(e) in FRAME}
    if frames & DREAMS:
        world.fictions = [f for f in world.fictions if f[0] != "dream"]
    if frames - DREAMS:
        world.fictions = [f for f in world.fictions if f[0] == "dream"]
