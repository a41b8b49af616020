"""Estimates of what is too rare to sample plainly. None of them is a claim, and none can become one.

`stratified` and `predictor` spend few labels well on a large scored pool of draws; `extreme` forecasts from
the worst draws seen; `calibration` scores any of them where the truth is known, and `measured` says what came
out. `splitting`, `mhis` and `itgis` search: they draw for themselves, from a `Distribution` such as
`NaturalText` or `TokenIndependent`.
"""

from holdfast.evaluation.rare.calibration import Calibration, PlainCost, calibrate, plain_cost
from holdfast.evaluation.rare.chain import ChainDiagnostics, Distribution, Kernel, Move, RareFailure
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind, MeasuredCoverage
from holdfast.evaluation.rare.extreme import (
    Tail,
    extreme_estimate,
    fit_tail,
    passing_log_probability,
)
from holdfast.evaluation.rare.guided import GradientGuided, word_gains
from holdfast.evaluation.rare.itgis import ITGISResult, ITGISSettings, estimate_by_itgis
from holdfast.evaluation.rare.measured import Measurement, with_measured_coverage
from holdfast.evaluation.rare.mhis import MHISResult, MHISSettings, estimate_by_mhis
from holdfast.evaluation.rare.natural_text import NaturalText, task_prompts
from holdfast.evaluation.rare.predictor import (
    FailurePredictor,
    checkpoint_features,
    fit_predictor,
    predictor_estimate,
)
from holdfast.evaluation.rare.splitting import (
    SplittingResult,
    SplittingSettings,
    estimate_by_splitting,
)
from holdfast.evaluation.rare.stratified import Stratum, plan_strata, stratified_estimate
from holdfast.evaluation.rare.token_independent import TokenIndependent
from holdfast.evaluation.rare.weighted import WeightedFailures, betting_interval, poisson_interval

__all__ = [
    "Calibration",
    "ChainDiagnostics",
    "Distribution",
    "Estimate",
    "FailurePredictor",
    "GradientGuided",
    "ITGISResult",
    "ITGISSettings",
    "IntervalKind",
    "Kernel",
    "MHISResult",
    "MHISSettings",
    "MeasuredCoverage",
    "Measurement",
    "Move",
    "NaturalText",
    "PlainCost",
    "RareFailure",
    "SplittingResult",
    "SplittingSettings",
    "Stratum",
    "Tail",
    "TokenIndependent",
    "WeightedFailures",
    "betting_interval",
    "calibrate",
    "checkpoint_features",
    "estimate_by_itgis",
    "estimate_by_mhis",
    "estimate_by_splitting",
    "extreme_estimate",
    "fit_predictor",
    "fit_tail",
    "passing_log_probability",
    "plain_cost",
    "plan_strata",
    "poisson_interval",
    "predictor_estimate",
    "stratified_estimate",
    "task_prompts",
    "with_measured_coverage",
    "word_gains",
]
