import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.evaluation import Proportion, rate_ratio, trials_needed

counts = st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@pytest.mark.parametrize(
    ("events", "trials", "lower", "upper"),
    [
        # Two-sided 95 % Clopper–Pearson limits.
        (0, 10, 0.0, 0.3085),  # ten trials: textbook values
        (1, 10, 0.0025, 0.4450),
        (5, 10, 0.1871, 0.8129),
        (10, 10, 0.6915, 1.0),
        (
            81,
            263,
            0.2527,
            0.3676,
        ),  # Newcombe, Statistics in Medicine 17 (1998), table I, method 5, with the next three
        (15, 148, 0.0578, 0.1617),
        (0, 20, 0.0, 0.1684),
        (1, 29, 0.0009, 0.1776),
    ],
)
def test_two_sided_limits_are_the_published_ones(events, trials, lower, upper):
    interval = Proportion(events, trials).interval(0.95)
    assert interval.lower == pytest.approx(lower, abs=6e-5)
    assert interval.upper == pytest.approx(upper, abs=6e-5)


# ln(20)/1e-5 is the floor of any zero-failure claim; the others follow from the exact bound, as
# scipy.stats.binomtest(k, n, alternative="less").proportion_ci(0.95, "exact") confirms.
@pytest.mark.parametrize(("events", "trials"), [(0, 299_572), (1, 474_385), (2, 629_578), (5, 1_051_301)])
def test_trials_needed_for_one_in_a_hundred_thousand(events, trials):
    assert trials_needed(1e-5, events) == trials
    assert Proportion(events, trials).upper() <= 1e-5 < Proportion(events, trials - 1).upper()


@given(counts, st.sampled_from([0.8, 0.9, 0.95, 0.99]))
def test_limits_are_those_of_scipy(count, confidence):
    events, trials = count
    two = stats.binomtest(events, trials).proportion_ci(confidence, "exact")
    ours = Proportion(events, trials).interval(confidence)
    assert (ours.lower, ours.upper) == pytest.approx((two.low, two.high), abs=1e-12)
    one = stats.binomtest(events, trials, alternative="less").proportion_ci(confidence, "exact")
    assert Proportion(events, trials).upper(confidence) == pytest.approx(one.high, abs=1e-12)


@given(counts)
def test_limits_grow_with_events_and_shrink_with_trials(count):
    events, trials = count
    here = Proportion(events, trials)
    assert here.lower() <= here.rate <= here.upper()
    assert Proportion(events, trials + 1).upper() <= here.upper()
    if events < trials:
        assert Proportion(events + 1, trials).upper() >= here.upper()
        assert Proportion(events + 1, trials).lower() >= here.lower()


@pytest.mark.parametrize("trials", [1, 5, 12])
def test_coverage_by_enumeration(trials):
    upper = np.array([Proportion(k, trials).upper(0.9) for k in range(trials + 1)])
    both = [Proportion(k, trials).interval(0.9) for k in range(trials + 1)]
    for rate in np.linspace(0.001, 0.999, 199):
        chance = stats.binom.pmf(np.arange(trials + 1), trials, rate)
        assert chance[upper >= rate].sum() >= 0.9 - 1e-12
        assert chance[[rate in interval for interval in both]].sum() >= 0.9 - 1e-12


def test_no_trials_say_nothing():
    nothing = Proportion(0, 0)
    assert nothing.rate is None
    assert (nothing.lower(), nothing.upper()) == (0.0, 1.0)


@pytest.mark.parametrize(("events", "trials"), [(-1, 3), (4, 3), (0, -1)])
def test_impossible_counts_are_refused(events, trials):
    with pytest.raises(ValueError, match="no proportion"):
        Proportion(events, trials)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(100, 10**6), st.integers(100, 10**6))
def test_ratio_limits_hold_its_estimate_and_turn_over(first, second, trials, others):
    there = rate_ratio(Proportion(first, trials), Proportion(second, others))
    back = rate_ratio(Proportion(second, others), Proportion(first, trials))
    if there.estimate is not None:
        assert there.limits.lower <= there.estimate <= there.limits.upper
    if first + second:
        assert back.limits.lower == pytest.approx(1 / there.limits.upper if there.limits.upper else math.inf)


def test_ratio_limits_agree_with_an_independent_search():
    """Limits are the ratios at which the conditional binomial test just rejects at 2.5 % a side."""
    before, after = Proportion(30, 200_000), Proportion(4, 300_000)
    limits = rate_ratio(before, after).limits

    def share(ratio):
        return ratio * before.trials / (ratio * before.trials + after.trials)

    assert stats.binom.sf(29, 34, share(limits.lower)) == pytest.approx(0.025, rel=1e-9)
    assert stats.binom.cdf(30, 34, share(limits.upper)) == pytest.approx(0.025, rel=1e-9)
    assert rate_ratio(before, after).tells_apart


def test_ratio_coverage_by_enumeration_of_poisson_counts():
    first_mean, second_mean, kept = 6.0, 2.0, 0.0
    for first in range(40):
        for second in range(30):
            ratio = rate_ratio(Proportion(first, 10**6), Proportion(second, 10**6), 0.9)
            chance = stats.poisson.pmf(first, first_mean) * stats.poisson.pmf(second, second_mean)
            kept += chance * (3.0 in ratio.limits)
    assert 0.9 <= kept <= 1


def test_no_events_at_all_tell_nothing():
    ratio = rate_ratio(Proportion(0, 1000), Proportion(0, 1000))
    assert ratio.estimate is None
    assert not ratio.tells_apart
