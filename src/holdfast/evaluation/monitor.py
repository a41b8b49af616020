"""A verdict on a rate from a stream of judged outcomes, valid however often one looks and whenever one
stops."""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike

from holdfast.core.errors import UserError
from holdfast.evaluation.e_process import Side, log_evidence

_BLOCK = 4096


class Standing(StrEnum):
    """What a monitor says: the rate is at most the target, it is above, or it cannot tell yet."""

    CERTIFIED = "certified"
    REFUTED = "refuted"
    UNDECIDED = "undecided"


@dataclass(frozen=True)
class Monitor:
    """How far a stream of outcomes has come towards a verdict on "the failure rate is at most `target`".

    `certified`: with the stated confidence the rate is at most the target. `refuted`: it is above. Whatever
    the rate, the chance of ever reaching the wrong one of the two is at most 1 − confidence, with a peek
    after every outcome. That needs outcomes that each fail with one probability, or at least with
    probabilities all on one side of the target, whatever came before; and a judge that is right. Once it
    has decided, a monitor counts no more: `trials` is then the number it took.

    Raises UserError unless target and confidence lie strictly between 0 and 1, ValueError for counts that
    cannot be.
    """

    target: float
    confidence: float = 0.95
    trials: int = 0
    failures: int = 0
    standing: Standing = Standing.UNDECIDED

    def __post_init__(self) -> None:
        for name, value in (("target rate", self.target), ("confidence", self.confidence)):
            if not 0 < value < 1:
                raise UserError(f"the {name} must lie between 0 and 1, both excluded; got {value}")
        if not 0 <= self.failures <= self.trials:
            raise ValueError(f"{self.failures} failures in {self.trials} trials cannot be")

    @property
    def evidence_below(self) -> float:
        """The natural logarithm of the e-value for a rate below the target, now."""
        return float(log_evidence(self.failures, self.trials, self.target, Side.BELOW))

    @property
    def evidence_above(self) -> float:
        """The natural logarithm of the e-value for a rate above the target, now."""
        return float(log_evidence(self.failures, self.trials, self.target, Side.ABOVE))

    @property
    def evidence_needed(self) -> float:
        """The natural logarithm of the e-value at which a verdict falls: ln(1/δ)."""
        return -math.log1p(-self.confidence)

    @property
    def needed_without_failure(self) -> int | None:
        """How many more outcomes certify if none of them is a failure; None once there is a verdict."""
        if self.standing is not Standing.UNDECIDED:
            return None
        return certifying_trials(self.target, self.failures, self.confidence) - self.trials

    def observe(self, outcomes: ArrayLike) -> Monitor:
        """The monitor after these outcomes, in the order they came (1 or True: a failure), one peek after
        each.

        Whatever follows the verdict is not counted. Raises ValueError unless they are one-dimensional and all
        0 or 1.
        """
        seen = np.asarray(outcomes)
        if seen.ndim != 1 or not np.isin(seen, (0, 1)).all():
            raise ValueError("outcomes must be a one-dimensional sequence of 0 and 1")
        monitor, done = self, 0
        places = np.flatnonzero(seen)
        for start in range(0, len(places), _BLOCK):
            block = places[start : start + _BLOCK]
            monitor = monitor._after_failures(block - done)
            done = int(block[-1]) + 1
        return monitor.add(0, len(seen) - done)

    def add(self, failures: int, trials: int) -> Monitor:
        """The monitor after a batch whose order is not known: one peek, at its end.

        A batch without failures is as good as its outcomes one by one.
        """
        if self.standing is not Standing.UNDECIDED or trials == 0:
            return self
        if failures == 0:
            least = certifying_trials(self.target, self.failures, self.confidence)
            if least <= self.trials + trials:
                return replace(self, trials=max(least, self.trials + 1), standing=Standing.CERTIFIED)
        return replace(self, trials=self.trials + trials, failures=self.failures + failures)._judged()

    def _judged(self) -> Monitor:
        if self.evidence_below >= self.evidence_needed:
            return replace(self, standing=Standing.CERTIFIED)
        if self.evidence_above >= self.evidence_needed:
            return replace(self, standing=Standing.REFUTED)
        return self

    def _after_failures(self, places: np.ndarray) -> Monitor:
        """After outcomes that end with a failure, the failures standing at `places` (from 0).

        Evidence for a low rate peaks just before a failure, and for a high one just after: only there can
        it pass the mark.
        """
        if self.standing is not Standing.UNDECIDED:
            return self
        trials = self.trials + places + 1
        failures = self.failures + np.arange(1, len(places) + 1)
        below = log_evidence(failures - 1, trials - 1, self.target, Side.BELOW) >= self.evidence_needed
        above = log_evidence(failures, trials, self.target, Side.ABOVE) >= self.evidence_needed
        if not (below | above).any():
            return replace(self, trials=int(trials[-1]), failures=int(failures[-1]))
        first = int((below | above).argmax())
        if not below[first]:
            here = (int(trials[first]), int(failures[first]))
            return replace(self, trials=here[0], failures=here[1], standing=Standing.REFUTED)
        earlier = int(failures[first]) - 1
        at = certifying_trials(self.target, earlier, self.confidence)
        return replace(self, trials=at, failures=earlier, standing=Standing.CERTIFIED)

    def to_json(self) -> str:
        """The whole state as one JSON object."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Monitor:
        """The monitor that `to_json` wrote. Raises UserError for anything else."""
        try:
            found = json.loads(text)
            counts = {name: int(found[name]) for name in ("trials", "failures")}
            return cls(found["target"], found["confidence"], **counts, standing=Standing(found["standing"]))
        except (ValueError, TypeError, KeyError) as error:
            raise UserError(f"this is not the state of a monitor ({error})") from error


@lru_cache(maxsize=65536)
def certifying_trials(target: float, failures: int, confidence: float = 0.95) -> int:
    """The trials at which a monitor certifies `target` if `failures` of them fail and the last does not."""
    needed = -math.log1p(-confidence)
    low, high = failures, failures + math.ceil(1 / target)
    while log_evidence(failures, high, target, Side.BELOW) < needed:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        if log_evidence(failures, middle, target, Side.BELOW) >= needed:
            high = middle
        else:
            low = middle
    return high
