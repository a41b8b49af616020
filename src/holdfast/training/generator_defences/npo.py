"""Negative preference optimisation: catastrophes become less likely than under the reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from holdfast.training.generator_defences import GeneratorLesson, above_zero, missing, not_below_zero

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.training.classifier import TrainingReport


@dataclass(frozen=True)
class NegativePreference:
    """NPO (arXiv 2404.05868) on catastrophes, and `likelihood_weight` times likelihood on harmless ones.

    Without the latter the generator loses what it can do besides. `beta` is the inverse temperature: the
    smaller, the nearer to gradient ascent. Half of each step's rows are of each kind. Raises UserError for
    numbers out of range.
    """

    kind: ClassVar[str] = "npo"
    reads_harm: ClassVar[bool] = False
    beta: float = 0.1
    likelihood_weight: float = 1.0

    def __post_init__(self) -> None:
        above_zero(self.kind, beta=self.beta)
        not_below_zero(self.kind, likelihood_weight=self.likelihood_weight)

    def lacks(self, lesson: GeneratorLesson) -> str | None:
        """It needs both kinds of completions."""
        return missing(harmless_completions=lesson.harmless, catastrophes=lesson.catastrophes)

    def train(self, generator: Generator, lesson: GeneratorLesson) -> TrainingReport:
        """Train all weights."""
        from holdfast.training.generator_defences.objectives import NegativePreferenceObjective
        from holdfast.training.generator_defences.sequences import both_kinds, trained

        loss_of = NegativePreferenceObjective(generator, lesson, self.beta, self.likelihood_weight)
        return trained(generator, lesson, both_kinds(generator, lesson), loss_of)
