"""KTO: harmless completions are gains, catastrophes are losses, and they need not be of one prompt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from holdfast.training.generator_defences import GeneratorLesson, above_zero, missing

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.training.classifier import TrainingReport


@dataclass(frozen=True)
class KahnemanTversky:
    """KTO (arXiv 2402.01306); half of each step's rows are of each kind.

    The weights are the paper's lambda_D and lambda_U. Raises UserError for numbers that are not above 0.
    """

    kind: ClassVar[str] = "kto"
    reads_harm: ClassVar[bool] = False
    beta: float = 0.1
    desirable_weight: float = 1.0
    undesirable_weight: float = 1.0

    def __post_init__(self) -> None:
        weights = {"desirable_weight": self.desirable_weight, "undesirable_weight": self.undesirable_weight}
        above_zero(self.kind, beta=self.beta, **weights)

    def lacks(self, lesson: GeneratorLesson) -> str | None:
        """It needs both kinds of completions."""
        return missing(harmless_completions=lesson.harmless, catastrophes=lesson.catastrophes)

    def train(self, generator: Generator, lesson: GeneratorLesson) -> TrainingReport:
        """Train all weights."""
        from holdfast.training.generator_defences.objectives import KahnemanTverskyObjective
        from holdfast.training.generator_defences.sequences import both_kinds, trained

        weights = (self.desirable_weight, self.undesirable_weight)
        loss_of = KahnemanTverskyObjective(generator, lesson, self.beta, weights)
        return trained(generator, lesson, both_kinds(generator, lesson), loss_of)
