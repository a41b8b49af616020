"""What hardening a guard leaves behind, as plain data: the store keeps it, the report and the CLI read it."""

from __future__ import annotations

from holdfast.campaign.evaluate.attack_records import AreaRecord, MedianRecord, TelltaleRecord
from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.labelled.record import BrokenShown, OverblockingRecord, SliceRecord
from holdfast.campaign.records import Record, RoundAttackRecord, SpendRecord


class HardenedAttackRecord(Record):
    """One attack on one guard, from the same seeds as on every guard of the run."""

    attack: str
    kind: str
    place: str
    held_out: bool
    planned: int
    broken: int
    withstood: int
    skipped: int
    pending: int = 0
    """Those that wait for people's verdicts, part of no rate."""
    clean_misses: int
    success: BoundRecord
    from_stopped: BoundRecord
    """The same without the seeds that pass as they stand."""
    median: MedianRecord
    """Queries to the first failure; no value where it lies beyond the budget."""
    first: tuple[int | None, ...]
    """The same of each attempt made; None where there was no failure."""


class GuardMeasuredRecord(Record):
    """All that was measured of one guard of a run."""

    hash: str
    path: str
    """Of the model, in the run's folder."""
    evaluation: str
    """The folder of the whole evaluation, in the run's folder."""
    threshold: float
    rule: str
    recall: BoundRecord
    false_alarms: BoundRecord
    area: AreaRecord | None
    overblocking: OverblockingRecord | None
    slices: tuple[SliceRecord, ...]
    attacks: tuple[HardenedAttackRecord, ...]
    broken: tuple[BrokenShown, ...]
    warnings: tuple[str, ...]


class PoolCountRecord(Record):
    """What a round's guard could learn from beside the clean rows."""

    positives: int
    negatives: int
    left_out: int = 0
    """What was found and is too long to be trained on."""


class GuardRoundRecord(Record):
    """A round: the guard that it ended with, and how it came to be. Round 0 is the guard as it comes."""

    index: int
    guard: GuardMeasuredRecord
    found: int
    """Failures that the round's attacks found, for training."""
    pool: PoolCountRecord | None
    attacked: tuple[RoundAttackRecord, ...] = ()
    """What the round trained on; empty for round 0, and in records of earlier versions."""
    learning_rate: float | None
    validation_area: float | None
    trained: int | None = None
    """Weights that were trained; None where none were."""
    training_loss: tuple[float, ...]
    telltale: TelltaleRecord | None
    telltale_why: str | None
    """Why there is no telltale test, in words."""
    attack_cost: SpendRecord
    training_cost: SpendRecord
    evaluation_cost: SpendRecord


class HardeningRecord(Record):
    """A whole run, as far as it has come."""

    run: str
    seed: int
    config: dict[str, object]
    """The resolved configuration."""
    version: str
    machine: str
    started: str
    finished: str | None
    parameters: int
    assumption: str | None
    """What the judge of rewrites rests on."""
    negatives: str | None = None
    """How matched negatives were made, in words; None where there are none."""
    queries_per_seed: int
    rounds: tuple[GuardRoundRecord, ...]
    control: GuardMeasuredRecord | None
    control_cost: SpendRecord | None
