"""Defences: ways to train a classifier on examples.

All get the same lesson, so that they are compared on the same data, steps and order of batches. A new one is
a frozen dataclass of plain values, a row in `defences` below, and a row in the table of tests
(`tests/training/test_every_defence.py`); a third party registers one by an entry point in the group
`holdfast.defences`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Protocol, runtime_checkable

from holdfast.core.errors import UserError
from holdfast.core.progress import Progress, Silent
from holdfast.core.registry import Registry
from holdfast.core.seeds import Stream
from holdfast.tasks.base import Task
from holdfast.training.online import ONLINE, Adversary
from holdfast.training.recipes import ClassifierRecipe, LoraRecipe, Noise, WorstCase

if TYPE_CHECKING:
    from holdfast.models.classifier import Classifier
    from holdfast.training.classifier import LabelledTokens, TrainingReport

PLAIN = "fine_tuning"
"""The defence where none is named."""


@dataclass(frozen=True)
class Lesson:
    """What a defence trains on, by which recipe, and for how long."""

    task: Task
    data: LabelledTokens
    """As the classifier reads it."""
    recipe: ClassifierRecipe
    steps: int
    stream: Stream
    """All randomness of the training."""
    progress: Progress = field(default_factory=Silent)
    """Is advanced by `steps` in all."""
    adversary: Adversary | None = None
    """What attacks the classifier while it trains, for defences that ask for it; None where nothing can."""


@runtime_checkable
class Defence(Protocol):
    """A way to train a classifier on examples: plain values, and no state."""

    kind: ClassVar[str]
    """The registered name."""

    def check(self, task: Task, classifier: Classifier, recipe: ClassifierRecipe) -> None:
        """Raise UserError where a classifier cannot be trained so, before anything is spent."""

    def train(self, classifier: Classifier, lesson: Lesson) -> TrainingReport:
        """Train it in place: the same classifier and lesson give the same weights.

        Where it raises UserError, the weights are as they were.
        """


defences: Registry[Defence] = Registry(
    "defence",
    {
        PLAIN: f"{__name__}:FineTuning",
        "lora": f"{__name__}:LowRank",
        "noise": f"{__name__}:UnderNoise",
        ONLINE: "holdfast.training.online:Online",
        "process_supervision": f"{__name__}:ProcessSupervision",
        "worst_case": f"{__name__}:UnderWorstCase",
    },
)


def fine_tuned(
    classifier: Classifier, lesson: Lesson, recipe: ClassifierRecipe, adapter: LoraRecipe | None = None
) -> TrainingReport:
    """Train on a lesson by a recipe in place of its own: what most defences come down to.

    Raises UserError as `train_classifier` and `marks_for` do.
    """
    from holdfast.training.classifier import train_classifier
    from holdfast.training.marks import marks_for

    marks = marks_for(lesson.task, classifier, lesson.data.tokens, recipe)
    return train_classifier(
        classifier, lesson.data, recipe, lesson.steps, lesson.stream, lesson.progress, adapter, marks
    )


def flops_per_token(classifier: Classifier, defence: Defence, recipe: ClassifierRecipe) -> float:
    """What one token costs in one training step by a defence; what it spends besides is left out."""
    from holdfast.training.flops import TokenCost

    adapter = defence.recipe if isinstance(defence, LowRank) else None
    passes = (defence.applied(recipe) if isinstance(defence, ByRecipe) else recipe).passes
    return passes * TokenCost.of(classifier.model, adapter).spend(1.0).flops


class ByRecipe:
    """A defence that is the lesson's recipe, changed."""

    kind: ClassVar[str]

    def applied(self, recipe: ClassifierRecipe) -> ClassifierRecipe:
        """The recipe with what the defence adds; raises UserError where it has that already."""
        return recipe

    def check(self, task: Task, classifier: Classifier, recipe: ClassifierRecipe) -> None:
        """Whether the recipe can be changed so, and the task knows what is to be learnt."""
        if self.applied(recipe).learns_marks:
            from holdfast.training.marks import marker_of

            marker_of(task, classifier)

    def train(self, classifier: Classifier, lesson: Lesson) -> TrainingReport:
        """Train all weights."""
        return fine_tuned(classifier, lesson, self.applied(lesson.recipe))


@dataclass(frozen=True)
class FineTuning(ByRecipe):
    """All weights, by the recipe as it stands."""

    kind: ClassVar[str] = PLAIN


@dataclass(frozen=True)
class UnderWorstCase(ByRecipe):
    """Under the worst shift of the model's states that a few steps up the loss find (`recipes.WorstCase`)."""

    kind: ClassVar[str] = "worst_case"
    radius: float = WorstCase.radius
    steps: int = WorstCase.steps
    step_size: float = WorstCase.step_size
    layer: int = WorstCase.layer

    def __post_init__(self) -> None:
        WorstCase(**asdict(self))

    def applied(self, recipe: ClassifierRecipe) -> ClassifierRecipe:
        """The recipe, perturbed."""
        return _perturbed(recipe, WorstCase(**asdict(self)))


@dataclass(frozen=True)
class UnderNoise(ByRecipe):
    """Under random shifts of the model's states, with the same answer as without them (`recipes.Noise`)."""

    kind: ClassVar[str] = "noise"
    radius: float = Noise.radius
    weight: float = Noise.weight
    layer: int = Noise.layer

    def __post_init__(self) -> None:
        Noise(**asdict(self))

    def applied(self, recipe: ClassifierRecipe) -> ClassifierRecipe:
        """The recipe, perturbed."""
        return _perturbed(recipe, Noise(**asdict(self)))


@dataclass(frozen=True)
class ProcessSupervision(ByRecipe):
    """With what the task's oracle knows at each word as targets beside the verdict (`marks.py`)."""

    kind: ClassVar[str] = "process_supervision"
    mark_weight: float = 1.0
    mention_weight: float = 0.0

    def __post_init__(self) -> None:
        if not (self.mark_weight > 0 and self.mention_weight >= 0):
            raise UserError(
                "process supervision needs a mark_weight above 0, and a mention_weight of 0 or more"
            )

    def applied(self, recipe: ClassifierRecipe) -> ClassifierRecipe:
        """The recipe with weights for what is learnt beside the verdict."""
        if recipe.learns_marks:
            raise _twice("mark_weight or mention_weight", self.kind)
        return replace(recipe, mark_weight=self.mark_weight, mention_weight=self.mention_weight)


@dataclass(frozen=True)
class LowRank:
    """Low-rank adapters instead of all weights, merged into them in the end (`recipes.LoraRecipe`)."""

    kind: ClassVar[str] = "lora"
    rank: int = LoraRecipe.rank
    alpha: float = LoraRecipe.alpha
    dropout: float = LoraRecipe.dropout
    targets: str | tuple[str, ...] = LoraRecipe.targets

    def __post_init__(self) -> None:
        LoraRecipe(**asdict(self))

    @property
    def recipe(self) -> LoraRecipe:
        """The adapter."""
        return LoraRecipe(**asdict(self))

    @classmethod
    def of(cls, recipe: LoraRecipe) -> LowRank:
        """The defence that trains such an adapter."""
        return cls(recipe.rank, recipe.alpha, recipe.dropout, recipe.targets)

    def check(self, task: Task, classifier: Classifier, recipe: ClassifierRecipe) -> None:
        """Whether the model has the layers that are named."""
        from holdfast.training.adapters import check_adapter

        check_adapter(classifier.model, self.recipe)

    def train(self, classifier: Classifier, lesson: Lesson) -> TrainingReport:
        """Train the adapters and the head."""
        return fine_tuned(classifier, lesson, lesson.recipe, self.recipe)


def _perturbed(recipe: ClassifierRecipe, perturbation: WorstCase | Noise) -> ClassifierRecipe:
    if recipe.perturbation is not None:
        raise _twice("perturbation", perturbation.kind)
    return replace(recipe, perturbation=perturbation)


def _twice(option: str, kind: str) -> UserError:
    return UserError(f"the recipe sets {option}, which the defence '{kind}' is; say it in one of the two")
