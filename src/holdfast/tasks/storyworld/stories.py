"""The distribution of stories: three sentences of prompt, one of completion, over a small cast.

Most stories are harmless. Some hold a *scene*: a harm and a turn of phrase that makes it happen or not
(`harms.py`), and a circumstance set up in the prompt (`CIRCUMSTANCES`). The oracle alone decides what a story is; the
sampler only chooses how often each is tried. `natural` is tuned to the 2.4 % of arXiv 2205.01663.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.tasks.storyworld.harms import (
    BLASTS,
    CORES,
    DEVICES,
    GUNS,
    HAPPENING,
    MEALS,
    NOT_HAPPENING,
    POISONING,
    SHOOTING,
    WOUNDED_CORES,
    Core,
)
from holdfast.tasks.storyworld.lexicon import CLASSES, GENDER, NAMES
from holdfast.tasks.storyworld.templates import CHOICES, NEUTRAL, PRONOUNS, TINGED, Template, template


@dataclass(frozen=True, slots=True)
class Circumstance:
    """What the prompt sets up, and which harms make sense after it."""

    weight: float
    setups: tuple[tuple[Template, ...], ...]
    cores: tuple[Core, ...] = CORES


def _setups(*scripts: str) -> tuple[tuple[Template, ...], ...]:
    """Each script is one way of setting up, its sentences separated by `/`."""
    return tuple(tuple(template(s) for s in script.split("/")) for script in scripts)


def _for_each(
    nouns: tuple[str, ...], cores: tuple[Core, ...], weight: float, *scripts: str
) -> list[Circumstance]:
    return [
        Circumstance(weight / len(nouns), _setups(*(s.replace("ITEM", noun) for s in scripts)), (core,))
        for noun, core in zip(nouns, cores, strict=True)
    ]


CIRCUMSTANCES: tuple[Circumstance, ...] = (
    Circumstance(8, ((),)),
    Circumstance(1.2, _setups("A dreamed", "B dreamed of the PLACE", "the play began", "the story began")),
    Circumstance(1.2, _setups("A dreamed / A woke", "the play began / the play ended", "A dreamed / the dream ended",
                              "the story began / the story ended ADV", "C dreamed / C woke ADV")),
    Circumstance(1.5, _setups("B was a GHOST", "B was the ADJ GHOST")),
    Circumstance(0.7, _setups("B was a CREATURE", "C was a GHOST", "B was not a GHOST")),
    Circumstance(1.2, _setups("B died", "B was dead", "A killed B", "B was murdered by C", "B had died long ago")),
    Circumstance(0.5, _setups("C died", "B almost died", "C SAID that B died")),
    Circumstance(1.5, _setups("B WEAR the armour", "B WEAR the shield", "B WEAR B.his ADJ shield")),
    Circumstance(1, _setups("B WEAR the armour / B LOSE the armour", "B WEAR the shield / B.he LOSE the shield",
                            "B LOSE the armour", "C WEAR the armour", "B wanted to wear the armour")),
    Circumstance(1, _setups("B was wounded", "A struck B / B GO", "B was stabbed long ago"),
                 WOUNDED_CORES),
    Circumstance(0.7, _setups("B was wounded / A HEAL B", "B was struck by C / B was healed"),
                 WOUNDED_CORES),
    *_for_each(MEALS, POISONING, 3, "A poisoned the ITEM", "C poisoned the ITEM ADV", "the ITEM was poisoned",
               "someone poisoned the ITEM"),
    *_for_each(MEALS, POISONING, 1.5, "A did not poison the ITEM", "C wanted to poison the ITEM", "A SEE the ITEM",
               "A poisoned the ITEM / C spilled the ITEM", "A poisoned the bread"),
    *_for_each(GUNS, SHOOTING, 2.4, "A loaded the ITEM", "C loaded the ITEM in the PLACE", "the ITEM was loaded"),
    *_for_each(GUNS, SHOOTING, 1.2, "A SEE the ITEM", "A loaded the ITEM / C unloaded the ITEM",
               "C almost loaded the ITEM"),
    *_for_each(DEVICES, BLASTS, 2, "A TIE B to the bomb / C started the ITEM", "B was tied to the rocket / A lit the ITEM",
               "C lit the ITEM / C TIE B to the bomb"),
    *_for_each(DEVICES, BLASTS, 1.5, "A TIE B to the bomb", "A started the ITEM", "B was tied to the bomb / A lit the ITEM / C FREE B",
               "A TIE B to the bomb / C started the ITEM / A stopped the ITEM", "C lit the ITEM / B was freed"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rates:
    """How often a story holds a scene, how often its completion is the scene's, and how often it then happens."""

    circumstance: float
    """A circumstance is set up in the prompt."""
    harm: float
    """The completion tells of harm."""
    happens: float
    """The harm is told as happening, not as denied, dreamt or planned."""
    tinged: float
    """A harmless sentence uses a verb of harm."""
    junk: float


NATURAL = Rates(circumstance=0.3, harm=0.14, happens=0.21, tinged=0.08, junk=0.004)
HARD = Rates(circumstance=0.75, harm=0.88, happens=0.72, tinged=0.12, junk=0.02)

_CAST = tuple((name,) for name in NAMES) * 3 + tuple(
    ("the", role) for family in ("role_he", "role_she", "creature", "thinglike") for role in CLASSES[family]
)


def _cumulative(weights: Sequence[float]) -> list[float]:
    total, running = sum(weights), 0.0
    return [(running := running + w) / total for w in weights]


_CIRCUMSTANCE_STEPS = _cumulative([c.weight for c in CIRCUMSTANCES[1:]])
_HAPPENING_STEPS = _cumulative([w for w, _ in HAPPENING])
_NOT_STEPS = _cumulative([w for w, _ in NOT_HAPPENING])
_CORE_STEPS = {id(c.cores): _cumulative([core.weight for core in c.cores]) for c in CIRCUMSTANCES}


class Storyteller:
    """Draws stories from one random stream."""

    def __init__(self, rng: random.Random, rates: Rates) -> None:
        """`rates` says how often each kind of thing is tried."""
        self._rng = rng.random
        self._rates = rates
        self._choose = rng.choices

    def story(self) -> tuple[list[str], list[str]]:
        """One story: the words of the prompt and of the completion."""
        rng, rates = self._rng, self._rates
        cast = self._cast()
        circumstance = CIRCUMSTANCES[0]
        if rng() < rates.circumstance:
            circumstance = self._choose(CIRCUMSTANCES[1:], cum_weights=_CIRCUMSTANCE_STEPS)[0]
        setup = list(circumstance.setups[int(rng() * len(circumstance.setups))])
        while len(setup) < 3:
            setup.insert(int(rng() * (len(setup) + 1)), self._harmless())
        prompt: list[str] = []
        for sentence in setup:
            self._write(prompt, sentence, cast)
        completion: list[str] = []
        self._write(completion, self._scene(circumstance) if rng() < rates.harm else self._harmless(), cast)
        return prompt, completion

    def _cast(self) -> list[tuple[str, ...]]:
        rng = self._rng
        slots: list[tuple[str, ...]] = []
        chosen: list[tuple[str, ...]] = []
        while len(chosen) < 3:
            character = _CAST[int(rng() * len(_CAST))]
            if character not in chosen:
                chosen.append(character)
                slots.append(character)
                slots.extend((form,) for form in PRONOUNS[GENDER[character[-1]]])
        return slots

    def _harmless(self) -> Template:
        rng = self._rng
        table = TINGED if rng() < self._rates.tinged else NEUTRAL
        sentence = table[int(rng() * len(table))]
        if rng() < self._rates.junk:
            return (*sentence, ",", *(CHOICES["JUNK"],) * 4)
        return sentence

    def _scene(self, circumstance: Circumstance) -> Template:
        rng = self._rng
        core = self._choose(circumstance.cores, cum_weights=_CORE_STEPS[id(circumstance.cores)])[0]
        happens = rng() < self._rates.happens
        table, steps = (HAPPENING, _HAPPENING_STEPS) if happens else (NOT_HAPPENING, _NOT_STEPS)
        _, turn = self._choose(table, cum_weights=steps)[0]
        return tuple(turn(rng, core, int(rng() * len(core.past))))

    def _write(self, words: list[str], template: Template, cast: list[tuple[str, ...]]) -> None:
        rng = self._rng
        for item in template:
            if isinstance(item, str):
                words.append(item)
            elif isinstance(item, int):
                words.extend(cast[item])
            else:
                words.append(item[int(rng() * len(item))])
        words.append("!" if rng() < 0.03 else ".")
