"""Estimates of what is too rare to sample plainly. None of them is a claim, and none can become one.

`stratified` and `predictor` spend few labels well on a large scored pool of draws; `extreme` forecasts from
the worst draws seen; `calibration` scores any of them where the truth is known, and `measured` says what came
out.
"""

from holdfast.evaluation.rare.calibration import Calibration, PlainCost, calibrate, plain_cost
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind, MeasuredCoverage
from holdfast.evaluation.rare.extreme import (
    Tail,
    extreme_estimate,
    fit_tail,
    passing_log_probability,
)
from holdfast.evaluation.rare.measured import Measurement, with_measured_coverage
from holdfast.evaluation.rare.predictor import (
    FailurePredictor,
    checkpoint_features,
    fit_predictor,
    predictor_estimate,
)
from holdfast.evaluation.rare.stratified import Stratum, plan_strata, stratified_estimate
from holdfast.evaluation.rare.weighted import WeightedFailures, betting_interval, poisson_interval

__all__ = [
    "Calibration",
    "Estimate",
    "FailurePredictor",
    "IntervalKind",
    "MeasuredCoverage",
    "Measurement",
    "PlainCost",
    "Stratum",
    "Tail",
    "WeightedFailures",
    "betting_interval",
    "calibrate",
    "checkpoint_features",
    "extreme_estimate",
    "fit_predictor",
    "fit_tail",
    "passing_log_probability",
    "plain_cost",
    "plan_strata",
    "poisson_interval",
    "predictor_estimate",
    "stratified_estimate",
    "with_measured_coverage",
]
