"""What a cell declares of its configuration: options that came later count only where they are set.

A cell is not run again while its declaration stays the same. A new option at its default changes no result,
so it must not change the declaration either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from holdfast.campaign.choices import PLAIN_DEFENCE
from holdfast.campaign.config import RunConfig

EACH = "*"
"""In a place: every item of a list."""

LATER: tuple[tuple[tuple[str, ...], Any], ...] = (
    (("gate",), None),
    (("system",), "filter"),
    (("tuning",), None),
    (("task", "least"), 6),
    (("task", "most"), 10),
    (("ramp",), None),
    (("stop",), None),
    (("attacks", EACH, "from_round"), 1),
    (("attacks", EACH, "every"), 1),
    (("vetoes", EACH, "smoothing"), None),
    (("vetoes", EACH, "blurring"), None),
    (("classifier", "defence"), PLAIN_DEFENCE),
    (("retraining", "defence"), PLAIN_DEFENCE),
    (("retraining", "torn"), 0),
    (("retraining", "failures"), None),
    (("retraining", "flops"), None),
    (("retraining", "mixing", "balanced_by"), "nothing"),
    (("retraining", "mixing", "minimal_pairs"), False),
)
"""Options that came after the first studies, by their places, with their defaults."""


def declared_config(config: RunConfig) -> dict[str, Any]:
    """The configuration as plain JSON values, which `resolve` reads back to an equal one."""
    values = config.model_dump(mode="json")
    for place, default in LATER:
        _leave_out(values, place, default)
    return values


def _leave_out(values: Any, place: Sequence[str], default: Any) -> None:
    name, *rest = place
    if name == EACH:
        for each in values:
            _leave_out(each, rest, default)
    elif rest and name in values:
        _leave_out(values[name], rest, default)
    elif values.get(name) == default:
        values.pop(name, None)
