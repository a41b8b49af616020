"""Whole configurations by name: `ready` (a minute, for the workbench), `smoke` (seconds), `demo` (minutes on
two cores), `full` (hours)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.campaign.config import LABELLED, PEOPLE, RunConfig, resolve
from holdfast.campaign.generator_presets import OWN_GENERATOR, generator_preset
from holdfast.campaign.yamlfile import merged
from holdfast.core.errors import UserError, unknown
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
        # many prompts and few draws each: the failures that the filter meets by itself
        {"attack": "best_of_n", "seeds": 300, "queries_per_seed": 60},
        {"attack": "random_rewrite", "seeds": 150, "queries_per_seed": 80, "proliferate": 20},
        {"attack": "greedy_rewrite", "seeds": 150, "queries_per_seed": 80},
        {"attack": "genetic", "seeds": 150, "queries_per_seed": 80},
    ],
    "held_out": ["hotflip"],
    "generator": {
        "size": {"layers": 2, "width": 64, "heads": 4},
        "recipe": {"learning_rate": 5e-3, "schedule": "cosine"},
        "stories": 100_000,
        "steps": 2000,
        "held_out": 4000,
        "temperature": 0.95,
    },
    "classifier": {
        "size": {"layers": 2, "width": 64, "heads": 4},
        "recipe": {"learning_rate": 3e-3},
        "examples": 120_000,
        "generated_share": 0.4,
        "steps": 1500,
    },
    "retraining": {
        "recipe": {"learning_rate": 2e-3, "positive_weight": 3.0},
        "mixing": {"adversarial_share": 0.65, "sharpness": 1.0},
        "examples": 57_600,
        "steps": 450,
        "failures_per_seed": 8,
        "candidates": 14_000,
        "replay": 3000,
    },
    "threshold": {"completions": 8000},
    "evaluation": {
        "prompts": 8000,
        "attack_seeds": 20,
        "queries_per_seed": 600,
        "snippets": 6000,
        "at_ends": {"prompts": 20_000, "attack_seeds": 30, "queries_per_seed": 1500},
    },
}

_READY: Mapping[str, Any] = {
    "threads": 1,
    "rounds": 0,
    "attacks": [],
    "held_out": [],
    "generator": {
        "size": {"layers": 1, "width": 48, "heads": 4},
        "recipe": {"learning_rate": 1e-2, "batch_size": 32, "schedule": "cosine"},
        "stories": 4000,
        "steps": 120,
        "held_out": 200,
        "temperature": 0.8,
    },
    "classifier": {
        "size": {"layers": 2, "width": 64, "heads": 4},
        "recipe": {"learning_rate": 5e-3, "batch_size": 64, "schedule": "cosine"},
        "examples": 8000,
        "steps": 200,
    },
    "retraining": {
        "recipe": {"learning_rate": 2e-3, "batch_size": 64},
        "examples": 12_800,
        "steps": 200,
    },
    "threshold": {"completions": 1000},
    "evaluation": {"prompts": 600, "max_draws": 2, "snippets": 1000, "attack_seeds": 8, "at_ends": None},
}
"""A model that is worth attacking at once: no rounds of attacks, and about a minute of one core."""

READY_TASK = "storyworld"
"""The world of the model that `holdfast serve` trains where there is none."""

_FULL: Mapping[str, Any] = {
    "rounds": 20,
    "attacks": [
        {"attack": "best_of_n", "seeds": 4000, "queries_per_seed": 100},
        {"attack": "random_rewrite", "seeds": 1000, "queries_per_seed": 300, "proliferate": 100},
        {"attack": "greedy_rewrite", "seeds": 1000, "queries_per_seed": 300},
        {"attack": "genetic", "seeds": 1000, "queries_per_seed": 300},
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
    "retraining": {"examples": 250_000, "steps": 2000, "candidates": 60_000, "replay": 10_000},
    "threshold": {"completions": 50_000},
    "evaluation": {
        "prompts": 200_000,
        "snippets": 50_000,
        "attack_seeds": 200,
        "queries_per_seed": 10_000,
        "at_ends": None,
    },
}

_GUARD: Mapping[str, Any] = {
    "rounds": 5,
    "retraining": {
        "recipe": {"learning_rate": 1e-4, "batch_size": 32},
        "learning_rates": [5e-5, 2e-4],
        "mixing": {"adversarial_share": 0.5, "sharpness": 1.0},
        "examples": 2048,
        "steps": 64,
        "failures_per_seed": 4,
        "candidates": 300,
        "replay": 150,
        "control": True,
    },
    "evaluation": {"attack_seeds": 30, "queries_per_seed": 200},
}
"""Rounds of a guard of labelled text: about half an hour on two cores for an encoder of MiniLM's size."""

_TRAINED = {"seeds": 60, "queries_per_seed": 60}

_JUDGED = {"seeds": 12, "queries_per_seed": 60}
"""Where people judge each text: a few dozen texts a round, and some more for each guard that is measured."""

_FEW = {"attack_seeds": 10, "queries_per_seed": 60}

_NEAR = {"constraints": {"most_edits": 3}}
"""Few edits, as people's time is spent on rewrites that may still be harmful."""


def guard_rounds(values: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a configuration of a guard and labelled text leaves out for rounds, from what it says.

    Where a passage is carried, attacks that write after it are trained against; held out are another attack
    there and two that write before it. Otherwise attacks of other kinds are. Where people judge there are few
    seeds and few edits, and no control.
    """
    judge = values.get("judge") or "carried"
    kind = judge.get("kind") if isinstance(judge, dict) else judge
    if kind == "carried":
        after, before = ({"constraints": {"place": place}} for place in ("after", "before"))
        trained = [{"kind": "random_rewrite", **after}, {"kind": "greedy_rewrite", **after}]
        held_out = [
            {"kind": "hotflip", **after},
            {"kind": "random_rewrite", **before},
            {"kind": "hotflip", **before},
        ]
    elif kind == PEOPLE:
        trained, held_out = [{"kind": "random_rewrite", **_NEAR}], [{"kind": "word_importance", **_NEAR}]
    else:
        trained, held_out = [{"kind": "word_importance"}, {"kind": "random_rewrite"}], [{"kind": "hotflip"}]
    found: dict[str, Any] = dict(_GUARD)
    if kind == PEOPLE:
        found = merged(_GUARD, {"rounds": 1, "retraining": {"control": False}, "evaluation": _FEW})
    if "attacks" not in values and "held_out" not in values:
        extent = _JUDGED if kind == PEOPLE else _TRAINED
        found |= {"attacks": [{"attack": each, **extent} for each in trained], "held_out": held_out}
    return found


PRESETS: Mapping[str, Mapping[str, Any]] = {
    "ready": _READY,
    "smoke": _SMOKE,
    "demo": _DEMO,
    "full": merged(_DEMO, _FULL),
}

# The reference classifier of the bracket task, wherever its size is not cut for a test.
_BRACKETS_SIZE = {"layers": 3, "width": 56, "heads": 2, "feed_forward": 56, "architecture": "bert"}
_BRACKETS: Mapping[str, Any] = {"classifier": {"size": _BRACKETS_SIZE}}

# Stories are some eighty words long and draw on thousands, so that each costs several times what a bracket
# string does.
_STORIES_SMOKE: Mapping[str, Any] = {
    "generator": {"stories": 1000, "steps": 40},
    "threshold": {"completions": 250},
    "evaluation": {"prompts": 250, "snippets": 300},
}
# To read stories whose facts lie further back, a classifier must be larger than minutes can harden
# (docs/results/storyworld.md), so the demo's completions decide by themselves, after two or three sentences.
# What a clause means has to be learnt from the oracle's marks: verdicts alone leave three times the misses
# among what the generator writes. Small batches, as many steps matter more than many stories.
_MARKED = {"kind": "process_supervision", "mark_weight": 1.0}
_STORIES_DEMO: Mapping[str, Any] = {
    "task": {"kind": "storyworld", "depth": 0, "least": 2, "most": 3},
    "attacks": [
        {"attack": "best_of_n", "seeds": 120, "queries_per_seed": 100},
        {"attack": "random_rewrite", "seeds": 60, "queries_per_seed": 200},
        {"attack": "greedy_rewrite", "seeds": 60, "queries_per_seed": 200},
        {"attack": "genetic", "seeds": 60, "queries_per_seed": 200},
    ],
    "generator": {
        "recipe": {"learning_rate": 4e-3, "batch_size": 32, "schedule": "cosine"},
        "stories": 51_200,
        "steps": 1600,
        "held_out": 1000,
    },
    "classifier": {
        "size": {"layers": 2, "width": 64, "heads": 4, "architecture": "reader"},
        "recipe": {"learning_rate": 3e-3, "batch_size": 32, "schedule": "cosine", "beta2": 0.98},
        "defence": _MARKED,
        "examples": 60_000,
        "generated_share": 0.5,
        "steps": 2000,
    },
    "retraining": {
        "recipe": {"learning_rate": 1e-3, "batch_size": 32, "beta2": 0.98, "positive_weight": 3.0},
        "defence": _MARKED,
        "mixing": {"adversarial_share": 0.5, "balanced_by": "attack", "minimal_pairs": True},
        "examples": 16_000,
        "torn": 3000,
        "steps": 400,
        "candidates": 5000,
        "replay": 1500,
    },
    "threshold": {"completions": 3000},
    "evaluation": {
        "prompts": 2500,
        "attack_seeds": 10,
        "queries_per_seed": 200,
        "snippets": 2500,
        "at_ends": {"prompts": 6000, "attack_seeds": 15, "queries_per_seed": 600},
    },
}

# Completions that decide by themselves: a minute teaches these, and no stories whose facts lie further back.
_STORIES_READY: Mapping[str, Any] = {"task": {"kind": "storyworld", "depth": 0}}

# A form's two fields are compared by an encoder that starts with heads which match like with like; others
# take many times the steps (research/forms/README.md).
_FORMS_SMOKE: Mapping[str, Any] = {
    "generator": {"stories": 1000, "steps": 40},
    "classifier": {
        "size": {"layers": 1, "width": 64, "heads": 4, "architecture": "reader"},
        "recipe": {"learning_rate": 2e-3, "batch_size": 32},
        "examples": 10_000,
        "hard_share": 0.5,
        "steps": 1000,
    },
    "retraining": {"examples": 2500, "recipe": {"learning_rate": 1e-3}},
}
# As many texts to train on as in arXiv 2407.18213; what the generator writes after a form is always the same,
# so that drawing more completions of a prompt finds nothing.
_FORMS_DEMO: Mapping[str, Any] = {
    "attacks": [
        {"attack": "random_rewrite", "seeds": 150, "queries_per_seed": 80, "proliferate": 20},
        {"attack": "greedy_rewrite", "seeds": 150, "queries_per_seed": 80},
        {"attack": "gcg", "seeds": 150, "queries_per_seed": 80},
    ],
    "held_out": ["genetic", "hotflip"],
    "generator": {"stories": 10_000, "steps": 300, "held_out": 1000},
    "classifier": {
        "size": {"layers": 2, "width": 64, "heads": 4, "architecture": "reader"},
        "recipe": {"learning_rate": 2e-3, "batch_size": 64},
        "examples": 20_000,
        "hard_share": 0.5,
        "generated_share": 0.0,
        "steps": 1500,
    },
    "retraining": {
        "recipe": {"learning_rate": 1e-3, "batch_size": 64},
        "examples": 19_200,
        "steps": 300,
        "candidates": 5000,
        "replay": 1500,
    },
    "threshold": {"completions": 3000},
    "evaluation": {
        "prompts": 2500,
        "attack_seeds": 15,
        "queries_per_seed": 400,
        "snippets": 2500,
        "at_ends": {"prompts": 5000, "attack_seeds": 20, "queries_per_seed": 800},
    },
}
_FORMS_FULL: Mapping[str, Any] = merged(
    _FORMS_DEMO,
    {
        "classifier": {"steps": 6000},
        "evaluation": {"attack_seeds": 100, "queries_per_seed": 4000, "at_ends": None},
    },
)
_FORMS = ("password", "word_length")

_BY_TASK: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("brackets", "demo"): _BRACKETS,
    ("brackets", "full"): _BRACKETS,
    ("storyworld", "ready"): _STORIES_READY,
    ("storyworld", "smoke"): _STORIES_SMOKE,
    ("storyworld", "demo"): _STORIES_DEMO,
    **{(task, "smoke"): _FORMS_SMOKE for task in _FORMS},
    **{(task, "demo"): _FORMS_DEMO for task in _FORMS},
    **{(task, "full"): _FORMS_FULL for task in _FORMS},
}


def preset(task: str, name: str, system: object = None, **over: Any) -> RunConfig:
    """The preset of that name for a task, with some top-level keys replaced.

    `system` is what rounds attack and train; where it is None, the task's own: a generator for sandbox, a
    filter for others. A task without presets of its own, a third party's too, gets the general ones. Raises
    UserError for an unknown task or preset, with the nearest name.
    """
    if name not in PRESETS:
        raise unknown("preset", name, PRESETS)
    tasks.get(task)
    if task == LABELLED:
        raise UserError(
            "labelled text has no presets, for its models are yours;"
            " `holdfast check GUARD --data FILE` writes a configuration"
        )
    if system == "generator" or (system is None and task in OWN_GENERATOR and name != "ready"):
        values = generator_preset(task, name)
    else:
        values = merged(PRESETS[name], _BY_TASK.get((task, name), {}))
    return resolve({"task": task, "preset": name, **values, **over})
