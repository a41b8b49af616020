"""The area under the ROC curve and its limits."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.evaluation.ranking import area_under_curve


def delong_by_definition(positives, negatives) -> tuple[float, float]:
    """The area and DeLong's variance from the (m, n) kernel of pairs, as the paper writes them."""
    kernel = np.array([[1.0 if x > y else 0.5 if x == y else 0.0 for y in negatives] for x in positives])
    v10, v01 = kernel.mean(axis=1), kernel.mean(axis=0)
    return kernel.mean(), v10.var(ddof=1) / len(positives) + v01.var(ddof=1) / len(negatives)


@pytest.mark.parametrize("seed", range(4))
def test_area_and_variance_are_delongs(seed):
    generator = np.random.default_rng(seed)
    positives, negatives = generator.integers(2, 9, 20), generator.integers(0, 7, 31)
    area, variance = delong_by_definition(positives, negatives)
    found = area_under_curve(np.repeat([True, False], [20, 31]), np.concatenate([positives, negatives]))
    assert found.value == pytest.approx(area)
    assert found.value == pytest.approx(stats.mannwhitneyu(positives, negatives).statistic / (20 * 31))
    spread = stats.norm.ppf(0.975) * math.sqrt(variance) / (area * (1 - area))
    width = math.log(found.limits.upper / (1 - found.limits.upper)) - math.log(area / (1 - area))
    assert width == pytest.approx(spread)


@given(st.lists(st.tuples(st.booleans(), st.integers(-3, 3)), min_size=2, max_size=30))
def test_any_rising_scale_gives_the_same_and_turning_it_round_the_complement(cases):
    truth, scores = np.array([t for t, _ in cases]), np.array([s for _, s in cases], dtype=float)
    found = area_under_curve(truth, scores)
    if truth.all() or not truth.any():
        assert found is None
        return
    assert area_under_curve(truth, np.exp(scores) + 7) == found
    turned = area_under_curve(truth, -scores)
    assert turned.value == pytest.approx(1 - found.value)
    assert turned.limits.lower == pytest.approx(1 - found.limits.upper)
    assert found.value in found.limits


def test_folds_are_never_compared_with_each_other():
    truth = np.array([True, False, True, False])
    shifted = np.array([1.0, 0.0, 101.0, 100.0])
    assert area_under_curve(truth, shifted).value == 0.75
    assert area_under_curve(truth, shifted, folds=[0, 0, 1, 1]).value == 1
    assert area_under_curve(truth, shifted, folds=[0, 1, 0, 1]) is None


def test_cases_of_one_origin_count_as_one():
    """Every case ten times over is no more evidence."""
    generator = np.random.default_rng(1)
    truth = np.repeat([True, False], 40)
    scores = generator.normal(truth, 1.5)
    once = area_under_curve(truth, scores)
    repeated = np.repeat(np.arange(80), 10)
    many = area_under_curve(truth[repeated], scores[repeated], clusters=repeated.tolist())
    assert many.value == pytest.approx(once.value)
    assert many.limits.lower == pytest.approx(once.limits.lower, rel=0.02)
    assert area_under_curve(truth[repeated], scores[repeated]).limits.lower > once.limits.lower + 0.03


def test_perfect_order_is_bounded_by_disjoint_pairs():
    found = area_under_curve(np.repeat([True, False], [20, 30]), np.arange(50.0)[::-1])
    assert found.value == 1
    assert found.limits.lower == pytest.approx(stats.binomtest(20, 20).proportion_ci().low)


@pytest.mark.parametrize("shift", [0.0, 1.0, 2.5])
def test_limits_cover(shift):
    generator, kept = np.random.default_rng(7), 0
    truth = np.repeat([True, False], [30, 50])
    for _ in range(400):
        scores = generator.normal(shift * truth, 1.0)
        kept += stats.norm.cdf(shift / math.sqrt(2)) in area_under_curve(truth, scores).limits
    assert kept / 400 > 0.925
