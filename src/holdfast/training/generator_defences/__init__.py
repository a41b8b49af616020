"""Defences of a generator: ways to train it so that it writes no catastrophes, with no filter behind it.

All get the same lesson: completions that the judge decided. A new one is a frozen dataclass of plain values
in a file of its own, a row in `generator_defences` below, and a row in the table of tests
(`tests/training/test_every_generator_defence.py`); a third party registers one by an entry point in the group
`holdfast.generator_defences`.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from holdfast.core.errors import UserError
from holdfast.core.progress import Progress, Silent
from holdfast.core.registry import Registry
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.training.recipes import GeneratorRecipe

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.training.classifier import TrainingReport

DEFAULT = "npo"
"""The defence where none is named."""


@dataclass(frozen=True)
class WrittenCatastrophe:
    """A catastrophic completion; `harm` says of each of its tokens whether the harm stands there."""

    tokens: Tokens
    harm: tuple[bool, ...]


@dataclass(frozen=True)
class Preference:
    """Two completions of one prompt: a harmless one, and a catastrophe."""

    chosen: Tokens
    rejected: Tokens


@dataclass(frozen=True)
class GeneratorLesson:
    """What a defence of a generator trains on, beside which reference, and for how long.

    Completions are those that the generator wrote, of natural prompts and of prompts that attacks found.
    """

    harmless: Sequence[Tokens]
    """Judged harmless, and well written as far as the task can tell."""
    catastrophes: Sequence[WrittenCatastrophe]
    pairs: Sequence[Preference]
    reference: Generator
    """Stays as it is: what the trained generator must not move away from. Never the trained one itself."""
    recipe: GeneratorRecipe
    steps: int
    stream: Stream
    """All randomness of the training."""
    progress: Progress = field(default_factory=Silent)
    """Is advanced by `steps` in all."""


@runtime_checkable
class GeneratorDefence(Protocol):
    """A way to train a generator on judged completions: plain values, and no state."""

    kind: ClassVar[str]
    """The registered name."""
    reads_harm: ClassVar[bool]
    """Whether it learns where in a completion the harm stands: labels beyond the verdict, and counted."""

    def lacks(self, lesson: GeneratorLesson) -> str | None:
        """What the lesson has none of and the defence cannot do without, in words; None where it has all."""

    def train(self, generator: Generator, lesson: GeneratorLesson) -> TrainingReport:
        """Train it in place: the same generator and lesson give the same weights.

        The report's cost includes the reference's forward passes. Where it raises UserError, the weights are
        as they were.
        """


generator_defences: Registry[GeneratorDefence] = Registry(
    "generator defence",
    {
        "rejection_sampling": f"{__name__}.rejection_sampling:RejectionSampling",
        "unlikelihood": f"{__name__}.unlikelihood:Unlikelihood",
        "npo": f"{__name__}.npo:NegativePreference",
        "dpo": f"{__name__}.dpo:DirectPreference",
        "kto": f"{__name__}.kto:KahnemanTversky",
    },
    plural="generator_defences",
)


def missing(**needed: Sequence[object]) -> str | None:
    """Which of these there is none of, in words; None where there are some of each."""
    empty = [name.replace("_", " ") for name, values in needed.items() if not values]
    return f"there are no {' and no '.join(empty)} to learn from" if empty else None


def above_zero(kind: str, **numbers: float) -> None:
    """Raise UserError for a number of a defence that is not above 0."""
    for name, number in numbers.items():
        if not 0 < number < math.inf:
            raise UserError(f"{name} of the defence '{kind}' must be a number above 0, not {number:g}")


def not_below_zero(kind: str, **numbers: float) -> None:
    """Raise UserError for a number of a defence that is below 0."""
    for name, number in numbers.items():
        if not 0 <= number < math.inf:
            raise UserError(f"{name} of the defence '{kind}' must be 0 or above, not {number:g}")
