"""What a gate says, as plain data: the JSON that programs read, and what every page of it is made from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from holdfast.campaign.records import Record
from holdfast.evaluation.gate import Decision

FORMAT_VERSION = 1
"""Raised when a field is taken away or means something else; fields that are added leave it as it is."""

EXIT_CODES: dict[Decision, Literal[0, 1, 3]] = {
    Decision.PASSED: 0,
    Decision.FAILED: 1,
    Decision.COULD_NOT_TELL: 3,
}

Kind = Literal["min_recall", "max_false_alarms", "max_flip_rate", "max_failure_rate", "no_worse_than"]


class LimitRecord(Record):
    """One limit: what was asked, what was measured, and what follows."""

    id: str
    """The same for the same limit in every run: its kind, and the attack or measure where it has several."""
    kind: Kind
    what: str
    """What is measured, in words."""
    decision: Decision
    at_least: bool
    """Whether the measure is to be at least the limit; otherwise at most."""
    limit: float
    measured: float | None
    """A share of the rows; for `no_worse_than` by how much more often this guard fails. None without rows."""
    lower: float | None
    """The one-sided exact lower limit at `confidence`; None where none is worked out."""
    upper: float | None
    """The one-sided exact upper limit at `confidence`."""
    confidence: float
    """Of each of these two limits by itself."""
    events: int
    """Rows counted; for `no_worse_than` those where only this guard fails."""
    other_events: int | None
    """For `no_worse_than` the rows where only the baseline fails."""
    rows: int
    """Rows that were measured."""
    missing: int
    """Rows that should have been measured and were not."""
    left_out: int
    """Rows that are no independent trials, and count nowhere."""
    p_value: float
    """The chance of rows at least so bad where the limit is just kept."""
    adjusted: float
    """The same after Holm's correction over all limits: at most 1 − confidence where the limit failed."""
    needed: int | None
    """Where it is not decided: rows in all that would decide it at the rate seen; None where none would."""
    why: str
    """The decision in a sentence."""


class GateGuardRecord(Record):
    """The guard that was measured, by its hashes."""

    path: str
    hash: str
    filter: str
    """The hash of guard, reading and threshold together."""
    threshold: float


class BaselineRecord(Record):
    """The guard that this one was compared with."""

    file: str
    guard: str
    filter: str
    version: str


class GateRecord(Record):
    """All that a gate says. The same guard, data and configuration give the same record."""

    format: Literal["holdfast.gate"] = "holdfast.gate"
    format_version: Literal[1] = 1
    decision: Decision
    exit_code: Literal[0, 1, 3]
    version: str
    """Of Holdfast."""
    guard: GateGuardRecord
    data: str
    """The hash of the rows."""
    confidence: float
    """Of passing, for each limit; of failing, for all limits together."""
    limits: tuple[LimitRecord, ...] = Field(min_length=1)
    baseline: BaselineRecord | None
    claim: str | None
    """The claim on the failure rate, as a file in the folder of this one."""
    claim_sentence: str | None
    notes: tuple[str, ...]
    """What the result depends on."""
