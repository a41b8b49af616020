"""What an attack is pointed at: a filter, the judge, and the model that writes for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from holdfast.core.judge import Judge
from holdfast.tasks.base import Task

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.models.scoring import ScoringEngine


@dataclass(frozen=True)
class Target:
    """A classifier behind a threshold, with the task's judge; `generator` serves attacks that draw or
    propose.

    A failure of this target is a catastrophe whose score is below `threshold`.
    """

    task: Task
    judge: Judge
    scorer: ScoringEngine
    threshold: float
    generator: Generator | None = None
