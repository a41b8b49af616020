"""What of the data weakens later results, whatever the guard."""

from __future__ import annotations

from collections.abc import Iterator

from holdfast.campaign.checking.records import Caution
from holdfast.campaign.checking.wording import many, note, weak
from holdfast.tasks.labelled.results import DataFindings, Mention, SameText


def data_cautions(data: DataFindings) -> Iterator[Caution]:
    """Rows that are in the way of an honest measure, and oddities."""
    yield from _splits(data)
    if data.conflicts.texts:
        yield weak(_same(data.conflicts, "with several labels"), "decide which label is right for each")
    if data.duplicates.texts:
        yield note(_same(data.duplicates, "in several rows"), "each text is counted once")
    for reason, count in data.dropped.items():
        yield note(f"{many(count, 'row')} left out: {reason}")
    for odd in data.odd:
        yield note(f"{many(odd.rows, 'text')} with {odd.kind} characters; first {odd.places[0]}")


def _splits(data: DataFindings) -> Iterator[Caution]:
    for near in data.near.counts:
        if near.split == "test" and near.other in ("train", "threshold"):
            yield weak(
                f"{many(near.texts, 'text')} of test with a near duplicate in {near.other}: results on"
                " test look"
                " better than results on new text",
                "leave them out, or name the column of texts that belong together (--group) and derive the"
                " splits",
            )
    if not data.near.complete:
        yield note("there were too many possible near duplicates across splits to compare them all")
    if data.across_splits.texts:
        yield weak(_same(data.across_splits, "in several splits"), "leave them out of all but one")
    groups = data.groups
    if groups is not None and groups.torn:
        yield weak(
            f"{groups.torn:,} of {many(groups.groups, 'group')} in several splits; {_first(groups.examples)}",
            "derive the splits, which keeps groups together, or correct the given ones",
        )


def _same(same: SameText, what: str) -> str:
    return f"{many(same.texts, 'text')} {what} ({many(same.rows, 'row')}); {_first(same.examples)}"


def _first(examples: tuple[tuple[Mention, ...], ...]) -> str:
    return f"first {' and '.join(mention.place for mention in examples[0][:2])}"
