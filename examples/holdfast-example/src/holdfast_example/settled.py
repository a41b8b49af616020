"""A defence in one file: half of the steps at the recipe's learning rate, then half at a lower one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, ClassVar

from holdfast.core.errors import UserError
from holdfast.tasks.base import Task
from holdfast.training.defences import Lesson, fine_tuned
from holdfast.training.recipes import ClassifierRecipe

if TYPE_CHECKING:
    from holdfast.models.classifier import Classifier
    from holdfast.training.classifier import TrainingReport


@dataclass(frozen=True)
class Settled:
    """Train twice: the second time at `factor` times the learning rate."""

    kind: ClassVar[str] = "settled"
    factor: float = 0.1

    def check(self, task: Task, classifier: Classifier, recipe: ClassifierRecipe) -> None:
        """Raise UserError for a factor that is none."""
        if not 0 < self.factor <= 1:
            raise UserError(f"the factor of 'settled' is above 0 and at most 1, not {self.factor:g}")

    def train(self, classifier: Classifier, lesson: Lesson) -> TrainingReport:
        """Train in place; the report is the second training's, with what both cost."""
        half = lesson.steps // 2
        first = replace(lesson, steps=max(1, half), stream=lesson.stream.child("first"))
        second = replace(lesson, steps=max(1, lesson.steps - half), stream=lesson.stream.child("second"))
        slower = replace(lesson.recipe, learning_rate=self.factor * lesson.recipe.learning_rate)
        before = fine_tuned(classifier, first, lesson.recipe)
        after = fine_tuned(classifier, second, slower)
        return replace(after, steps=before.steps + after.steps, spend=before.spend + after.spend)
