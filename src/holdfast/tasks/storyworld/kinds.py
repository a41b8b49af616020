"""What the rules ask of nouns: which are food, guns, bombs, heights …"""

from __future__ import annotations

from holdfast.tasks.storyworld.lexicon import CLASSES, of_kind

FOOD, POISONS, GUN, BOMB, DEVICE = (of_kind(kind) for kind in ("food", "toxin", "gun", "bomb", "device"))
HAZARD, PIT, HIGH, HEAVY = (of_kind(kind) for kind in ("hazard", "pit", "high", "heavy"))
GUARD, FRAME, SHELTER, DOOR = (of_kind(kind) for kind in ("guard", "frame", "shelter", "door"))
ROOFS = frozenset(CLASSES["roof"])
WEAPONS = frozenset(CLASSES["weapon"])
MISSILES = WEAPONS | {"stone", "brick", "rock"}
WEIGHTLESS = frozenset(
    """sun moon star stars rain snow fog mist dew drops leaf leaves feather feathers dust shadow shadows sky
    clouds wind""".split()
)
"""What may fall or break over people who are in or under it, and hurts nobody."""
THROWN_THINGS = WEAPONS | HEAVY | BOMB | HAZARD
GAMES = frozenset(CLASSES["game"])
LEDGES = frozenset(("cliff", "ledge"))
EDGES = PIT | LEDGES
