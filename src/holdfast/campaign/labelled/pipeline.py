"""The whole evaluation: plan, score, choose the threshold, measure, attack, claim."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import torch

from holdfast.campaign.labelled.assault import Assault, Front, assaults_of, drawn_with
from holdfast.campaign.labelled.attempts import Attempts, write_attempts
from holdfast.campaign.labelled.choosing import choose_threshold, threshold_rows
from holdfast.campaign.labelled.claiming import Claiming
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.overblocking_record import measured_overblocking
from holdfast.campaign.labelled.plan import LabelledPlan, keep_plan
from holdfast.campaign.labelled.record import (
    BrokenShown,
    FileRecord,
    GuardRecord,
    LabelledRecord,
    OverblockingRecord,
    ThresholdRecord,
)
from holdfast.campaign.labelled.scoring import Scores, score_rows
from holdfast.campaign.labelled.seeds import draw_row_seeds
from holdfast.campaign.labelled.texts import TestTexts
from holdfast.campaign.labelled.warnings import warnings_of
from holdfast.campaign.machine import machine
from holdfast.campaign.opening import Opened
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Label
from holdfast.store.disk import full_disk_told
from holdfast.store.lock import RunLock

RECORD, ATTEMPTS_FILE, OVERBLOCKING = "evaluation.json", "attempts.parquet", "overblocking.json"
SHOWN = 8
"""Failures that the record tells."""


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
        attacked = self._attacked(found)
        return self._record(found, threshold, tried, attacked)

    def _attacked(self, found: Measured) -> list[tuple[Assault, Attempts]]:
        """Every attack of the plan, one after the other, from the same seeds."""
        if not self.plan.attacks:
            return []
        seeds = draw_row_seeds(found.texts, self.plan.attack_seeds, drawn_with(self.plan))
        front = Front(
            self.plan, self.opened, found.threshold, seeds, found.scores, self.folder, self.progress
        )
        return [(assault, front.attacked(assault)) for assault in assaults_of(self.plan)]

    def _record(
        self,
        found: Measured,
        threshold: ThresholdRecord,
        tried: Scores,
        attacked: list[tuple[Assault, Attempts]],
    ) -> LabelledRecord:
        rows, area = found.rows(), found.area()
        slices, left_out = found.slices()
        slice_names = list(found.texts.data.slices)
        claims = Claiming(self.plan, self.opened, found, self.folder).all(attacked)
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
            attacks=tuple(
                attempts.record(repr(assault.attack), assault.independent, slice_names, self.plan.confidence)
                for assault, attempts in attacked
            ),
            assumption=getattr(self.opened.judge, "assumption", None) if attacked else None,
            attempts=self._attempts_file(attacked),
            broken=_shown(attacked),
            overblocking=self._overblocking(found, attacked) if attacked else None,
            claims=claims.made,
            not_claimed=claims.refused,
            tables=_files(self.folder, tried, found.scores),
        )

    def _attempts_file(self, attacked: list[tuple[Assault, Attempts]]) -> FileRecord | None:
        if not attacked:
            return None
        sha256 = write_attempts(self.folder / ATTEMPTS_FILE, [attempts for _, attempts in attacked])
        return FileRecord(file=ATTEMPTS_FILE, sha256=sha256)

    def _overblocking(
        self, found: Measured, attacked: list[tuple[Assault, Attempts]]
    ) -> OverblockingRecord | None:
        """Harmless texts in surroundings like those of the broken attempts; kept, once it is known."""
        file = self.folder / OVERBLOCKING
        if file.is_file():
            return OverblockingRecord.model_validate_json(file.read_text("utf-8"))
        record = measured_overblocking(
            self.opened, found, [count for _, attempts in attacked for count in attempts.sentences]
        )
        if record is not None:
            write_text(file, record.model_dump_json(indent=2) + "\n")
        return record

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


def _shown(attacked: list[tuple[Assault, Attempts]]) -> tuple[BrokenShown, ...]:
    """A few failures of each attack."""
    each = max(2, SHOWN // max(len(attacked), 1))
    return tuple(one for _, attempts in attacked for one in attempts.broken(each))


def _files(folder: Path, *scores: Scores) -> tuple[FileRecord, ...]:
    return tuple(
        FileRecord(file=table.path.relative_to(folder).as_posix(), sha256=table.sha256)
        for each in scores
        for table in each.tables
    )


def _version() -> str:
    from holdfast import __version__

    return __version__
