"""The record of an evaluation, from everything that was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.campaign.attempt_rows import write_attempts
from holdfast.campaign.labelled.assault import Assault
from holdfast.campaign.labelled.attempts import Attempts
from holdfast.campaign.labelled.claiming import Claiming
from holdfast.campaign.labelled.measuring import Measured
from holdfast.campaign.labelled.overblocking_record import measured_overblocking
from holdfast.campaign.labelled.plan import LabelledPlan
from holdfast.campaign.labelled.record import (
    AttackOnRowsRecord,
    BrokenShown,
    FileRecord,
    GuardRecord,
    LabelledRecord,
    OverblockingRecord,
    ThresholdRecord,
)
from holdfast.campaign.labelled.scoring import Scores
from holdfast.campaign.labelled.warnings import attack_warnings, warnings_of
from holdfast.campaign.machine import machine
from holdfast.campaign.opening import Opened
from holdfast.core.files import write_text
from holdfast.core.snippet import Label

ATTEMPTS_FILE, OVERBLOCKING = "attempts.parquet", "overblocking.json"
SHOWN = 8
"""Failures that the record tells."""

Attacked = tuple[Assault, Attempts]


@dataclass(frozen=True)
class Found:
    """What was scored, chosen and attacked."""

    plan: LabelledPlan
    opened: Opened
    folder: Path
    threshold: ThresholdRecord
    tried: Scores
    """Of the split `threshold`."""
    measured: Measured
    attacked: list[Attacked]


def summed_up(found: Found) -> LabelledRecord:
    """The whole record; the claims and the table of attempts are written on the way."""
    plan, measured = found.plan, found.measured
    rows, area, (slices, left_out) = measured.rows(), measured.area(), measured.slices()
    claims = Claiming(plan, found.opened, measured, found.folder).all(found.attacked)
    attacks = _attacks(found)
    warnings = warnings_of(rows, found.threshold, measured.scores, area.value if area else None)
    return LabelledRecord(
        plan=plan,
        plan_hash=plan.hash,
        version=_version(),
        machine=machine(),
        guard=guard_record(found.opened),
        rows=rows,
        threshold=found.threshold,
        recall=measured.stopped(Label.CATASTROPHIC),
        false_alarms=measured.stopped(Label.HARMLESS),
        unsure_blocked=measured.stopped(Label.UNSURE),
        area=area,
        slices=slices,
        slices_left_out=left_out,
        scores=measured.histogram(),
        cut=measured.cut(),
        skipped=measured.skipped(),
        skipped_texts=int(measured.scores.skipped.sum()),
        warnings=(*warnings, *attack_warnings(attacks, plan.attack_seeds)),
        missed=measured.errors(Label.CATASTROPHIC),
        blocked=measured.errors(Label.HARMLESS),
        attacks=attacks,
        **_of_attacks(found),
        claims=claims.made,
        not_claimed=claims.refused,
        tables=_files(found.folder, found.tried, measured.scores),
    )


def _attacks(found: Found) -> tuple[AttackOnRowsRecord, ...]:
    slices, confidence = list(found.measured.texts.data.slices), found.plan.confidence
    return tuple(
        attempts.record(repr(assault.attack), assault.independent, slices, confidence)
        for assault, attempts in found.attacked
    )


def _of_attacks(found: Found) -> dict[str, Any]:
    """The fields of the record that are empty where nothing was attacked."""
    if not found.attacked:
        return {"assumption": None, "attempts": None, "broken": (), "overblocking": None}
    attempts = [one for _, one in found.attacked]
    sha256 = write_attempts(found.folder / ATTEMPTS_FILE, [one.columns for one in attempts])
    return {
        "assumption": getattr(found.opened.judge, "assumption", None),
        "attempts": FileRecord(file=ATTEMPTS_FILE, sha256=sha256),
        "broken": _shown(attempts),
        "overblocking": _overblocking(found, [count for one in attempts for count in one.sentences]),
    }


def _overblocking(found: Found, sentences: Sequence[int]) -> OverblockingRecord | None:
    """Harmless texts in surroundings like those of the broken attempts; kept, once it is known."""
    file = found.folder / OVERBLOCKING
    if file.is_file():
        return OverblockingRecord.model_validate_json(file.read_text("utf-8"))
    record = measured_overblocking(found.opened, found.measured, sentences)
    if record is not None:
        write_text(file, record.model_dump_json(indent=2) + "\n")
    return record


def _shown(attempts: Sequence[Attempts]) -> tuple[BrokenShown, ...]:
    """A few failures of each attack."""
    each = max(2, SHOWN // len(attempts))
    return tuple(shown for one in attempts for shown in one.broken(each))


def guard_record(opened: Opened) -> GuardRecord:
    """The guard as it was read."""
    if opened.service is not None:
        settings = opened.service.settings
        return GuardRecord(
            path=settings.url,
            parameters=None,
            bad=settings.answer.told_bad,
            layout="what its template sends",
            positions=None,
            overflow="refuse",
        )
    guard = opened.classifier
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
