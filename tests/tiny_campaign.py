"""The configuration of a campaign on brackets that takes a few seconds, as a user would write it."""

import yaml

_CAMPAIGN = """
task: brackets
threads: 1
held_out: []
generator: {size: {layers: 1, width: 16, heads: 2}, stories: 200, steps: 10, held_out: 50}
classifier: {size: {layers: 1, width: 16, heads: 2}, examples: 200, steps: 10}
retraining: {examples: 100, steps: 5}
threshold: {completions: 100}
evaluation: {prompts: 100, max_draws: 3, snippets: 100, attack_seeds: 4, queries_per_seed: 20, worst: 3}
"""


def tiny_yaml(*, attack_seeds: int = 6, seed: int = 0, rounds: int = 1) -> str:
    """Its YAML, with one attack from so many seeds."""
    attack = {"attack": "random_rewrite", "seeds": attack_seeds, "queries_per_seed": 30}
    return _CAMPAIGN + yaml.safe_dump({"seed": seed, "rounds": rounds, "attacks": [attack]})
