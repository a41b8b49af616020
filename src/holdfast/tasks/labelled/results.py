"""The results of `findings`: frozen, for a page and for JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from holdfast.core.snippet import Label
from holdfast.tasks.labelled.config import SPLITS, SplitName


@dataclass(frozen=True)
class Count:
    """Rows of one split and label, and how many different texts they have; of a slice's value, or of all."""

    split: SplitName
    label: Label
    slice: str | None
    value: str | None
    rows: int
    distinct: int


@dataclass(frozen=True)
class Mention:
    """A row in an example; a long text is cut, which `…` shows."""

    place: str
    split: SplitName
    label: Label
    text: str


@dataclass(frozen=True)
class SameText:
    """Normalised texts that stand in several rows: `rows` are all of those rows."""

    texts: int
    rows: int
    examples: tuple[tuple[Mention, ...], ...]


@dataclass(frozen=True)
class Near:
    """How many texts of a split have a near duplicate in another one."""

    split: SplitName
    other: SplitName
    texts: int


@dataclass(frozen=True)
class NearExample:
    """Two near duplicates in different splits."""

    one: Mention
    other: Mention
    likeness: float


@dataclass(frozen=True)
class NearDuplicates:
    """Near duplicates across splits; `complete` is False where not all candidates could be compared."""

    least_likeness: float
    counts: tuple[Near, ...]
    complete: bool
    examples: tuple[NearExample, ...]


@dataclass(frozen=True)
class TornGroups:
    """Groups whose rows are in several splits."""

    groups: int
    torn: int
    rows: int
    examples: tuple[tuple[Mention, ...], ...]


@dataclass(frozen=True)
class Lengths:
    """Quantiles of the lengths of texts, prompt and completion together."""

    unit: str
    least: int
    tenth: int
    median: int
    ninetieth: int
    ninety_ninth: int
    most: int


@dataclass(frozen=True)
class OddCharacters:
    """Characters of an odd kind: in how many rows, how many, and where the first are."""

    kind: str
    rows: int
    characters: int
    places: tuple[str, ...]


@dataclass(frozen=True)
class DataFindings:
    """All that is found, for a page and for JSON (`as_json`)."""

    hash: str
    read: int
    rows: int
    dropped: Mapping[str, int]
    labels: Mapping[str, tuple[str, int]]
    """What each value of the file means, and how often it comes; the empty one stands for a missing label."""
    distinct: int
    counts: tuple[Count, ...]
    duplicates: SameText
    across_splits: SameText
    """Texts that stand in several splits."""
    conflicts: SameText
    """Texts with several labels."""
    near: NearDuplicates
    groups: TornGroups | None
    """None where the data have no groups."""
    words: Lengths
    characters: Lengths
    odd: tuple[OddCharacters, ...]
    encoding: str
    marks: int
    """Files that begin with a byte order mark."""

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        return asdict(self)


def warnings(found: DataFindings) -> tuple[str, ...]:
    """What a user should know before trusting a result on these data, a line each; none where all is well."""
    lines = [f"{_many(count, 'row')} left out: {reason}" for reason, count in found.dropped.items()]
    lines += _splits(found)
    for same, what in (
        (found.conflicts, "with several labels"),
        (found.across_splits, "in several splits"),
        (found.duplicates, "in several rows"),
    ):
        if same.texts:
            lines.append(f"{_many(same.texts, 'text')} {what} ({same.rows:,} rows); {_first(same.examples)}")
    for near in found.near.counts:
        lines.append(f"{_many(near.texts, 'text')} of {near.split} with a near duplicate in {near.other}")
    if not found.near.complete:
        lines.append("more near duplicates than could be compared: the counts are too low")
    if found.groups is not None and found.groups.torn:
        torn = found.groups
        lines.append(
            f"{torn.torn:,} of {_many(torn.groups, 'group')} in several splits; {_first(torn.examples)}"
        )
    lines += [
        f"{_many(odd.rows, 'text')} with {odd.kind} characters; first {odd.places[0]}" for odd in found.odd
    ]
    return tuple(lines)


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _splits(found: DataFindings) -> list[str]:
    """Splits in which a label has no rows at all."""
    rows = {(c.split, c.label): c.rows for c in found.counts if c.slice is None}
    there = {split for split, _ in rows}
    wanted = {label for _, label in rows if label is not Label.UNSURE}
    return [
        f"the split {split} has no {label} rows"
        for split in SPLITS
        for label in Label
        if split in there and label in wanted and (split, label) not in rows
    ]


def _first(examples: tuple[tuple[Mention, ...], ...]) -> str:
    return f"first {' and '.join(mention.place for mention in examples[0][:2])}"
