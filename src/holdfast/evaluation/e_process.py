"""Evidence on a rate that may be looked at after every trial: mixtures of likelihood ratios.

For a rate r and an odds ratio x, let q be the rate with odds q/(1 − q) = x r/(1 − r). The likelihood ratio
of q against r after k failures in n trials is (q/r)^k ((1 − q)/(1 − r))^(n − k) = x^k / (1 + (x − 1) r)^n.
With x < 1 it is a supermartingale from 1 whenever every trial fails with probability at least r, whatever
came before; with x > 1, whenever at most r. So is any average of such ratios over x, fixed beforehand. By
Ville's inequality it then reaches 1/δ with probability at most δ, at any time and however often one looks
(arXiv 2009.03167 and 2210.01948 survey this).

The average is over a finite set of x, and is therefore exact as it stands, not an approximation to an
integral. As x does not depend on r, evidence is monotone in r, and limits on the rate follow by bisection.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SHAPE_AT_ZERO, SHAPE_AT_ONE = 1 / 3, 2.0
"""The mixture follows Beta(1/3, 2) in x (for the other side, in 1/x): most weight far below the rate, so
that a run without failures costs 11.4 % more trials than a number fixed beforehand; enough near it to
survive failures."""

_REACH, _STEP = 12.0, 0.1


class Side(Enum):
    """Which rates the evidence speaks for."""

    BELOW = -1
    ABOVE = 1


@dataclass(frozen=True)
class Mixture:
    """The odds ratios that likelihood ratios are averaged over, and the shares of each; all (X,)."""

    log_weights: Floats
    log_ratios: Floats
    ratios_less_one: Floats


@cache
def mixture_of(side: Side) -> Mixture:
    """The mixture for a side; it is the same for every rate."""
    log_odds = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)
    log_share, log_rest = -np.logaddexp(0.0, -log_odds), -np.logaddexp(0.0, log_odds)
    # Even steps in the log odds of x turn the density of Beta(a, b) into x^a (1 - x)^b.
    log_weights = SHAPE_AT_ZERO * log_share + SHAPE_AT_ONE * log_rest
    log_ratios = log_share if side is Side.BELOW else -log_share
    return Mixture(log_weights - np.logaddexp.reduce(log_weights), log_ratios, np.expm1(log_ratios))


def log_evidence(failures: ArrayLike, trials: ArrayLike, rate: ArrayLike, side: Side) -> Floats:
    """The natural logarithm of the e-value for a rate on that side of `rate`.

    The arguments broadcast against each other; `rate` lies strictly between 0 and 1. Of `Side.BELOW` it falls
    with every failure and rises with every other trial and with `rate`; of `Side.ABOVE` the reverse.
    """
    mixture = mixture_of(side)
    k, n, r = (np.asarray(value, dtype=np.float64)[..., None] for value in (failures, trials, rate))
    terms = mixture.log_weights + k * mixture.log_ratios - n * np.log1p(mixture.ratios_less_one * r)
    greatest = terms.max(axis=-1)
    sums: Floats = greatest + np.log(np.exp(terms - greatest[..., None]).sum(axis=-1))
    return sums
