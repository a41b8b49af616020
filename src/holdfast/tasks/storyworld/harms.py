"""The harms that stories tell of, and the turns of phrase under which they happen or do not."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.tasks.storyworld.lexicon import CLASSES
from holdfast.tasks.storyworld.templates import CHOICES, SLOTS, Item, Template, template


@dataclass(frozen=True, slots=True)
class Core:
    """A harm, in the three forms that its verb takes; `lead` comes before the verb group, `tail` after."""

    lead: Template
    past: tuple[str, ...]
    base: tuple[str, ...]
    participle: tuple[str, ...]
    tail: Template
    weight: float = 1.0
    passive: bool = False


def _core(lead: str, family: str, tail: str, weight: float = 1.0, only: str = "") -> Core:
    past, base = CLASSES[f"{family}_past"], CLASSES[f"{family}_base"]
    participle = CLASSES.get(f"{family}_participle", past)
    if only:
        keep = [past.index(word) for word in only.split()]
        past, base, participle = (tuple(words[i] for i in keep) for words in (past, base, participle))
    return Core(template(lead), past, base, participle, template(tail), weight)


def _passive(lead: str, words: str, tail: str, weight: float = 1.0) -> Core:
    forms = CLASSES[words]
    return Core(template(lead), forms, forms, forms, template(tail), weight, passive=True)


_FLESH = "slapped scratched punched kicked struck clawed slashed stabbed shot pierced crushed scalded"
CORES: tuple[Core, ...] = (
    _core("A", "injure", "B", 3),
    _core("A", "injure", "B.him", 1),
    _core("A", "injure", "B with the WEAPON", 1.5),
    _core("A", "injure", "B in the PART", 1, "stabbed shot punched kicked struck"),
    _core("A", "injure", "B 's PART", 1.5, _FLESH),
    _core("A", "injure", "B.his PART", 1, _FLESH),
    _core("A", "break", "B 's PART", 1.5),
    _core("A", "break", "A.his PART", 0.7),
    _core("A", "injure", "A.self", 1),
    _core("A.he", "injure", "B", 1),
    _core("A", "dual", "B", 1.5),
    _core("A", "poison", "B", 0.5),
    _core("the WEAPON", "injure", "B", 0.7, "struck pierced slashed wounded killed"),
    _core("the CREATURE", "injure", "B", 1, "clawed killed maimed wounded"),
    _core("someone", "injure", "B", 0.7),
    _core("A", "injure", "everyone", 0.7),
    _core("A", "injure", "someone PREP the PLACE", 0.5),
    _core("everyone", "die", "", 0.4),
    _core("B", "die", "", 1.5),
    _core("B", "die", "in the PLACE", 0.7),
    _core("B", "dual", "", 1),
    _core("B", "dual", "in the river", 0.5, "drowned"),
    _core("B", "symptom", "", 1),
    _core("B", "fall", "from the HIGH", 1.5),
    _core("B", "fall", "into the HAZARD", 0.7),
    _core("the HEAVY", "fall", "on B", 1.5),
    _core("the HAZARD", "reach", "B", 1),
    _passive("B", "injure_past", "", 1.5),
    _passive("B", "injure_past", "by A", 1.5),
    _passive("B", "injure_past", "by the CREATURE", 0.7),
    _passive("B.he", "injure_past", "with the WEAPON", 0.7),
    _passive("B", "dual_past", "by A", 0.5),
    _passive("B 's PART", "break_participle", "", 1),
    _passive("B.his PART", "break_participle", "by the HEAVY", 0.5),
)
POISONING = (
    _core("B", "eat", "from the cup", 1, "drank"),
    _core("B", "eat", "the wine", 1, "drank tasted"),
    _core("B", "eat", "the soup", 1, "ate tasted"),
    _core("B", "eat", "the apple", 1, "ate tasted"),
)
SHOOTING = tuple(_core("A", "fire", f"the {gun} at B") for gun in CLASSES["gun"])
BLASTS = tuple(_core(f"the {device}", "run", "out") for device in CLASSES["device"])
WOUNDED_CORES = CORES + tuple(core for core in CORES if "bled" in core.past) * 4
MEALS, GUNS, DEVICES = ("cup", "wine", "soup", "apple"), CLASSES["gun"], CLASSES["device"]


Random = Callable[[], float]


def _pick(rng: Random, options: Sequence[str]) -> str:
    return options[int(rng() * len(options))]


Turn = Callable[[Random, Core, int], list[Item]]


def _plain(middle: str) -> Turn:
    """The verb as it happened, with words before it."""
    words = middle.split()

    def turn(rng: Random, core: Core, form: int) -> list[Item]:
        verb: list[Item] = (
            ["was", *words, core.participle[form]] if core.passive else [*words, core.past[form]]
        )
        return [*core.lead, *verb, *core.tail]

    return turn


def _with_base(before: tuple[str, ...], options: tuple[str, ...], after: tuple[str, ...]) -> Turn:
    """A verb group that ends in the base form: did not hit, might hit, wanted to hit."""

    def turn(rng: Random, core: Core, form: int) -> list[Item]:
        choice = [_pick(rng, options)] if options else []
        verb: list[Item] = ["be", core.participle[form]] if core.passive else [core.base[form]]
        return [*core.lead, *before, *choice, *after, *verb, *core.tail]

    return turn


def _negated(rng: Random, core: Core, form: int) -> list[Item]:
    if core.passive:
        return [*core.lead, "was", "not", core.participle[form], *core.tail]
    return [*core.lead, "did", "not", core.base[form], *core.tail]


def _to(options: tuple[str, ...], before: tuple[str, ...] = ()) -> Turn:
    """Intention and the like; passives have none, so they take a modal."""

    def turn(rng: Random, core: Core, form: int) -> list[Item]:
        if core.passive:
            return [*core.lead, "would", "be", core.participle[form], *core.tail]
        return [*core.lead, *before, _pick(rng, options), "to", core.base[form], *core.tail]

    return turn


def _shared(rng: Random, core: Core, form: int) -> list[Item]:
    """Another thing first, then the harm without a subject of its own."""
    verb = ["was", core.participle[form]] if core.passive else [core.past[form]]
    return [*core.lead, CHOICES["GO"], "and", *verb, *core.tail]


def _pluperfect(rng: Random, core: Core, form: int) -> list[Item]:
    middle = ["been", core.participle[form]] if core.passive else [core.participle[form]]
    return [*core.lead, "had", *middle, *core.tail]


def _around(before: str, after: str, inner: Turn) -> Turn:
    head, foot = template(before), template(after)
    return lambda rng, core, form: [*head, *inner(rng, core, form), *foot]


def _no_victim(rng: Random, core: Core, form: int) -> list[Item]:
    words = _plain("")(rng, core, form)
    return ["nobody" if item == SLOTS["B"] else item for item in words]


_HAPPENED = _plain("")
HAPPENING: tuple[tuple[float, Turn], ...] = (
    (6, _HAPPENED),
    (1, _plain("suddenly")),
    (1, _plain("quickly")),
    (1, _to(CLASSES["manage"])),
    (1.5, _around("C GO , and", "", _HAPPENED)),
    (1.5, _shared),
    (1, _around("C GO when", "", _HAPPENED)),
    (1, _around("", "and C GO", _HAPPENED)),
    (1, _around("C KNEW that", "", _HAPPENED)),
    (1, _around("“ i am ADJ , ” said C , and", "", _HAPPENED)),
    (0.7, _around("C did not GOBASE , and", "", _HAPPENED)),
    (0.7, _around("C SAID that it rained , but", "", _HAPPENED)),
    (0.5, _around("the IDEA crushed C , and", "", _HAPPENED)),
    (0.5, _around("C almost GO , and", "", _HAPPENED)),
    (0.7, _around("", ", and the JUNK JUNK JUNK", _HAPPENED)),
    (0.4, _around("", ", JUNK JUNK JUNK JUNK", _HAPPENED)),
)
"""Turns of phrase under which the harm happens."""
NOT_HAPPENING: tuple[tuple[float, Turn], ...] = (
    (2, _negated),
    (1, _plain("never")),
    (2, _plain("almost")),
    (1, _plain("nearly")),
    (0.7, _to(("about",), ("was",))),
    (1.5, _with_base((), CLASSES["modal"], ())),
    (0.7, _with_base((), CLASSES["modal"], ("not",))),
    (2, _to(CLASSES["intend"])),
    (1, _around("if", ", C GO", _HAPPENED)),
    (1, _around("C GO unless", "", _HAPPENED)),
    (2, _around("C SAID that", "", _HAPPENED)),
    (1, _around("C dreamed that", "", _HAPPENED)),
    (1, _around("in the dream ,", "", _HAPPENED)),
    (1, _around("", "in the play", _HAPPENED)),
    (1.5, _pluperfect),
    (1, _around("", "long ago", _HAPPENED)),
    (0.7, _around("", "yesterday", _HAPPENED)),
    (1, _around("“", ", ” said C", _HAPPENED)),
    (1.5, _no_victim),
)
"""Turns of phrase under which it does not."""
