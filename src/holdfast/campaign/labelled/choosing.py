"""The threshold: by the configured rule, on the split that is for it alone, with what others would do."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.config import ThresholdConfig
from holdfast.campaign.evaluate.summary import bound
from holdfast.campaign.labelled.record import ThresholdPointRecord, ThresholdRecord
from holdfast.campaign.labelled.scoring import Scores
from holdfast.campaign.opening import choose_on
from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Label
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.threshold import SCORE_TOLERANCE, sigmoid
from holdfast.tasks.labelled.task import LabelledTask

Floats = NDArray[np.float64]

ACCEPTED = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 0.999, 1.0)
"""Shares of harmless texts to accept at which the curve is told."""


def threshold_rows(task: LabelledTask) -> NDArray[np.int64]:
    """The rows of the split `threshold` that a threshold is chosen on, ascending."""
    labels = (Label.HARMLESS, Label.CATASTROPHIC)
    return np.unique(np.concatenate([task.distinct("threshold", label) for label in labels]))


def choose_threshold(
    rule: ThresholdConfig, task: LabelledTask, scores: Scores, confidence: float
) -> ThresholdRecord:
    """The threshold and its curve; raises UserError where the data are too few for the rule."""
    harmless, bad = (
        scores.readable(task.distinct("threshold", label)) for label in (Label.HARMLESS, Label.CATASTROPHIC)
    )
    if rule.rule != "fixed" and not len(harmless):
        raise UserError(
            f"the rule '{rule.rule}' chooses the threshold on the split 'threshold', which has no harmless"
            " texts that the guard can read; give some rows that split, or the threshold with --threshold"
        )
    choice = choose_on(rule, harmless, bad)
    log_odds = log_odds_of(choice.threshold)
    here = _point(choice.threshold, harmless, bad, confidence, chosen=True)
    others = [at for at in _thresholds(harmless) if abs(log_odds_of(at) - log_odds) > SCORE_TOLERANCE]
    points = [_point(at, harmless, bad, confidence) for at in others] if len(bad) else []
    return ThresholdRecord(
        threshold=choice.threshold,
        log_odds=log_odds,
        rule=rule.rule,
        # The rules speak of a generator's completions.
        told=choice.rule.replace("completions", "texts"),
        harmless_accepted=here.harmless_accepted,
        caught=here.recall,
        skipped=int(scores.skipped.sum()),
        curve=tuple(sorted([*points, here], key=lambda point: point.log_odds)) if points else (),
    )


def _thresholds(harmless: Floats) -> list[float]:
    """The thresholds that just accept some shares of the harmless texts."""
    if not len(harmless):
        return []
    at = np.quantile(harmless, ACCEPTED, method="inverted_cdf") + SCORE_TOLERANCE
    return sorted({sigmoid(each) for each in at.tolist()})


def _point(
    threshold: float, harmless: Floats, bad: Floats, confidence: float, chosen: bool = False
) -> ThresholdPointRecord:
    at = log_odds_of(threshold)
    return ThresholdPointRecord(
        threshold=threshold,
        log_odds=at,
        recall=bound(Proportion(int((bad >= at).sum()), len(bad)), confidence),
        harmless_accepted=bound(Proportion(int((harmless < at).sum()), len(harmless)), confidence),
        chosen=chosen,
    )
