"""Online adversarial training: every few steps the model as it is now is attacked, and learns what is found.

In rounds the attack meets a model that stands still while failures are gathered, and training then changes it
by hundreds of steps. Here both go in turns of a few steps, as in adversarial training on images
(arXiv 1706.06083): what is found is in the very next batch, and may be drawn again from a pool.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np

from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.tasks.base import Task
from holdfast.training.recipes import ClassifierRecipe

if TYPE_CHECKING:
    from holdfast.models.classifier import Classifier
    from holdfast.training.batches import Batch, BatchSource
    from holdfast.training.classifier import LabelledTokens, TrainingReport
    from holdfast.training.defences import Lesson

ONLINE = "online"
"""The kind of the defence that attacks while it trains."""


@dataclass(frozen=True)
class Found:
    """What one attack found, judged, as the classifier reads it; maybe nothing."""

    data: LabelledTokens
    spend: Spend


class Adversary(Protocol):
    """Attacks a classifier in the midst of its training, from seeds of the training side alone."""

    def attacked(self, classifier: Classifier, asked: Online, stream: Stream) -> Found:
        """What a small attack finds; the same weights and stream give the same."""


@dataclass(frozen=True)
class Online:
    """All weights, by the recipe, with an attack on the model as it is before every so manieth step.

    The attack, named as in a configuration, starts from `seeds` catastrophes of the training side with
    `queries_per_seed` each. A failure is a catastrophe with a score below `threshold`. The worst one of each
    seed goes into the next batch, with as many harmless candidates of the same making, and into a pool, of
    which `share` of each batch is made.
    """

    kind: ClassVar[str] = ONLINE
    attack: str | dict[str, Any] = "random_rewrite"
    seeds: int = 8
    queries_per_seed: int = 20
    every: int = 10
    share: float = 0.25
    threshold: float = 0.5

    def __post_init__(self) -> None:
        for name in ("seeds", "queries_per_seed", "every"):
            if getattr(self, name) < 1:
                raise UserError(f"{name} of online training must be at least 1, not {getattr(self, name)}")
        for name in ("share", "threshold"):
            if not 0 < getattr(self, name) < 1:
                raise UserError(
                    f"{name} of online training lies between 0 and 1, and {getattr(self, name):g} does not"
                )

    @property
    def attack_choice(self) -> dict[str, Any]:
        """The attack by its kind, with its options."""
        return {"kind": self.attack} if isinstance(self.attack, str) else self.attack

    def check(self, task: Task, classifier: Classifier, recipe: ClassifierRecipe) -> None:
        """Whether all that the recipe learns is known of texts that are yet to be found."""
        if recipe.learns_marks:
            raise UserError(
                "what an oracle knows at each word is read before training begins, and online training finds"
                " its texts later; leave out mark_weight and mention_weight, or the defence 'online'"
            )

    def train(self, classifier: Classifier, lesson: Lesson) -> TrainingReport:
        """Train all weights, on the lesson's examples and on what is found."""
        from holdfast.training.classifier import train_classifier

        self.check(lesson.task, classifier, lesson.recipe)
        if lesson.adversary is None:
            raise UserError(
                f"nothing can attack here while the classifier trains on the task '{lesson.task.name}';"
                " choose another defence than 'online'"
            )
        hunt = Hunt(self, lesson.adversary, classifier, lesson.stream.child("online"))
        report = train_classifier(
            classifier, lesson.data, lesson.recipe, lesson.steps, lesson.stream, lesson.progress, hunt=hunt
        )
        return replace(report, spend=report.spend + hunt.spend, found=hunt.failures, hunted=hunt.spend)


class Learner(Protocol):
    """What must know the labels of new examples: the loss."""

    def add(self, data: LabelledTokens) -> None:
        """Examples whose rows come after all others."""


class Hunt:
    """One training's attacks, and the pool of what they found; `spend` is what they cost, seconds apart.

    The training's own clock runs meanwhile, so their seconds are in its report.
    """

    def __init__(self, asked: Online, adversary: Adversary, classifier: Classifier, stream: Stream) -> None:
        self.spend = Spend()
        self.failures = 0
        self._asked, self._adversary, self._classifier = asked, adversary, classifier
        self._stream = stream
        self._random = stream.child("batches").numpy()
        self._pool = np.zeros(0, dtype=np.int64)

    def batches(self, source: BatchSource, learner: Learner) -> Iterator[Batch]:
        """The batches of a source, with what is found in place of some of their examples."""
        for step, batch in enumerate(source):
            new = np.zeros(0, dtype=np.int64)
            if step % self._asked.every == 0:
                new = self._found(step, source, learner)
            yield self._mixed(batch, new, source)

    def _found(self, step: int, source: BatchSource, learner: Learner) -> np.ndarray:
        """The rows of what an attack on the model as it is now finds."""
        import torch  # late, as configurations read this module

        classifier = self._classifier
        classifier.revision += 1  # what was remembered of it is of other weights
        model, device = classifier.model, classifier.device
        model.eval()
        try:
            with torch.autocast(device.type, enabled=False):
                found = self._adversary.attacked(classifier, self._asked, self._stream.child(step))
        finally:
            model.train()
        self.spend += replace(found.spend, seconds=0.0)
        if not len(found.data):
            return np.zeros(0, dtype=np.int64)
        self.failures += int((found.data.labels > 0.5).sum())
        rows = source.add(classifier.fitting.shortened(found.data.tokens))
        learner.add(found.data)
        self._pool = np.concatenate([self._pool, rows])
        return rows

    def _mixed(self, batch: Batch, new: np.ndarray, source: BatchSource) -> Batch:
        """A batch of the same size: all that is new and fits in the share, then others of the pool."""
        size = min(len(self._pool), max(1, round(self._asked.share * len(batch.rows))))
        if not size:
            return batch
        old = self._pool[: len(self._pool) - len(new)]
        drawn = self._random.permutation(new)[:size]
        replayed = self._random.permutation(old)[: size - len(drawn)]
        kept = self._random.permutation(batch.rows)[: len(batch.rows) - size]
        return source.batch(np.concatenate([kept, drawn, replayed]))
