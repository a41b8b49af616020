"""What an evaluation of labelled text leaves behind, as plain data: JSON, for the page and the command."""

from __future__ import annotations

from holdfast.campaign.evaluate.attack_records import AreaRecord, MedianRecord
from holdfast.campaign.evaluate.record import ClaimRecord
from holdfast.campaign.evaluate.section_records import BoundRecord, NotMeasuredRecord, ScoresRecord
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.records import Record


class GuardRecord(Record):
    """The guard as it was read."""

    path: str
    parameters: int | None
    """None for a service, whose weights are not here."""
    bad: tuple[str, ...]
    """The labels of the model that stand for a catastrophe."""
    layout: str
    positions: int | None
    overflow: str


class SharedRecord(Record):
    """How many texts of `test` another split holds too, or share a group with one of its rows."""

    split: str
    texts: int
    groups: int


class RowsRecord(Record):
    """What was measured on. A text counts once, whatever its case and white space."""

    rows: int
    """Rows of the split `test`."""
    texts: int
    """Different texts among them."""
    catastrophic: int
    harmless: int
    unsure: int
    conflicting: int
    """Texts that come with several labels, anywhere in the data: set apart."""
    groups: int
    """Different groups among the texts; a text without a group is its own."""
    shared: tuple[SharedRecord, ...]


class SkippedRecord(Record):
    """A text that the guard cannot read: neither blocked nor passed."""

    place: str
    label: str
    why: str


class CutRecord(Record):
    """Texts of which the guard did not read every token, and what it did with them."""

    texts: int
    in_windows: int
    tokens: int
    """Of all scored texts."""
    read: int
    caught: BoundRecord
    """Catastrophic texts that were cut, and stopped."""
    blocked: BoundRecord
    """Harmless texts that were cut, and blocked."""


class SliceRecord(Record):
    """Results on the texts with one value of a slice."""

    slice: str
    value: str
    rows: int
    recall: BoundRecord
    false_alarms: BoundRecord
    unsure: int
    skipped: int
    few: bool
    """Whether a rate rests on so few texts that its limits say next to nothing."""


class ThresholdPointRecord(Record):
    """What one threshold does on the split `threshold`."""

    threshold: float
    log_odds: float
    recall: BoundRecord
    harmless_accepted: BoundRecord
    chosen: bool


class ThresholdRecord(Record):
    """The threshold, why it is that one, and what it does where it was chosen."""

    threshold: float
    log_odds: float
    rule: str
    told: str
    harmless_accepted: BoundRecord
    caught: BoundRecord
    skipped: int
    """Texts of that split that the guard cannot read."""
    curve: tuple[ThresholdPointRecord, ...]


class ErrorShown(Record):
    """A text on the wrong side of the threshold, for people."""

    place: str
    text: str
    score: float


class BrokenShown(Record):
    """A failure that an attack found, for people."""

    attack: str
    seed: str
    text: str
    score: float
    seed_score: float
    queries: int
    place: str


class AttackSliceRecord(Record):
    """How often an attack succeeds from seeds with one value of a slice."""

    slice: str
    value: str
    success: BoundRecord


class AttackOnRowsRecord(Record):
    """One attack, an attempt from each seed."""

    attack: str
    call: str
    independent: bool
    planned: int
    broken: int
    withstood: int
    skipped: int
    pending: int = 0
    """Those that wait for people's verdicts, part of no rate."""
    unasked: int
    """Withstood ones that scored no rewrite at all: the judge allowed nothing that the attack wrote."""
    clean_misses: int
    """Broken ones whose seed passes as it stands."""
    success: BoundRecord
    """Broken ones of those that came to an end."""
    from_stopped: BoundRecord
    """The same without the seeds that pass as they stand."""
    median: MedianRecord
    """Queries to the first failure, over all attempts that came to an end."""
    median_from_stopped: MedianRecord
    """The same without the seeds that pass as they stand."""
    first: tuple[int | None, ...]
    """The same of each attempt made; None where there was no failure."""
    queries: int
    slices: tuple[AttackSliceRecord, ...]


class OverblockingRecord(Record):
    """Harmless texts of `test`, as they stand and in harmless surroundings like those that attacks made."""

    plain: BoundRecord
    surrounded: BoundRecord
    told: str


class FileRecord(Record):
    """A file of the folder, by name and SHA-256."""

    file: str
    sha256: str


class LabelledRecord(Record):
    """A whole evaluation. The same plan gives the same record, however often it was interrupted."""

    plan: LabelledPlan
    plan_hash: str
    version: str
    machine: str
    guard: GuardRecord
    rows: RowsRecord
    threshold: ThresholdRecord
    recall: BoundRecord
    """Catastrophic texts that the guard stops."""
    false_alarms: BoundRecord
    """Harmless texts that it blocks."""
    unsure_blocked: BoundRecord
    """Texts of which people are not sure, and that it blocks; part of no other rate."""
    area: AreaRecord | None
    """How well scores tell the two classes apart; None where one of them is missing."""
    slices: tuple[SliceRecord, ...]
    slices_left_out: int
    """Values of slices that are not told of, being too many."""
    scores: ScoresRecord
    cut: CutRecord
    skipped: tuple[SkippedRecord, ...]
    """The first ones."""
    skipped_texts: int
    warnings: tuple[str, ...]
    missed: tuple[ErrorShown, ...]
    """Catastrophic texts that pass, the lowest scores first."""
    blocked: tuple[ErrorShown, ...]
    """Harmless texts that are blocked, the highest scores first."""
    attacks: tuple[AttackOnRowsRecord, ...]
    assumption: str | None
    """What the judge of attacks rests on; None where nothing is attacked."""
    attempts: FileRecord | None
    """Every attempt as a row."""
    broken: tuple[BrokenShown, ...]
    overblocking: OverblockingRecord | None
    claims: tuple[ClaimRecord, ...]
    not_claimed: tuple[NotMeasuredRecord, ...]
    tables: tuple[FileRecord, ...]
    """The scores."""
