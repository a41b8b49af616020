"""Means by group, held against scipy and a slow sum."""

import math

import numpy as np
import pytest
from scipy import stats

from holdfast.evaluation.grouped_mean import grouped_mean


def test_groups_of_one_give_students_interval():
    values = np.random.default_rng(0).normal(3, 2, 25)
    found = grouped_mean(values, range(25), 0.9)
    expected = stats.ttest_1samp(values, 0).confidence_interval(0.9)
    assert (found.limits.lower, found.limits.upper) == pytest.approx(expected)
    assert (found.values, found.groups) == (25, 25)


def test_values_of_a_group_count_together():
    draw = np.random.default_rng(1)
    groups = [f"g{i}" for i in range(12) for _ in range(i % 4 + 1)]
    values = draw.normal(size=len(groups)) + draw.normal(size=12)[[int(g[1:]) for g in groups]]
    mean = sum(values) / len(values)
    sums = [sum(v - mean for v, g in zip(values, groups, strict=True) if g == f"g{i}") for i in range(12)]
    error = math.sqrt(sum(s * s for s in sums) * 12 / 11) / len(values)
    found = grouped_mean(values, groups)
    assert found.mean == pytest.approx(mean)
    assert found.limits.upper - mean == pytest.approx(stats.t.ppf(0.975, 11) * error)


def test_the_same_values_again_in_their_groups_make_nothing_surer():
    values = np.random.default_rng(2).normal(size=15)
    once, thrice = grouped_mean(values, range(15)), grouped_mean(np.tile(values, 3), [*range(15)] * 3)
    assert thrice.limits.upper == pytest.approx(once.limits.upper)
    assert thrice.groups == 15


def test_few_groups_have_no_limits_and_no_values_no_mean():
    assert grouped_mean(np.arange(9.0), range(9)).limits is None
    assert grouped_mean(np.arange(30.0), [i % 3 for i in range(30)]).mean == 14.5
    assert grouped_mean(np.zeros(0), []).mean is None
