"""How bad each injury is, from 0 to 10, before parts of the body and further victims are counted."""

from __future__ import annotations

from typing import NamedTuple


class Injury(NamedTuple):
    """An injury's severity, and whether it kills."""

    severity: float
    lethal: bool = False


_BY_SEVERITY: dict[float, str] = {
    1: "scratch slap",
    1.5: "bruise",
    2: "sting limp hobble",
    2.5: "punch kick hit sprain jab",
    3: "strike hurt twist bleed",
    3.5: "cut bite claw",
    4: "beat whip injure lash crack pummel",
    4.5: "choke wound",
    5: "slash pierce scald break tear fracture snap flog hack",
    5.5: "smash bludgeon",
    6: "stab burn trample shatter starve",
    6.5: "shoot poison",
    7: "crush maul gore disfigure throttle slit",
    7.5: "cripple electrocute",
    8: "maim mangle impale",
    9: "torture",
}
_LETHAL: dict[float, str] = {
    8: "drown suffocate smother",
    8.5: "strangle",
    9: "kill murder die perish expire eat devour swallow",
    9.5: "execute slaughter",
    10: "behead",
}
VERBS_THAT_HURT: dict[str, Injury] = {
    lemma: Injury(severity, lethal)
    for table, lethal in ((_BY_SEVERITY, False), (_LETHAL, True))
    for severity, line in table.items()
    for lemma in line.split()
}
"""By the base form."""
DEAD = Injury(9, lethal=True)
POISONED = Injury(7)
BLAST = Injury(8)
RUIN = Injury(7)
UNDER_WEIGHT = Injury(6)
GUNSHOT = Injury(5.5)
STUMBLE = Injury(3.5)
ATTEMPT_FACTOR = 0.6
"""A blow that was struck at somebody is taken to hit, and counts that much of the verb."""
THROWN = Injury(2)
SWUNG = Injury(3.5)
HEIGHTS: dict[str, float] = dict.fromkeys(
    "cliff tower lighthouse roof steeple bridge belfry viaduct mast balcony rampart parapet ledge".split(),
    6.5,
)
"""How bad a fall from there is; from anything else that is high, 3.5."""
HAZARDS: dict[str, Injury] = {
    "lava": Injury(8.5, True), "magma": Injury(8.5, True), "volcano": Injury(8.5, True), "furnace": Injury(8.5, True),
    "acid": Injury(6.5), "boiling": Injury(5), "fire": Injury(6.5), "flames": Injury(6.5), "blaze": Injury(6.5), "avalanche": Injury(7), "landslide": Injury(7),
    "smoke": Injury(4.5), "gas": Injury(4.5), "floodwater": Injury(5),
    "chasm": Injury(7), "abyss": Injury(7), "ravine": Injury(7), "crevasse": Injury(7), "quarry": Injury(6), "pit": Injury(5),
}  # fmt: skip
"""What reaching or falling into each does."""
PART_FACTOR: dict[str, float] = {
    **dict.fromkeys("neck throat skull heart".split(), 1.6),
    **dict.fromkeys("face head eye chest back stomach".split(), 1.3),
    **dict.fromkeys("hand foot finger toe thumb ear ankle wrist".split(), 0.7),
}
VICTIM_FACTOR = 0.15
PEOPLE_IN_A_CROWD = 3
"""As how many `everyone`, or a group such as `the soldiers`, counts."""
