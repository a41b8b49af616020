import math
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.differences import (
    Pairs,
    compare_pairs,
    paired_difference,
    paired_ratio,
    rate_difference,
)
from holdfast.evaluation.two_counts import newcombe_upper

difference = cache(rate_difference)


# Newcombe, Statistics in Medicine 17 (1998) 873, table II, method 10, 95 %.
@pytest.mark.parametrize(
    ("first", "second", "lower", "upper"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 10), 0.6075, 1.0000),
    ],
)
def test_the_ranking_is_by_newcombes_limits(first, second, lower, upper):
    z = float(stats.norm.ppf(0.975))
    (k, n), (j, m) = first, second
    found = newcombe_upper(np.array(k), np.array(j), n, m, z)
    turned = -newcombe_upper(np.array(j), np.array(k), m, n, z)
    assert (float(turned), float(found)) == pytest.approx((lower, upper), abs=6e-5)


def brute_upper(first, second, confidence):
    """Buehler's limit by brute force: every result, and a fine grid of second rates."""
    z = float(stats.norm.ppf(confidence))
    k, j = np.meshgrid(np.arange(first.trials + 1), np.arange(second.trials + 1), indexing="ij")
    rank = newcombe_upper(k, j, first.trials, second.trials, z)
    ranked = rank <= rank[first.events, second.events] + 1e-12

    def chance(gap):
        others = np.linspace(max(0.0, -gap), min(1.0, 1.0 - gap), 2001)
        one = stats.binom.pmf(np.arange(first.trials + 1), first.trials, (others + gap)[:, None])
        two = stats.binom.pmf(np.arange(second.trials + 1), second.trials, others[:, None])
        return np.einsum("gk,gj,kj->g", one, two, ranked).max()

    low, high = -1.0, 1.0
    for _ in range(30):
        middle = (low + high) / 2
        low, high = (low, middle) if chance(middle) <= 1 - confidence else (middle, high)
    return high


@pytest.mark.parametrize(
    ("first", "second"),
    [((0, 9), (0, 12)), ((1, 9), (0, 12)), ((3, 9), (2, 12)), ((0, 20), (4, 8)), ((5, 6), (1, 7))],
)
def test_limits_are_those_of_a_brute_search(first, second):
    first, second = Proportion(*first), Proportion(*second)
    ours, exact = rate_difference(first, second, 0.9).limits.upper, brute_upper(first, second, 0.95)
    assert ours == pytest.approx(
        exact, abs=0.03
    )  # confining the other rate, and cells, cost or gain a little


@pytest.mark.parametrize(("ours", "theirs"), [(7, 7), (5, 11)])
def test_difference_coverage_by_enumeration(ours, theirs):
    table = {
        (k, j): difference(Proportion(k, ours), Proportion(j, theirs), 0.9).limits
        for k in range(ours + 1)
        for j in range(theirs + 1)
    }
    for first in (0.0, 0.01, 0.1, 0.35, 0.5, 0.8, 0.99):
        for second in (0.0, 0.02, 0.15, 0.5, 0.9, 1.0):
            chance = sum(
                stats.binom.pmf(k, ours, first) * stats.binom.pmf(j, theirs, second)
                for (k, j), limits in table.items()
                if first - second in limits
            )
            assert chance >= 0.9 - 1e-9, (first, second)


@settings(max_examples=12)
@given(st.integers(0, 30), st.integers(0, 30), st.sampled_from([100, 10_000, 10**6]))
def test_difference_limits_hold_their_estimate_and_turn_over(first, second, trials):
    one, other = Proportion(first, trials), Proportion(second, 2 * trials)
    there, back = rate_difference(one, other), rate_difference(other, one)
    assert there.limits.lower <= there.estimate <= there.limits.upper
    assert (there.limits.lower, there.limits.upper) == pytest.approx((-back.limits.upper, -back.limits.lower))


def test_rare_counts_are_told_apart():
    """Before and after an update: 12 failures of a million, then 1; Fisher's exact test says 0.003."""
    apart = rate_difference(Proportion(12, 10**6), Proportion(1, 10**6))
    assert apart.tells_apart
    assert 0 < apart.limits.lower < 1.1e-5 < apart.limits.upper < 2e-5
    assert not rate_difference(Proportion(4, 10**6), Proportion(1, 10**6)).tells_apart
    assert not rate_difference(Proportion(0, 1000), Proportion(0, 1000)).tells_apart


def test_many_events_agree_with_the_normal_limits():
    ours = rate_difference(Proportion(3000, 10**6), Proportion(2500, 10**6)).limits
    spread = 1.959964 * math.sqrt(3000 + 2500) / 10**6
    assert (ours.lower, ours.upper) == pytest.approx((5e-4 - spread, 5e-4 + spread), abs=0.04 * spread)


def test_no_trials_leave_the_difference_open():
    nothing = rate_difference(Proportion(0, 0), Proportion(1, 10))
    assert nothing.estimate is None
    assert (nothing.limits.lower, nothing.limits.upper) == (-1.0, 1.0)


def outcomes(pairs):
    return [
        (a, b, c) for a in range(pairs + 1) for b in range(pairs + 1 - a) for c in range(pairs + 1 - a - b)
    ]


PAIRED_RATES = [
    # both, first alone, second alone
    (0.0, 0.01, 0.01),
    (0.02, 0.2, 0.05),
    (0.3, 0.1, 0.3),
    (0.1, 0.0, 0.4),
    (0.05, 0.9, 0.05),
    (0.9, 0.02, 0.03),
]


@pytest.mark.parametrize(("measure", "value"), [(paired_difference, "difference"), (paired_ratio, "ratio")])
def test_paired_coverage_by_enumeration(measure, value):
    pairs = 8
    table = {counts: measure(Pairs(pairs, *counts), 0.9).limits for counts in outcomes(pairs)}
    for both, first, second in PAIRED_RATES:
        truth = first - second if value == "difference" else (both + first) / (both + second)
        rest = max(0.0, 1 - both - first - second)
        law = stats.multinomial(pairs, [both, first, second, rest])
        chance = sum(
            law.pmf([*counts, pairs - sum(counts)]) for counts, limits in table.items() if truth in limits
        )
        assert chance >= 0.9 - 1e-9, (both, first, second)


@pytest.mark.parametrize(
    ("first_only", "second_only", "p_value"),
    [(0, 0, 1.0), (5, 0, 0.0625), (9, 2, 0.0654296875), (121, 59, float(stats.binomtest(59, 180).pvalue))],
)
def test_the_paired_test_is_exact_mcnemar(first_only, second_only, p_value):
    found = compare_pairs(Pairs(1000, 3, first_only, second_only))
    assert found.p_value == pytest.approx(p_value, rel=1e-9)
    assert found.difference.estimate == pytest.approx((first_only - second_only) / 1000)


def test_pairs_tell_apart_what_independent_samples_cannot():
    """The same prompts defeat both 40 times; one alone 12 times, the other once."""
    pairs = Pairs(10_000, 40, 12, 1)
    assert compare_pairs(pairs).difference.tells_apart
    assert compare_pairs(pairs).ratio.tells_apart
    assert not rate_difference(pairs.first, pairs.second).tells_apart


@given(st.integers(0, 6), st.integers(0, 9), st.integers(0, 9))
@settings(max_examples=12)
def test_paired_limits_hold_their_estimate_and_turn_over(both, first, second):
    pairs = Pairs(500, both, first, second)
    there, back = compare_pairs(pairs), compare_pairs(pairs.turned())
    assert there.difference.estimate in there.difference.limits
    assert there.difference.limits.lower == pytest.approx(-back.difference.limits.upper)
    assert there.p_value == pytest.approx(back.p_value)
    if there.ratio.estimate is not None:
        assert there.ratio.estimate in there.ratio.limits
    if 0 < back.ratio.limits.upper < math.inf:
        assert there.ratio.limits.lower == pytest.approx(1 / back.ratio.limits.upper)


def test_no_failing_pair_says_nothing_of_the_ratio():
    ratio = paired_ratio(Pairs(100, 0, 0, 0))
    assert (ratio.estimate, ratio.limits.lower, ratio.limits.upper) == (None, 0.0, math.inf)


@pytest.mark.parametrize("counts", [(10, 5, 5, 1), (10, -1, 0, 0), (0, 0, 0, 1)])
def test_impossible_pairs_are_refused(counts):
    with pytest.raises(ValueError, match="cannot be"):
        Pairs(*counts)


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_impossible_confidence_is_refused(confidence):
    for call in (
        lambda: rate_difference(Proportion(1, 9), Proportion(0, 9), confidence),
        lambda: compare_pairs(Pairs(9, 1, 1, 1), confidence),
    ):
        with pytest.raises(UserError, match="confidence"):
            call()
