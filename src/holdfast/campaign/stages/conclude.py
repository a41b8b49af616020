"""The record of a round, put together from what its steps found."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.ledger import total
from holdfast.campaign.records import (
    AcceptanceRecord,
    AttackRecord,
    FailureRecord,
    FitRecord,
    NaturalRecord,
    PhenomenonRecord,
    PoolRecord,
    RoundAttackRecord,
    RoundRecord,
    ScheduleRecord,
    ValidationRecord,
)
from holdfast.campaign.stages.assault import assault_step, assaults, badness
from holdfast.campaign.stages.attack import attack_step, attacks_in_round
from holdfast.campaign.stages.validate import validate_step
from holdfast.campaign.step import StepContext, classifier_path, measure_step, round_name
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Label
from holdfast.store.schema import Round
from holdfast.store.store import ExampleKind, StepOutput


def conclude(context: StepContext, round_: int) -> StepOutput:
    """Write the round's record: what the report reads."""
    trained, measured = context.result(train_step(round_)), context.result(measure_step(round_))
    attacked = [context.result(assault_step(round_, each)) for each in assaults(context.config)]
    schedule = trained.get("schedule")
    costs, steps = context.store.costs(context.run), f"{round_name(round_)}/"
    found = [FailureRecord.model_validate(w) for each in attacked for w in each["worst"]]
    record = RoundRecord(
        index=round_,
        classifier_hash=trained["hash"],
        classifier_path=f"{context.run}/{classifier_path(round_)}",
        threshold=measured["threshold"],
        natural=NaturalRecord.model_validate(measured["natural"]),
        fit=tuple(FitRecord.model_validate(each) for each in measured["fit"]),
        phenomena=tuple(PhenomenonRecord.model_validate(each) for each in measured["phenomena"]),
        acceptance=tuple(AcceptanceRecord.model_validate(a) for a in measured.get("acceptance", ())),
        attacks=tuple(AttackRecord.model_validate(each["record"]) for each in attacked),
        worst=_worst(found, context.config.evaluation.worst),
        pool=_pool(context, round_),
        attacked=attacked_record(context, round_) if round_ else (),
        schedule=None if schedule is None else ScheduleRecord.model_validate(schedule),
        validation=_validation(context, round_),
        taken_from=trained.get("taken_from"),
        training_loss=tuple(trained["losses"]),
        attack_cost=total(costs, "attack", steps),
        training_cost=total(costs, "defence", steps),
        evaluation_cost=total(costs, "evaluation", steps),
    )
    return StepOutput(rounds=(Round(index=round_, record=record.model_dump(mode="json")),))


def attacked_record(context: StepContext, round_: int) -> tuple[RoundAttackRecord, ...]:
    """The attacks that a round trained on, as its steps say; without those of an earlier version's steps."""
    found = []
    for label in attacks_in_round(context.config, round_):
        result = context.result(attack_step(round_, label))
        if "queries_per_seed" in result:
            asked = {name: result[name] for name in ("seeds", "queries_per_seed")}
            found.append(RoundAttackRecord(label=label, broken=result["broken"]["train"], **asked))
    return tuple(found)


def _validation(context: StepContext, round_: int) -> ValidationRecord | None:
    if context.config.stop is None or round_ > context.config.rounds:
        return None
    return ValidationRecord.model_validate(context.result(validate_step(round_))["record"])


def train_step(round_: int) -> str:
    """The step that trains the classifier of a round."""
    return f"{round_name(round_)}/train"


def _worst(found: Sequence[FailureRecord], count: int) -> tuple[FailureRecord, ...]:
    """The worst of all attacks, no text twice."""
    limit = log_odds_of(found[0].threshold) if found else 0.0

    def how_bad(failure: FailureRecord) -> float:
        return badness(failure.egregiousness, log_odds_of(failure.score), limit)

    different = {(f.prompt, f.completion): f for f in sorted(found, key=how_bad)}
    return tuple(sorted(different.values(), key=how_bad, reverse=True)[:count])


def _pool(context: StepContext, round_: int) -> PoolRecord | None:
    result = context.result(train_step(round_))
    trained, until = result.get("pool"), result.get("taken_from", round_)
    if trained is None:  # the first model, which learnt from no pool
        return None
    counts = context.store.example_counts(context.run)

    def count(split: str, positive: bool) -> int:
        return sum(
            number
            for kind, number in counts.items()
            if 1 <= kind.round <= until
            and kind.split == split
            and (kind.label == Label.CATASTROPHIC) == positive
        )

    return PoolRecord(
        train_positives=trained["positives"],
        train_negatives=trained["negatives"],
        validation_positives=count("validation", True),
        validation_negatives=count("validation", False),
        added_failures=sum(number for kind, number in counts.items() if _added(kind, round_)),
    )


def _added(kind: ExampleKind, round_: int) -> bool:
    return kind.round == round_ and kind.failure and kind.split == "train"
