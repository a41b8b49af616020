"""Measuring: pure functions from plain numbers to frozen results, with exact bounds where there are any.

Nothing here touches disk, models or the store. `bounds` holds exact limits on rates; `threshold` the rule
that sets the filter; `natural` the filtered generator; `breakdown` errors by phenomenon; `fit` what the
classifier has learnt; `attack_success` how long attacks take.
"""

from holdfast.evaluation.attack_success import (
    AtLeast,
    AttackSuccess,
    LogRank,
    SurvivalCurve,
    TimesHarder,
    log_rank,
    summarise_attempts,
    times_harder,
)
from holdfast.evaluation.bounds import Interval, Proportion, RateRatio, rate_ratio, trials_needed
from holdfast.evaluation.breakdown import PhenomenonErrors, errors_by_phenomenon
from holdfast.evaluation.fit import Fit, measure_fit
from holdfast.evaluation.natural import NaturalOutcome, natural_outcome
from holdfast.evaluation.threshold import ThresholdChoice, choose_threshold

__all__ = [
    "AtLeast",
    "AttackSuccess",
    "Fit",
    "Interval",
    "LogRank",
    "NaturalOutcome",
    "PhenomenonErrors",
    "Proportion",
    "RateRatio",
    "SurvivalCurve",
    "ThresholdChoice",
    "TimesHarder",
    "choose_threshold",
    "errors_by_phenomenon",
    "log_rank",
    "measure_fit",
    "natural_outcome",
    "rate_ratio",
    "summarise_attempts",
    "times_harder",
    "trials_needed",
]
