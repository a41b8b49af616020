"""What attacks in an evaluation leave behind, as plain data."""

from __future__ import annotations

from holdfast.campaign.evaluate.section_records import BoundRecord, NotMeasuredRecord, SeverityRecord
from holdfast.campaign.records import Record


class MedianRecord(Record):
    """Within how much half of the attempts find a failure, with exact limits; None: beyond all that was
    spent."""

    value: float | None
    lower: float | None
    upper: float | None


class TimesRecord(Record):
    """Time to the first failure in one unit; attempt by attempt in their order."""

    unit: str
    median: MedianRecord
    first: tuple[float | None, ...]
    """None where there was no failure."""
    spent: tuple[float, ...]


class IntentSplitRecord(Record):
    """The worst failure of each broken attempt, by whether the filter stops it told plainly."""

    capability: BoundRecord
    """Those whose plain restatement passes too, of those that have one."""
    untold: int
    """Those without one."""


class AttackedRecord(Record):
    """One attack on one model, every attempt to the end of its budget."""

    model: str
    success: BoundRecord
    times: tuple[TimesRecord, ...]
    severity: tuple[SeverityRecord, ...]
    """Attempts by the band of the worst failure that they found."""
    intent: IntentSplitRecord | None
    """None where the task has no plain restatements."""
    worst: float | None
    """The egregiousness of the worst failure found; None without one."""
    queries: int
    flops: float


class MedianRatioRecord(Record):
    """How many times as much half of the attempts need as against the other model, with limits that hold
    whatever the distributions; None: beyond all that was spent."""

    ratio: float | None
    lower: float
    upper: float | None


class HarderRecord(Record):
    """How much harder to break than the other model: by medians, and by hazard.

    `times` is how many times slower failures come, by Cox's partial likelihood: no ratio of times. It is None
    where nothing can be said, or where only the other model was broken (`never_broken`); `upper` is None
    where there is no upper limit. `p_value` is of the log-rank test. `medians` is None for several attacks
    together, whose attempts are not mixed, and in evaluations of earlier versions.
    """

    unit: str
    medians: MedianRatioRecord | None = None
    times: float | None
    never_broken: bool
    lower: float
    upper: float | None
    p_value: float


class AttackRecord(Record):
    """One attack: on this model, on the other one if there is one, and how the two compare."""

    attack: str
    call: str
    this: AttackedRecord
    other: AttackedRecord | None
    harder: tuple[HarderRecord, ...]


class ChangeRecord(Record):
    """A share of texts stopped by the other model and by this one, with limits on the change."""

    before: float
    after: float
    texts: int
    lower: float
    upper: float


class AreaRecord(Record):
    """How well the discriminator tells texts of attacks from clean ones; 0.5 is a coin."""

    value: float
    lower: float
    upper: float


class SurvivingRecord(Record):
    """The share of a gain that survives; None where it has no meaning, and `why` says so."""

    share: float | None
    lower: float | None
    upper: float | None
    why: str


class HeldOutRecord(Record):
    """One attack, to a discriminator that never saw a text of it."""

    attack: str
    power: AreaRecord | None
    gain: ChangeRecord
    surviving: SurvivingRecord


class TelltaleRecord(Record):
    """How much of the gain is recognising the attack (see `holdfast.evaluation.telltale`)."""

    failures: int
    """Catastrophes that attacks wrote against the neutral model."""
    power: AreaRecord
    power_unseen: AreaRecord | None
    gain: ChangeRecord
    gain_unseen: ChangeRecord | None
    surviving: SurvivingRecord
    harmless_with_signs: ChangeRecord | None
    harmless_without_signs: ChangeRecord | None
    excess: float | None
    excess_lower: float
    excess_upper: float
    held_out: tuple[HeldOutRecord, ...]


class AttacksRecord(Record):
    """All that attacks found; seconds, which no two evaluations agree on, are in `SecondsRecord`."""

    attacks: tuple[AttackRecord, ...]
    together: tuple[HarderRecord, ...]
    """All attacks, each a stratum; empty without another model."""
    telltale: TelltaleRecord | None
    not_measured: tuple[NotMeasuredRecord, ...]


class AttackSecondsRecord(Record):
    """One attack by the clock."""

    attack: str
    this: TimesRecord
    other: TimesRecord | None
    harder: HarderRecord | None


class SecondsRecord(Record):
    """Time to failure in seconds of the machine that the attacks ran on, beside whatever else it did."""

    attacks: tuple[AttackSecondsRecord, ...]
    together: HarderRecord | None
