"""A rate under one distribution from draws of several that are tilted by known powers of one weight.

Draws from p(x) exp(rate · energy(x)) / Z_rate for several rates, that of p itself 0, are weighed each by the
whole mixture: the share wanted is Σ 1{event} / Σ_k n_k exp(rate_k energy) / Z_k, and the Z_k solve the same
equation with the weights in place of the event (Shirts and Chodera, arXiv 0801.1426, equation 11).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from holdfast.evaluation.rare.chain import Flags, Floats


def mixture_share(
    energies: Floats, events: Flags, rates: Floats, counts: np.ndarray, log_normalisers: Floats
) -> float:
    """P(event) under p, from draws with these energies, `counts[k]` of which came from rate `rates[k]`."""
    weights = _over_sum(np.outer(energies, rates) + np.log(counts) - log_normalisers)
    return float(weights[events].sum() / weights.sum())


def _over_sum(log_parts: Floats) -> Floats:
    """1 / Σ_k exp(log_parts[:, k]), up to a common factor."""
    from scipy.special import logsumexp

    logs = -logsumexp(log_parts, axis=1)
    weights: Floats = np.exp(logs - logs.max())
    return weights


def find_log_normalisers(
    energies: Floats, rates: Floats, counts: np.ndarray, guess: Floats | None = None
) -> Floats:
    """log (Z_k / Z_0), shape (K,): where a convex function is least, by Newton's method from a guess.

    The first rate is 0, and every one has draws.
    """
    from scipy.optimize import minimize
    from scipy.special import logsumexp, softmax

    parts, total = np.outer(energies, rates) + np.log(counts), counts.sum()

    def full(logs: Floats) -> Floats:
        return np.append(0.0, logs)

    def value(logs: Floats) -> float:
        return float((logsumexp(parts - full(logs), axis=1).sum() + counts @ full(logs)) / total)

    def slope(logs: Floats) -> Floats:
        found: Floats = (counts - softmax(parts - full(logs), axis=1).sum(axis=0))[1:] / total
        return found

    def curve(logs: Floats) -> Floats:
        shares = softmax(parts - full(logs), axis=1)
        found: Floats = (np.diag(shares.sum(axis=0)) - shares.T @ shares)[1:, 1:] / total
        return found

    first: Any = np.zeros(len(rates) - 1) if guess is None else guess[1:]
    found = minimize(value, first, jac=slope, hess=curve, method="trust-exact", options={"gtol": 1e-9})
    return full(found.x)
