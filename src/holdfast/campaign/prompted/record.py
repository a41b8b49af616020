"""What an evaluation on prompts leaves behind, as plain data: JSON, for the page and the command."""

from __future__ import annotations

from holdfast.campaign.evaluate.section_records import BoundRecord, NotMeasuredRecord
from holdfast.campaign.labelled.record import FileRecord, GuardRecord
from holdfast.campaign.prompted.plan import PromptedPlan
from holdfast.campaign.records import Record


class GeneratorRecord(Record):
    """The generator as it was opened."""

    path: str
    parameters: int
    positions: int | None


class ChosenThresholdRecord(Record):
    """The threshold, and why it is that one."""

    threshold: float
    log_odds: float
    rule: str
    told: str


class DrawsRecord(Record):
    """All draws together: those that passed, were turned away, or could not be read by the guard.

    `ended` came to an end of their own, the others were cut at the most tokens.
    """

    draws: int
    passed: int
    turned_away: int
    unread: int
    ended: int
    per_completion: float | None
    """Draws for a completion that passed, on average; None where none did."""
    passed_at: tuple[int, ...]
    """How many completions passed at their first draw, their second, and so on to the last allowed."""


class MeanRecord(Record):
    """A mean with approximate limits by prompt; None with too few prompts, and where all values are one."""

    mean: float | None
    lower: float | None
    upper: float | None
    values: int
    prompts: int


class QualityRecord(Record):
    """Mean log-likelihood per token under the unfiltered generator, in nats.

    `difference` is of each completion that passed less the first draw for it, so 0 where that one passed.
    """

    unfiltered: MeanRecord
    """First draws."""
    filtered: MeanRecord
    """Completions that passed."""
    difference: MeanRecord


class HistogramRecord(Record):
    """How first draws were scored: counts between `edges`, in log odds, ends included."""

    edges: tuple[float, ...]
    passed: tuple[int, ...]
    turned_away: tuple[int, ...]


class PromptRecord(Record):
    """What came of one prompt."""

    prompt: str
    completions: int
    refused: int
    draws: int
    passed: int
    unread: int


class PassedShown(Record):
    """A completion that passed, for people."""

    prompt: str
    completion: str
    score: float
    draw: int


class UnreadShown(Record):
    """A draw that the guard cannot read, for people."""

    prompt: str
    completion: str
    why: str


class PromptedRecord(Record):
    """A whole evaluation. The same plan gives the same record, however often it was interrupted."""

    plan: PromptedPlan
    plan_hash: str
    version: str
    machine: str
    guard: GuardRecord
    generator: GeneratorRecord
    threshold: ChosenThresholdRecord
    distinct_prompts: int
    passed: BoundRecord
    """Completions that passed within the draws allowed, of those asked for."""
    refused: BoundRecord
    """Those asked for of which no draw passed."""
    accepted: BoundRecord
    """First draws that pass, of those that the guard can read: what it accepts of unfiltered text."""
    draws: DrawsRecord
    quality: QualityRecord
    scores: HistogramRecord
    prompts: tuple[PromptRecord, ...]
    """Those refused most, and of equals those with most draws."""
    highest: tuple[PassedShown, ...]
    """Completions that passed with the highest scores."""
    unread: tuple[UnreadShown, ...]
    """The first ones."""
    not_claimed: tuple[NotMeasuredRecord, ...]
    samples: FileRecord
    """Every draw as a row, for people to judge."""
    tables: tuple[FileRecord, ...]
