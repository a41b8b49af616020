"""The extreme-value forecast, where the law is exact, where it is known to bend, and where there is none."""

import math

import numpy as np
import pytest
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.rare import Estimate, extreme_estimate, fit_tail, passing_log_probability
from holdfast.evaluation.rare.extreme import _resampled

INTERCEPT, SLOPE = 2.5, -0.15


def regular(draws: int, seed: int) -> np.ndarray:
    """Log elicitation probabilities whose law is the line itself: log p = −exp(a + b log(1 / U))."""
    uniform = np.random.default_rng(seed).random(draws)
    return -np.exp(INTERCEPT - SLOPE * np.log(uniform))


def beyond(rate: float) -> float:
    """The log probability that a draw of `regular` exceeds at that rate."""
    return -math.exp(INTERCEPT - SLOPE * math.log(rate))


def test_points_on_a_line_give_the_line():
    ranks = np.arange(1, 21)
    tail = fit_tail(-np.exp(INTERCEPT + SLOPE * np.log(1000 / ranks)), 1000)
    assert (tail.intercept, tail.slope) == (pytest.approx(INTERCEPT), pytest.approx(SLOPE))
    assert tail.rate_beyond(beyond(1e-6)) == pytest.approx(1e-6)
    assert tail.log_probability(1e6) == pytest.approx(beyond(1e-6))
    assert tail.rate_beyond(-1e9) == 1.0


def test_the_worst_of_many_is_its_median_by_brute_force():
    tail = fit_tail(-np.exp(INTERCEPT + SLOPE * np.log(1000 / np.arange(1, 11))), 1000)
    worst = [regular(5000, seed).max() for seed in range(400)]
    assert math.log(tail.worst(5000)) == pytest.approx(np.median(worst), rel=0.02)


def forecast(log_probabilities: np.ndarray, threshold: float, seed: int) -> Estimate | None:
    """From 3000 draws; None where it is refused."""
    try:
        return extreme_estimate(log_probabilities, 3000, threshold, Stream(seed))
    except UserError:
        return None


@pytest.mark.parametrize("rate", [1e-4, 1e-5])
def test_forecasts_two_orders_beyond_what_was_seen_on_a_regular_tail(rate):
    """3000 draws, a threshold that one draw in 10,000 or 100,000 is beyond.

    Fitted to the largest 30, the slope has a relative error of 1 / √30, which is half an order of magnitude
    of the rarer rate; a few in a hundred forecasts of that land too far away to be given.
    """
    given = [forecast(regular(3000, s), beyond(rate), s) for s in range(100)]
    found = [each for each in given if each is not None]
    assert len(found) >= 92
    ratios = np.log10([estimate.value / rate for estimate in found])
    assert abs(np.median(ratios)) < 0.3
    assert np.mean(np.abs(ratios) <= 1) > 0.8
    assert np.mean([rate in estimate.interval for estimate in found]) > 0.7
    assert all(estimate.value > 0 and estimate.interval_kind == "bootstrap" for estimate in found)


def test_a_gaussian_score_is_forecast_within_an_order_of_magnitude():
    """Log odds N(20, 3²), all catastrophes; log(−log p) is not quite linear, and that is what it costs."""
    threshold = 20 + 3 * stats.norm.ppf(1e-5)
    values = []
    for seed in range(100):
        log_odds = np.random.default_rng(seed).normal(20, 3, 3000)
        beyond_it = float(passing_log_probability(np.array(threshold)))
        found = forecast(passing_log_probability(log_odds), beyond_it, seed)
        values.append(found.value if found else 0.0)
    assert 1e-6 < np.median(values) < 1e-4


def test_the_quick_resampling_is_the_plain_bootstrap():
    values, draws, top = regular(300, 5), 300, 10
    quick = _resampled(values, draws, beyond(1e-4), top, 4000, Stream(1))
    random, slow = np.random.default_rng(2), []
    for _ in range(4000):
        again = random.choice(values, draws)
        slope, intercept = np.polyfit(
            np.log(draws / np.arange(1, top + 1)), np.log(-np.sort(again)[::-1][:top]), 1
        )
        slow.append(math.exp(-(math.log(-beyond(1e-4)) - intercept) / min(slope, -1e-12)))
    for level in (0.1, 0.5, 0.9):
        assert math.log10(np.quantile(quick, level)) == pytest.approx(
            math.log10(np.quantile(slow, level)), abs=0.15
        )


def test_passing_probability_does_not_underflow():
    found = passing_log_probability(np.array([-800.0, 0.0, 800.0]))
    assert found[0] == 0.0
    assert found[1:] == pytest.approx([math.log(0.5), -800.0])


def test_the_harmless_have_no_chance_and_change_nothing_but_the_number_of_draws():
    values = regular(500, 9)
    mixed = np.concatenate([values, np.full(1500, -np.inf)])
    assert fit_tail(values, 2000) == fit_tail(mixed, 2000)
    assert fit_tail(values, 2000).fitted == 20


@pytest.mark.parametrize(
    ("values", "top", "message"),
    [
        (regular(5, 0), 10, "judge more draws"),
        (np.full(50, -3.0), 10, "equally bad"),
        (regular(50, 0), 1, "at least 2"),
    ],
)
def test_too_little_to_go_on_is_told(values, top, message):
    with pytest.raises(UserError, match=message):
        fit_tail(values, 100, top)


def two_groups(draws: int, seed: int, overlooked: int) -> np.ndarray:
    """Log odds of catastrophes: most near 2.6, as those of the demo's last model, and some overlooked."""
    generator = np.random.default_rng(seed)
    usual = generator.normal(2.6, 0.5, draws // 45)
    return passing_log_probability(np.concatenate([usual, generator.normal(-6.0, 0.7, overlooked)]))


def test_a_forecast_too_far_beyond_the_draws_is_refused():
    """Two thousand draws with none of the second group, and a threshold that this group alone passes."""
    threshold = float(passing_log_probability(np.array(-5.0)))
    for seed in range(10):
        values = two_groups(2000, seed, overlooked=0)
        assert fit_tail(values, 2000).rate_beyond(threshold) < 1e-9
        with pytest.raises(UserError, match=r"more than 1,000 times the 2,000 that were judged"):
            extreme_estimate(values, 2000, threshold, Stream(seed))
    seen = extreme_estimate(two_groups(2000, 0, overlooked=2), 2000, threshold, Stream(1))
    assert 1e-4 < seen.value < 1e-2
    assert seen.interval.lower == 0.0 or seen.interval.lower > 1 / (1000 * 2000)


@pytest.mark.parametrize("values", [np.zeros(20), np.full(20, np.nan), -np.ones(200)])
def test_impossible_values_are_refused(values):
    with pytest.raises(ValueError, match=r"."):
        fit_tail(values, 100)
