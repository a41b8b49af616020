"""The check itself: everything is looked at, and what comes out is one record."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast import __version__
from holdfast.campaign.checking.cautions import Looked, cautions, check_direction
from holdfast.campaign.checking.costs import measure_costs
from holdfast.campaign.checking.measuring import MOST, area_of_all, check_rule, measure
from holdfast.campaign.checking.reading import check_answered, read
from holdfast.campaign.checking.records import (
    Caution,
    CheckRecord,
    CostsRecord,
    GuardRecord,
    MeasureRecord,
    ServiceCallsRecord,
    ServiceRecord,
)
from holdfast.campaign.checking.service import service_calls, service_cautions, service_record
from holdfast.campaign.checking.settling import Settled, settle
from holdfast.campaign.config import RunConfig
from holdfast.campaign.opening import Opened
from holdfast.core.progress import Progress, Silent
from holdfast.models.endpoints.service import Service
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
    if opened.service is not None:
        return _check_service(settled, opened.service, progress, asked)
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
    costs = measure_costs(opened, progress)
    looked = Looked(guard, data, reading, measured, costs, *_of_judge(settled))
    return _record(settled, looked, costs, cautions(looked))


def _check_service(settled: Settled, service: Service, progress: Progress, asked: Asked) -> CheckRecord:
    """The same of a guard over HTTP, by its answers alone."""
    opened = settled.opened
    check_rule(opened)
    measured = measure(opened, progress, asked.most)
    guard = service_record(opened, service, asked.most)
    if not asked.sure:
        _check_direction(opened, guard, measured, progress, asked.most)
    data = find(opened.labelled.rows, progress)
    calls = service_calls(opened, service)
    looked = Looked(guard, data, None, measured, None, *_of_judge(settled))
    return _record(settled, looked, calls, cautions(looked, service_cautions(guard, calls)))


def _of_judge(settled: Settled) -> tuple[int | None, str, bool, bool]:
    """Of `Looked`: harmless sentences, the judge, whether the threshold is given, and the data are pairs."""
    task, judge = settled.opened.labelled, settled.opened.judge.name
    harmless = settled.config.judge_choice.get("surround", "harmless") == "harmless"
    sentences = len(task.harmless_sentences) if judge == "carried" and harmless else None
    return sentences, judge, settled.config.threshold.rule == "fixed", task.data.columns.prompt is not None


def _record(
    settled: Settled, looked: Looked, costs: CostsRecord | ServiceCallsRecord, found: tuple[Caution, ...]
) -> CheckRecord:
    return CheckRecord(
        version=__version__,
        config=settled.config.model_dump(mode="json"),
        guard=looked.guard,
        judge=looked.judge,
        assumption=str(getattr(settled.opened.judge, "assumption", "")),
        data=looked.data,
        reading=looked.reading,
        measure=looked.measure,
        costs=costs,
        cautions=found,
    )


def _check_direction(
    opened: Opened, guard: GuardRecord | ServiceRecord, measured: MeasureRecord, progress: Progress, most: int
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
