"""A number without a guarantee: what every estimator of rare failures hands back."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from holdfast.evaluation.bounds import Interval, Proportion

IntervalKind = Literal["finite-sample", "asymptotic", "bootstrap"]
"""Where an interval comes from: valid at every sample size under the method's own assumptions; valid only as
the sample grows, and not to be trusted at few events; or from resampling, with the same weakness."""


@dataclass(frozen=True)
class MeasuredCoverage:
    """How often a method's intervals held the truth where the truth is known.

    `covered` counts repetitions, `at_rate` is the true rate they were made at, and `task` what they were
    made on.
    """

    covered: Proportion
    at_rate: float
    task: str

    def __post_init__(self) -> None:
        if not self.covered.trials:
            raise ValueError("a coverage measured over no repetition says nothing")
        if not 0 < self.at_rate < 1:
            raise ValueError(f"the true rate must lie between 0 and 1, got {self.at_rate}")

    def __str__(self) -> str:
        return (
            f"{self.covered.events} of {self.covered.trials} such intervals held the truth"
            f" on {self.task} at {self.at_rate:.1e}"
        )


@dataclass(frozen=True)
class Estimate:
    """An estimated rate; it is never printed as a claim, and nothing turns it into one.

    `queries` are classifier forwards, `labels` judge calls. `interval` is None where the method has none,
    and `confidence` is what it is nominally at; `coverage` is what it was measured to be, where it was.
    Raises ValueError on a value that is no rate, or an interval that is no range.
    """

    value: float
    interval: Interval | None
    confidence: float
    method: str
    queries: int
    labels: int
    coverage: MeasuredCoverage | None = None
    interval_kind: IntervalKind = "asymptotic"

    def __post_init__(self) -> None:
        if math.isnan(self.value) or self.value < 0:
            raise ValueError(f"{self.value} is no rate")
        if not 0 < self.confidence < 1:
            raise ValueError(f"confidence must lie between 0 and 1, got {self.confidence}")
        if self.interval is not None and not self.interval.lower <= self.interval.upper:
            raise ValueError(f"{self.interval} is no range")
        if self.queries < 0 or self.labels < 0:
            raise ValueError("costs cannot be negative")

    def __str__(self) -> str:
        return f"estimated {self.value:.2e} ({'; '.join(self._details())})"

    def _details(self) -> list[str]:
        details = [self.method]
        if self.interval is not None:
            details.append(
                f"{self.confidence:.4g} {self.interval_kind} interval"
                f" {self.interval.lower:.2e} to {self.interval.upper:.2e}"
            )
        details.append(f"{self.queries:,} classifier forwards, {self.labels:,} judged")
        details.append(str(self.coverage) if self.coverage else "coverage not measured")
        return details
