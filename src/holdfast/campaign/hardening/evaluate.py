"""Measuring a guard of a run: the evaluation of `holdfast evaluate -c`, in a folder inside the run's."""

from __future__ import annotations

from holdfast.campaign.config import RunConfig
from holdfast.campaign.hardening.guards import (
    GuardName,
    evaluation_path,
    guard_path,
    start_of,
)
from holdfast.campaign.hardening.rows import ROWS_STEP
from holdfast.campaign.labelled.asked import Asked, plan_labelled
from holdfast.campaign.labelled.pipeline import RECORD, evaluate_labelled
from holdfast.campaign.ledger import cost
from holdfast.campaign.stages.assault import assaults
from holdfast.campaign.step import StepContext
from holdfast.core.budget import Spend
from holdfast.core.errors import UserError
from holdfast.core.files import folder_hash
from holdfast.store.schema import Artifact
from holdfast.store.store import StepOutput


def evaluate(context: StepContext, guard: GuardName) -> StepOutput:
    """Set the threshold, measure recall and false alarms, attack from the seeds of 'test', and claim.

    The tables that a killed evaluation left are gone on from. Raises UserError where the data are no longer
    what the run began with.
    """
    place = context.folder / evaluation_path(guard)
    plan, opened = plan_labelled(
        evaluation_config(context, guard),
        Asked(best_of=_guards(context.config)),
        context.progress,
        context.desk,
    )
    if plan.data != context.result(ROWS_STEP)["data"]:
        raise UserError(
            "the data are not what this run began with: a file or how it is read has changed; put it back, or"
            " begin another run"
        )
    record = evaluate_labelled(plan, opened, place, context.progress, context.ask_people)
    queries = sum(one.queries for one in record.attacks)
    path = f"{evaluation_path(guard)}/{RECORD}"
    kept = Artifact(name=f"evaluation-{guard}", path=path, sha256=folder_hash(context.folder / path))
    round_ = guard if isinstance(guard, int) else context.config.rounds
    return StepOutput(
        result={"threshold": record.threshold.threshold},
        artifacts=(kept,),
        costs=(cost("evaluation", round_, Spend(queries=queries)),),
    )


def evaluation_config(context: StepContext, guard: GuardName) -> RunConfig:
    """The run's configuration for one of its guards: all attacks measure, none is trained against."""
    config, start = context.config, start_of(context)
    extent = config.extent(guard if isinstance(guard, int) else config.rounds)
    return config.model_copy(
        update={
            "classifier": start.model_copy(update={"path": str(context.folder / guard_path(guard))}),
            "rounds": 0,
            "attacks": (),
            "held_out": tuple(each.choice for each in assaults(config)),
            "evaluation": config.evaluation.model_copy(
                update={"attack_seeds": extent.attack_seeds, "queries_per_seed": extent.queries_per_seed}
            ),
        }
    )


def _guards(config: RunConfig) -> int:
    """How many guards are measured on the same rows, the best of which one might claim for."""
    return 1 + config.rounds + (config.retraining.control and config.rounds > 0)
