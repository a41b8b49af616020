"""How rich and how different texts are, from counts of their words, phrases or phenomena."""

from __future__ import annotations

import numpy as np


def jensen_shannon(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The Jensen–Shannon divergence in bits between the shares of features, along the first axis; 0 to 1."""
    from scipy.special import xlogy

    p = first / np.maximum(first.sum(axis=0), 1e-300)
    q = second / np.maximum(second.sum(axis=0), 1e-300)
    m = (p + q) / 2
    nats = (xlogy(p, p) + xlogy(q, q)) / 2 - xlogy(m, m)
    bits: np.ndarray = np.maximum(nats.sum(axis=0), 0.0) / np.log(2)
    return bits


def entropy_bits(counts: np.ndarray) -> np.ndarray:
    """Entropy of the shares of features in bits, along the first axis, with Miller and Madow's correction."""
    from scipy.special import xlogy

    total = np.maximum(counts.sum(axis=0), 1e-300)
    kinds = np.count_nonzero(counts > 0.5, axis=0)
    plain = np.log(total) - xlogy(counts, counts).sum(axis=0) / total
    bits: np.ndarray = (plain + np.maximum(kinds - 1, 0) / (2 * total)) / np.log(2)
    return bits


def distinct_share(counts: np.ndarray) -> np.ndarray:
    """Distinct features of all that occur, along the first axis."""
    share: np.ndarray = np.count_nonzero(counts > 0.5, axis=0) / np.maximum(counts.sum(axis=0), 1)
    return share


def squared_distance(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """The squared Euclidean distance along the first axis."""
    distance: np.ndarray = np.sum((first - second) ** 2, axis=0)
    return distance
