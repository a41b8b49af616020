"""Can a simple classifier tell which of two texts is which? A two-sample test that reads as a share.

A classifier two-sample test (arXiv 1610.06545) on pairs: naive Bayes learns on one half, and is tried on the
other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.deployment.exchange import PairedCounts

SAME_SCORE = 1e-9
"""Scores closer than this tie."""


@dataclass(frozen=True)
class ToldApart:
    """Held-out pairs of which a classifier of words and their pairs names the filtered one.

    `correct` counts those that it decides; half of them means that it cannot tell. `p_value` is the exact
    one-sided sign test.
    """

    correct: Proportion
    ties: int
    p_value: float

    @property
    def share(self) -> float:
        """Share of pairs named rightly, a tie counting half."""
        pairs = self.correct.trials + self.ties
        return (self.correct.events + self.ties / 2) / pairs if pairs else 0.5


def tell_apart(counts: Sequence[PairedCounts], rng: np.random.Generator) -> ToldApart:
    """Learn on a random half of the pairs, each block of `counts` being a kind of feature, and try the rest.

    The score of a text is the sum of its features' log ratios of shares, with half a count added to each.
    """
    from scipy.stats import binomtest

    pairs = counts[0].first.shape[0]
    order = rng.permutation(pairs)
    learnt, tried = np.sort(order[: pairs // 2]), np.sort(order[pairs // 2 :])
    lead = sum((_lead(block, learnt, tried) for block in counts), np.zeros(len(tried)))
    ties = int(np.count_nonzero(np.abs(lead) <= SAME_SCORE))
    correct = Proportion(int(np.count_nonzero(lead > SAME_SCORE)), len(tried) - ties)
    p_value = (
        binomtest(correct.events, correct.trials, alternative="greater").pvalue if correct.trials else 1.0
    )
    return ToldApart(correct, ties, float(p_value))


def _lead(block: PairedCounts, learnt: np.ndarray, tried: np.ndarray) -> np.ndarray:
    """By how much the first text of each tried pair scores above the second."""
    first, second = PairedCounts(block.first[learnt], block.second[learnt]).totals()
    weights = _log_shares(first) - _log_shares(second)
    lead: np.ndarray = (block.first[tried] - block.second[tried]) @ weights
    return lead


def _log_shares(counts: np.ndarray) -> np.ndarray:
    shares: np.ndarray = np.log((counts + 0.5) / (counts.sum() + 0.5 * len(counts)))
    return shares
