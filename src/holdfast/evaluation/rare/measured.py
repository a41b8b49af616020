"""The coverage that each method's intervals were measured to have, as the studies measured it.

The table ships with the package (`measured.json`) and is that of the pages estimates.md and, for the
reweighted rates, deployment.md of the studies; what was measured on the first edition of storyworld says so.
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
    return tuple(measurements_read(place.read_text(encoding="utf-8")))


def measurements_merged(kept: Sequence[Measurement], fresh: Sequence[Measurement]) -> list[Measurement]:
    """Fresh measurements in the place of those of the same methods on the same tasks; all others stay."""
    again = {(row.method, row.coverage.task) for row in fresh}
    return [row for row in kept if (row.method, row.coverage.task) not in again] + list(fresh)


def measurements_read(text: str) -> list[Measurement]:
    """From what `measurements_text` wrote."""
    return [Measurement.of_json(row) for row in json.loads(text)]


def measurements_text(rows: Sequence[Measurement]) -> str:
    """JSON in one order, whatever order they were measured in."""
    ordered = sorted(
        rows, key=lambda row: (row.coverage.task, row.method, row.interval_kind, -row.coverage.at_rate)
    )
    return json.dumps([row.to_json() for row in ordered], indent=1) + "\n"


def with_measured_coverage(
    estimate: Estimate, task: str | None = None, measurements: Sequence[Measurement] | None = None
) -> Estimate:
    """The estimate with the coverage that its method's intervals were measured to have at rates like its own.

    Of those measured for the same method, kind of interval and confidence, those on `task` (a task's name)
    come first, then those nearest in rate (within a tenth they are alike), then the worst. Without one within
    tenfold of the estimate it stays unmeasured.
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
        return elsewhere, round(_distance(coverage, estimate), 1), coverage.covered.rate or 0.0

    return replace(estimate, coverage=min(same, key=rank))


def _distance(coverage: MeasuredCoverage, estimate: Estimate) -> float:
    return abs(math.log(coverage.at_rate / estimate.value)) if estimate.value > 0 else math.inf
