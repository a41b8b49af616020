"""What a round may take of the failures and FLOPs that all rounds share, and what it has taken."""

from __future__ import annotations

import numpy as np

from holdfast.campaign.records import ScheduleRecord
from holdfast.campaign.schedules import failures_by, share_by
from holdfast.campaign.step import StepContext, round_name
from holdfast.core.errors import UserError
from holdfast.models.classifier import Classifier
from holdfast.training.classifier import LabelledTokens, steps_reaching
from holdfast.training.defences import flops_per_token


def steps_of_round(context: StepContext, classifier: Classifier, data: LabelledTokens, round_: int) -> int:
    """The steps that a round trains for: as configured, or until the rounds so far reach their FLOPs.

    Raises UserError where the rounds share too few for a step each: in the first of them, if their steps are
    of the usual size.
    """
    asked = context.config.retraining
    if asked.flops is None:
        return asked.steps
    defence = asked.made_defence
    each = sum(flops_per_token(member, defence, asked.recipe) for member in classifier.members)
    share = asked.flops / context.config.rounds
    left = share_by(asked.flops, round_, context.config.rounds) - _flops_before(context, round_)
    step = each * float(np.mean(classifier.fitting.lengths(data.tokens))) * asked.recipe.batch_size
    if left <= 0 or share < step:
        raise UserError(
            f"round {round_} has too few FLOPs to train with: {context.config.rounds} rounds share"
            f" {asked.flops:.3g}, and a step takes {step:.3g}; raise retraining.flops, or have fewer rounds"
        )
    stream = context.stream.child("training")
    return steps_reaching(left / each, classifier, data, asked.recipe, stream)


def scheduled(context: StepContext, round_: int, failures: int, flops: float) -> ScheduleRecord | None:
    """What the rounds so far have used of what they share; a shortage of failures is noted for people."""
    asked, rounds = context.config.retraining, context.config.rounds
    if asked.failures is None and asked.flops is None:
        return None
    record = ScheduleRecord()
    if asked.failures is not None:
        quota = failures_by(asked.failures, round_, rounds)
        record = record.model_copy(update={"failures": failures, "failures_asked": quota})
        if failures < quota:
            context.progress.note(
                f"round {round_} trains on {failures:,} failures, and the schedule asks for {quota:,}: the"
                " attacks of the rounds so far found no more"
            )
    if asked.flops is not None:
        spent = {"flops": _flops_before(context, round_) + flops}
        record = record.model_copy(update={**spent, "flops_asked": share_by(asked.flops, round_, rounds)})
    return record


def _flops_before(context: StepContext, round_: int) -> float:
    """What the trainings of the rounds before took; the first model's is not one of them."""
    return sum(float(context.result(f"{round_name(r)}/train")["flops"]) for r in range(1, round_))
