"""Attacks: each a named composition of proposals, an objective and a search, one file each.

A new attack is one file here, a row in `attacks` below, and a row in `tests/attacks/table.py`; a third party
registers one by an entry point in the group `holdfast.attacks`. `attacks.GreedyRewrite` and the other classes
are imported when first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from holdfast.core.registry import Registry

if TYPE_CHECKING:
    from holdfast.attacks.base import Attack

BUILTIN = {
    "beam": "holdfast.attacks.beam:Beam",
    "auto": "holdfast.attacks.auto:Auto",
    "best": "holdfast.attacks.compose:Best",
    "best_of_n": "holdfast.attacks.best_of_n:BestOfN",
    "gcg": "holdfast.attacks.gcg:GCG",
    "genetic": "holdfast.attacks.genetic:Genetic",
    "greedy_rewrite": "holdfast.attacks.greedy_rewrite:GreedyRewrite",
    "hard_label": "holdfast.attacks.hard_label:HardLabel",
    "hotflip": "holdfast.attacks.hotflip:HotFlip",
    "mcmc": "holdfast.attacks.mcmc:MCMC",
    "phrase_fill": "holdfast.attacks.phrase_fill:PhraseFill",
    "proliferate": "holdfast.attacks.proliferate:Proliferate",
    "map_elites": "holdfast.attacks.map_elites:MapElites",
    "random_rewrite": "holdfast.attacks.random_rewrite:RandomRewrite",
    "red_lm": "holdfast.attacks.red_lm:RedLM",
    "repeat": "holdfast.attacks.compose:Repeat",
    "then": "holdfast.attacks.compose:Then",
    "word_importance": "holdfast.attacks.word_importance:WordImportance",
}

attacks: Registry[Attack] = Registry("attack", BUILTIN)


def attack_from_config(config: dict[str, Any]) -> Attack:
    """Make an attack from `{"kind": name, **its fields}`; raises UserError naming the nearest names."""
    from holdfast.core.from_values import from_values

    return from_values(attacks, config)


def attack_to_config(attack: Attack) -> dict[str, Any]:
    """The configuration that `attack_from_config` makes this attack from."""
    from holdfast.attacks.plain_values import plain

    config: dict[str, Any] = plain(attack)
    return config


def __dir__() -> list[str]:
    """The attacks' classes are listed, though each is imported only when it is used."""
    return sorted([*globals(), *(path.partition(":")[2] for path in BUILTIN.values())])


def __getattr__(name: str) -> Any:
    for kind, path in BUILTIN.items():
        if path.endswith(f":{name}"):
            return attacks.get(kind)
    raise AttributeError(f"module 'holdfast.attacks' has no attribute '{name}'")
