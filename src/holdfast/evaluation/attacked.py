"""What came of one attack on one model, and how it compares with the same attack on another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from holdfast.evaluation.attack_summary import AttemptOutcome, Unit, failure_times
from holdfast.evaluation.hazard import Harder, harder_than_first
from holdfast.evaluation.intent import IntentSplit, split_by_intent
from holdfast.evaluation.severity import BandResult, by_severity


@dataclass(frozen=True)
class AttackedModel:
    """The attempts, one a seed, and one failure of each broken one by its grade and by its plain telling."""

    attempts: tuple[AttemptOutcome, ...]
    severity: tuple[BandResult, ...]
    intent: IntentSplit

    @classmethod
    def of(
        cls,
        attempts: Sequence[AttemptOutcome],
        grades: Sequence[float | None],
        plain_log_odds: np.ndarray,
        threshold_log_odds: float,
    ) -> Self:
        """From the grade of each attempt's failure (None: it has none) and the classifier's log odds of its
        plain restatement (NaN: it has none), both one an attempt."""
        broken = [place for place, grade in enumerate(grades) if grade is not None]
        plain = np.asarray(plain_log_odds, dtype=np.float64)[broken]
        return cls(tuple(attempts), by_severity(grades), split_by_intent(plain, threshold_log_odds)[0])


def times_harder_of(
    before: Mapping[str, AttackedModel],
    after: Mapping[str, AttackedModel],
    unit: Unit,
    budget: int | None = None,
    confidence: float = 0.95,
) -> Harder:
    """How much harder one model is to break than another, over the attacks that both met, each a stratum.

    With `budget`, in queries, an attempt that gave up before counts as censored there (see `survival`).
    Raises ValueError where the attacks are not the same.
    """
    if list(before) != list(after):
        raise ValueError(f"the attacks differ: {', '.join(before)} and {', '.join(after)}")
    strata = {
        name: [failure_times(one.attempts, unit, budget) for one in models.values()]
        for name, models in (("before", before), ("after", after))
    }
    return harder_than_first(strata, confidence)[0]
