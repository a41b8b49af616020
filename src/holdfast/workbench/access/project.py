"""What those who are signed in are told of the project."""

from __future__ import annotations

from holdfast.tasks.base import guideline_of
from holdfast.workbench.bench import Workbench
from holdfast.workbench.shapes import LimitsShape, ProjectShape


def project_shape(bench: Workbench) -> ProjectShape:
    """The project as it is now: its task, its settings, the model that is served."""
    task, served, settings = bench.task, bench.served, bench.settings
    return ProjectShape(
        run=bench.run,
        task=bench.config.task_kind,
        description=task.description,
        objective=settings.objective,
        judge=settings.judge,
        limits=LimitsShape(
            prompt_words=task.limits.prompt_words, completion_words=task.limits.completion_words
        ),
        vocabulary=task.vocabulary,
        phenomena=dict(task.phenomena),
        guideline=guideline_of(task),
        model=served.shape,
        failures_per_round=settings.failures_per_round,
        idle_seconds=settings.idle_seconds,
        has_generator=served.target.generator is not None,
    )
