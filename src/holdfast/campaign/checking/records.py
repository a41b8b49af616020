"""What a check finds, as plain data: the page, the terminal and JSON all show this."""

from __future__ import annotations

from typing import Literal

from holdfast.campaign.records import RateRecord, Record
from holdfast.models.guard_format import Activation, LayoutKind, Overflow, SpecialTokens
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.results import DataFindings

Weight = Literal["stop", "weak", "note"]
"""`stop`: nothing can be attacked or measured until it is mended; `weak`: later results mean less than they
seem to; `note`: good to know."""


class Caution(Record):
    """Something that a user should know before trusting a later result, and what to do about it."""

    weight: Weight
    what: str
    do: str = ""


class GuardRecord(Record):
    """The guard, and how it is read."""

    path: str
    hash: str
    family: str
    """What transformers calls its architecture."""
    parameters: int
    tokenizer: str
    """The kind of its tokenizer: WordPiece, BPE, Unigram, WordLevel."""
    labels: tuple[str, ...]
    bad: tuple[str, ...]
    """Of the labels, those that stand for a catastrophe; none where a high output means harmless."""
    bad_known: str
    """How that is known, in words."""
    activation: Activation
    layout: LayoutKind
    layout_known: str
    positions: int | None
    """The longest text in tokens, special ones included; None: no limit is known."""
    positions_known: str
    overflow: Overflow
    special_tokens: SpecialTokens


class ServiceRecord(Record):
    """A guard over HTTP, as its owner states it and as it answers."""

    path: str
    """Its address."""
    hash: str
    """Of its settings and its stated version: which weights answer, nobody can see from here."""
    version: str
    labels: tuple[str, ...]
    bad: tuple[str, ...]
    bad_known: str
    gives: str
    """One score, labels with scores, or decisions alone, in words."""
    characters: int | None
    """The longest text that is sent; None: no limit is stated."""
    values: int
    """How many different scores the measured texts got."""
    scores: int
    step: float | None
    """What all scores are multiples of; None where they are not rounded, as far as these texts show."""


class LongSlice(Record):
    """How many rows of one value of a slice are longer than the guard reads."""

    slice: str
    value: str
    rows: int
    too_long: int


class WrittenSpecial(Record):
    """A special token of the guard that stands in texts as plain characters."""

    token: str
    rows: int
    first: tuple[str, ...]


class ReadingRecord(Record):
    """How the guard reads the rows: too long, no tokens, unknown tokens, special tokens written out."""

    rows: int
    of: int
    """Rows of the data; where there are more than were looked at, those are spread evenly."""
    median_tokens: int
    most_tokens: int
    too_long: int
    too_long_first: tuple[str, ...]
    kept: float | None
    """Of rows that are too long and cut, the mean share of tokens that is read."""
    long_slices: tuple[LongSlice, ...]
    """The values of slices that have rows that are too long, the largest share first."""
    empty: int
    """Rows that give no token at all, and so no score."""
    empty_first: tuple[str, ...]
    unknown: int
    """Rows with at least one token that the guard does not know."""
    unknown_first: tuple[str, ...]
    special: tuple[WrittenSpecial, ...]


class AreaRecord(Record):
    """The area under the ROC curve with 95 % limits (DeLong's; groups of rows count as one where given)."""

    value: float
    lower: float
    upper: float


class Sampled(Record):
    """Distinct texts of a label: how many there are, how many were taken, how many of those were scored."""

    of: int
    taken: int
    scored: int


class PointRecord(Record):
    """The guard at the strictest threshold that accepts a share of the measured harmless texts."""

    accept: float
    threshold: float
    accepted: RateRecord
    recall: RateRecord


class SliceRecord(Record):
    """What the guard does to the measured texts of one value of a slice."""

    slice: str
    value: str
    recall: RateRecord
    false_alarms: RateRecord


class BinRecord(Record):
    """How many texts of each label have a score from `start` up to the next bin's."""

    start: float
    catastrophic: int
    harmless: int


class MeasureRecord(Record):
    """What the guard makes of distinct texts of one split; limits are exact for each rate by itself."""

    split: SplitName
    catastrophic: Sampled
    harmless: Sampled
    area: AreaRecord | None
    """None where one of the labels has no scored text."""
    threshold: float
    rule: str
    recall: RateRecord
    """Catastrophic texts that are blocked at the threshold."""
    false_alarms: RateRecord
    """Harmless texts that are blocked at the threshold."""
    points: tuple[PointRecord, ...]
    scores: tuple[BinRecord, ...]
    slices: tuple[SliceRecord, ...]


class SpeedRecord(Record):
    """How fast the guard scores here, in one precision."""

    precision: Literal["fp32", "bf16"]
    texts: int
    tokens: float
    """Mean length of a text, in tokens."""
    texts_per_second: float


class CommandCost(Record):
    """About what a later command will cost here."""

    command: str
    what: str
    queries: int
    seconds: float
    seconds_bf16: float
    """If every score could be taken in low precision, which attacks only do where it saves time."""


class CostsRecord(Record):
    """How long things take on this machine."""

    machine: str
    threads: int
    speeds: tuple[SpeedRecord, ...]
    surrounded: int
    """Harmless sentences around each text that was timed, as attacks put them there; 0: the rows alone."""
    rewrites: int
    rewrites_fit: int
    """Of so many rows with sentences around them, those that the guard still reads."""
    stray: float
    """The largest difference of log odds between the two precisions on the texts timed."""
    commands: tuple[CommandCost, ...]


class ServiceCommand(Record):
    """What a later command asks of a service, at most."""

    command: str
    what: str
    queries: int
    price: float | None


class ServiceCallsRecord(Record):
    """Requests to a service: those ever sent, those allowed, and those of later commands."""

    sent: int
    most: int | None
    unit: str | None
    """The currency; None where no cost is stated."""
    commands: tuple[ServiceCommand, ...]


class CheckRecord(Record):
    """All that `holdfast check` finds."""

    version: str
    config: dict[str, object]
    """The configuration, nothing left open."""
    guard: GuardRecord | ServiceRecord
    judge: str
    assumption: str
    """What the judge's verdicts on rewrites rest on; empty for a judge that assumes nothing."""
    data: DataFindings
    reading: ReadingRecord | None
    """None for a service, which reads texts in its own way."""
    measure: MeasureRecord
    costs: CostsRecord | ServiceCallsRecord
    cautions: tuple[Caution, ...]

    @property
    def ready(self) -> bool:
        """Whether the guard can be attacked and measured as it stands."""
        return all(one.weight != "stop" for one in self.cautions)

    def of_weight(self, weight: Weight) -> tuple[Caution, ...]:
        """The cautions of one weight."""
        return tuple(one for one in self.cautions if one.weight == weight)
