"""How much work a step is beside the others: rough weights, for telling how far a campaign is.

A weight is about the number of snippets that go forward through a model, times the model's layers and width:
on models as small as these a pass costs in proportion to its width, not to the width's square.
"""

from __future__ import annotations

from holdfast.campaign.config import RunConfig
from holdfast.campaign.rounds import StopRule, TrainingAttack
from holdfast.campaign.starts import ClassifierConfig, GeneratorConfig
from holdfast.models.size import ModelSize

_TRAINING = 3
"""A step forward and back beside a pass forward."""

_WRITING = 4
"""Writing a completion word by word beside reading it once."""

_QUERY = 2
"""A query of an attack: its score, and its share of proposing and of judging the candidates in vain."""

TAKEN = 6 * 384
"""A pass of a model that is taken from its folder, whose size nobody knows yet: that of a small encoder."""

_TO_FIRST_FAILURE = 0.5
"""The share of its queries that an attempt spends that ends at its first failure."""


def _pass(size: ModelSize) -> int:
    return size.layers * size.width


def _written(config: RunConfig) -> int:
    """A pass of the generator."""
    asked = config.writer
    return _pass(asked.size) if isinstance(asked, GeneratorConfig) else TAKEN


def _read(config: RunConfig) -> int:
    """A pass of the classifier."""
    asked = config.classifier
    return sum(map(_pass, (asked.size, *asked.others))) if isinstance(asked, ClassifierConfig) else TAKEN


def train_generator(config: RunConfig) -> int:
    """Training the generator, and measuring it."""
    asked = config.writer
    if not isinstance(asked, GeneratorConfig):
        return TAKEN
    trained = _TRAINING * asked.steps * asked.recipe.batch_size
    return _pass(asked.size) * (trained + _WRITING * asked.held_out)


def complete_prompts(config: RunConfig) -> int:
    """Writing the natural completions."""
    return _written(config) * _WRITING * (config.threshold.completions + config.most.prompts)


def draw_for_thresholds(config: RunConfig, draws: int) -> int:
    """Writing what thresholds are chosen on."""
    return _written(config) * _WRITING * draws


def calibrate_vetoes(config: RunConfig) -> int:
    """Reading, with the generator, what vetoes are calibrated on."""
    read = config.threshold.completions + config.clean.examples
    return _written(config) * len(config.vetoes) * read


def train_first(config: RunConfig) -> int:
    """Training the first classifier."""
    asked = config.classifier
    if not isinstance(asked, ClassifierConfig):
        return TAKEN
    return sum(map(_pass, (asked.size, *asked.others))) * _TRAINING * asked.steps * asked.recipe.batch_size


def train_again(config: RunConfig) -> int:
    """Training on in a round."""
    asked = config.retraining
    return _read(config) * _TRAINING * asked.steps * asked.recipe.batch_size


def train_on(config: RunConfig) -> int:
    """Training a guard on in a round, once for each learning rate."""
    return train_again(config) * max(1, len(config.retraining.learning_rates))


def evaluate_guard(config: RunConfig) -> int:
    """Attacking a guard in order to measure it, beside which scoring rows is little."""
    return assault(config, 0) * max(1, len(config.attacks) + len(config.held_out))


def attack(config: RunConfig, asked: TrainingAttack) -> int:
    """Attacking for the pool."""
    return _read(config) * _QUERY * asked.seeds * asked.queries_per_seed


def attack_prompts(config: RunConfig, asked: TrainingAttack) -> int:
    """Attacking a generator alone: each query writes a completion."""
    return _written(config) * _WRITING * asked.seeds * asked.queries_per_seed


def assault_prompts(config: RunConfig, round_: int) -> int:
    """Attacking a generator alone in order to measure."""
    asked = config.extent(round_)
    queries = round(_TO_FIRST_FAILURE * asked.attack_seeds * asked.queries_per_seed)
    return _written(config) * _WRITING * queries


def write_naturally(config: RunConfig, round_: int) -> int:
    """Writing what a generator alone is measured on."""
    return _written(config) * _WRITING * config.extent(round_).prompts


def tune(config: RunConfig) -> int:
    """Training a generator on in a round, beside writing what it learns from."""
    asked = config.tuned
    return _written(config) * (
        _TRAINING * asked.steps * asked.recipe.batch_size + _WRITING * asked.natural_prompts
    )


def measure(config: RunConfig, round_: int) -> int:
    """Scoring what a round's model is measured on."""
    snippets = config.threshold.completions + config.extent(round_).prompts + config.evaluation.snippets
    return _read(config) * snippets


def assault(config: RunConfig, round_: int) -> int:
    """Attacking in order to measure."""
    asked = config.extent(round_)
    queries = round(_TO_FIRST_FAILURE * asked.attack_seeds * asked.queries_per_seed)
    return _read(config) * _QUERY * queries


def validate(config: RunConfig, asked: StopRule) -> int:
    """Attacking from the validation seeds, which says when rounds end."""
    return round(_TO_FIRST_FAILURE * _read(config) * _QUERY * asked.seeds * asked.queries_per_seed)


def objectives(config: RunConfig, queries: int) -> int:
    """Attacking with one objective and another, with so many queries in all."""
    return _read(config) * _QUERY * queries
