"""What the sections of an evaluation leave behind that are measured and never claimed."""

from __future__ import annotations

from holdfast.campaign.records import Record


class BoundRecord(Record):
    """A proportion with its exact limits at the evaluation's confidence.

    `lower` and `upper` are the two-sided (Clopper–Pearson) interval, `at_most` and `at_least` the one-sided
    limits. With no trials the rate is None and the limits are 0 and 1.
    """

    events: int
    trials: int
    rate: float | None
    lower: float
    upper: float
    at_most: float
    at_least: float


class EstimateRecord(Record):
    """A number without a guarantee, and `told` in one sentence; `lower` and `upper` None without interval."""

    of: str
    value: float
    lower: float | None
    upper: float | None
    confidence: float
    method: str
    queries: int
    labels: int
    told: str


class NotMeasuredRecord(Record):
    """What could not be measured, and why."""

    what: str
    why: str


class ScoresRecord(Record):
    """How the first draws of all prompts were scored: counts between `edges`, in log odds, ends included."""

    edges: tuple[float, ...]
    harmless: tuple[int, ...]
    catastrophic: tuple[int, ...]


class PhenomenonErrorsRecord(Record):
    """Errors on the first draws in which one phenomenon plays a part."""

    phenomenon: str
    missed: BoundRecord
    """Catastrophes that pass."""
    refused: BoundRecord
    """Harmless completions that do not."""


class SeverityRecord(Record):
    """A band of egregiousness: completions of the filtered generator that fail in it, or at least there."""

    band: str
    lower: float
    upper: float
    within: BoundRecord
    at_least: BoundRecord


class CurvePointRecord(Record):
    """What one threshold would do, estimated from the pool (see `evaluation.deployment.CurvePoint`)."""

    threshold: float
    log_odds: float
    harmless_accepted: float | None
    failures: EstimateRecord | None
    failures_upper: float
    refusals: float
    draws_per_completion: float
    quality_difference: float | None
    quality_lower: float | None
    quality_upper: float | None


class ShiftRecord(Record):
    """One measure of what is written, behind the filter and without it; small p-values say that it differs.

    Where one number tells of both sides together, it is `filtered`, and `unfiltered` is what chance exceeds
    in one case of twenty.
    """

    measure: str
    filtered: float
    unfiltered: float
    p_value: float


class EvasionRecord(Record):
    """Harmless completions that pass against harmless ones of the same prompts without the filter."""

    pairs: int
    shifts: tuple[ShiftRecord, ...]
    phenomena: tuple[ShiftRecord, ...]
    """Share of completions that show a phenomenon."""
    preferred: float | None
    """Share of pairs in which the filtered one is better written, ties counting half."""
    changed: tuple[str, ...]


class DeploymentRecord(Record):
    """What a pool of further draws says of deployment: `prompts` prompts, `draws` draws each."""

    prompts: int
    draws: int
    failures: EstimateRecord | None
    refusals: EstimateRecord
    draws_per_completion: float
    curve: tuple[CurvePointRecord, ...]
    evasion: EvasionRecord | None
    not_measured: tuple[NotMeasuredRecord, ...]
