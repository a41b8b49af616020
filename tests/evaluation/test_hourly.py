import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.hourly import (
    HourlyRate,
    equal_rates_p_value,
    hourly_difference,
    hourly_ratio,
    hours_needed,
)


# Garwood's 95 % limits of a Poisson mean (Biometrika 28, 1936; any table of exact Poisson limits).
@pytest.mark.parametrize(
    ("events", "lower", "upper"),
    [(0, 0.0, 3.689), (1, 0.025, 5.572), (5, 1.623, 11.668), (10, 4.795, 18.390)],
)
def test_two_sided_limits_are_the_published_ones(events, lower, upper):
    limits = HourlyRate(events, 1.0).interval()
    assert (limits.lower, limits.upper) == pytest.approx((lower, upper), abs=6e-4)
    hourly = HourlyRate(events, 4.0).interval()
    assert (hourly.lower, hourly.upper) == pytest.approx((limits.lower / 4, limits.upper / 4))


@given(st.integers(0, 200), st.floats(0.1, 1e4), st.sampled_from([0.8, 0.95, 0.999]))
def test_limits_are_where_the_tail_is_delta(events, hours, confidence):
    rate = HourlyRate(events, hours)
    assert stats.poisson.cdf(events, rate.upper(confidence) * hours) == pytest.approx(
        1 - confidence, rel=1e-6
    )
    if events:
        tail = stats.poisson.sf(events - 1, rate.lower(confidence) * hours)
        assert tail == pytest.approx(1 - confidence, rel=1e-6)
    assert rate.lower(confidence) <= rate.rate <= rate.upper(confidence)


def test_three_hours_without_a_failure_bound_one_an_hour():
    assert hours_needed(1.0) == pytest.approx(2.9957, abs=1e-4)
    assert HourlyRate(2, hours_needed(0.5, 2)).upper() == pytest.approx(0.5)


def test_coverage_of_the_difference_by_enumeration():
    first_hours, second_hours = 2.0, 5.0
    table = {
        (k, j): hourly_difference(HourlyRate(k, first_hours), HourlyRate(j, second_hours), 0.9).limits
        for k in range(9)
        for j in range(10)
    }
    for first, second in [(0.0, 0.1), (0.3, 0.3), (0.7, 0.05), (0.1, 0.4), (0.2, 0.0)]:
        chance = sum(
            stats.poisson.pmf(k, first * first_hours) * stats.poisson.pmf(j, second * second_hours)
            for (k, j), limits in table.items()
            if first - second in limits
        )
        assert chance >= 0.9 - 1e-4, (first, second)


@settings(max_examples=12)
@given(st.integers(0, 40), st.integers(0, 40))
def test_comparisons_turn_over(first, second):
    one, other = HourlyRate(first, 3.0), HourlyRate(second, 8.0)
    there, back = hourly_difference(one, other), hourly_difference(other, one)
    assert there.limits.lower <= there.estimate <= there.limits.upper
    assert there.limits.lower == pytest.approx(-back.limits.upper)
    ratio = hourly_ratio(one, other)
    if ratio.estimate is not None:
        assert ratio.estimate in ratio.limits
    assert equal_rates_p_value(one, other) == pytest.approx(equal_rates_p_value(other, one), abs=1e-9)


def test_the_ratio_is_that_of_the_conditional_binomial():
    limits = hourly_ratio(HourlyRate(8, 10.0), HourlyRate(2, 20.0)).limits
    low, high = stats.binomtest(8, 10).proportion_ci(0.95, "exact")
    assert (limits.lower, limits.upper) == pytest.approx((2 * low / (1 - low), 2 * high / (1 - high)))
    assert equal_rates_p_value(HourlyRate(8, 10.0), HourlyRate(2, 20.0)) == pytest.approx(
        stats.binomtest(8, 10, 1 / 3).pvalue
    )


def test_many_events_agree_with_the_normal_limits():
    limits = hourly_difference(HourlyRate(4000, 1.0), HourlyRate(3000, 1.0)).limits
    spread = 1.959964 * np.sqrt(7000)
    assert (limits.lower, limits.upper) == pytest.approx((1000 - spread, 1000 + spread), abs=0.05 * spread)


@pytest.mark.parametrize("hours", [0.0, -1.0, float("inf"), float("nan")])
def test_no_hours_are_refused(hours):
    with pytest.raises(UserError, match="needs hours"):
        HourlyRate(0, hours)


def test_a_negative_count_is_refused():
    with pytest.raises(ValueError, match="cannot be"):
        HourlyRate(-1, 1.0)
