"""Recall and false alarms on the texts of the split `test`, in all and by slice, with exact limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.evaluate.attack_records import AreaRecord
from holdfast.campaign.evaluate.section_records import BoundRecord, ScoresRecord
from holdfast.campaign.evaluate.summary import bound
from holdfast.campaign.labelled.record import (
    CutRecord,
    ErrorShown,
    RowsRecord,
    SharedRecord,
    SkippedRecord,
    SliceRecord,
)
from holdfast.campaign.labelled.scoring import Scores, shown
from holdfast.campaign.labelled.texts import OTHERS, Bools, TestTexts
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Label
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.ranking import area_under_curve
from holdfast.tasks.labelled.label_values import LABELS

FEW = 10
"""Texts of a class below which a slice's rate is marked: exact limits on 0 of 9 reach up to 34 %."""

SLICES_TOLD, SKIPPED_TOLD, SHOWN = 500, 100, 12
BINS = 40
"""Of the figure of scores."""


@dataclass(frozen=True)
class Measured:
    """The texts with their scores, on either side of a threshold; `scores` has a row for each text."""

    texts: TestTexts
    scores: Scores
    threshold: float
    confidence: float

    @property
    def passes(self) -> Bools:
        """Which texts pass; a skipped one neither passes nor is blocked."""
        passed: Bools = self.scores.log_odds < log_odds_of(self.threshold)
        return passed

    @property
    def blocked(self) -> Bools:
        """Which texts are blocked."""
        return ~self.passes & ~self.scores.skipped

    def of(self, label: Label) -> Bools:
        """Which texts have that label and a score."""
        return self.texts.which(label) & ~self.scores.skipped

    def stopped(self, label: Label, among: Bools | None = None) -> BoundRecord:
        """How many of the scored texts of a label are blocked, among some texts or all."""
        own = self.of(label) if among is None else self.of(label) & among
        return self.bound(int((own & self.blocked).sum()), int(own.sum()))

    def bound(self, events: int, trials: int) -> BoundRecord:
        """A proportion with limits at the evaluation's confidence."""
        return bound(Proportion(events, trials), self.confidence)

    def rows(self) -> RowsRecord:
        """What is measured on."""
        texts = self.texts
        return RowsRecord(
            rows=texts.all_rows,
            texts=len(texts.rows),
            catastrophic=int(texts.which(Label.CATASTROPHIC).sum()),
            harmless=int(texts.which(Label.HARMLESS).sum()),
            unsure=int(texts.which(Label.UNSURE).sum()),
            conflicting=int(texts.conflicting.sum()),
            groups=len(np.unique(texts.groups)),
            shared=tuple(
                SharedRecord(
                    split=split,
                    texts=int(texts.shared_text(split).sum()),
                    groups=int(texts.shared_group(split).sum()),
                )
                for split in OTHERS
            ),
        )

    def area(self) -> AreaRecord | None:
        """The area under the ROC curve, texts of one group counting as dependent."""
        bad, harmless = self.of(Label.CATASTROPHIC), self.of(Label.HARMLESS)
        among = bad | harmless
        if not bad.any() or not harmless.any():
            return None
        clusters = self.texts.groups[among].tolist()
        found = area_under_curve(
            bad[among], self.scores.log_odds[among], clusters=clusters, confidence=self.confidence
        )
        if found is None:
            return None
        return AreaRecord(value=found.value, lower=found.limits.lower, upper=found.limits.upper)

    def histogram(self) -> ScoresRecord:
        """How the texts of both classes are scored."""
        both = [self.scores.log_odds[self.of(label)] for label in (Label.HARMLESS, Label.CATASTROPHIC)]
        every = np.concatenate([*both, [0.0, log_odds_of(self.threshold)]])
        every = every[np.isfinite(every)]
        edges = np.linspace(np.floor(every.min()), np.ceil(every.max()) + 1e-9, BINS + 1)
        harmless, catastrophic = (tuple(np.histogram(each, edges)[0].tolist()) for each in both)
        return ScoresRecord(edges=tuple(edges.tolist()), harmless=harmless, catastrophic=catastrophic)

    def cut(self) -> CutRecord:
        """What the guard did not read of texts that are too long for it."""
        scores, cut = self.scores, self.scores.cut
        read = ~scores.skipped
        return CutRecord(
            texts=int(cut.sum()),
            in_windows=int((scores.windows > 1).sum()),
            tokens=int(scores.tokens[read].sum()),
            read=int(scores.read[read].sum()),
            caught=self.stopped(Label.CATASTROPHIC, cut),
            blocked=self.stopped(Label.HARMLESS, cut),
        )

    def skipped(self) -> tuple[SkippedRecord, ...]:
        """The first texts that have no score."""
        data, places = self.texts.data, np.flatnonzero(self.scores.skipped)[:SKIPPED_TOLD]
        return tuple(
            SkippedRecord(
                place=data.place(int(self.texts.rows[i])),
                label="conflicting" if self.texts.conflicting[i] else str(LABELS[self.texts.labels[i]]),
                why=str(self.scores.why[i]),
            )
            for i in places.tolist()
        )

    def errors(self, label: Label) -> tuple[ErrorShown, ...]:
        """The texts of a class that are farthest on the wrong side of the threshold."""
        bad = label is Label.CATASTROPHIC
        wrong = np.flatnonzero(self.of(label) & (self.passes if bad else self.blocked))
        order = np.argsort(self.scores.log_odds[wrong] * (1 if bad else -1), kind="stable")
        places = wrong[order][:SHOWN]
        rows = self.texts.rows[places]
        scores = probability(self.scores.log_odds[places]).tolist()
        return tuple(
            ErrorShown(place=self.texts.data.place(row), text=shown(snippet), score=score)
            for row, snippet, score in zip(rows.tolist(), self.texts.data.snippets(rows), scores, strict=True)
        )

    def slices(self) -> tuple[tuple[SliceRecord, ...], int]:
        """Results by the values of each slice, those with most texts first; and how many are left out."""
        told: list[SliceRecord] = []
        left_out = 0
        for name, (codes, places) in self.texts.slices().items():
            rows = sorted(self._slice(name, codes, places), key=lambda one: (-one.rows, one.value))
            told += rows[:SLICES_TOLD]
            left_out += max(0, len(rows) - SLICES_TOLD)
        return tuple(told), left_out

    def _slice(self, name: str, codes: NDArray[np.int64], places: NDArray[np.int64]) -> Iterator[SliceRecord]:
        values = self.texts.data.slices[name]

        def counted(which: Bools) -> list[int]:
            found: list[int] = np.bincount(codes[which[places]], minlength=len(values)).tolist()
            return found

        bad, harmless = self.of(Label.CATASTROPHIC), self.of(Label.HARMLESS)
        masks = (np.ones_like(bad), bad & self.blocked, bad, harmless & self.blocked, harmless)
        others = (self.texts.which(Label.UNSURE), self.scores.skipped)
        columns = zip(values, *(counted(mask) for mask in (*masks, *others)), strict=True)
        for value, rows, caught, catastrophic, alarms, fine, unsure, skipped in columns:
            if rows:
                yield SliceRecord(
                    slice=name,
                    value=value,
                    rows=rows,
                    recall=self.bound(caught, catastrophic),
                    false_alarms=self.bound(alarms, fine),
                    unsure=unsure,
                    skipped=skipped,
                    few=any(0 < count < FEW for count in (catastrophic, fine)),
                )
