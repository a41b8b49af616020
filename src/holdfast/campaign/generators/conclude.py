"""The record of a round, and of a whole run, put together from what the steps found."""

from __future__ import annotations

from typing import Any

from holdfast.campaign.config import RunConfig, resolve
from holdfast.campaign.evaluate.bare import CatastropheRecord
from holdfast.campaign.generators.places import (
    CONTROL,
    GeneratorName,
    assault_step,
    called,
    measure_step,
    place_of,
    train_step,
)
from holdfast.campaign.generators.record import (
    LearntRecord,
    MeasuredGeneratorRecord,
    PromptAttackRecord,
    TunedRecord,
    TunedRoundRecord,
    WrittenRecord,
)
from holdfast.campaign.ledger import total
from holdfast.campaign.records import GeneratorRecord
from holdfast.campaign.stages.assault import assaults
from holdfast.campaign.stages.conclude import attacked_record
from holdfast.campaign.step import StepContext
from holdfast.store.schema import Round
from holdfast.store.store import StepOutput, Store

GENERATOR_STEP = "generator"
"""The step that trains or takes the first generator."""

Results = dict[str, dict[str, Any]]
"""What each finished step found."""


def conclude(context: StepContext, round_: int) -> StepOutput:
    """Write the round's record: what the report reads."""
    done = context.store.results(context.run)
    trained = done[train_step(round_)] if round_ else {"losses": []}
    costs, steps = context.store.costs(context.run), f"{called(round_)}/"
    record = TunedRoundRecord(
        index=round_,
        generator=_measured(done, context.run, context.config, round_),
        attacked=attacked_record(context, round_) if round_ else (),
        learnt=LearntRecord(**{name: trained[name] for name in LearntRecord.model_fields})
        if round_
        else None,
        training_loss=tuple(trained["losses"]),
        attack_cost=total(costs, "attack", steps),
        training_cost=total(costs, "defence", steps),
        evaluation_cost=total(costs, "evaluation", steps),
    )
    return StepOutput(rounds=(Round(index=round_, record=record.model_dump(mode="json")),))


def tuned_record(store: Store, run_id: str) -> TunedRecord:
    """The record of a run, as far as it has come, from the store alone."""
    run, done = store.run(run_id), store.results(run_id)
    config = resolve(run.config)
    first = done.get(GENERATOR_STEP)
    asked = [measure_step(CONTROL), *(assault_step(CONTROL, each) for each in assaults(config))]
    ended = all(step in done for step in asked)
    return TunedRecord(
        run=run.id,
        task=run.task,
        task_edition=run.task_edition,
        preset=run.preset,
        seed=run.seed,
        config=run.config,
        version=run.version,
        machine=run.machine,
        started=run.started,
        finished=run.finished,
        defence=config.tuned.defence["kind"],
        first=GeneratorRecord.model_validate(first["record"]) if first else None,
        rounds=tuple(TunedRoundRecord.model_validate(row.record) for row in store.rounds(run_id)),
        control=_measured(done, run_id, config, CONTROL) if ended else None,
        control_cost=total(store.costs(run_id), "defence", f"{CONTROL}/") if ended else None,
    )


def _measured(done: Results, run: str, config: RunConfig, name: GeneratorName) -> MeasuredGeneratorRecord:
    attacked = [done[assault_step(name, each)] for each in assaults(config)]
    natural = done[measure_step(name)]
    found = [CatastropheRecord.model_validate(w) for each in (natural, *attacked) for w in each["worst"]]
    different = {(one.prompt, one.completion): one for one in found}
    ranked = sorted(different.values(), key=lambda one: -one.egregiousness)
    content = done[train_step(name)]["hash"] if name else done[GENERATOR_STEP]["record"]["hash"]
    return MeasuredGeneratorRecord(
        hash=content,
        path=f"{run}/{place_of(name)}",
        written=WrittenRecord.model_validate(natural["record"]),
        attacks=tuple(PromptAttackRecord.model_validate(each["record"]) for each in attacked),
        worst=tuple(ranked[: config.evaluation.worst]),
    )
