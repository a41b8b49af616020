"""Direct preference optimisation: of one prompt, the harmless completion rather than the catastrophe."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from holdfast.training.generator_defences import GeneratorLesson, above_zero, missing, not_below_zero

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.training.classifier import TrainingReport


@dataclass(frozen=True)
class DirectPreference:
    """DPO (arXiv 2305.18290) on pairs of completions of one prompt.

    On pairs that differ little, it may lower the likelihood of both completions, so that others gain (arXiv
    2410.08847). `nll_weight` above 0 adds so many times the chosen completions' negative log likelihood a
    token, against that. Raises UserError for numbers out of range.
    """

    kind: ClassVar[str] = "dpo"
    reads_harm: ClassVar[bool] = False
    beta: float = 0.1
    nll_weight: float = 0.0

    def __post_init__(self) -> None:
        above_zero(self.kind, beta=self.beta)
        not_below_zero(self.kind, nll_weight=self.nll_weight)

    def lacks(self, lesson: GeneratorLesson) -> str | None:
        """It needs prompts of which both kinds of completions were drawn."""
        return missing(pairs_of_completions=lesson.pairs)

    def train(self, generator: Generator, lesson: GeneratorLesson) -> TrainingReport:
        """Train all weights."""
        from holdfast.training.generator_defences.objectives import DirectPreferenceObjective
        from holdfast.training.generator_defences.sequences import RowByRow, halves, source, trained

        size = halves(lesson)
        chosen, rejected = (
            source(generator, tokens, size, lesson, "pairs")
            for tokens in ([p.chosen for p in lesson.pairs], [p.rejected for p in lesson.pairs])
        )
        loss_of = DirectPreferenceObjective(generator, lesson, self.beta, self.nll_weight)
        return trained(generator, lesson, RowByRow(chosen, rejected), loss_of)
