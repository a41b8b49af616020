"""Measuring: pure functions from plain numbers to frozen results, with exact bounds where there are any.

Nothing here touches disk, models or the store. `bounds` holds exact limits on rates; `differences` compares
two, `strata` adds up parts, `hourly` counts per attack hour, `common_ratio` compares two rates within strata;
`monitor` and `confidence_sequence` may be looked at any time, and `adaptive` lets what was seen choose the
next cases; `planner` says what a claim costs; `threshold` the rule that sets the filter; `natural` the
filtered generator; `breakdown` errors by phenomenon; `fit` what the classifier has learnt; `grouped_mean`
means with limits by group; `per_failure` what a failure costs; `survival` how long models stand, `hazard` how
much harder one is to break than another; `attack_success` how long attacks take; `attack_summary` one attack
on one target in a row; `duplicates` which failures are really different; `edit_pattern` what they changed;
`tactics` how they fall into kinds; `overlap` what several attacks share; `severity` how bad failures are;
`intent` whether the model knew better; `transfer` whether training on one attack defends against another;
`planted_holes` what attacks that find nothing leave out, and `silence` says it in sentences;
`telltale` how much of a gain is recognising the attack; `by_seed` means over training seeds;
`training_fit` why a model does not fit; `learning_curve` how errors fall, `diagnosis` what a
model is short of; `agreement` how far people who label agree; `families` several claims with one error,
`shift` deployment whose prompts differ from those tested, `label_noise` people who label wrongly now and
then; `claims` what may be said of a rate to a reader who trusts nobody.
"""

from holdfast.evaluation.adaptive import AdaptiveAudit
from holdfast.evaluation.agreement import Agreement, interval_agreement, nominal_agreement
from holdfast.evaluation.attack_success import (
    AtLeast,
    AttackSuccess,
    TimesHarder,
    log_rank,
    summarise_attempts,
    times_harder,
)
from holdfast.evaluation.attack_summary import (
    AttackSummary,
    AttemptOutcome,
    FoundFailure,
    failure_times,
    summarise_attack,
)
from holdfast.evaluation.bounds import Interval, Proportion, RateRatio, rate_ratio, trials_needed
from holdfast.evaluation.breakdown import PhenomenonErrors, errors_by_phenomenon
from holdfast.evaluation.common_ratio import common_ratio
from holdfast.evaluation.confidence_sequence import ConfidenceSequence, lower_limits, upper_limits
from holdfast.evaluation.diagnosis import Comparison, Diagnosis, diagnose
from holdfast.evaluation.differences import (
    PairedComparison,
    Pairs,
    RateDifference,
    compare_pairs,
    paired_difference,
    paired_ratio,
    rate_difference,
)
from holdfast.evaluation.discriminator import word_runs
from holdfast.evaluation.duplicates import Distinct, SnippetWords, distinct
from holdfast.evaluation.edit_pattern import Edit, changed_words, edit_pattern
from holdfast.evaluation.families import certified, certified_by_evidence, family_upper
from holdfast.evaluation.fit import Fit, measure_fit
from holdfast.evaluation.hazard import (
    Harder,
    HazardRatio,
    LogRank,
    harder_than_first,
    hazard_ratio,
    log_rank_test,
)
from holdfast.evaluation.hourly import (
    HourlyRate,
    equal_rates_p_value,
    hourly_difference,
    hourly_ratio,
    hours_needed,
)
from holdfast.evaluation.intent import IntentSplit, split_by_intent
from holdfast.evaluation.label_noise import GoldCheck, Panel, panel_of
from holdfast.evaluation.learning_curve import CurvePoint, Doubling, LossTrend, doubling, loss_trend
from holdfast.evaluation.medians import CensoredMedian, MedianRatio, censored_median, median_ratio
from holdfast.evaluation.monitor import Monitor, Standing, certifying_trials
from holdfast.evaluation.natural import NaturalOutcome, natural_outcome
from holdfast.evaluation.overlap import Overlap, overlap
from holdfast.evaluation.paired_gain import Gain, SurvivingShare
from holdfast.evaluation.planner import Plan, label_floor, plan, plan_monitor
from holdfast.evaluation.ranking import AreaUnderCurve, area_under_curve
from holdfast.evaluation.severity import (
    BANDS,
    Band,
    BandResult,
    NoneAbove,
    Search,
    WorstStep,
    band_of,
    by_severity,
    none_above,
    worst_bound,
    worst_by_budget,
)
from holdfast.evaluation.shift import DeploymentRate, deployment_rate, shifted_upper
from holdfast.evaluation.strata import StratifiedRate, Stratum, stratified_rate
from holdfast.evaluation.survival import (
    FailureTimes,
    RestrictedMean,
    SurvivalCurve,
    kaplan_meier,
    restricted_mean,
)
from holdfast.evaluation.tactics import Found, Tactic, find_tactics
from holdfast.evaluation.telltale import Telltale, TelltaleCases, telltale_test
from holdfast.evaluation.threshold import ThresholdChoice, choose_threshold
from holdfast.evaluation.transfer import Contrast, TransferCount, TransferMatrix, transfer_matrix

__all__ = [
    "BANDS",
    "AdaptiveAudit",
    "Agreement",
    "AreaUnderCurve",
    "AtLeast",
    "AttackSuccess",
    "AttackSummary",
    "AttemptOutcome",
    "Band",
    "BandResult",
    "CensoredMedian",
    "Comparison",
    "ConfidenceSequence",
    "Contrast",
    "CurvePoint",
    "DeploymentRate",
    "Diagnosis",
    "Distinct",
    "Doubling",
    "Edit",
    "FailureTimes",
    "Fit",
    "Found",
    "FoundFailure",
    "Gain",
    "GoldCheck",
    "Harder",
    "HazardRatio",
    "HourlyRate",
    "IntentSplit",
    "Interval",
    "LogRank",
    "LossTrend",
    "MedianRatio",
    "Monitor",
    "NaturalOutcome",
    "NoneAbove",
    "Overlap",
    "PairedComparison",
    "Pairs",
    "Panel",
    "PhenomenonErrors",
    "Plan",
    "Proportion",
    "RateDifference",
    "RateRatio",
    "RestrictedMean",
    "Search",
    "SnippetWords",
    "Standing",
    "StratifiedRate",
    "Stratum",
    "SurvivalCurve",
    "SurvivingShare",
    "Tactic",
    "Telltale",
    "TelltaleCases",
    "ThresholdChoice",
    "TimesHarder",
    "TransferCount",
    "TransferMatrix",
    "WorstStep",
    "area_under_curve",
    "band_of",
    "by_severity",
    "censored_median",
    "certified",
    "certified_by_evidence",
    "certifying_trials",
    "changed_words",
    "choose_threshold",
    "common_ratio",
    "compare_pairs",
    "deployment_rate",
    "diagnose",
    "distinct",
    "doubling",
    "edit_pattern",
    "equal_rates_p_value",
    "errors_by_phenomenon",
    "failure_times",
    "family_upper",
    "find_tactics",
    "harder_than_first",
    "hazard_ratio",
    "hourly_difference",
    "hourly_ratio",
    "hours_needed",
    "interval_agreement",
    "kaplan_meier",
    "label_floor",
    "log_rank",
    "log_rank_test",
    "loss_trend",
    "lower_limits",
    "measure_fit",
    "median_ratio",
    "natural_outcome",
    "nominal_agreement",
    "none_above",
    "overlap",
    "paired_difference",
    "paired_ratio",
    "panel_of",
    "plan",
    "plan_monitor",
    "rate_difference",
    "rate_ratio",
    "restricted_mean",
    "shifted_upper",
    "split_by_intent",
    "stratified_rate",
    "summarise_attack",
    "summarise_attempts",
    "telltale_test",
    "times_harder",
    "transfer_matrix",
    "trials_needed",
    "upper_limits",
    "word_runs",
    "worst_bound",
    "worst_by_budget",
]
