"""The check itself: everything is looked at, and what comes out is one record."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast import __version__
from holdfast.campaign.checking.cautions import Looked, cautions, check_direction
from holdfast.campaign.checking.costs import measure_costs
from holdfast.campaign.checking.measuring import MOST, area_of_all, check_rule, measure
from holdfast.campaign.checking.reading import check_answered, read
from holdfast.campaign.checking.records import CheckRecord, GuardRecord, MeasureRecord
from holdfast.campaign.checking.settling import Settled, settle
from holdfast.campaign.config import RunConfig
from holdfast.campaign.opening import Opened
from holdfast.core.progress import Progress, Silent
from holdfast.tasks.labelled.findings import find


@dataclass(frozen=True)
class Asked:
    """How a check is to be made.

    `long_answered`: the user has said what becomes of texts that are too long; else they are an error.
    `sure`: labels and data are right, even where the scores say otherwise. `most`: distinct texts of each
    label that are scored, at most.
    """

    long_answered: bool = True
    sure: bool = False
    most: int = MOST


def check(config: RunConfig, progress: Progress | None = None, asked: Asked | None = None) -> CheckRecord:
    """Settle what is open in a configuration, and check the guard and the data that it names.

    Raises UserError where something would have to be guessed, where the data are not sound, and where the
    guard looks inverted.
    """
    return check_settled(settle(config, progress), progress, asked)


def check_settled(
    settled: Settled, progress: Progress | None = None, asked: Asked | None = None
) -> CheckRecord:
    """Check what was settled before."""
    progress, asked = progress or Silent(), asked or Asked()
    opened = settled.opened
    task, model = opened.labelled, opened.classifier
    check_rule(opened)
    reading = read(model, task.rows, progress)
    if not asked.long_answered:
        check_answered(reading, model)
    guard = guard_record(settled)
    measured = measure(opened, progress, asked.most)
    if not asked.sure:
        _check_direction(opened, guard, measured, progress, asked.most)
    data = find(task.rows, progress)
    judge = opened.judge.name
    harmless = settled.config.judge_choice.get("surround", "harmless") == "harmless"
    sentences = len(task.harmless_sentences) if judge == "carried" and harmless else None
    fixed = settled.config.threshold.rule == "fixed"
    pairs = task.data.columns.prompt is not None
    costs = measure_costs(opened, progress)
    looked = Looked(guard, data, reading, measured, costs, sentences, judge, fixed, pairs)
    return CheckRecord(
        version=__version__,
        config=settled.config.model_dump(mode="json"),
        guard=guard,
        judge=judge,
        assumption=str(getattr(opened.judge, "assumption", "")),
        data=data,
        reading=reading,
        measure=measured,
        costs=costs,
        cautions=cautions(looked),
    )


def _check_direction(
    opened: Opened, guard: GuardRecord, measured: MeasureRecord, progress: Progress, most: int
) -> None:
    """Where the measured texts leave it open whether the guard is inverted, all splits are asked."""
    check_direction(guard, measured.area, measured.split)
    if measured.area is not None and measured.area.value < 0.5:
        check_direction(guard, area_of_all(opened, progress, most), "all splits")


def guard_record(settled: Settled) -> GuardRecord:
    """What the guard is, and how it is read."""
    guard = settled.opened.classifier
    return GuardRecord(
        path=str(guard.path),
        hash=guard.hash,
        family=str(guard.model.config.model_type),  # type: ignore[union-attr]
        parameters=guard.parameters_count,
        tokenizer=type(guard.tokenizer.backend_tokenizer.model).__name__,
        labels=guard.labels.names,
        bad=guard.labels.bad_names,
        bad_known=settled.bad_known,
        activation=guard.labels.activation,
        layout=guard.layout.kind,
        layout_known=settled.layout_known,
        positions=guard.positions,
        positions_known=settled.positions_known,
        overflow=guard.format.overflow,
        special_tokens=guard.format.special_tokens,
    )
