"""An interval for a rate found in two steps: a share of plain draws, times a rate within that share.

Melding (Fay, Proschan and Brittain, Biometrics 71, 2015): a lower confidence limit at every level is the
quantile function of a random variable, and so is an upper one; the limits of a monotone function of two
independently measured parameters are quantiles of that function of the two variables. For the share these
are Clopper and Pearson's betas.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.rare.chain import Floats

Quantiles = Callable[[Floats], Floats]
"""From levels in (0, 1) to the logarithms of a factor's quantiles, ascending."""

_POINTS = 400


def product_interval(share: Proportion, lower: Quantiles, upper: Quantiles, confidence: float) -> Interval:
    """Limits, with equal tails, on share × factor.

    `lower` and `upper` are the log quantiles of the variables behind the factor's lower and upper confidence
    limits; an estimate that needs no second factor passes zeros.
    """
    from scipy.special import betaincinv

    levels = (np.arange(_POINTS) + 0.5) / _POINTS
    events, rest = share.events, share.trials - share.events
    tail = (1 - confidence) / 2
    low = 0.0
    if events:
        low = _melded(np.log(betaincinv(events, rest + 1, levels)), lower, tail)
    shares = betaincinv(events + 1, rest, levels) if rest else np.ones(_POINTS)
    return Interval(low, min(1.0, _melded(np.log(shares), upper, 1 - tail)))


def _melded(log_shares: Floats, log_factor: Quantiles, level: float) -> float:
    """The quantile of a product of independent variables, by a grid over both."""
    levels = (np.arange(_POINTS) + 0.5) / _POINTS
    sums = log_shares[:, None] + log_factor(levels)[None, :]
    return float(np.exp(np.quantile(sums, level, method="hazen")))
