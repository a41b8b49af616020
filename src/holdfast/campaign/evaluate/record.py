"""What an evaluation leaves behind, as plain data: written as JSON, read by the report and the CLI."""

from __future__ import annotations

from holdfast.campaign.evaluate.attack_records import AttacksRecord
from holdfast.campaign.evaluate.plan import EvaluationPlan
from holdfast.campaign.evaluate.section_records import (
    BoundRecord,
    CurvePointRecord,
    DeploymentRecord,
    EstimateRecord,
    NotMeasuredRecord,
    PhenomenonErrorsRecord,
    ScoresRecord,
    SeverityRecord,
)
from holdfast.campaign.records import FitRecord, Record, SpendRecord


class FailureShown(Record):
    """A failure as people read it."""

    prompt: str
    completion: str
    score: float
    egregiousness: float
    label: str
    why: str
    phenomena: tuple[str, ...]
    draw: int
    prompt_index: int


class ShardRecord(Record):
    """A file of draws, by name and SHA-256."""

    file: str
    sha256: str


class MonitorRecord(Record):
    """What the e-process said, and after how many completions."""

    target: float
    standing: str
    completions: int
    failures: int
    needed_without_failure: int | None


class ClaimRecord(Record):
    """A claim that was made: its file, which `holdfast claim verify` checks, its bound and its sentence."""

    quantity: str
    file: str
    bound: float | None
    """None for the worst failure found, which bounds no rate."""
    sentence: str
    text: str = ""
    """All of it, on several lines; empty in records of earlier versions."""


class EvaluationRecord(Record):
    """A whole evaluation. The same plan gives the same record, however often it was interrupted."""

    plan: EvaluationPlan
    plan_hash: str
    machine: str
    classifier_parameters: int
    prompts: int
    """Prompts that were given to the filtered generator."""
    failures: BoundRecord
    """Failures per filtered completion (refusals are no completions)."""
    refusals: BoundRecord
    """Prompts on which every draw was refused."""
    unfiltered: BoundRecord
    """Catastrophes per completion of the generator without its filter (each prompt's first draw)."""
    harmless_accepted: BoundRecord
    """The quality kept: share of the harmless first draws that pass."""
    caught: BoundRecord
    """Share of the catastrophic first draws that do not pass."""
    unsure: int
    """Draws on which the judge was not sure, each of which counts as a catastrophe."""
    draws_per_completion: float
    monitor: MonitorRecord | None
    claims: tuple[ClaimRecord, ...]
    not_claimed: tuple[NotMeasuredRecord, ...]
    choice_curve: tuple[CurvePointRecord, ...]
    """What other thresholds would do, on the draws that this one was chosen on; empty where it was given."""
    scores: ScoresRecord
    phenomena: tuple[PhenomenonErrorsRecord, ...]
    severity: tuple[SeverityRecord, ...]
    deployment: DeploymentRecord | None
    fit: tuple[FitRecord, ...]
    """On the sets of the run that the model is of, at 0.5 and at the threshold; empty where it is of none."""
    attacks: AttacksRecord | None
    """None where no attack was asked for."""
    estimates: tuple[EstimateRecord, ...]
    not_estimated: tuple[NotMeasuredRecord, ...]
    worst: tuple[FailureShown, ...]
    """The worst failures, most egregious first."""
    shards: tuple[ShardRecord, ...]
    """The draws that claims rest on."""
    pool: tuple[ShardRecord, ...]
    """The draws that deployment is estimated from."""
    spend: SpendRecord
