import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2

from holdfast.evaluation.deployment.weighted_rate import gamma_interval, gamma_lower, gamma_upper


@pytest.mark.parametrize("events", [0, 1, 2, 5, 40])
def test_with_equal_weights_it_is_the_exact_poisson_interval(events):
    """Garwood (1936), by chi-squared quantiles; every event weighs 1/1000."""
    found = gamma_interval(events / 1000, events / 1000**2, 1 / 1000)
    assert found.lower == pytest.approx(chi2.ppf(0.025, 2 * events) / 2000 if events else 0)
    assert found.upper == pytest.approx(chi2.ppf(0.975, 2 * events + 2) / 2000)


@given(
    st.lists(st.floats(0.01, 1), min_size=1, max_size=12),
    st.floats(1, 5),
    st.sampled_from([0.8, 0.95, 0.999]),
)
def test_the_published_formula(weights, factor, confidence):
    """Fay and Feuer (1997), equations for the limits in chi-squared quantiles."""
    y, v = sum(weights), float(np.square(weights).sum())
    most = max(weights) * factor
    expected = v / (2 * y) * chi2.ppf(1 - confidence, 2 * y**2 / v)
    assert gamma_lower(y, v, confidence) == pytest.approx(expected)
    mean, spread = y + most, v + most**2
    expected = spread / (2 * mean) * chi2.ppf(confidence, 2 * mean**2 / spread)
    assert gamma_upper(y, v, most, confidence) == pytest.approx(expected)
    assert gamma_lower(y, v, confidence) <= y <= gamma_upper(y, v, most, confidence)


def test_it_covers_a_sum_of_poisson_counts_with_unequal_weights():
    rng = np.random.default_rng(1)
    weights, means = np.array([0.1, 0.4, 1.0]), np.array([6.0, 2.0, 0.5])
    counts = rng.poisson(means, size=(4000, 3))
    truth = float(weights @ means)
    held = sum(
        truth in gamma_interval(float(c @ weights), float(c @ weights**2), 1.0) for c in counts.astype(float)
    )
    assert held / 4000 >= 0.945


@pytest.mark.parametrize(
    ("rate", "variance", "largest", "confidence", "message"),
    [
        (-0.1, 0.1, 1, 0.95, "not negative"),
        (0.1, -0.1, 1, 0.95, "not negative"),
        (0.1, 0.1, 0, 0.95, "largest weight"),
        (0.1, 0.1, 1, 1.0, "confidence"),
    ],
)
def test_mistakes_are_named(rate, variance, largest, confidence, message):
    with pytest.raises(ValueError, match=message):
        gamma_interval(rate, variance, largest, confidence)
