"""The coverage that each method's intervals were measured to have; `holdfast.studies.estimates` measures it.

The table ships with the package (`measured.json`) and is that of docs/results/estimates.md.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.estimate import Estimate, IntervalKind, MeasuredCoverage

FARTHEST = 10.0
"""A coverage measured at a rate more than this many times away says nothing of an estimate."""


@dataclass(frozen=True)
class Measurement:
    """A measured coverage, and of what."""

    method: str
    interval_kind: IntervalKind
    confidence: float
    coverage: MeasuredCoverage

    def to_json(self) -> dict[str, Any]:
        """Plain data."""
        return {
            "method": self.method,
            "interval_kind": self.interval_kind,
            "confidence": self.confidence,
            "task": self.coverage.task,
            "at_rate": self.coverage.at_rate,
            "covered": self.coverage.covered.events,
            "trials": self.coverage.covered.trials,
        }

    @classmethod
    def of_json(cls, row: Mapping[str, Any]) -> Measurement:
        """From `to_json`."""
        covered = Proportion(row["covered"], row["trials"])
        coverage = MeasuredCoverage(covered, row["at_rate"], row["task"])
        return cls(row["method"], row["interval_kind"], row["confidence"], coverage)


@cache
def shipped_measurements() -> tuple[Measurement, ...]:
    """The table in the package; empty where none was shipped."""
    place = files(__package__).joinpath("measured.json")
    if not place.is_file():
        return ()
    return tuple(Measurement.of_json(row) for row in json.loads(place.read_text(encoding="utf-8")))


def with_measured_coverage(
    estimate: Estimate, task: str | None = None, measurements: Sequence[Measurement] | None = None
) -> Estimate:
    """The estimate with the coverage that its method's intervals were measured to have at rates like its own.

    Of those measured for the same method, kind of interval and confidence, those on `task` (a task's name)
    come first, then those nearest in rate, then the worst. Without one within tenfold of the estimate it
    stays unmeasured.
    """
    rows = shipped_measurements() if measurements is None else measurements
    same = [
        row.coverage
        for row in rows
        if (row.method, row.interval_kind) == (estimate.method, estimate.interval_kind)
        and math.isclose(row.confidence, estimate.confidence)
        and _distance(row.coverage, estimate) <= math.log(FARTHEST) + 1e-9
    ]
    if not same:
        return estimate

    def rank(coverage: MeasuredCoverage) -> tuple[bool, float, float]:
        elsewhere = task is not None and coverage.task.split(",")[0] != task
        return elsewhere, _distance(coverage, estimate), coverage.covered.rate or 0.0

    return replace(estimate, coverage=min(same, key=rank))


def _distance(coverage: MeasuredCoverage, estimate: Estimate) -> float:
    return abs(math.log(coverage.at_rate / estimate.value)) if estimate.value > 0 else math.inf
