"""What weakens later results, in words, and what to do about it; what cannot be worked with at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from holdfast.campaign.checking.costs import SURROUNDINGS
from holdfast.campaign.checking.data_cautions import data_cautions
from holdfast.campaign.checking.records import (
    AreaRecord,
    Caution,
    CostsRecord,
    GuardRecord,
    MeasureRecord,
    ReadingRecord,
    Sampled,
    ServiceRecord,
    Weight,
)
from holdfast.campaign.checking.wording import many, note, of, weak
from holdfast.core.errors import UserError
from holdfast.core.snippet import Label
from holdfast.evaluation.bounds import Proportion
from holdfast.tasks.labelled.results import DataFindings

FEW = 100
"""Distinct texts of a label below which the limits of a rate are wide; harmless sentences below which
surroundings repeat."""

SHARE = 0.01
"""Of rows that are cut, or hold unknown tokens: from here on, results are about other texts."""

_ORDER: tuple[Weight, ...] = ("stop", "weak", "note")


@dataclass(frozen=True)
class Looked:
    """All that was looked at."""

    guard: GuardRecord | ServiceRecord
    data: DataFindings
    reading: ReadingRecord | None
    measure: MeasureRecord
    costs: CostsRecord | None
    """None for a service, as `reading`."""
    sentences: int | None
    """Harmless sentences that may surround a passage; None where other text may too."""
    judge: str
    fixed: bool
    """Whether the threshold was given and not chosen on data."""
    pairs: bool
    """Whether the data have prompts."""


def cautions(looked: Looked, more: Iterable[Caution] = ()) -> tuple[Caution, ...]:
    """Every caution, the gravest first; `more` are those that another part has found."""
    found = [
        *_rows(looked),
        *_telling(looked),
        *_layout(looked),
        *_reading(looked),
        *more,
        *data_cautions(looked.data),
        *_threshold(looked),
        *_judge(looked),
    ]
    return tuple(sorted(found, key=lambda one: _ORDER.index(one.weight)))


def check_direction(guard: GuardRecord | ServiceRecord, area: AreaRecord | None, where: str) -> None:
    """Raise UserError where harmless texts surely get the higher scores: something is the wrong way round."""
    if area is None or area.upper >= 0.5:
        return
    others = [name for name in guard.labels if name not in guard.bad]
    other = ",".join(others) if guard.bad else "0"
    how = "`answer` of the endpoint" if isinstance(guard, ServiceRecord) else f'--guard-bad "{other}"'
    bad = ", ".join(f"'{name}'" for name in guard.bad) or "none (a high output means harmless)"
    raise UserError(
        f"the guard looks inverted: with {bad} as its bad label ({guard.bad_known}), harmless texts of"
        f" {where} get higher scores than catastrophic ones ({said(area)}). Either another label is the bad"
        f" one ({how}), or --bad names the wrong values of the data. If both are right,"
        " add --sure"
    )


def said(area: AreaRecord) -> str:
    """`AUC 0.724, 95 % limits 0.684 to 0.761`."""
    return f"AUC {area.value:.3f}, 95 % limits {area.lower:.3f} to {area.upper:.3f}"


def _rows(looked: Looked) -> Iterator[Caution]:
    measure = looked.measure
    if measure.split != "test":
        yield weak(
            f"there is no test split: the guard was measured on {measure.split}, and may have been trained"
            " on it",
            "name test data (--data test=FILE), or a column with the split (--split)",
        )
    yield from _kind("catastrophic", measure.catastrophic, measure.split, "stop")
    yield from _kind("harmless", measure.harmless, measure.split, "weak")
    if not any(one.split == "train" and one.label is Label.HARMLESS for one in looked.data.counts):
        yield weak(
            "there are no harmless rows in train, so attacks take their words and sentences from the rows"
            " that"
            " the guard is measured on",
            "name a file for them (--data train=FILE)",
        )


def _kind(name: str, sampled: Sampled, split: str, none: Weight) -> Iterator[Caution]:
    """Whether there are enough texts of a label, and all of them readable."""
    if not sampled.scored:
        what = f"{split} has no {name} text{' that the guard can read' if sampled.of else ''}"
        lacks = "there is nothing to attack" if none == "stop" else "the false alarm rate is unknown"
        yield Caution(weight=none, what=what, do=f"add some: without any, {lacks}")
        return
    if sampled.of < FEW:
        most = Proportion(sampled.of, sampled.of).lower()
        yield weak(
            f"{split} has {many(sampled.of, f'distinct {name} text')}: even if the guard is right on all of"
            f" them, this shows only that it is right on {100 * most:.1f} % or more (95 % confidence,"
            " one-sided)",
            "label more texts, or derive splits with a larger share for test",
        )
    if sampled.taken < sampled.of:
        yield note(
            f"{sampled.taken:,} of {sampled.of:,} distinct {name} texts of {split} were scored",
            "--most scores more",
        )
    if sampled.scored < sampled.taken:
        yield weak(
            f"the guard cannot read {sampled.taken - sampled.scored:,} of {sampled.taken:,} {name} texts of"
            f" {split}: later results count them as skipped",
            "choose which part of a long text is read: --overflow head, tail or window",
        )


def _telling(looked: Looked) -> Iterator[Caution]:
    measure = looked.measure
    area, recall, alarms = measure.area, measure.recall, measure.false_alarms
    inverted = area is not None and area.upper < 0.5
    if area is not None and inverted:
        yield weak(
            f"harmless texts get higher scores than catastrophic ones ({said(area)}); you stated with"
            " --sure that this is right",
            "attacks on such a guard show little: most texts pass unchanged",
        )
    elif area is not None and area.lower <= 0.5:
        yield weak(
            f"it is not certain that the guard separates the two labels on {measure.split} ({said(area)})",
            "check that the labels of the data mean what the guard was trained to detect",
        )
    choose = "choose a threshold on data (--accept 0.95)" if looked.fixed else "choose it by another rule"
    at = f"at the threshold {measure.threshold:.3g} the guard"
    if recall.trials and recall.upper < 0.5 and not inverted:
        missed = recall.trials - recall.events
        yield weak(
            f"{at} misses most catastrophic texts without any change ({missed:,} of {recall.trials:,})",
            f"{choose}; a text that passes unchanged needs no attack",
        )
    if alarms.trials and alarms.lower > 0.5:
        yield weak(
            f"{at} blocks most harmless texts ({alarms.events:,} of {alarms.trials:,})",
            choose,
        )


def _layout(looked: Looked) -> Iterator[Caution]:
    if isinstance(looked.guard, ServiceRecord):
        return
    if looked.pairs and looked.guard.layout == "single":
        yield note(
            "the guard reads prompt and completion as one text, with a space between them",
            "--layout pair, if it was trained on pairs",
        )
    if not looked.pairs and looked.guard.layout == "pair":
        yield weak(
            "the guard reads pairs, and the data have no prompts: it reads each text after an empty prompt",
            "--layout single, if it was trained on single texts",
        )


_DONE = {
    "refuse": "are left out and counted as skipped",
    "head": "are scored by their beginning alone",
    "tail": "are scored by their end alone",
    "window": "are read in windows, of which the highest score counts",
}


def _reading(looked: Looked) -> Iterator[Caution]:
    guard, reading = looked.guard, looked.reading
    if isinstance(guard, ServiceRecord) or reading is None:
        return
    if reading.too_long:
        loses = guard.overflow != "window" and reading.too_long >= SHARE * reading.rows
        yield (weak if loses else note)(
            f"{of(reading.too_long, reading.rows)} are longer than {guard.positions} tokens and"
            f" {_DONE[guard.overflow]}; first {reading.too_long_first[0]}"
        )
    if reading.empty:
        yield weak(
            f"{of(reading.empty, reading.rows)} give the guard no token; first {reading.empty_first[0]}",
            "leave them out of the data",
        )
    if reading.unknown:
        yield (weak if reading.unknown >= SHARE * reading.rows else note)(
            f"{of(reading.unknown, reading.rows)} contain something that the guard has no token for (a rare"
            f" character, an emoji), so it cannot see it; first {reading.unknown_first[0]}"
        )
    for one in reading.special:
        how = "plain characters" if guard.special_tokens == "text" else "the special token"
        yield note(
            f"{of(one.rows, reading.rows)} contain '{one.token}', a special token of the guard, which is"
            " read as"
            f" {how}; first {one.first[0]}",
            "--special-tokens, if your own program reads it in another way",
        )


def _threshold(looked: Looked) -> Iterator[Caution]:
    if looked.fixed and looked.measure.threshold == 0.5:
        yield note(
            "the threshold 0.5 is the usual default; it was not chosen on data",
            "give the threshold that you use with --threshold, or choose one on data with --accept, --risk"
            " or --miss-cost",
        )


def _judge(looked: Looked) -> Iterator[Caution]:
    if looked.sentences is not None and looked.sentences < FEW:
        yield Caution(
            weight="weak" if looked.sentences else "stop",
            what=f"there are {looked.sentences or 'no'} harmless sentences to put around a passage",
            do="add harmless rows to train, or allow any text (--surround anything --policy presence)",
        )
    costs = looked.costs
    if costs is not None and costs.rewrites_fit < costs.rewrites:
        yield (weak if 2 * costs.rewrites_fit < costs.rewrites else note)(
            f"with {SURROUNDINGS} harmless sentences around it, a text no longer fits the guard in"
            f" {costs.rewrites - costs.rewrites_fit:,} of {costs.rewrites:,} cases: attacks have little room",
            "choose which part of a long text is read: --overflow head, tail or window",
        )
    if looked.judge == "labels":
        yield note(
            "the judge 'labels' knows only the rows themselves and no rewrites, so attacks find nothing",
            "use --judge carried, which judges rewrites",
        )
