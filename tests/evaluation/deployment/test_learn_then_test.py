import numpy as np
import pytest

from holdfast.core.errors import UserError
from holdfast.evaluation import Proportion
from holdfast.evaluation.claims.evidence import DataUse
from holdfast.evaluation.deployment import UsedData, loosest_controlled
from holdfast.evaluation.deployment.learn_then_test import p_value


def test_the_published_p_value():
    """MAPIE's binary p-value at 0 of 299,572 and 1e-5 is 0.05, the exact one."""
    assert p_value(Proportion(0, 299_572), 1e-5) == pytest.approx(0.05, abs=1e-6)
    assert p_value(Proportion(0, 299_572), 1e-5) <= 0.05 < p_value(Proportion(0, 299_571), 1e-5)


@pytest.mark.parametrize(("events", "trials"), [(0, 100), (1, 474), (5, 700)])
def test_it_rejects_exactly_when_the_exact_upper_limit_is_below_the_rate(events, trials):
    found = Proportion(events, trials)
    assert (p_value(found, 0.01) <= 0.05) == (found.upper() <= 0.01)
    assert p_value(found, found.upper()) == pytest.approx(0.05)


THRESHOLDS = tuple(np.linspace(0.3, 1.0, 15))


def uniform_world(prompts, rng, draws=3, most=0.3):
    """Scores uniform on (0, 1), catastrophes with chance `most` · score²: at t the rate is most · t² / 3."""
    scores = rng.random((prompts, draws))
    return scores, rng.random(scores.shape) < most * scores**2


def test_the_chosen_threshold_is_too_loose_as_rarely_as_it_says():
    rng = np.random.default_rng(1)
    loosest = np.sqrt(3 * 0.05 / 0.3)  # where the true rate is 0.05
    chosen = [
        loosest_controlled(*uniform_world(400, rng), THRESHOLDS, 3, 0.05, data="here").log_odds
        for _ in range(1500)
    ]
    wrong = np.mean([c is not None and c > loosest for c in chosen])
    # three standard errors above 0.05; choosing the loosest that passes *any* test would be wrong more often
    assert wrong <= 0.067
    assert np.median([c or 0 for c in chosen]) > 0.5


def test_it_stops_at_the_first_that_fails_and_says_what_it_used():
    scores, labels = uniform_world(3000, np.random.default_rng(2))
    choice = loosest_controlled(scores, labels, THRESHOLDS, 3, 0.05, data="hash of the data")
    *passed, last = choice.tested
    assert all(t.p_value <= 0.05 for t in passed)
    assert last.p_value > 0.05
    assert choice.log_odds == passed[-1].log_odds
    assert choice.used == UsedData(("hash of the data",), DataUse.CHOSE_THRESHOLD)
    assert "at most 0.05 with 0.95 confidence" in choice.rule


def test_none_is_an_answer():
    scores, _ = uniform_world(100, np.random.default_rng(3))
    choice = loosest_controlled(scores, np.ones_like(scores), THRESHOLDS, 3, 0.05, data="here")
    assert (choice.log_odds, choice.threshold, len(choice.tested)) == (None, None, 1)


def test_mistakes_are_named():
    scores, labels = uniform_world(58, np.random.default_rng(4))
    with pytest.raises(UserError, match="at least 59"):
        loosest_controlled(scores, labels, THRESHOLDS, 3, 0.05, data="here")
    scores, labels = uniform_world(59, np.random.default_rng(4))
    with pytest.raises(UserError, match="up to 5 times"):
        loosest_controlled(scores, labels, THRESHOLDS, 5, 0.05, data="here")
    with pytest.raises(ValueError, match="needs a name"):
        loosest_controlled(scores, labels, THRESHOLDS, 3, 0.05, data="")
