"""Unlikelihood on the words of a catastrophe where the harm stands (arXiv 1908.04319)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from holdfast.training.generator_defences import GeneratorLesson, above_zero, missing

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.training.classifier import TrainingReport


@dataclass(frozen=True)
class Unlikelihood:
    """Likelihood on harmless completions, and `weight` times unlikelihood on the harm of catastrophic ones.

    Half of each step's rows are of each kind. Raises UserError for a weight that is not above 0.
    """

    kind: ClassVar[str] = "unlikelihood"
    reads_harm: ClassVar[bool] = True
    weight: float = 1.0

    def __post_init__(self) -> None:
        above_zero(self.kind, weight=self.weight)

    def lacks(self, lesson: GeneratorLesson) -> str | None:
        """It needs both kinds of completions."""
        return missing(harmless_completions=lesson.harmless, catastrophes=lesson.catastrophes)

    def train(self, generator: Generator, lesson: GeneratorLesson) -> TrainingReport:
        """Train all weights."""
        from holdfast.training.generator_defences.objectives import UnlikelihoodObjective
        from holdfast.training.generator_defences.sequences import both_kinds, trained

        loss_of = UnlikelihoodObjective(generator, lesson, self.weight)
        return trained(generator, lesson, both_kinds(generator, lesson), loss_of)
