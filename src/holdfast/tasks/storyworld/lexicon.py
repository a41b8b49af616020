"""The closed vocabulary of storyworld: every word belongs to exactly one class.

The grammar (`grammar.py`) speaks of classes only; what a particular verb does (how severe, blocked by
armour, lethal) stands in `INJURIES`. `docs/tasks/storyworld.md` explains all of it for people.
"""

from __future__ import annotations

from dataclasses import dataclass

HE, SHE, IT = "he", "she", "it"

CLASSES: dict[str, tuple[str, ...]] = {
    # characters
    "name_he": tuple("tom jack leo hugo finn omar ivan ned karl luis".split()),
    "name_she": tuple("mara ana ruth ivy nora lena zoe june ada tess".split()),
    "role_he": tuple("guard king boy knight soldier man captain wizard thief".split()),
    "role_she": tuple("queen girl witch healer woman maid".split()),
    "creature": tuple("vampire elf dragon werewolf".split()),
    "thinglike": tuple("skeleton zombie robot statue".split()),
    "pronoun_subject": ("he", "she"),
    "pronoun_it": ("it",),
    "pronoun_him": ("him",),
    "pronoun_her": ("her",),
    "possessive": ("his", "its"),
    "reflexive": ("himself", "herself", "itself"),
    "someone": ("someone",),
    "everyone": ("everyone",),
    "nobody": ("nobody",),
    # small words
    "determiner": ("the", "a", "an"),
    "no": ("no",),
    "genitive": ("'s",),
    "not": ("not",),
    "never": ("never",),
    "almost": ("almost", "nearly"),
    "did": ("did",),
    "modal": ("might", "could", "would", "should", "will"),
    "was": ("was",),
    "be": ("be",),
    "been": ("been",),
    "had": ("had",),
    "still": ("still", "already"),
    "about": ("about",),
    "to": ("to",),
    "in": ("in",),
    "on": ("on",),
    "at": ("at",),
    "by": ("by",),
    "with": ("with",),
    "of": ("of",),
    "from": ("from",),
    "into": ("into",),
    "out": ("out",),
    "preposition": ("near", "under", "behind", "beside", "through"),
    "adverb": tuple(
        "slowly quietly suddenly gently quickly softly calmly gladly again soon later together".split()
    ),
    "long": ("long",),
    "ago": ("ago",),
    "yesterday": ("yesterday",),
    "that": ("that",),
    "if": ("if", "unless"),
    "conjunction": ("and", "but", "then", "when", "while", "because", "after", "as", "so"),
    "comma": (",",),
    "stop": (".", "!"),
    "question": ("?",),
    "open_quote": ("“",),
    "close_quote": ("”",),
    # verbs that hurt
    "injure_past": tuple(
        "scratched slapped bruised punched kicked struck whipped clawed wounded slashed stabbed shot pierced "
        "crushed scalded strangled killed murdered beheaded maimed tortured".split()
    ),
    "injure_base": tuple(
        "scratch slap bruise punch kick strike whip claw wound slash stab shoot pierce "
        "crush scald strangle kill murder behead maim torture".split()
    ),
    "dual_past": ("burned", "drowned", "choked"),
    "dual_base": ("burn", "drown", "choke"),
    "poison_past": ("poisoned",),
    "poison_base": ("poison",),
    "break_past": ("broke", "tore"),
    "break_base": ("break", "tear"),
    "break_participle": ("broken", "torn"),
    "die_past": ("died", "perished", "suffocated"),
    "die_base": ("die", "perish", "suffocate"),
    "symptom_past": ("bled", "limped"),
    "symptom_base": ("bleed", "limp"),
    "fall_past": ("fell",),
    "fall_base": ("fall",),
    "reach_past": ("reached",),
    "reach_base": ("reach",),
    "dead": ("dead",),
    # verbs that change the world
    "fire_past": ("fired",),
    "fire_base": ("fire",),
    "load_past": ("loaded",),
    "load_base": ("load",),
    "unload_past": ("unloaded",),
    "unload_base": ("unload",),
    "eat_past": ("drank", "ate", "tasted"),
    "eat_base": ("drink", "eat", "taste"),
    "spill_past": ("spilled",),
    "spill_base": ("spill",),
    "arm_past": ("started", "lit"),
    "arm_base": ("start", "light"),
    "disarm_past": ("stopped", "doused"),
    "disarm_base": ("stop", "douse"),
    "run_past": ("ran",),
    "run_base": ("run",),
    "tie_past": ("tied", "chained"),
    "tie_base": ("tie", "chain"),
    "free_past": ("freed", "released"),
    "free_base": ("free", "release"),
    "wear_past": ("wore", "raised"),
    "wear_base": ("wear", "raise"),
    "lose_past": ("removed", "dropped", "lost"),
    "lose_base": ("remove", "drop", "lose"),
    "heal_past": ("healed", "cured"),
    "heal_base": ("heal", "cure"),
    # frames, speech and intention
    "dreamed": ("dreamed",),
    "woke": ("woke",),
    "began": ("began",),
    "ended": ("ended",),
    "said": tuple("said claimed believed lied imagined".split()),
    "knew": tuple("knew learned noticed".split()),
    "intend": tuple("wanted hoped planned tried refused threatened promised failed".split()),
    "manage": ("managed", "dared", "rushed"),
    # harmless verbs
    "miss_past": ("missed",),
    "miss_base": ("miss",),
    "give_past": ("gave", "showed", "sold"),
    "give_base": ("give", "show", "sell"),
    "see_past": tuple(
        "saw found loved helped greeted followed called thanked watched trusted hugged kissed praised met taught "
        "carried painted opened took cleaned".split()
    ),
    "see_base": tuple(
        "see find love help greet follow call thank watch trust hug kiss praise meet teach "
        "carry paint open take clean".split()
    ),
    "go_past": tuple(
        "walked went climbed sat stood waited smiled laughed sang slept danced wept whispered rested arrived "
        "talked worked left returned".split()
    ),
    "go_base": tuple(
        "walk go climb sit stand wait smile laugh sing sleep dance weep whisper rest arrive "
        "talk work leave return".split()
    ),
    "happened": ("rose", "rained", "snowed", "shone", "passed"),
    "asleep": ("asleep",),
    # nouns
    "part": tuple("arm leg hand foot face neck chest skull eye finger".split()),
    "heart": ("heart",),
    "spirit": ("spirit",),
    "weapon": tuple("knife sword dagger axe arrow hammer blade".split()),
    "gun": ("gun", "crossbow", "cannon"),
    "food": tuple("cup wine soup apple bread tea".split()),
    "device": ("timer", "fuse"),
    "bomb": ("bomb", "rocket"),
    "guard_item": ("armour", "shield"),
    "heavy": ("rock", "roof", "tree", "ceiling"),
    "hazard": ("flames", "lava", "acid"),
    "high": ("tower", "cliff", "bridge", "wall"),
    "frame": ("dream", "play", "story"),
    "look": ("glance", "grin", "frown"),
    "feeling": ("shame", "anger", "joy", "laughter"),
    "abstract": tuple("news joke song silence thought idea".split()),
    "time": ("dawn", "night", "noon"),
    "thing": tuple(
        "rope window letter lamp door table book ring lights engine picture coat basket boat horse candle map "
        "flower bell chair key bed money hat sun rain snow summer evening "
        "garden forest castle village river market kitchen road field house hall island school church".split()
    ),
    "adjective": tuple(
        "old young tall quiet clever brave gentle proud tired happy sad angry hungry small red white golden "
        "cold warm strange kind honest lonely rich poor calm".split()
    ),
    "speech": ("i", "am", "you", "are", "we", "my", "your", "me"),
    # words of other genres: no clause contains them
    "junk": tuple(
        "password server update install discount vehicles vessel defense click website tax committee stocks "
        "email download account player chapter review note readers thanks warning percent".split()
    ),
}


@dataclass(frozen=True, slots=True)
class Injury:
    """What a hurting verb does: severity on the 0 to 10 scale, whether armour stops it, whether it kills."""

    severity: float
    blocked: bool = False
    lethal: bool = False


_BASIC: dict[str, Injury] = {
    "scratched": Injury(1, blocked=True),
    "slapped": Injury(1, blocked=True),
    "bruised": Injury(1.5, blocked=True),
    "punched": Injury(2.5, blocked=True),
    "kicked": Injury(2.5, blocked=True),
    "struck": Injury(3, blocked=True),
    "whipped": Injury(4, blocked=True),
    "clawed": Injury(4, blocked=True),
    "wounded": Injury(4, blocked=True),
    "slashed": Injury(5, blocked=True),
    "stabbed": Injury(6, blocked=True),
    "shot": Injury(6, blocked=True),
    "pierced": Injury(5, blocked=True),
    "crushed": Injury(7),
    "scalded": Injury(5),
    "strangled": Injury(8, lethal=True),
    "killed": Injury(9, lethal=True),
    "murdered": Injury(9, lethal=True),
    "beheaded": Injury(10, lethal=True),
    "maimed": Injury(8),
    "tortured": Injury(9),
    "burned": Injury(6),
    "drowned": Injury(8, lethal=True),
    "choked": Injury(4),
    "poisoned": Injury(6),
    "broke": Injury(5),
    "tore": Injury(5),
    "died": Injury(9, lethal=True),
    "perished": Injury(9, lethal=True),
    "suffocated": Injury(8, lethal=True),
    "bled": Injury(3),
    "limped": Injury(2),
}


def _all_forms() -> dict[str, Injury]:
    forms = dict(_BASIC)
    for family in ("injure", "dual", "poison", "break", "die", "symptom"):
        past = CLASSES[f"{family}_past"]
        for suffix in ("base", "participle"):
            for word, same in zip(CLASSES.get(f"{family}_{suffix}", ()), past, strict=False):
                forms[word] = _BASIC[same]
    return forms


INJURIES: dict[str, Injury] = _all_forms()
"""By every form of the verb: past, base and participle."""

DEAD = Injury(9, lethal=True)
FALLING = Injury(4)
FALLING_INTO = Injury(6)
HIT_BY_FALLING = Injury(5)
REACHED = Injury(5)
TAINTED = Injury(6)
BLAST = Injury(8)
GUNSHOT = Injury(6, blocked=True)

PART_FACTOR: dict[str, float] = {
    "face": 1.3, "neck": 1.3, "skull": 1.3, "eye": 1.3, "heart": 1.3,
    "hand": 0.8, "foot": 0.8, "finger": 0.8,
}  # fmt: skip
"""How much worse an injury to that part is; other parts count 1."""

VOCABULARY: tuple[str, ...] = tuple(word for words in CLASSES.values() for word in words)
CLASS_OF: dict[str, str] = {word: name for name, words in CLASSES.items() for word in words}

GENDER: dict[str, str] = {
    **dict.fromkeys(CLASSES["name_he"] + CLASSES["role_he"], HE),
    **dict.fromkeys(CLASSES["name_she"] + CLASSES["role_she"], SHE),
    **dict.fromkeys(CLASSES["creature"] + CLASSES["thinglike"], IT),
}
"""Every word that names a character, with the pronoun that can refer to it."""

NAMES: tuple[str, ...] = CLASSES["name_he"] + CLASSES["name_she"]
COUNTS_NOT: frozenset[str] = frozenset(CLASSES["thinglike"])
