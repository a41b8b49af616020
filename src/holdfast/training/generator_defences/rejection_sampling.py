"""Rejection sampling: the generator learns its own completions that the judge found harmless and good.

Fine-tuning on the best of many draws, as in RAFT (arXiv 2304.06767) and the rejection-sampling stage of
arXiv 2307.09288; the choice of the best is the lesson's.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from holdfast.training.generator_defences import GeneratorLesson, missing

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.training.classifier import TrainingReport


@dataclass(frozen=True)
class RejectionSampling:
    """Likelihood on harmless completions alone."""

    kind: ClassVar[str] = "rejection_sampling"
    reads_harm: ClassVar[bool] = False

    def lacks(self, lesson: GeneratorLesson) -> str | None:
        """Harmless completions are all that it needs."""
        return missing(harmless_completions=lesson.harmless)

    def train(self, generator: Generator, lesson: GeneratorLesson) -> TrainingReport:
        """Train all weights."""
        from holdfast.training.generator_defences.objectives import LikelihoodObjective
        from holdfast.training.generator_defences.sequences import SideBySide, source, trained

        size = lesson.recipe.batch_size
        batches = SideBySide((source(generator, lesson.harmless, size, lesson, "harmless"),))
        return trained(generator, lesson, batches, LikelihoodObjective(generator, lesson))
