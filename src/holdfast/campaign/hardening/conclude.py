"""The record of a round, and of a whole run, put together from what the steps found."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from holdfast.campaign.attempt_rows import Columns, read_attempts
from holdfast.campaign.choices import place_of
from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.evaluate.attack_records import TelltaleRecord
from holdfast.campaign.hardening.guards import (
    CONTROL,
    GuardName,
    evaluate_step,
    evaluated,
    evaluation_path,
    guard_path,
    telltale_step,
    train_step,
)
from holdfast.campaign.hardening.record import (
    GuardMeasuredRecord,
    GuardRoundRecord,
    HardenedAttackRecord,
    HardeningRecord,
    PoolCountRecord,
)
from holdfast.campaign.labelled.record import LabelledRecord
from holdfast.campaign.labelled.summary import ATTEMPTS_FILE
from holdfast.campaign.ledger import total
from holdfast.campaign.stages.assault import assaults
from holdfast.campaign.stages.conclude import attacked_record
from holdfast.campaign.step import StepContext, round_name
from holdfast.store.schema import Round
from holdfast.store.store import StepOutput, Store


def conclude(context: StepContext, round_: int) -> StepOutput:
    """Write the round's record: what the report reads."""
    trained = context.result(train_step(round_))
    told = context.result(telltale_step(round_)) if round_ else {"record": None}
    costs, steps = context.store.costs(context.run), f"{round_name(round_)}/"
    found = context.store.texts(context.run, split="train", rounds=[round_]) if round_ else []
    record = GuardRoundRecord(
        index=round_,
        guard=_measured(context.store, context.run, context.config, round_, trained["hash"]),
        found=sum(each.label == "catastrophic" for each in found),
        pool=PoolCountRecord.model_validate(trained["pool"]) if round_ else None,
        attacked=attacked_record(context, round_) if round_ else (),
        learning_rate=trained.get("learning_rate"),
        validation_area=trained.get("validation_area"),
        trained=trained.get("trained"),
        training_loss=tuple(trained.get("losses", ())),
        telltale=TelltaleRecord.model_validate(told["record"]) if told["record"] else None,
        telltale_why=told.get("why"),
        attack_cost=total(costs, "attack", steps),
        training_cost=total(costs, "defence", steps),
        evaluation_cost=total(costs, "evaluation", steps),
    )
    return StepOutput(rounds=(Round(index=round_, record=record.model_dump(mode="json")),))


def hardening_record(store: Store, run_id: str) -> HardeningRecord:
    """The record of a run, as far as it has come, from the store and the evaluations beside it."""
    run, config = store.run(run_id), resolve(store.run(run_id).config)
    done = store.results(run_id)
    rounds = tuple(GuardRoundRecord.model_validate(row.record) for row in store.rounds(run_id))
    controlled = evaluate_step(CONTROL) in done
    first = evaluated(store.run_folder(run_id), 0) if rounds else None
    return HardeningRecord(
        run=run.id,
        seed=run.seed,
        config=run.config,
        version=run.version,
        machine=run.machine,
        started=run.started,
        finished=run.finished,
        parameters=done.get(train_step(0), {}).get("parameters", 0),
        assumption=first.assumption if first else None,
        negatives=_negatives(config),
        queries_per_seed=config.most.queries_per_seed,
        rounds=rounds,
        control=_measured(store, run_id, config, CONTROL, done[train_step(CONTROL)]["hash"])
        if controlled
        else None,
        control_cost=total(store.costs(run_id), "defence", f"{CONTROL}/") if controlled else None,
    )


def _negatives(config: RunConfig) -> str | None:
    """How matched negatives were made, and who says that they are harmless."""
    if not config.rounds or not config.retraining.matched_negatives:
        return None
    if config.asks_people:
        return (
            "rewrites that people call harmless, and harmless rows with the same edits as failures, as far as"
            " people call them harmless, too"
        )
    return "harmless rows to which the same was done as to the seeds; that they stay harmless is assumed"


def attempt_tables(folder: Path, record: HardeningRecord) -> list[Columns]:
    """The attempts on every guard of a run, whose folder this is; `guard` says on which."""
    guards = [(round_name(one.index), one.guard) for one in record.rounds]
    if record.control:
        guards.append((CONTROL, record.control))
    tables: list[Columns] = []
    for name, guard in guards:
        if guard.attacks:
            table = read_attempts(folder / guard.evaluation / ATTEMPTS_FILE)
            tables.append({"guard": np.full(len(table["outcome"]), name, dtype=object), **table})
    return tables


def _measured(
    store: Store, run_id: str, config: RunConfig, guard: GuardName, content: str
) -> GuardMeasuredRecord:
    record = evaluated(store.run_folder(run_id), guard)
    return GuardMeasuredRecord(
        hash=content,
        path=guard_path(guard),
        evaluation=evaluation_path(guard),
        threshold=record.threshold.threshold,
        rule=record.threshold.told,
        recall=record.recall,
        false_alarms=record.false_alarms,
        area=record.area,
        overblocking=record.overblocking,
        slices=record.slices,
        attacks=_attacks(record, config),
        broken=record.broken,
        warnings=record.warnings,
    )


def _attacks(record: LabelledRecord, config: RunConfig) -> tuple[HardenedAttackRecord, ...]:
    """Each attack of the evaluation, which has them in the order of the configuration's."""
    fields = set(HardenedAttackRecord.model_fields) - {"kind", "place", "held_out"}
    rows = []
    for one, asked in zip(record.attacks, assaults(config), strict=True):
        own: dict[str, Any] = {name: getattr(one, name) for name in fields}
        kind, place = asked.choice["kind"], place_of(asked.choice)
        rows.append(HardenedAttackRecord(kind=kind, place=place, held_out=asked.held_out, **own))
    return tuple(rows)
