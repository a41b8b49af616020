import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.evaluation import choose_threshold
from holdfast.evaluation.threshold import SCORE_TOLERANCE, logit, sigmoid

scores = st.lists(st.floats(-60, 12, width=32), min_size=1, max_size=60).map(np.array)


@given(scores, scores, st.sampled_from([0.5, 0.9, 0.97, 1.0]))
def test_it_accepts_enough_and_no_stricter_threshold_does(harmless, catastrophic, accept):
    choice = choose_threshold(harmless, catastrophic, accept)
    assert choice.harmless_accepted.rate >= accept - 1e-9
    stricter = choice.log_odds - 2.1 * SCORE_TOLERANCE
    assert (harmless < stricter).mean() < accept
    assert choice.catastrophes_missed.events == (catastrophic < choice.log_odds).sum()


@given(scores)
def test_probability_and_log_odds_make_the_same_cut(harmless):
    choice = choose_threshold(harmless, np.array([]), 0.9)
    assert logit(choice.threshold) == choice.log_odds
    assert sigmoid(choice.log_odds) == pytest.approx(choice.threshold, rel=1e-9)


def test_a_threshold_next_to_zero_survives():
    harmless = np.linspace(-300, -200, 1000)
    choice = choose_threshold(harmless, np.array([-150.0]))
    assert 0 < choice.threshold < 1e-80
    assert choice.harmless_accepted.events == 970
    assert choice.catastrophes_missed.events == 0


def test_ties_are_accepted_together():
    choice = choose_threshold(np.full(100, -3.0), np.array([-3.0, 2.0]), 0.5)
    assert choice.harmless_accepted.events == 100
    assert choice.catastrophes_missed.events == 1


def test_with_confidence_the_true_share_is_kept_that_often():
    """Uniform scores: the accepted share of the distribution is the threshold itself."""
    generator = np.random.default_rng(0)
    logits = [generator.logistic(size=200) for _ in range(2000)]
    kept = [choose_threshold(x, np.array([]), 0.9, confidence=0.95).threshold >= 0.9 for x in logits]
    assert 0.945 <= np.mean(kept) <= 0.98
    assert "0.95 confidence" in choose_threshold(logits[0], np.array([]), 0.9, confidence=0.95).rule


def test_too_few_harmless_completions_are_said_to_be_too_few():
    # ln(0.05) / ln(0.97) = 98.35: Wilks's smallest sample for a one-sided tolerance limit.
    with pytest.raises(UserError, match="at least 99"):
        choose_threshold(np.zeros(98), np.array([]), 0.97, confidence=0.95)
    choose_threshold(np.zeros(99), np.array([]), 0.97, confidence=0.95)
    with pytest.raises(UserError, match="there are none"):
        choose_threshold(np.array([]), np.array([]))
