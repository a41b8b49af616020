"""Estimates of what is too rare to sample plainly. None of them is a claim, and none can become one."""

from holdfast.evaluation.rare.estimate import Estimate, IntervalKind, MeasuredCoverage

__all__ = ["Estimate", "IntervalKind", "MeasuredCoverage"]
