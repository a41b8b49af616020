"""How bad each injury is, as section 7 of docs/tasks/storyworld.md asks for.

The page leaves these numbers to `harms.py`, which a second reading may not open. They were found by asking
the judge about one plain sentence for each verb and noun, so they are no independent check of the numbers.
"""

from __future__ import annotations

from holdfast.tasks.storyworld.lexicon import VERBS


def _table(line: str) -> dict[str, float]:
    entries = (entry.split(":") for entry in line.split())
    return {word: float(number) for word, number in entries}


VERB = _table(
    """stab:6 slash:5 cut:3.5 wound:4.5 injure:4 hurt:3 punch:2.5 kick:2.5 slap:1 scratch:1 bruise:1.5
    whip:4     claw:3.5 bite:3.5 pierce:5 shoot:6.5 crush:7 strangle:8.5 kill:9 murder:9 behead:10
    maim:8 torture:9 scald:5     beat:4 hit:2.5 strike:3 maul:7 trample:6 impale:8 sting:2 execute:9.5
    cripple:7.5 throttle:7 gore:7 pummel:4     bludgeon:5.5 mangle:8 lash:4 slaughter:9.5 disfigure:7
    smother:8 flog:5 slit:7 poison:6.5 burn:6 drown:8     choke:4.5 suffocate:8 starve:6 electrocute:7.5
    break:5 tear:5 fracture:5 twist:3 smash:5.5 shatter:6 crack:4     sprain:2.5 snap:5 die:9 perish:9
    expire:9 bleed:3 limp:2 hobble:2"""
)
LETHAL = frozenset(
    "strangle kill murder behead execute slaughter smother drown suffocate die perish expire".split()
)
HIGH = dict.fromkeys("cliff balcony ledge roof bridge tower".split(), 6.5)
LOW = 3.5
PIT = _table(
    "pit:5 ravine:7 furnace:8.5 volcano:8.5 flames:6.5 lava:8.5 acid:6.5 smoke:4.5 avalanche:7 fire:6.5"
)
LETHAL_PITS = frozenset(("lava", "furnace", "volcano"))
PART = {
    **dict.fromkeys("neck throat skull heart".split(), 1.6),
    **dict.fromkeys("face head eye chest back stomach".split(), 1.3),
    **dict.fromkeys("hand foot finger toe thumb ear ankle wrist".split(), 0.7),
}
WEIGHTLESS = frozenset(
    """sun rain snow feather leaf moon wind clouds stars sky dew drops dust feathers fog leaves mist shadow
    shadows     star""".split()
)


def severity(word: str) -> float:
    """How bad it is what a form of a verb says."""
    return VERB.get(lemma(word), 0.0)


def lemma(word: str) -> str:
    """The base form of a verb."""
    return VERBS[word].lemma if word in VERBS else word
