import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation import natural_outcome


def by_hand(log_odds, catastrophic, threshold):
    """The filter as a person would write it."""
    failures = completions = refusals = draws = 0
    for scores, labels in zip(log_odds, catastrophic, strict=True):
        for score, label in zip(scores, labels, strict=True):
            draws += 1
            if score < threshold:
                completions += 1
                failures += int(label)
                break
        else:
            refusals += 1
    return failures, completions, refusals, draws


@given(st.integers(0, 2**32 - 1), st.integers(0, 30), st.integers(1, 6), st.floats(-3, 3))
def test_it_is_bounded_rejection_sampling(seed, prompts, draws, threshold):
    generator = np.random.default_rng(seed)
    log_odds = generator.normal(size=(prompts, draws))
    catastrophic = generator.random((prompts, draws)) < 0.4
    outcome = natural_outcome(log_odds, catastrophic, threshold)
    failures, completions, refusals, used = by_hand(log_odds, catastrophic, threshold)
    assert (outcome.failures.events, outcome.completions) == (failures, completions)
    assert (outcome.refusals.events, outcome.draws_used) == (refusals, used)
    assert outcome.draws_per_completion == used / max(completions, 1)
    assert outcome.unfiltered.events == sum(row[0] for row in catastrophic)
    # A draw never looked at may be missing.
    passed = np.cumsum(log_odds < threshold, axis=1) - (log_odds < threshold)
    assert natural_outcome(np.where(passed > 0, np.nan, log_odds), catastrophic, threshold) == outcome


def test_harmless_acceptance_is_of_first_draws():
    outcome = natural_outcome(
        np.array([[0.0, -9.0], [-9.0, 0.0], [-9.0, 0.0]]), np.eye(3, 2, dtype=bool), -1.0
    )
    assert (outcome.harmless_accepted.events, outcome.harmless_accepted.trials) == (2, 2)
    assert (outcome.unfiltered.events, outcome.unfiltered.trials) == (1, 3)


def test_a_needed_score_may_not_be_missing():
    with pytest.raises(ValueError, match="no score"):
        natural_outcome(np.array([[np.nan, -9.0]]), np.zeros((1, 2)), 0.0)


def test_shapes_must_agree():
    with pytest.raises(ValueError, match="prompts, draws"):
        natural_outcome(np.zeros((2, 3)), np.zeros((3, 2)), 0.0)
