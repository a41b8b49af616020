"""The smallest run of a generator with no filter that still has every kind of step."""

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.presets import preset
from holdfast.campaign.yamlfile import merged

TINY = {
    "attacks": [{"attack": "random_rewrite", "seeds": 3, "queries_per_seed": 16}],
    "held_out": [{"kind": "genetic", "donors": 16}],
    "generator": {"stories": 400, "steps": 150, "held_out": 10},
    "tuning": {"steps": 4, "natural_prompts": 150, "completions": 3},
    "evaluation": {"prompts": 20, "attack_seeds": 2, "queries_per_seed": 16, "worst": 2},
}


def tiny_generator(task: str = "brackets", **over: object) -> RunConfig:
    """A weak generator fails often on brackets, and not always, so a round has both kinds to learn from."""
    return resolve(merged(merged(preset(task, "smoke", "generator").model_dump(), TINY), over))
