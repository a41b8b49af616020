"""Intervals for weighted failures, against exact laws summed term by term."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.rare.weighted import (
    WeightedFailures,
    betting_interval,
    interval_beyond_pool,
    poisson_interval,
)


def plain(failures: int, draws: int) -> WeightedFailures:
    return WeightedFailures(np.ones(failures), draws, 1.0)


@pytest.mark.parametrize(
    ("rate", "draws"),
    [
        *((rate, draws) for rate in (0.3, 1e-2, 1e-3) for draws in (30, 200)),
        *((rate, 5000) for rate in (1e-2, 1e-3, 1e-4)),
        *((rate, 1_000_000) for rate in (3e-5, 1e-5, 1e-6, 1e-7)),
    ],
)
def test_betting_covers_a_binomial_rate_by_summing_its_law(rate, draws):
    most = int(stats.binom.ppf(1 - 1e-7, draws, rate)) + 1
    held = sum(
        stats.binom.pmf(k, draws, rate)
        for k in range(most + 1)
        if rate in betting_interval(plain(k, draws), 0.95)
    )
    assert held >= 0.95


@pytest.mark.parametrize("failing", [(0, 12), (4, 0), (3, 8), (1, 1)])
def test_betting_covers_strata_of_unlike_weights_without_replacement(failing):
    """Two strata of 900 and 100 draws, 40 labels each: hypergeometric laws, weights 1.8 and 0.2."""
    sizes, labels = (900, 100), (40, 40)
    weights = [80 * size / (1000 * label) for size, label in zip(sizes, labels, strict=True)]
    truth, held = sum(failing) / 1000, 0.0
    for first in range(min(failing[0], 40) + 1):
        for second in range(min(failing[1], 40) + 1):
            found = WeightedFailures(np.repeat(weights, [first, second]), 80, max(weights))
            chance = stats.hypergeom.pmf(first, 900, failing[0], 40) * stats.hypergeom.pmf(
                second, 100, failing[1], 40
            )
            held += chance * (truth in betting_interval(found, 0.8))
    assert held >= 0.8


@given(st.integers(0, 40), st.integers(50, 100_000), st.floats(0.5, 0.999))
def test_betting_holds_the_estimate_and_is_never_narrower_than_half_the_exact_interval(k, n, confidence):
    found = betting_interval(plain(k, n), confidence)
    exact = Proportion(k, n).interval(confidence)
    assert k / n in found
    assert found.upper - found.lower >= 0.5 * (exact.upper - exact.lower)


@pytest.mark.parametrize("draws", [100, 10_000, 1_000_000])
def test_without_failures_the_label_floor_stands(draws):
    upper = betting_interval(plain(0, draws), 0.95).upper
    floor = 1 - 0.025 ** (1 / draws)
    assert floor <= upper <= 1.4 * floor


def test_a_heavier_weight_widens_the_upper_limit_in_proportion():
    light = betting_interval(WeightedFailures(np.zeros(0), 5000, 1.0), 0.95).upper
    heavy = betting_interval(WeightedFailures(np.zeros(0), 5000, 5.0), 0.95).upper
    assert heavy == pytest.approx(5 * light, rel=1e-6)


def test_no_draws_say_nothing():
    assert betting_interval(WeightedFailures(np.zeros(0), 0, 0.7), 0.95) == Interval(0.0, 0.7)


@pytest.mark.parametrize(("failures", "confidence"), [(1, 0.95), (4, 0.9), (100, 0.99)])
def test_equal_weights_give_the_exact_poisson_interval(failures, confidence):
    tail = (1 - confidence) / 2
    found = poisson_interval(failures * 0.5, failures * 0.25, failures, confidence)
    assert found.lower == pytest.approx(0.5 * stats.chi2.ppf(tail, 2 * failures) / 2)
    assert found.upper == pytest.approx(0.5 * stats.chi2.ppf(1 - tail, 2 * failures + 2) / 2)


def test_no_approximate_interval_without_failures():
    with pytest.raises(ValueError, match="betting_interval"):
        poisson_interval(0.0, 0.0, 0, 0.95)


def test_beyond_the_pool_is_clopper_pearson_for_a_pool_known_whole():
    found = interval_beyond_pool(Interval(7 / 5000, 7 / 5000), 5000, 0.95)
    exact = stats.binomtest(7, 5000).proportion_ci(0.95, "exact")
    assert (found.lower, found.upper) == pytest.approx((exact.low, exact.high))


@pytest.mark.parametrize(("weights", "draws", "largest"), [([1, 1], 1, 1), ([2], 5, 1), ([-1], 5, 1)])
def test_refuses_impossible_samples(weights, draws, largest):
    with pytest.raises(ValueError, match=r"."):
        WeightedFailures(np.array(weights, dtype=float), draws, largest)
