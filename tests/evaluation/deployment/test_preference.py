import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, binomtest

from holdfast.core.errors import UserError
from holdfast.evaluation.deployment import Preference, pairs_needed, strictest_non_inferior
from holdfast.evaluation.deployment.preference import compared, inferiority_p_value, power_of


def test_the_published_number_of_pairs():
    """618 pairs for 5 points at 95 % and 80 % (618.3 before rounding up)."""
    assert pairs_needed(0.05, 0.95, 0.8) == 619
    assert power_of(618, 0.05) == pytest.approx(0.8, abs=5e-4)
    assert power_of(1000, 0.05, decided=0.0) == 1


@pytest.mark.parametrize("wins", [270, 281, 300, 320])
def test_without_ties_it_is_the_binomial_test(wins):
    exact = binomtest(wins, 618, 0.45, alternative="greater").pvalue
    assert exact <= inferiority_p_value(Preference(wins, 618 - wins, 0), 0.05) <= exact + 0.00101


def rejections(pairs, decided, lead, margin=0.05):
    """The exact probability that the test passes: over all counts of decided pairs, and of wins in them."""
    total = 0.0
    counts = np.arange(pairs + 1)
    chances = binom.pmf(counts, pairs, decided)
    for count in counts[chances > 1e-7]:
        low, high = 0, count + 1  # the fewest wins that pass
        while low < high:
            wins = (low + high) // 2
            found = Preference(wins, int(count - wins), int(pairs - count))
            passes = inferiority_p_value(found, margin) <= 0.05
            low, high = (low, wins) if passes else (wins + 1, high)
        total += chances[count] * binom.sf(low - 1, count, (decided + lead) / (2 * decided))
    return total


@pytest.mark.parametrize("decided", [0.15, 0.4, 1.0])
def test_at_the_margin_it_passes_at_most_as_often_as_it_may(decided):
    assert 0.005 < rejections(80, decided, -0.1) <= 0.05


def test_the_power_stated_is_the_power_it_has():
    assert rejections(pairs_needed(0.1, decided=0.3), 0.3, 0.0, 0.1) == pytest.approx(0.8, abs=0.05)
    assert rejections(pairs_needed(0.1), 1.0, 0.0, 0.1) == pytest.approx(0.8, abs=0.05)


def test_all_ties_are_no_worse():
    assert inferiority_p_value(Preference(0, 0, 618), 0.05) < 0.05


@settings(max_examples=30)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60))
def test_one_more_win_is_never_worse(wins, losses, ties):
    before = inferiority_p_value(Preference(wins, losses, ties), 0.05)
    assert inferiority_p_value(Preference(wins + 1, losses, ties - 1), 0.05) <= before + 0.02


def test_pairs_are_compared():
    filtered, unfiltered = np.array([1.0, 0.0, 0.5, 0.9]), np.array([0.0, 1.0, 0.5, 0.1])
    assert compared(filtered, unfiltered) == Preference(2, 1, 1)
    assert compared(filtered, unfiltered, np.array([True, True, True, False])) == Preference(1, 2, 1)
    assert Preference(2, 1, 1).share == 0.625
    assert Preference(2, 1, 1).decided == 0.75


def test_it_goes_as_strict_as_quality_allows():
    """The filter takes away the worst, then the best: strict thresholds cost quality."""
    rng = np.random.default_rng(1)
    quality = rng.random((3000, 11))
    log_odds = np.where(quality < 0.05, 9.0, quality)
    choice = strictest_non_inferior(
        log_odds, quality, [10.0, 5.0, 0.98, 0.9, 0.8, 0.6, 0.3], 10, data=["hash", "other"]
    )
    # Completions between 0.05 and t: preferred in (0.05 + t) / 2 of pairs, which must exceed 0.45.
    assert choice.log_odds == 0.9
    assert [t.log_odds for t in choice.tested] == [10.0, 5.0, 0.98, 0.9, 0.8]
    assert choice.tested[0].preference.share == pytest.approx(0.5, abs=0.03)
    assert choice.used.sha256s == ("hash", "other")
    assert "0.45 of pairs" in choice.rule


def test_refusals_are_losses():
    quality = np.ones((200, 3))
    log_odds = np.where(np.arange(200)[:, None] < 40, 1.0, -1.0) + np.zeros((200, 3))
    choice = strictest_non_inferior(log_odds, quality, [0.0, 2.0], 2, data="hash")
    assert choice.log_odds == 2.0
    assert choice.tested[1].preference == Preference(0, 40, 160)


def test_it_errs_as_rarely_as_it_says():
    """At 0.9 the true preference is 0.45 exactly: that threshold may be taken once in twenty."""
    rng = np.random.default_rng(2)
    taken = 0
    for _ in range(200):
        quality = rng.random((200, 9))
        taken += strictest_non_inferior(quality, quality, [1.1, 0.9], 8, data="x").log_odds == 0.9
    assert taken <= 19  # three standard deviations above 10


def test_mistakes_are_named():
    with pytest.raises(UserError, match="margin"):
        inferiority_p_value(Preference(1, 1, 1), 0.7)
    with pytest.raises(UserError, match="4 draws"):
        strictest_non_inferior(np.zeros((5, 3)), np.zeros((5, 3)), [0.0], 3, data="x")
    with pytest.raises(ValueError, match="no pairs"):
        Preference(0, 0, 0)
    with pytest.raises(ValueError, match="not a number"):
        compared(np.array([np.nan]), np.array([1.0]))
