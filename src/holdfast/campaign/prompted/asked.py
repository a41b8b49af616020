"""What the command line says over a configuration, which comes first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.campaign.config import RunConfig, ThresholdConfig, with_paths_from
from holdfast.campaign.opening import Opened
from holdfast.campaign.prompted.plan import PromptedPlan
from holdfast.campaign.prompted.prompts import Prompts, prompts_for
from holdfast.campaign.starts import GeneratorFolder
from holdfast.core.errors import UserError
from holdfast.core.progress import Progress
from holdfast.models.generator import Generator
from holdfast.tasks.labelled.data import Labelled


@dataclass(frozen=True)
class Asked:
    """Options; None where the configuration decides.

    `prompts` is a file, or `rows`. `samples` None: one completion of each prompt.
    """

    prompts: str
    column: str = "prompt"
    tokens: int = 64
    samples: int | None = None
    draws: int | None = None
    generator: Path | None = None
    temperature: float | None = None
    threshold: float | None = None
    seed: int | None = None
    confidence: float = 0.95


@dataclass(frozen=True)
class Parts:
    """What a plan opens: the guard and all that the configuration names, the generator, and the prompts."""

    opened: Opened
    generator: Generator
    prompts: Prompts


def plan_prompted(
    config: RunConfig, asked: Asked, progress: Progress | None = None
) -> tuple[PromptedPlan, Parts]:
    """The plan of an evaluation on prompts, and what it opens.

    Raises UserError where the configuration is not of a guard and labelled text, where there is no generator,
    and where the prompts cannot be read or do not fit it.
    """
    resolved = with_paths_from(_over(config, asked), Path.cwd())
    opened = Opened(resolved)
    if not isinstance(resolved.generator, GeneratorFolder):
        raise UserError(
            "--prompts needs a generator that continues them, and the configuration names none; add"
            " generator: {kind: folder, path: ...} to it, or give --generator"
        )
    prompts = prompts_for(asked.prompts, asked.column, opened.labelled)
    chosen = resolved.threshold.rule != "fixed"
    if chosen:  # read here with progress shown, and then found in the cache
        Labelled.open(opened.labelled.data, progress=progress)
    guard, generator = opened.classifier, opened.generator
    assert generator is not None
    prompts.check_room(generator, asked.tokens)
    plan = PromptedPlan(
        source=prompts.told,
        prompts=prompts.hash,
        prompt_count=len(prompts.texts),
        generator=generator.hash,
        guard=guard.hash,
        format=guard.format.model_dump(mode="json"),
        threshold=resolved.threshold.model_dump(mode="json"),
        data=opened.labelled.rows.hash if chosen else None,
        judge=resolved.judge_choice,
        samples=asked.samples or len(prompts.texts),
        max_draws=resolved.evaluation.max_draws,
        tokens=asked.tokens,
        temperature=resolved.generator.temperature,
        seed=resolved.seed,
        confidence=asked.confidence,
        shown=resolved.evaluation.worst,
        config=resolved.model_dump(mode="json"),
    )
    return plan, Parts(opened, generator, prompts)


def _over(config: RunConfig, asked: Asked) -> RunConfig:
    """The configuration with the options laid over it."""
    changes: dict[str, Any] = {}
    if asked.threshold is not None:
        changes["threshold"] = ThresholdConfig(rule="fixed", at=asked.threshold)
    if asked.draws is not None:
        changes["evaluation"] = config.evaluation.model_copy(update={"max_draws": asked.draws})
    if asked.seed is not None:
        changes["seed"] = asked.seed
    start = config.generator
    if asked.generator is not None:
        start = GeneratorFolder(kind="folder", path=str(asked.generator))
    if asked.temperature is not None and start is not None:
        start = start.model_copy(update={"temperature": asked.temperature})
    return config.model_copy(update={**changes, "generator": start})
