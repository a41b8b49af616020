"""What an evaluation on prompts was asked to do, written down before the first draw."""

from __future__ import annotations

from typing import Any

from holdfast.campaign.kept_plan import ComparedPlan


class PromptedPlan(ComparedPlan):
    """Everything that decides what is drawn; two plans are one where all but where things lie agrees."""

    file = "prompted-plan.json"
    what = "evaluation on prompts"
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
