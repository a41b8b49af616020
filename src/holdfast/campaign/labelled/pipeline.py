"""The whole evaluation: plan, score, choose the threshold, measure, attack, claim."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.plan import LabelledPlan, keep_plan
from holdfast.campaign.labelled.record import FileRecord, GuardRecord, LabelledRecord, ThresholdRecord
from holdfast.campaign.labelled.scoring import Scores, score_rows
from holdfast.campaign.labelled.texts import TestTexts
from holdfast.campaign.labelled.warnings import warnings_of
from holdfast.campaign.machine import machine
from holdfast.campaign.opening import Opened
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Label
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock

RECORD = "evaluation.json"


def evaluate_labelled(
    plan: LabelledPlan, opened: Opened, folder: Path, progress: Progress | None = None
) -> LabelledRecord:
    """Carry a plan out in a folder of its own, or go on with it there; the result is written as JSON too.

    Being killed on the way changes nothing of the result. Raises UserError when the folder holds another
    plan or a live process works in it, or when the data are too few.
    """
    with full_disk_told(folder), RunLock(folder), _threads(opened.config.threads):
        keep_plan(folder, plan)
        record = _Evaluation(plan, opened, folder, progress or Silent()).carried_out()
        write_text(folder / RECORD, record.model_dump_json(indent=2) + "\n")
        return record


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)


@dataclass(frozen=True)
class _Evaluation:
    """One evaluation, in its folder."""

    plan: LabelledPlan
    opened: Opened
    folder: Path
    progress: Progress

    def carried_out(self) -> LabelledRecord:
        task = self.opened.labelled
        texts = TestTexts.of(task.rows)
        tried = score_rows(self.opened, "threshold", threshold_rows(task), self.folder, self.progress)
        threshold = choose_threshold(self.opened.config.threshold, task, tried, self.plan.confidence)
        scores = score_rows(self.opened, "test", texts.rows, self.folder, self.progress)
        found = Measured(texts, scores, threshold.threshold, self.plan.confidence)
        return self._record(found, threshold, tried)

    def _record(self, found: Measured, threshold: ThresholdRecord, tried: Scores) -> LabelledRecord:
        rows, area = found.rows(), found.area()
        slices, left_out = found.slices()
        return LabelledRecord(
            plan=self.plan,
            plan_hash=self.plan.hash,
            version=_version(),
            machine=machine(),
            guard=self._guard(),
            rows=rows,
            threshold=threshold,
            recall=found.stopped(Label.CATASTROPHIC),
            false_alarms=found.stopped(Label.HARMLESS),
            unsure_blocked=found.stopped(Label.UNSURE),
            area=area,
            slices=slices,
            slices_left_out=left_out,
            scores=found.histogram(),
            cut=found.cut(),
            skipped=found.skipped(),
            skipped_texts=int(found.scores.skipped.sum()),
            warnings=warnings_of(rows, threshold, found.scores, area.value if area else None),
            missed=found.errors(Label.CATASTROPHIC),
            blocked=found.errors(Label.HARMLESS),
            attacks=(),
            attempts=None,
            broken=(),
            overblocking=None,
            claims=(),
            not_claimed=(),
            tables=_files(self.folder, tried, found.scores),
        )

    def _guard(self) -> GuardRecord:
        guard = self.opened.classifier
        return GuardRecord(
            path=str(guard.path),
            parameters=guard.parameters_count,
            bad=guard.labels.bad_names,
            layout=guard.layout.kind,
            positions=guard.positions,
            overflow=guard.fitting.overflow,
        )


def _files(folder: Path, *scores: Scores) -> tuple[FileRecord, ...]:
    return tuple(
        FileRecord(file=table.path.relative_to(folder).as_posix(), sha256=table.sha256)
        for each in scores
        for table in each.tables
    )


def _version() -> str:
    from holdfast import __version__

    return __version__
