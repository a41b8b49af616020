"""Means over training seeds: Student's limits as statsmodels and a bootstrap-free hand sum have them."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.evaluation.by_seed import seed_effect, seed_mean
from tolerances import alike

NUMBERS = st.floats(-1e3, 1e3, allow_nan=False).map(lambda x: round(x, 3))


@given(st.lists(NUMBERS, min_size=2, max_size=12).filter(lambda values: max(values) - min(values) > 1e-2))
def test_limits_are_students(values):
    found = seed_mean(values, 0.9)
    low, high = stats.ttest_1samp(values, 0.0).confidence_interval(0.9)
    assert found.limits is not None
    assert found.limits.lower == pytest.approx(low, rel=1e-6, abs=1e-6)
    assert found.limits.upper == pytest.approx(high, rel=1e-6, abs=1e-6)
    assert found.mean == pytest.approx(sum(values) / len(values), abs=1e-9)


def test_a_published_example():
    # Student (Biometrika 6, 1908), section IX: extra hours of sleep of ten patients, drug 2 less drug 1:
    # mean 1.58; t with 9 degrees of freedom gives 0.70 to 2.46.
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    found = seed_effect(dict(enumerate(first)), dict(enumerate(second)))
    assert found is not None
    assert found.effect.mean == pytest.approx(1.58)
    assert found.effect.limits is not None
    assert (found.effect.limits.lower, found.effect.limits.upper) == pytest.approx((0.70, 2.46), abs=0.005)
    assert found.shown
    assert found.detectable == pytest.approx(0.88, abs=0.005)


@pytest.mark.parametrize(("values", "why"), [([3.0], "one seed"), ([0.1 + 0.2, 0.3, 0.3], "all seeds agree")])
def test_there_are_no_limits_where_the_spread_is_not_known(values, why):
    found = seed_mean(values)
    assert found.limits is None
    assert why in found.why


@given(
    st.dictionaries(st.integers(0, 9), st.floats(0.1, 100), min_size=2),
    st.dictionaries(st.integers(0, 9), st.floats(0.1, 100), min_size=2),
)
def test_ratios_are_differences_of_logarithms_over_shared_seeds(control, treated):
    found = seed_effect(control, treated, "ratio")
    logs = seed_effect(*({s: math.log(v) for s, v in each.items()} for each in (control, treated)))
    if found is None or logs is None:
        assert found is logs is None
        assert not control.keys() & treated.keys()
        return
    assert found.effect.seeds == len(control.keys() & treated.keys())
    assert found.effect.mean == pytest.approx(math.exp(logs.effect.mean))
    if found.effect.limits and logs.effect.limits:
        assert found.shown == logs.shown
        assert found.effect.limits.upper == pytest.approx(math.exp(logs.effect.limits.upper))
        assert found.detectable == pytest.approx(math.exp(logs.detectable))


def test_what_has_no_ratio_is_refused():
    with pytest.raises(ValueError, match="above 0"):
        seed_effect({0: 0.0, 1: 1.0}, {0: 1.0, 1: 1.0}, "ratio")


def test_order_does_not_matter():
    one, two = {0: 1.0, 1: 2.0, 2: 4.0}, {2: 1.0, 0: 3.0, 1: 3.5}
    assert alike(seed_effect(one, two), seed_effect(dict(reversed(one.items())), two))
