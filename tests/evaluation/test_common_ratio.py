"""A common ratio over strata: against one stratum, full enumeration, statsmodels, and its own promise."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from holdfast.core.errors import UserError
from holdfast.evaluation.common_ratio import common_ratio
from holdfast.evaluation.hourly import HourlyRate, hourly_ratio

counts = st.integers(0, 9)
hours = st.floats(0.1, 20)
pairs = st.tuples(st.builds(HourlyRate, counts, hours), st.builds(HourlyRate, counts, hours))


@given(pairs, st.sampled_from([0.8, 0.95]))
def test_one_stratum_is_the_ratio_of_two_rates(pair, confidence):
    ours, theirs = common_ratio([pair], confidence), hourly_ratio(*pair, confidence)
    assert (ours.limits.lower, ours.limits.upper) == pytest.approx(
        (theirs.limits.lower, theirs.limits.upper), rel=1e-6
    )
    assert (ours.estimate is None) == (theirs.estimate is None)
    assert ours.estimate is None or ours.estimate == pytest.approx(theirs.estimate)


def tail(strata, ratio, wanted):
    """The chance that a sum of binomials is wanted, by going through every table of counts."""
    totals = [first.events + second.events for first, second in strata]
    shares = [ratio * first.hours / (ratio * first.hours + second.hours) for first, second in strata]
    return sum(
        math.prod(binom.pmf(k, n, p) for k, n, p in zip(table, totals, shares, strict=True))
        for table in itertools.product(*(range(n + 1) for n in totals))
        if wanted(sum(table))
    )


THREE = [
    (HourlyRate(5, 2.0), HourlyRate(2, 3.0)),
    (HourlyRate(1, 0.5), HourlyRate(1, 0.4)),
    (HourlyRate(3, 1.0), HourlyRate(0, 1.0)),
]


def test_the_limits_are_where_each_tail_has_its_share():
    found = common_ratio(THREE, 0.9)
    assert tail(THREE, found.limits.lower, lambda k: k >= 9) == pytest.approx(0.05, abs=1e-9)
    assert tail(THREE, found.limits.upper, lambda k: k <= 9) == pytest.approx(0.05, abs=1e-9)


def test_the_estimate_is_that_of_a_conditional_poisson_regression():
    """Of statsmodels, which leaves out strata with equal counts, so there is none."""
    from statsmodels.discrete.conditional_models import ConditionalPoisson

    strata = [THREE[0], (HourlyRate(2, 0.5), HourlyRate(1, 0.4)), THREE[2]]
    rows = [
        (rate.events, under, stratum, math.log(rate.hours))
        for stratum, two in enumerate(strata)
        for rate, under in zip(two, (1.0, 0.0), strict=True)
    ]
    events, under, groups, offset = (np.array(column) for column in zip(*rows, strict=True))
    model = ConditionalPoisson(events, under[:, None], groups=groups, offset=offset)
    assert common_ratio(strata).estimate == pytest.approx(math.exp(model.fit(disp=0).params[0]), rel=1e-4)


@given(st.lists(pairs, max_size=4))
@settings(max_examples=30)
def test_turned_round_it_is_one_over_itself_and_empty_strata_change_nothing(strata):
    there = common_ratio(strata)
    back = common_ratio([(second, first) for first, second in strata])
    assert there.limits.lower == pytest.approx(0 if math.isinf(back.limits.upper) else 1 / back.limits.upper)
    assert common_ratio([*strata, (HourlyRate(0, 5.0), HourlyRate(0, 1.0))]) == there


@pytest.mark.parametrize(
    ("strata", "estimate", "lower", "upper"),
    [
        ([], None, 0.0, math.inf),
        ([(HourlyRate(0, 1.0), HourlyRate(3, 1.0))], 0.0, 0.0, 2.42),
        ([(HourlyRate(3, 1.0), HourlyRate(0, 1.0))], None, 0.413, math.inf),
    ],
)
def test_what_the_edges_say(strata, estimate, lower, upper):
    """Without second events nothing bounds it from above: (1 - 0.025^(1/3)) / 0.025^(1/3) = 2.42."""
    found = common_ratio(strata)
    assert found.estimate == estimate
    assert (found.limits.lower, found.limits.upper) == (
        pytest.approx(lower, rel=2e-3),
        pytest.approx(upper, rel=2e-3),
    )


@pytest.mark.parametrize("confidence", [0.0, 1.0, math.nan])
def test_a_confidence_that_is_none_is_refused(confidence):
    with pytest.raises(UserError, match="between 0 and 1"):
        common_ratio(THREE, confidence)


def test_it_covers_where_writers_differ_and_pooling_them_does_not():
    """Quick writers sat longer with all tools: pooled counts call that a gain of the tools."""
    truth, random = 2.0, np.random.default_rng(5)
    own = np.array([1.0, 3.0, 12.0])
    with_all, without = np.array([1.0, 2.0, 6.0]), np.array([6.0, 3.0, 1.0])
    covered = pooled = 0
    for _ in range(120):
        first, second = random.poisson(truth * own * with_all), random.poisson(own * without)
        rates = [
            (HourlyRate(int(a), t), HourlyRate(int(b), u))
            for a, t, b, u in zip(first, with_all, second, without, strict=True)
        ]
        covered += truth in common_ratio(rates).limits
        whole = HourlyRate(int(first.sum()), with_all.sum()), HourlyRate(int(second.sum()), without.sum())
        pooled += truth in hourly_ratio(*whole).limits
    assert covered >= 107  # 95 % less 3 standard errors of 120 trials
    assert pooled < 12
