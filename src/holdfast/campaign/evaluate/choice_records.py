"""How the threshold of an evaluation is chosen, as its plan and its page tell it."""

from __future__ import annotations

from holdfast.campaign.records import Record
from holdfast.campaign.thresholds import DrawsRule


class ThresholdAsked(Record):
    """The rule, and on how many prompts; `margin` belongs to `non_inferior`, `risk` to `controlled`."""

    rule: DrawsRule
    margin: float | None
    risk: float | None
    prompts: int


class TestedRecord(Record):
    """One threshold that was tested, with its p-value: below the error it passes."""

    threshold: float
    log_odds: float
    p_value: float
    events: int
    """Failures for `controlled`; pairs in which the filtered completion is worse for `non_inferior`."""
    trials: int
    """Completions, or pairs."""
    power: float | None
    """To show that no quality is lost where none is; None for `controlled`."""


class SelectionRecord(Record):
    """What was chosen, why, and on which files, on which nothing may be claimed any more."""

    told: str
    tested: tuple[TestedRecord, ...]
    """In the order tested; the last one failed, unless all passed."""
    sha256s: tuple[str, ...]
