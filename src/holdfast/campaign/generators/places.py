"""The generators of a run, by name: one a round, and the control; where each lies, and each as a target."""

from __future__ import annotations

from typing import Literal

from holdfast.attacks.target import Target
from holdfast.campaign.config import RunConfig
from holdfast.campaign.stages.assault import Assault
from holdfast.campaign.step import StepContext, generator_path, round_name
from holdfast.campaign.targets import generator_target, proposer_of
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.models.generator import Generator

CONTROL: Literal["control"] = "control"
"""The generator that was trained on with harmless text alone."""

GeneratorName = int | Literal["control"]
"""The generator that a round ended with, or the control; that of round 0 is the first one."""


def called(name: GeneratorName) -> str:
    """How the steps about a generator begin."""
    return CONTROL if name == CONTROL else round_name(name)


def train_step(name: GeneratorName) -> str:
    """The step that trains it."""
    return f"{called(name)}/train"


def measure_step(name: GeneratorName) -> str:
    """The step that measures what it writes to the task's own prompts."""
    return f"{called(name)}/measure"


def assault_step(name: GeneratorName, assault: Assault) -> str:
    """The step that attacks it in order to measure."""
    return f"{called(name)}/evaluate/{assault.label}"


def place_of(name: GeneratorName) -> str:
    """Where it lies in a run's folder."""
    if name == CONTROL:
        return f"{generator_path()}-{CONTROL}"
    return f"{generator_path()}-{name:02}" if name else generator_path()


def index_of_round(config: RunConfig, name: GeneratorName) -> int:
    """The round that a generator is measured and counted like: the control is like that of the last."""
    return config.rounds if name == CONTROL else name


def index_of(context: StepContext, name: GeneratorName) -> int:
    """The same, in a step."""
    return index_of_round(context.config, name)


def load(context: StepContext, name: GeneratorName, *, to_train: bool = False) -> Generator:
    """A generator as it was saved, where the configuration places it; in full precision to be trained."""
    placed = context.config.placement
    if to_train:
        placed = placed.model_copy(update={"precision": "fp32"})
    return Generator.load(context.folder / place_of(name), context.task).to(placed)


def check_trainable(generator: Generator) -> None:
    """Raise UserError for a generator with a tokenizer of its own, which rounds cannot train yet."""
    if not generator.codec.closed:
        raise UserError(
            "rounds train a generator whose tokens are the task's own words, and this one has another"
            " tokenizer; let it be trained from scratch (generator: {kind: scratch, ...}), or test it as it"
            " is with `holdfast attack --system generator`"
        )


def bare_target(context: StepContext, generator: Generator, draws: Stream) -> Target:
    """A generator with no filter, ready to be attacked; `draws` is the root of what it writes."""
    config = context.config
    return generator_target(
        context.task,
        generator,
        draws,
        judge=context.judge,
        draws=config.tuned.draws,
        temperature=config.writer.temperature,
        proposer=proposer_of(config, context.judge, context.task),
    )
