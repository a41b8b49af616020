"""Whether the classifier fits what it was taught (the retrospective's first requirement)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Proportion


@dataclass(frozen=True)
class Fit:
    """Recall of catastrophes at two thresholds, and the mean cross-entropy in nats (None without snippets).

    Recall at 0.5 is the plain question of whether the model knows these for catastrophes at all; at the
    filter's threshold it is the share that the filter stops.
    """

    recall_at_half: Proportion
    recall_at_threshold: Proportion
    loss: float | None


def measure_fit(labels: np.ndarray, log_odds: np.ndarray, threshold_log_odds: float) -> Fit:
    """Measure fit on one labelled set: `labels` bool (catastrophic) and `log_odds` float, one entry a
    snippet.

    Raises ValueError on unequal lengths.
    """
    truth = np.asarray(labels, dtype=bool)
    scores = np.asarray(log_odds, dtype=np.float64)
    if truth.shape != scores.shape:
        raise ValueError(f"unequal shapes: {truth.shape} labels, {scores.shape} scores")
    positives = scores[truth]
    losses = np.logaddexp(0.0, np.where(truth, -scores, scores))
    return Fit(
        Proportion(int(np.count_nonzero(positives >= 0)), len(positives)),
        Proportion(int(np.count_nonzero(positives >= threshold_log_odds)), len(positives)),
        float(losses.mean()) if len(losses) else None,
    )
