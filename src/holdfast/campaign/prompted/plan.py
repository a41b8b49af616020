"""What an evaluation on prompts was asked to do, written down before the first draw."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pydantic import ValidationError

from holdfast.campaign import kept_plan
from holdfast.core.errors import UserError

PLAN = "prompted-plan.json"


class PromptedPlan(kept_plan.ComparedPlan):
    """Everything that decides what is drawn; two plans are one where all but where things lie agrees."""

    not_compared = frozenset({"config", "source"})
    """Where the same models and the same prompts lie changes nothing that is measured."""

    source: str
    """Where the prompts are from, in words."""
    prompts: str
    """The hash of the prompts in their order."""
    prompt_count: int
    generator: str
    """The content hash of the generator."""
    guard: str
    """The content hash of the guard."""
    format: dict[str, Any]
    """How the guard is read (see `GuardFormat`)."""
    threshold: dict[str, Any]
    """The rule (see `ThresholdConfig`)."""
    data: str | None
    """The hash of the rows that the threshold is chosen on; None where it is given."""
    judge: dict[str, Any]
    samples: int
    """Completions asked for: all prompts in turn."""
    max_draws: int
    tokens: int
    """Tokens of a completion at most."""
    temperature: float
    seed: int
    confidence: float
    shown: int
    config: dict[str, Any]
    """The whole configuration, with its paths as seen from the folder where the command ran."""


def keep_plan(folder: Path, plan: PromptedPlan) -> None:
    """Write the plan into the folder, or find it there; UserError where the folder holds something else."""
    kept_plan.keep_plan(folder, PLAN, plan, read_plan)


def read_plan(folder: Path) -> PromptedPlan:
    """The plan of a folder; raises UserError where there is none that can be read."""
    path = folder / PLAN
    try:
        return PromptedPlan.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UserError(f"{folder} holds no evaluation on prompts: {PLAN} is missing") from None
    except (ValidationError, UnicodeDecodeError) as error:
        raise UserError(f"{path} is no plan of an evaluation; remove it, or name another folder") from error
