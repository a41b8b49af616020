"""What those who are signed in are told of the project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from holdfast.core.judge import Judge, SubstitutingJudge
from holdfast.tasks.base import guideline_of, surface_of
from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import LimitsShape, ProjectShape
from holdfast.workbench.tools.allowed import narrowed_surface
from holdfast.workbench.tools.judging import judge_in_use

if TYPE_CHECKING:
    from holdfast.attacks.target import Target


def project_shape(bench: Workbench) -> ProjectShape:
    """The project as it is now: its task, its settings, the model that is served."""
    task, served, settings = bench.task, bench.served, bench.settings
    judge = judge_in_use(bench, served)
    return ProjectShape(
        run=bench.run,
        task=bench.config.task_kind,
        description=task.description,
        objective=settings.objective,
        judge=settings.judge,
        decides="majority" if bench.config.asks_people else "agreement",
        labels_per_item=settings.labels_per_item,
        limits=LimitsShape(
            prompt_words=task.limits.prompt_words, completion_words=task.limits.completion_words
        ),
        vocabulary=task.vocabulary if surface_of(task).closed else (),
        writes=_writes(judge, served.target),
        assumption=getattr(judge, "assumption", ""),
        trains=bench.trains,
        phenomena=dict(task.phenomena),
        guideline=guideline_of(task),
        model=served.shape,
        failures_per_round=settings.failures_per_round,
        idle_seconds=settings.idle_seconds,
        has_generator=served.target.generator is not None,
    )


def _writes(judge: Judge | None, target: Target) -> Literal["words", "sentences", "exchanges"]:
    if isinstance(judge, SubstitutingJudge):
        return "exchanges"
    return "words" if narrowed_surface(judge, target) is None else "sentences"
