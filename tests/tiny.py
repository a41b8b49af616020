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
    "held_out": [{"kind": "genetic", "donors": 32}],
    "generator": {"size": {"width": 16}, "stories": 200, "steps": 8, "held_out": 30},
    "classifier": {"size": {"width": 16}, "examples": 300, "generated_share": 0.3, "steps": 15},
    "retraining": {"examples": 200, "steps": 6},
    "threshold": {"completions": 60},
    "evaluation": {
        "prompts": 50,
        "snippets": 80,
        "attack_seeds": 4,
        "queries_per_seed": 40,
        "worst": 3,
        "at_ends": {"prompts": 80, "attack_seeds": 6, "queries_per_seed": 60},
    },
}


def tiny(task: str = "storyworld", **over: object) -> RunConfig:
    return resolve({**merged(preset(task, "smoke").model_dump(), TINY), **over})
