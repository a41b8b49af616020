"""What a guard makes of distinct texts of the split that measures: AUC, recall, false alarms."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.checking.records import (
    AreaRecord,
    BinRecord,
    MeasureRecord,
    PointRecord,
    Sampled,
    SliceRecord,
)
from holdfast.campaign.checking.sampling import measured_split, spread
from holdfast.campaign.ledger import rate_record
from holdfast.campaign.opening import Opened
from holdfast.campaign.records import RateRecord
from holdfast.core.errors import UserError
from holdfast.core.odds import probability
from holdfast.core.progress import Progress
from holdfast.core.snippet import Label
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.ranking import area_under_curve
from holdfast.evaluation.threshold import ThresholdChoice, choose_threshold
from holdfast.tasks.labelled.config import SplitName
from holdfast.tasks.labelled.data import Indices, Labelled

MOST = 1000
"""Distinct texts of each label that are scored, unless more are asked for."""

ACCEPTED = (0.95, 0.99)
"""Shares of harmless texts to accept, at which recall is told too."""

BINS = 20
"""Bins of scores from 0 to 1."""

_BATCH = 128


@dataclass(frozen=True)
class _Kind:
    """The rows of one label that were taken, and their log odds (NaN: the guard cannot read it)."""

    of: int
    rows: Indices
    log_odds: NDArray[np.float64]

    @property
    def scored(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.log_odds)

    @property
    def sampled(self) -> Sampled:
        return Sampled(of=self.of, taken=len(self.rows), scored=int(self.scored.sum()))

    def blocked(self, threshold: float, among: NDArray[np.bool_] | None = None) -> RateRecord:
        """How many of the readable ones are blocked at a threshold in log odds."""
        own = self.log_odds[self.scored if among is None else self.scored & among]
        return rate_record(Proportion(int((own >= threshold).sum()), len(own)))


def measure(opened: Opened, progress: Progress, most: int = MOST) -> MeasureRecord:
    """Score distinct texts of both labels, at most so many of each, spread evenly.

    Raises UserError where the configured threshold cannot be chosen.
    """
    rows = opened.labelled.rows
    split = measured_split(rows)
    choice = _threshold(opened, progress)
    bad, harmless = _both(opened, split, progress, most)
    return MeasureRecord(
        split=split,
        catastrophic=bad.sampled,
        harmless=harmless.sampled,
        area=_area(rows, bad, harmless),
        threshold=choice.threshold,
        rule=choice.rule,
        recall=bad.blocked(choice.log_odds),
        false_alarms=harmless.blocked(choice.log_odds),
        points=tuple(_points(bad, harmless)),
        scores=tuple(_bins(bad, harmless)),
        slices=tuple(_by_slice(rows, bad, harmless, choice.log_odds)),
    )


def area_of_all(opened: Opened, progress: Progress, most: int = MOST) -> AreaRecord | None:
    """The area on texts of every split, which tells a guard's direction and measures nothing."""
    return _area(opened.labelled.rows, *_both(opened, None, progress, most))


def _both(opened: Opened, split: SplitName | None, progress: Progress, most: int) -> tuple[_Kind, _Kind]:
    """The catastrophic and the harmless texts of a split (None: of all), scored."""
    rows = opened.labelled.rows
    found = [rows.indices(split, label, distinct=True) for label in (Label.CATASTROPHIC, Label.HARMLESS)]
    taken = [spread(one, most) for one in found]
    progress.start(f"scoring texts of {split or 'all splits'}", sum(map(len, taken)))
    kinds = [
        _Kind(len(one), some, _scores(opened, some, progress.advance))
        for one, some in zip(found, taken, strict=True)
    ]
    progress.finish()
    return kinds[0], kinds[1]


def _threshold(opened: Opened, progress: Progress) -> ThresholdChoice:
    """By the rule."""
    if opened.config.threshold.rule != "fixed":
        count = len(opened.labelled.rows.indices("threshold"))
        progress.note(f"choosing the threshold on {count:,} rows")
    return opened.threshold


def check_rule(opened: Opened) -> None:
    """Raise UserError where the threshold's rule needs a split that is not there."""
    rule = opened.config.threshold.rule
    if rule != "fixed" and not len(opened.labelled.rows.indices("threshold")):
        raise UserError(
            f"the threshold's rule '{rule}' chooses on rows of the split 'threshold', and there are none;"
            " name a file for it (--data threshold=FILE), or give the threshold itself (--threshold)"
        )


def _scores(opened: Opened, rows: Indices, advance: Callable[[int], None]) -> NDArray[np.float64]:
    found = np.empty(len(rows))
    for start in range(0, len(rows), _BATCH):
        some = rows[start : start + _BATCH]
        found[start : start + len(some)] = opened.log_odds(some)
        advance(len(some))
    return found


def _area(rows: Labelled, bad: _Kind, harmless: _Kind) -> AreaRecord | None:
    """Rows of one group are not independent: they count as one."""
    every = np.concatenate([bad.rows[bad.scored], harmless.rows[harmless.scored]])
    scores = np.concatenate([bad.log_odds[bad.scored], harmless.log_odds[harmless.scored]])
    kinds = np.repeat([True, False], [int(bad.scored.sum()), int(harmless.scored.sum())])
    if not len(kinds) or kinds.all() or not kinds.any():
        return None
    area = area_under_curve(kinds, scores, clusters=rows.groups[every].tolist())
    if area is None:
        return None
    return AreaRecord(value=area.value, lower=area.limits.lower, upper=area.limits.upper)


def _points(bad: _Kind, harmless: _Kind) -> Iterator[PointRecord]:
    """The threshold is set by the harmless texts alone, so recall at it keeps its exact limits."""
    own, others = harmless.log_odds[harmless.scored], bad.log_odds[bad.scored]
    for accept in ACCEPTED if len(own) else ():
        choice = choose_threshold(own, others, accept)
        yield PointRecord(
            accept=accept,
            threshold=choice.threshold,
            accepted=rate_record(choice.harmless_accepted),
            recall=bad.blocked(choice.log_odds),
        )


def _bins(bad: _Kind, harmless: _Kind) -> Iterator[BinRecord]:
    counts = [
        np.histogram(probability(kind.log_odds[kind.scored]), bins=BINS, range=(0, 1))[0].tolist()
        for kind in (bad, harmless)
    ]
    for place, (own, other) in enumerate(zip(*counts, strict=True)):
        yield BinRecord(start=place / BINS, catastrophic=own, harmless=other)


def _by_slice(rows: Labelled, bad: _Kind, harmless: _Kind, threshold: float) -> Iterator[SliceRecord]:
    for name, values in rows.slices.items():
        codes = rows.slice_codes(name)
        for code, value in enumerate(values):
            own = [codes[kind.rows] == code for kind in (bad, harmless)]
            if own[0].any() or own[1].any():
                yield SliceRecord(
                    slice=name,
                    value=value,
                    recall=bad.blocked(threshold, own[0]),
                    false_alarms=harmless.blocked(threshold, own[1]),
                )
