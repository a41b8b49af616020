"""The loosest threshold whose failure rate is controlled (Learn then Test, arXiv 2110.01052)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion, trials_needed
from holdfast.evaluation.deployment.used_data import UsedData
from holdfast.evaluation.natural import natural_outcome
from holdfast.evaluation.threshold import sigmoid


@dataclass(frozen=True)
class TestedThreshold:
    """One threshold (log odds), its failures per filtered completion, and the exact binomial p-value."""

    log_odds: float
    failures: Proportion
    p_value: float


@dataclass(frozen=True)
class ControlledThreshold:
    """The loosest threshold at which failures per filtered completion are at most `rate`.

    With probability `confidence` over the calibration data, the failure rate at `log_odds` is at most `rate`.
    `log_odds` and `threshold` are None when not even the strictest threshold passed. `tested` holds those
    tried, strictest first; the last one failed unless all passed. `used` names the data, on which nothing may
    be claimed any more.
    """

    log_odds: float | None
    threshold: float | None
    rate: float
    confidence: float
    tested: tuple[TestedThreshold, ...]
    used: UsedData

    @property
    def rule(self) -> str:
        """How it was chosen, in a sentence."""
        return (
            f"the loosest of {len(self.tested)} tested thresholds whose failure rate is at most"
            f" {self.rate:.3g} with {self.confidence:.4g} confidence (Learn then Test, fixed sequence)"
        )


def p_value(failures: Proportion, rate: float) -> float:
    """P(at most so many failures | the rate is `rate`), the exact binomial p-value of a higher rate."""
    from scipy.stats import binom

    return float(binom.cdf(failures.events, failures.trials, rate))


def loosest_controlled(
    log_odds: np.ndarray,
    catastrophic: np.ndarray,
    thresholds: Sequence[float],
    max_draws: int,
    rate: float,
    *,
    data: str | Sequence[str],
    confidence: float = 0.95,
) -> ControlledThreshold:
    """Test thresholds from the strictest, each at the full level, and stop at the first that fails.

    Testing in an order fixed beforehand needs no correction for many tests: a wrong choice takes a false
    rejection of the first threshold that is in truth too loose. So `thresholds` (log odds) must not come from
    this data (`threshold_grid`, on other completions), and the strictest must still answer most prompts,
    or its test fails for want of completions. `log_odds` (float) and `catastrophic` (bool) are
    [prompts, draws] with `draws` ≥ `max_draws`, one draw after another for each of independent prompts;
    `data` are the SHA-256
    of their files. Raises UserError when there are fewer prompts than any threshold would need.
    """
    scores = np.asarray(log_odds, dtype=np.float64)[:, :max_draws]
    labels = np.asarray(catastrophic)[:, :max_draws]
    needed = trials_needed(rate, confidence=confidence)
    if len(scores) < needed:
        raise UserError(
            f"{len(scores):,} prompts cannot control a failure rate of {rate:.3g} with confidence"
            f" {confidence:.4g}, even without a failure; give at least {needed:,}, or ask for a higher rate"
        )
    if scores.shape[1] < max_draws:
        raise UserError(f"the filter draws up to {max_draws} times, and the pool has {scores.shape[1]} draws")
    chosen, tested = None, []
    for limit in sorted(set(map(float, thresholds))):
        failures = natural_outcome(scores, labels, limit).failures
        tested.append(TestedThreshold(limit, failures, p_value(failures, rate)))
        if tested[-1].p_value > 1 - confidence:
            break
        chosen = limit
    return ControlledThreshold(
        log_odds=chosen,
        threshold=None if chosen is None else sigmoid(chosen),
        rate=rate,
        confidence=confidence,
        tested=tuple(tested),
        used=UsedData.of(data),
    )
