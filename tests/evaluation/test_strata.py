import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.strata import EVEN_ENOUGH, stratified_rate


def bound(weights, counts, confidence=0.95):
    return stratified_rate(weights, [Proportion(*count) for count in counts]).upper(confidence)


def test_one_stratum_is_the_exact_bound():
    assert bound([1.0], [(3, 500)]) == pytest.approx(Proportion(3, 500).upper())


def test_an_even_allocation_costs_nothing():
    """Ten strata sampled by weight give a plain sample's limit; splitting δ would give 17 times as much."""
    weights = [0.1] * 10
    assert bound(weights, [(0, 30_000)] * 10) == pytest.approx(Proportion(0, 300_000).upper())
    assert bound(weights, [(1, 30_000)] + [(0, 30_000)] * 9) == pytest.approx(Proportion(1, 300_000).upper())


def test_without_failures_an_uneven_one_gives_the_floor():
    """The worst case puts all failures where a trial stands for most: ln(20) max(w/n)."""
    found = bound([0.99, 0.01], [(0, 300_000), (0, 100_000)])
    assert found == pytest.approx(math.log(20) * 0.99 / 300_000, rel=1e-3)


def test_failures_in_a_well_sampled_stratum_cost_little():
    plain = Proportion(8, 400_000).upper()
    scored = bound([0.99, 0.01], [(0, 300_000), (8, 100_000)])
    assert scored < 0.7 * plain


def largest_chance(weights, sizes, events, rate):
    """By brute force, the worst probability of an estimate no higher, over a grid of rates with that sum."""
    seen = sum(w * k / n for w, k, n in zip(weights, events, sizes, strict=True))
    worst = 0.0
    for first in np.linspace(0, min(1.0, rate / weights[0]), 200):
        second = (rate - weights[0] * first) / weights[1]
        if not 0 <= second <= 1:
            continue
        one = stats.binom.pmf(np.arange(sizes[0] + 1), sizes[0], first)
        two = stats.binom.pmf(np.arange(sizes[1] + 1), sizes[1], second)
        value = np.add.outer(
            weights[0] * np.arange(sizes[0] + 1) / sizes[0], weights[1] * np.arange(sizes[1] + 1) / sizes[1]
        )
        worst = max(worst, float(np.outer(one, two)[value <= seen + 1e-12].sum()))
    return worst


@pytest.mark.parametrize(
    ("weights", "sizes", "events"),
    [((0.9, 0.1), (40, 40), (0, 3)), ((0.8, 0.2), (60, 30), (1, 2)), ((0.5, 0.5), (20, 60), (0, 0))],
)
def test_beyond_the_limit_the_result_is_unlikely_whatever_the_strata(weights, sizes, events):
    limit = bound(weights, list(zip(events, sizes, strict=True)), 0.9)
    assert largest_chance(weights, sizes, events, limit * 1.0001) <= 0.1 + 1e-9
    assert largest_chance(weights, sizes, events, limit * 0.6) > 0.1  # and it is not far above


@pytest.mark.parametrize("sizes", [(6, 6), (4, 9)])
def test_coverage_by_enumeration(sizes):
    for weights in ((0.5, 0.5), (0.9, 0.1), (0.3, 0.7)):
        results = list(itertools.product(range(sizes[0] + 1), range(sizes[1] + 1)))
        limits = {both: bound(weights, list(zip(both, sizes, strict=True)), 0.8) for both in results}
        for rates in itertools.product((0.0, 0.05, 0.3, 0.7, 1.0), repeat=2):
            truth = weights[0] * rates[0] + weights[1] * rates[1]
            kept = sum(
                stats.binom.pmf(a, sizes[0], rates[0]) * stats.binom.pmf(b, sizes[1], rates[1])
                for (a, b), limit in limits.items()
                if limit >= truth - 1e-12
            )
            assert kept >= 0.8 - 1e-9, (weights, rates)


@settings(max_examples=40)
@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(0, 5), st.integers(5, 400)), min_size=1, max_size=5),
    st.sampled_from([0.6, 0.9, 0.99]),
)
def test_the_limit_lies_above_the_estimate_and_grows_with_confidence(strata, confidence):
    total = sum(weight for weight, _, _ in strata)
    sample = stratified_rate([w / total for w, _, _ in strata], [Proportion(k, n) for _, k, n in strata])
    assert sample.rate <= sample.upper(confidence) + 1e-12
    if sample.even == (confidence >= 0.75):
        assert sample.upper(confidence) <= sample.upper((1 + confidence) / 2) + 1e-12


def test_even_is_a_matter_of_the_design():
    even = stratified_rate([0.5, 0.5], [Proportion(0, 100), Proportion(9, int(100 * EVEN_ENOUGH))])
    assert even.even
    assert not stratified_rate([0.5, 0.5], [Proportion(0, 100), Proportion(0, 120)]).even


@pytest.mark.parametrize(
    ("weights", "counts", "says"),
    [
        ([0.5, 0.5], [(0, 10), (0, 0)], "stratum 2 has weight 0.5 and no trials"),
        ([0.5, 0.4], [(0, 10), (0, 10)], "sum to 1"),
        ([1.5, -0.5], [(0, 10), (0, 10)], "must not be negative"),
        ([], [], "sum to 1"),
        ([1.0], [(0, 10), (0, 10)], "1 weights for 2 strata"),
    ],
)
def test_wrong_strata_are_refused(weights, counts, says):
    with pytest.raises(UserError, match=says):
        bound(weights, counts)


def test_an_empty_stratum_of_no_weight_is_no_matter():
    assert bound([1.0, 0.0], [(0, 10), (0, 0)]) == pytest.approx(Proportion(0, 10).upper())


@pytest.mark.parametrize("confidence", [0, 1, -1])
def test_impossible_confidence_is_refused(confidence):
    with pytest.raises(UserError, match="confidence"):
        bound([1.0], [(0, 10)], confidence)
