"""What a workbench is set to do: one closed schema for command line, database row and web form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from holdfast.attacks.objective import ObjectiveName

JudgedBy = Literal["oracle", "people"]
Condition = Literal["all", "none", "without_saliency", "without_suggestions", "without_phrase_fill"]
"""Which tools a writing session may use; `none` leaves the live score and the verdict alone."""

Margin = Annotated[float, Field(ge=0, le=1)]

MOST_FAILURES_PER_ROUND = 10_000
MOST_STEPS_PER_ROUND = 100_000
"""An hour or so of one core for the demo's model; a larger number is a slip of the keys."""


class WorkbenchSettings(BaseModel):
    """Everything about a workbench that may be chosen."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    objective: ObjectiveName = "egregious"
    judge: JudgedBy = "oracle"
    labels_per_item: Annotated[int, Field(ge=0, le=9)] = 2
    """Labels that decide an item where people judge; with 0 the writer's own word counts."""
    failures_per_round: Annotated[int, Field(ge=1, le=MOST_FAILURES_PER_ROUND)] = 20
    """Accepted failures after which the next model is trained."""
    steps_per_round: Annotated[int, Field(ge=1, le=MOST_STEPS_PER_ROUND)] = 200
    """Optimiser steps that a live round trains for; the demo's model takes some 40 seconds of one core."""
    check_texts: Annotated[int, Field(ge=100, le=100_000)] = 6000
    """Fresh hard texts on which a new model is checked before it is served."""
    harmless_margin: Margin = 0.02
    """Share of harmless hard texts by which a new model may accept fewer: the limits must exclude more."""
    recall_margin: Margin = 0.02
    """Share of catastrophic hard texts by which it may catch fewer: the limits must exclude more."""
    held_back_margin: Margin = 0.0
    """Share of writers' failures that were kept from training by which it may catch fewer."""
    natural_margin: Margin = 0.001
    """Share of natural completions by which its failures may be more."""
    conditions: Annotated[tuple[Condition, ...], Field(min_length=1, max_length=20)] = ("all",)
    """Tool conditions; with several, each writing session is assigned one at random."""
    idle_seconds: Annotated[float, Field(ge=5, le=3600)] = 30.0
    """Without an edit or a tool for so long, a writer's clock pauses."""


_OUT_OF_RANGE = frozenset({"greater_than_equal", "less_than_equal"})

_SAID: dict[str, str] = {
    "labels_per_item": "labels per item",
    "failures_per_round": "failures per round",
    "steps_per_round": "training steps per round",
    "check_texts": "texts of the check",
    "harmless_margin": "the loss of harmless texts",
    "recall_margin": "the loss of catastrophes",
    "held_back_margin": "the loss of failures kept from training",
    "natural_margin": "the rise of natural failures",
    "idle_seconds": "idle seconds",
}


def out_of_range(error: Mapping[str, Any]) -> str | None:
    """What pydantic says of a setting beyond its range, in words with both ends; None of any other error."""
    name = str(error["loc"][-1]) if error["loc"] else ""
    if error["type"] not in _OUT_OF_RANGE or name not in _SAID:
        return None
    low, high = _range(name)
    return f"{_SAID[name]} must be from {low:,} to {high:,}"


def within_range(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Settings that were kept when more was allowed, each at the nearest end of what is allowed now."""
    ends = {name: _range(name) for name in _SAID if isinstance(kept.get(name), int | float)}
    return {**kept, **{name: min(max(kept[name], low), high) for name, (low, high) in ends.items()}}


def _range(name: str) -> tuple[float, float]:
    field = WorkbenchSettings.model_json_schema()["properties"][name]
    return field["minimum"], field["maximum"]


class Tools(BaseModel):
    """What a writing session may use."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    saliency: bool
    suggestions: bool
    """The token menu, greedy improvement, and attacks that finish the text."""
    phrase_fill: bool


def tools_of(condition: Condition) -> Tools:
    """The tools of a condition."""
    if condition == "none":
        return Tools(saliency=False, suggestions=False, phrase_fill=False)
    return Tools(
        saliency=condition != "without_saliency",
        suggestions=condition != "without_suggestions",
        phrase_fill=condition != "without_phrase_fill",
    )
