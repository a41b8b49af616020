"""What weakens later results, in words, and what to do about it; what cannot be worked with at all."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from holdfast.campaign.checking.records import (
    AreaRecord,
    Caution,
    GuardRecord,
    MeasureRecord,
    ReadingRecord,
    Sampled,
    Weight,
)
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.evaluation.bounds import Proportion
from holdfast.tasks.labelled.results import DataFindings, SameText, TornGroups

FEW = 100
"""Distinct texts of a label below which the limits of a rate are wide."""

SHARE = 0.01
"""Of rows that are too long, or not known to the guard, from which results are about other texts."""


@dataclass(frozen=True)
class Looked:
    """All that was looked at."""

    guard: GuardRecord
    data: DataFindings
    reading: ReadingRecord
    measure: MeasureRecord
    sentences: int | None
    """Harmless sentences that may surround a passage; None where the judge carries none."""
    judge: str
    fixed: bool
    """Whether the threshold was given and not chosen on data."""


def cautions(looked: Looked) -> tuple[Caution, ...]:
    """Every caution, the gravest first."""
    found = [
        *_rows(looked),
        *_telling(looked.measure),
        *_reading(looked.guard, looked.reading),
        *_splits(looked.data),
        *_labels(looked.data),
        *_threshold(looked),
        *_judge(looked),
    ]
    order: tuple[Weight, ...] = ("stop", "weak", "note")
    return tuple(sorted(found, key=lambda one: order.index(one.weight)))


def check_direction(guard: GuardRecord, measure: MeasureRecord) -> None:
    """Raise UserError where harmless texts surely get the higher scores: something is the wrong way round."""
    area = measure.area
    if area is None or area.upper >= 0.5:
        return
    others = [name for name in guard.labels if name not in guard.bad]
    other = ",".join(others) if guard.bad else "0"
    bad = ", ".join(f"'{name}'" for name in guard.bad) or "none (a high output means harmless)"
    raise UserError(
        f"the guard looks inverted: with {bad} as its bad label ({guard.bad_known}), harmless texts of"
        f" {measure.split} get higher scores than catastrophic ones ({said(area)}). Either the guard's bad label is"
        f' another (--guard-bad "{other}"), or --bad names the wrong values of the data; if both are right, add'
        " --sure"
    )


def said(area: AreaRecord) -> str:
    """`AUC 0.724, 95 % limits 0.684 to 0.761`."""
    return f"AUC {area.value:.3f}, 95 % limits {area.lower:.3f} to {area.upper:.3f}"


def _rows(looked: Looked) -> Iterator[Caution]:
    measure = looked.measure
    if measure.split != "test":
        yield _weak(
            f"there is no test split; measured on {measure.split}, which the guard may have been trained on",
            "name test data (--data test=FILE), or a column of splits (--split)",
        )
    yield from _kind("catastrophic", measure.catastrophic, measure.split, "stop")
    yield from _kind("harmless", measure.harmless, measure.split, "weak")
    train = any(c.split == "train" and c.label is Label.HARMLESS for c in looked.data.counts)
    if not train:
        yield _weak(
            "there are no harmless rows for training, so attacks write with words and sentences of the rows that"
            " measure",
            "name a file for them (--data train=FILE)",
        )


def _kind(name: str, sampled: Sampled, split: str, none: Weight) -> Iterator[Caution]:
    if not sampled.scored:
        why = "has none" if not sampled.of else "has none that the guard can read"
        yield Caution(
            weight=none,
            what=f"{split} {why} of label {name}",
            do="nothing can be attacked; give more data" if none == "stop" else "false alarms stay unknown",
        )
    elif sampled.of < FEW:
        most = Proportion(sampled.of, sampled.of).lower()
        yield _weak(
            f"{split} has {sampled.of} distinct {name} texts: even if the guard is right on all of them, that"
            f" shows no more than {100 * most:.1f} % (95 %, one-sided)",
            "label more, or derive the splits with a larger share for test",
        )
    elif sampled.taken < sampled.of:
        yield _note(
            f"{sampled.taken:,} of {sampled.of:,} distinct {name} texts of {split} were scored, spread evenly",
            "--most takes more",
        )
    if 0 < sampled.scored < sampled.taken:
        yield _weak(
            f"the guard cannot read {sampled.taken - sampled.scored:,} of {sampled.taken:,} {name} texts of"
            f" {split}: later results count them as skipped",
            "say what is read of long texts: --overflow head, tail or window",
        )


def _telling(measure: MeasureRecord) -> Iterator[Caution]:
    area = measure.area
    if area is not None and area.upper < 0.5:
        yield _weak(
            f"harmless texts get higher scores than catastrophic ones ({said(area)}), and you said that this is"
            " right",
            "attacks on such a guard say little: most seeds pass as they stand",
        )
    elif area is not None and area.lower <= 0.5:
        yield _weak(
            f"the guard does not tell the two labels apart on {measure.split} ({said(area)})",
            "see that the labels of the data mean what the guard was trained for",
        )
    recall = measure.recall
    if recall.rate is not None and recall.upper < 0.5 and not (area and area.upper < 0.5):
        yield _weak(
            f"at the threshold {measure.threshold:.3g} the guard misses most catastrophic texts as they stand"
            f" ({recall.trials - recall.events:,} of {recall.trials:,})",
            "choose a threshold on data (--accept 0.95); a text that passes as it stands needs no attack",
        )
    alarms = measure.false_alarms
    if alarms.rate is not None and alarms.lower > 0.5:
        yield _weak(
            f"at the threshold {measure.threshold:.3g} the guard blocks most harmless texts"
            f" ({alarms.events:,} of {alarms.trials:,})",
            "choose a threshold on data (--accept 0.95)",
        )


def _reading(guard: GuardRecord, reading: ReadingRecord) -> Iterator[Caution]:
    if reading.too_long:
        done = {
            "refuse": "are left out of everything, and counted as skipped",
            "head": "are judged by their beginning alone",
            "tail": "are judged by their end alone",
            "window": "are read in windows, and the highest score counts",
        }
        share = reading.too_long / reading.rows
        make = _weak if share >= SHARE and guard.overflow != "window" else _note
        yield make(
            f"{_of(reading.too_long, reading.rows)} are longer than {guard.positions} tokens and"
            f" {done[guard.overflow]}; first {reading.too_long_first[0]}"
        )
    if reading.empty:
        yield _weak(
            f"{_of(reading.empty, reading.rows)} give the guard no token at all; first {reading.empty_first[0]}",
            "leave them out of the data, or clean them",
        )
    if reading.unknown:
        make = _weak if reading.unknown / reading.rows >= SHARE else _note
        yield make(
            f"{_of(reading.unknown, reading.rows)} hold something that the guard has no token for, such as rare"
            f" characters or emoji, and cannot see; first {reading.unknown_first[0]}",
        )
    for one in reading.special:
        how = "characters like any others" if guard.special_tokens == "text" else "special tokens"
        yield _note(
            f"{_of(one.rows, reading.rows)} hold '{one.token}', a special token of the guard, which is read as"
            f" {how}; first {one.first[0]}",
            "--special-tokens says how your own program reads it",
        )


def _splits(data: DataFindings) -> Iterator[Caution]:
    for near in data.near.counts:
        if near.split == "test" and near.other in ("train", "threshold"):
            yield _weak(
                f"{near.texts:,} texts of test have a near duplicate in {near.other}: results look better than they"
                " are on new text",
                "name the column that ties them together (--group), or leave them out",
            )
    if not data.near.complete:
        yield _note("there are more near duplicates across splits than could be compared")
    if data.across_splits.texts:
        yield _weak(_same(data.across_splits, "stand in several splits"), "leave them out of all but one")
    if data.groups is not None and data.groups.torn:
        yield _weak(_torn(data.groups), "derive the splits, which keeps groups whole, or mend the given ones")


def _labels(data: DataFindings) -> Iterator[Caution]:
    if data.conflicts.texts:
        yield _weak(_same(data.conflicts, "have several labels"), "decide what each of them is")
    if data.duplicates.texts:
        yield _note(_same(data.duplicates, "stand in several rows"), "measures count each text once")
    for reason, count in data.dropped.items():
        yield _note(f"{count:,} rows left out: {reason}")
    for odd in data.odd:
        yield _note(f"{odd.rows:,} texts with {odd.kind} characters; first {odd.places[0]}")


def _threshold(looked: Looked) -> Iterator[Caution]:
    if looked.fixed and looked.measure.threshold == 0.5:
        yield _note(
            "the threshold 0.5 is a habit, not a choice made on data",
            "--threshold takes the one in use; --accept, --risk or --miss-cost choose one on the threshold split",
        )


def _judge(looked: Looked) -> Iterator[Caution]:
    if looked.sentences is not None and looked.sentences < FEW:
        none = looked.sentences == 0
        yield Caution(
            weight="stop" if none else "weak",
            what=f"there are {looked.sentences} harmless sentences to surround a passage with",
            do="add harmless rows to train, or allow any text (--surround anything --policy presence)",
        )
    if looked.judge == "labels":
        yield _note(
            "the judge 'labels' knows the rows as they stand and no rewrite of them, so it can measure, and no"
            " attack can succeed",
            "--judge carried judges rewrites",
        )


def _same(same: SameText, what: str) -> str:
    first = " and ".join(mention.place for mention in same.examples[0][:2])
    return f"{same.texts:,} texts {what} ({same.rows:,} rows); first {first}"


def _torn(groups: TornGroups) -> str:
    first = " and ".join(mention.place for mention in groups.examples[0][:2])
    return f"{groups.torn:,} of {groups.groups:,} groups are torn between splits; first {first}"


def _of(count: int, rows: int) -> str:
    return f"{count:,} of {rows:,} texts"


def _weak(what: str, do: str = "") -> Caution:
    return Caution(weight="weak", what=what, do=do)


def _note(what: str, do: str = "") -> Caution:
    return Caution(weight="note", what=what, do=do)
