"""Whole configurations by name: `smoke` (seconds), `demo` (minutes on two cores), `full` (hours)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.yamlfile import merged
from holdfast.core.errors import unknown
from holdfast.tasks import tasks

_SMOKE: Mapping[str, Any] = {
    "threads": 1,
    "rounds": 2,
    "attacks": [
        {"attack": "random_rewrite", "seeds": 10, "queries_per_seed": 60},
        {"attack": "greedy_rewrite", "seeds": 10, "queries_per_seed": 60},
    ],
    "held_out": ["genetic"],
    "generator": {
        "size": {"layers": 1, "width": 32, "heads": 2},
        "recipe": {"learning_rate": 4e-3},
        "stories": 1500,
        "steps": 60,
        "held_out": 200,
    },
    "classifier": {
        "size": {"layers": 1, "width": 32, "heads": 2},
        "recipe": {"learning_rate": 4e-3, "batch_size": 64},
        "examples": 2000,
        "steps": 100,
    },
    "retraining": {
        "recipe": {"learning_rate": 2e-3, "batch_size": 64},
        "mixing": {},
        "examples": 1500,
        "steps": 40,
    },
    "threshold": {"completions": 400},
    "evaluation": {
        "prompts": 500,
        "max_draws": 5,
        "snippets": 500,
        "attack_seeds": 8,
        "queries_per_seed": 100,
        "worst": 6,
    },
}

_DEMO: Mapping[str, Any] = {
    "threads": 2,
    "rounds": 5,
    "attacks": [
        {"attack": "best_of_n", "seeds": 40, "queries_per_seed": 400},
        {"attack": "random_rewrite", "seeds": 80, "queries_per_seed": 400},
        {"attack": "greedy_rewrite", "seeds": 80, "queries_per_seed": 400},
    ],
    "held_out": ["genetic"],
    "generator": {
        "size": {"layers": 2, "width": 96, "heads": 4},
        "recipe": {},
        "stories": 40_000,
        "steps": 1200,
    },
    "classifier": {
        "size": {"layers": 3, "width": 64, "heads": 4},
        "recipe": {},
        "examples": 60_000,
        "steps": 1200,
    },
    "retraining": {
        "recipe": {"learning_rate": 1e-3},
        "mixing": {},
        "examples": 24_000,
        "steps": 300,
    },
    "threshold": {"completions": 5000},
    "evaluation": {
        "prompts": 10_000,
        "snippets": 6000,
        "attack_seeds": 40,
        "queries_per_seed": 2000,
    },
}

_FULL: Mapping[str, Any] = {
    "rounds": 20,
    "attacks": [
        {"attack": "best_of_n", "seeds": 100, "queries_per_seed": 1000},
        {"attack": "random_rewrite", "seeds": 400, "queries_per_seed": 1000},
        {"attack": "greedy_rewrite", "seeds": 400, "queries_per_seed": 1000},
    ],
    "generator": {
        "size": {"layers": 4, "width": 192, "heads": 6},
        "stories": 400_000,
        "steps": 12_000,
        "held_out": 10_000,
    },
    "classifier": {
        "size": {"layers": 4, "width": 128, "heads": 4},
        "examples": 1_000_000,
        "steps": 20_000,
    },
    "retraining": {"examples": 100_000, "steps": 1500},
    "threshold": {"completions": 50_000},
    "evaluation": {
        "prompts": 200_000,
        "snippets": 50_000,
        "attack_seeds": 200,
        "queries_per_seed": 10_000,
    },
}

PRESETS: Mapping[str, Mapping[str, Any]] = {"smoke": _SMOKE, "demo": _DEMO, "full": merged(_DEMO, _FULL)}

# The reference classifier of the bracket task, wherever its size is not cut for a test.
_BRACKETS_SIZE = {"layers": 3, "width": 56, "heads": 2, "feed_forward": 56, "architecture": "bert"}
_BRACKETS: Mapping[str, Any] = {"classifier": {"size": _BRACKETS_SIZE}}

_BY_TASK: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("brackets", "demo"): _BRACKETS,
    ("brackets", "full"): _BRACKETS,
}


def preset(task: str, name: str, **over: Any) -> RunConfig:
    """The preset of that name for a task, with some top-level keys replaced.

    A task without presets of its own, a third party's too, gets the general ones. Raises UserError for an
    unknown task or preset, with the nearest name.
    """
    if name not in PRESETS:
        raise unknown("preset", name, PRESETS)
    tasks.get(task)
    values = merged(PRESETS[name], _BY_TASK.get((task, name), {}))
    return resolve({"task": task, "preset": name, **values, **over})
