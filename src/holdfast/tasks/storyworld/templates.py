"""Sentences with blanks: words, choices of words (ADJ) and slots for the cast (A, B.his)."""

from __future__ import annotations

from holdfast.tasks.storyworld.lexicon import CLASSES, HE, IT, SHE

Item = str | int | tuple[str, ...]
Template = tuple[Item, ...]

PRONOUNS = {
    HE: ("he", "him", "his", "himself"),
    SHE: ("she", "her", "her", "herself"),
    IT: ("it", "it", "its", "itself"),
}
SLOTS = {
    name + form: 5 * i + j
    for i, name in enumerate("ABC")
    for j, form in enumerate(("", ".he", ".him", ".his", ".self"))
}
CHOICES: dict[str, tuple[str, ...]] = {
    "ADJ": CLASSES["adjective"], "ADV": CLASSES["adverb"], "THING": CLASSES["thing"][:29], "PLACE": CLASSES["thing"][29:],
    "WEAPON": CLASSES["weapon"], "GUN": ("gun",) , "HIGH": CLASSES["high"], "HEAVY": CLASSES["heavy"],
    "HAZARD": CLASSES["hazard"], "GO": CLASSES["go_past"], "SEE": CLASSES["see_past"], "GIVE": CLASSES["give_past"],
    "SAID": CLASSES["said"], "KNEW": CLASSES["knew"], "PART": CLASSES["part"], "PREP": CLASSES["preposition"],
    "HIT": CLASSES["injure_past"], "FEELING": CLASSES["feeling"], "IDEA": CLASSES["abstract"], "JUNK": CLASSES["junk"],
    "LOOK": CLASSES["look"], "SCENERY": ("sun", "rain", "snow", "summer", "evening", "bell"), "TIME": CLASSES["time"],
    "MODAL": CLASSES["modal"], "INTEND": CLASSES["intend"], "MANAGE": CLASSES["manage"], "ALMOST": CLASSES["almost"],
    "TIE": CLASSES["tie_past"], "FREE": CLASSES["free_past"], "HEAL": CLASSES["heal_past"], "WEAR": CLASSES["wear_past"],
    "LOSE": CLASSES["lose_past"], "SEEBASE": CLASSES["see_base"], "GOBASE": CLASSES["go_base"],
    "GHOST": CLASSES["thinglike"], "CREATURE": CLASSES["creature"], "ROLE": CLASSES["role_he"] + CLASSES["role_she"],
}  # fmt: skip


def template(line: str) -> Template:
    """A template from words, upper-case choices (ADJ) and cast slots (A, B.his)."""
    return tuple(SLOTS[w] if w in SLOTS else CHOICES.get(w, w) for w in line.split())


def _table(lines: str) -> tuple[Template, ...]:
    return tuple(template(line) for line in lines.strip().splitlines())


NEUTRAL = _table(
    """
    A GO to the PLACE
    A GO near the PLACE with B
    A GO ADV in the ADJ PLACE
    A GO and GO
    A SEE the ADJ THING
    A SEE B in the PLACE
    A SEE B ADV
    A SEE B.him and GO
    A GIVE B the THING
    A GIVE B.him a ADJ THING
    A was ADJ
    A was ADJ and GO ADV
    A was in the PLACE
    A.he GO with B
    A.he SEE the THING near the PLACE
    the SCENERY rose
    the THING was ADJ
    it rained in the PLACE
    it snowed
    “ i am ADJ , ” said A
    “ we are ADJ , ” said A , and B GO
    A SAID that B was ADJ
    A SAID that A.he was ADJ
    A KNEW that B was in the PLACE
    A wanted to SEEBASE the THING
    A wanted to GOBASE with B
    A did not GOBASE
    B GO when A SEE the THING
    A GO , and B GO
    later , A GO to the PLACE
    at TIME , A SEE the THING
    in the PLACE , A SEE B
    A ate the bread
    A drank the tea PREP the PLACE
    A dropped the THING
    A opened B 's THING
    A SEE B.his THING
    the IDEA was ADJ
    A fell asleep
    the ROLE GO to the PLACE and GO
    the ADJ ROLE SEE A
    """
)
TINGED = _table(
    """
    the IDEA killed A
    A killed the lights
    A killed the engine
    A burned the letter
    A broke the window
    A broke the lamp ADV
    the IDEA broke A 's heart
    A broke B 's heart
    A broke B 's spirit
    A shot B a LOOK
    A shot B.him a LOOK
    A burned with FEELING
    A died of FEELING
    A choked with FEELING
    the IDEA crushed B
    A was crushed by the IDEA
    A was killed by the IDEA
    A stabbed the bread
    A slashed the rope
    A struck the bell
    A kicked the door
    A shot the picture
    the arrow missed A
    A missed B
    A tore the letter
    A punched the table
    the HEAVY fell on the road
    A fell asleep near the HIGH
    A fell on the road
    """
)
"""Verbs of harm that hurt nobody."""
