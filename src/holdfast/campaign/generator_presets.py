"""Whole configurations of runs that train a generator with no filter behind it, by name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.campaign.yamlfile import merged
from holdfast.core.errors import UserError

OWN_GENERATOR = ("sandbox",)
"""Tasks whose presets are of a generator unless a filter is asked for: there only a capable one fails."""

_SMOKE: Mapping[str, Any] = {
    "system": "generator",
    "threads": 1,
    "rounds": 1,
    "attacks": [{"attack": "random_rewrite", "seeds": 3, "queries_per_seed": 16}],
    "held_out": [{"kind": "genetic", "donors": 32}],
    "generator": {
        "size": {"layers": 1, "width": 32, "heads": 2},
        "recipe": {"learning_rate": 8e-3, "batch_size": 16},
        "stories": 300,
        "steps": 25,
        "held_out": 30,
    },
    "tuning": {
        "defence": "rejection_sampling",
        "recipe": {"learning_rate": 1e-3, "batch_size": 16},
        "steps": 10,
        "draws": 8,
        "fresh_draws": 20,
        "completions": 4,
        "natural_prompts": 60,
    },
    "evaluation": {"prompts": 60, "attack_seeds": 2, "queries_per_seed": 16, "worst": 3},
}
"""Seconds: its generator is far too weak to be capable, and shows that all works, not how safe one is."""

_DEMO: Mapping[str, Any] = {
    "system": "generator",
    "threads": 2,
    "rounds": 2,
    "attacks": [
        {"attack": "random_rewrite", "seeds": 40, "queries_per_seed": 800},
        {"attack": "hotflip", "seeds": 40, "queries_per_seed": 800},
    ],
    "held_out": ["genetic"],
    "generator": {
        "size": {"layers": 2, "width": 96, "heads": 4},
        "recipe": {"learning_rate": 5e-3, "schedule": "cosine"},
        "stories": 60_000,
        "steps": 1500,
        "held_out": 1000,
    },
    "tuning": {
        "defence": "npo",
        "recipe": {"learning_rate": 5e-4},
        "steps": 120,
        "natural_prompts": 4000,
    },
    "evaluation": {"prompts": 5000, "attack_seeds": 20, "queries_per_seed": 800},
}

_FULL: Mapping[str, Any] = merged(
    _DEMO,
    {
        "rounds": 5,
        "attacks": [
            {"attack": "random_rewrite", "seeds": 300, "queries_per_seed": 2000},
            {"attack": "hotflip", "seeds": 300, "queries_per_seed": 2000},
        ],
        "generator": {
            "size": {"layers": 4, "width": 192, "heads": 6},
            "stories": 300_000,
            "steps": 12_000,
        },
        "tuning": {"steps": 1000, "natural_prompts": 40_000},
        "evaluation": {"prompts": 100_000, "attack_seeds": 200, "queries_per_seed": 2000},
    },
)

GENERATOR_PRESETS: Mapping[str, Mapping[str, Any]] = {"smoke": _SMOKE, "demo": _DEMO, "full": _FULL}


def generator_preset(task: str, name: str) -> Mapping[str, Any]:
    """The values of the preset of that name; raises UserError for one that only a filter has."""
    if name not in GENERATOR_PRESETS:
        raise UserError(
            f"the preset '{name}' is of a filter; a generator alone has {', '.join(GENERATOR_PRESETS)}"
        )
    return GENERATOR_PRESETS[name]
