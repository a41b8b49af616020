"""The smallest campaign that still has every kind of step."""

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.presets import preset
from holdfast.campaign.yamlfile import merged

TINY = {
    "rounds": 2,
    "attacks": [
        {"attack": "best_of_n", "seeds": 6, "queries_per_seed": 10},
        {"attack": "random_rewrite", "seeds": 6, "queries_per_seed": 40, "proliferate": 3},
    ],
    "held_out": ["genetic"],
    "generator": {"size": {"width": 16}, "stories": 300, "steps": 15, "held_out": 50},
    "classifier": {"size": {"width": 16}, "examples": 400, "generated_share": 0.3, "steps": 25},
    "retraining": {"examples": 300, "steps": 10},
    "threshold": {"completions": 100},
    "evaluation": {
        "prompts": 80,
        "snippets": 100,
        "attack_seeds": 4,
        "queries_per_seed": 40,
        "worst": 3,
        "at_ends": {"prompts": 120, "attack_seeds": 6, "queries_per_seed": 60},
    },
}


def tiny(task: str = "storyworld", **over: object) -> RunConfig:
    return resolve({**merged(preset(task, "smoke").model_dump(), TINY), **over})
