"""What the last model is short of, as far as a campaign's own records say."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from holdfast.campaign.records import CampaignRecord, FitRecord, RateRecord, RoundRecord
from holdfast.evaluation import CurvePoint, Proportion, diagnose, loss_trend
from holdfast.report.numbers import percent

_TRAINED, _FRESH = "adversarial-train", "adversarial-validation"


def shortage_sentence(campaign: CampaignRecord) -> str | None:
    """Fit at 0.5 on the adversarial examples trained on against fresh ones, and the trend of the loss.

    None where the last round has not measured both. A campaign trains one model a round, so that nothing but
    the gap between the two sets is measured: capacity and steps stay open unless the training error is tiny.
    """
    last = campaign.rounds[-1]
    point = _point(campaign, last)
    if point is None:
        return None
    found = diagnose(point)
    misses = [percent(rate.rate) for rate in (point.train, point.held_out)]
    trained = last if last.taken_from is None else campaign.rounds[last.taken_from]
    trend = loss_trend(trained.training_loss)
    word = "" if trend is None else "still" if trend.still_falling else "no longer"
    falling = f" At its end, the training loss was {word} falling." if word else ""
    return (
        f"At 0.5 the last model misses {misses[0]} of the adversarial catastrophes it was trained on and"
        f" {misses[1]} of fresh ones. By the rule for what a model is short of: {found.sentence}.{falling}"
    )


def _point(campaign: CampaignRecord, last: RoundRecord) -> CurvePoint | None:
    sets: dict[str, FitRecord] = {fit.dataset: fit for fit in last.fit}
    if not all(name in sets and sets[name].recall_at_half.trials for name in (_TRAINED, _FRESH)):
        return None
    missed = [_missed(sets[name].recall_at_half) for name in (_TRAINED, _FRESH)]
    retraining = campaign.config.get("retraining")
    asked: Mapping[str, Any] = retraining if isinstance(retraining, Mapping) else {}
    return CurvePoint(
        int(asked.get("examples", 1)), int(asked.get("steps", 1)), campaign.classifier_parameters, *missed
    )


def _missed(recall: RateRecord) -> Proportion:
    return Proportion(recall.trials - recall.events, recall.trials)
