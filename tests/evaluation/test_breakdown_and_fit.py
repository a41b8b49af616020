import math

import numpy as np
import pytest

from holdfast.evaluation import Fit, Proportion, errors_by_phenomenon, measure_fit

LABELS = np.array([True, True, False, False, True])
LOG_ODDS = np.array([-5.0, 2.0, -5.0, 1.0, -0.5])
PHENOMENA = [{"negation", "dream"}, {"negation"}, {"negation"}, {"dream"}, set()]


def test_errors_are_counted_in_every_phenomenon_shown():
    dream, negation = errors_by_phenomenon(LABELS, LOG_ODDS, PHENOMENA, -1.0)
    assert (dream.phenomenon, negation.phenomenon) == ("dream", "negation")
    assert (dream.missed, dream.refused) == (Proportion(1, 1), Proportion(1, 1))
    assert (negation.missed, negation.refused) == (Proportion(1, 2), Proportion(0, 1))


def test_named_phenomena_have_a_row_even_when_unseen():
    rows = errors_by_phenomenon(LABELS, LOG_ODDS, PHENOMENA, -1.0, names=["robots", "dream"])
    assert [row.phenomenon for row in rows] == ["robots", "dream"]
    assert rows[0].missed == Proportion(0, 0)


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="unequal"):
        errors_by_phenomenon(LABELS[:3], LOG_ODDS, PHENOMENA, 0.0)
    with pytest.raises(ValueError, match="unequal"):
        measure_fit(LABELS[:3], LOG_ODDS, 0.0)


def test_fit_is_recall_twice_and_cross_entropy():
    result = measure_fit(LABELS, LOG_ODDS, -1.0)
    assert result.recall_at_half == Proportion(1, 3)
    assert result.recall_at_threshold == Proportion(2, 3)
    shares = 1 / (1 + np.exp(-LOG_ODDS))
    by_definition = -np.log(np.where(LABELS, shares, 1 - shares)).mean()
    assert result.loss == pytest.approx(by_definition)


def test_loss_does_not_overflow_and_nothing_is_nothing():
    assert measure_fit(np.array([True]), np.array([-1e4]), 0.0).loss == pytest.approx(1e4)
    assert measure_fit(np.array([True]), np.array([0.0]), 0.0).loss == pytest.approx(math.log(2))
    assert measure_fit(np.array([]), np.array([]), 0.0) == Fit(Proportion(0, 0), Proportion(0, 0), None)
