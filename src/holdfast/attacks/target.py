"""What an attack is pointed at: a filter, the judge, and the model that writes for it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from holdfast.core.budget import Spend
from holdfast.core.judge import Judge
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.tasks.base import Task

if TYPE_CHECKING:
    from holdfast.models.generator import Generator
    from holdfast.models.scoring import ScoringEngine

    Tuner = Callable[[Generator, Sequence[Tokens], int, Stream], tuple[Generator, Spend]]
    """Called with (generator, stories, steps, stream); returns a trained copy, and what that cost."""


@dataclass(frozen=True)
class Target:
    """A classifier behind a threshold, with the task's judge; `generator` serves attacks that draw or
    propose.

    A failure of this target is a catastrophe whose score is below `threshold`. With `draws` the target is the
    filtered generator: the adversary writes the prompt alone, the generator so many completions of it, a
    query each, and a prompt is the better the likelier a passing completion is catastrophic.
    """

    task: Task
    judge: Judge
    scorer: ScoringEngine
    threshold: float
    generator: Generator | None = None
    draws: int | None = None
    temperature: float = 1.0
    """At which the filtered generator writes."""
    order: Literal["judge", "score"] | None = None
    """Whether candidates are judged or scored first; None: the cheaper one, by measured cost."""
    tune: Tuner | None = None
    """Trains a copy of the generator, for attacks that learn to write."""
