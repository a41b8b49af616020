import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation import Proportion
from holdfast.evaluation.label_noise import MISSING, GoldCheck, caught_by_any, panel_of, true_limit


@given(st.floats(0, 1), st.floats(0.05, 1), st.floats(0, 0.9))
def test_the_true_rate_comes_back_from_what_labels_show(rate, caught, alarms):
    if caught <= alarms + 0.01:
        return
    shown = caught * rate + alarms * (1 - rate)
    if shown < caught:
        assert true_limit(shown, caught, alarms) == pytest.approx(rate, abs=1e-6)


@given(st.floats(0.01, 0.5), st.floats(0.6, 1), st.floats(0, 0.01), st.floats(0, 0.1), st.floats(0, 0.1))
def test_the_limit_rises_where_judges_may_be_worse(shown, caught, alarms, worse, fewer):
    best = true_limit(shown, caught, alarms)
    assert true_limit(shown, caught - worse, alarms) >= best - 1e-12
    assert true_limit(shown, caught, alarms * (1 - fewer)) >= best - 1e-12
    assert true_limit(shown + fewer, caught, alarms) >= best - 1e-12


def test_the_error_is_shared_by_what_was_measured():
    """Beta quantiles from scipy: half of 5 % for the count, the rest for sensitivity, or for both."""

    def upper(events, trials, confidence):
        return stats.beta.ppf(confidence, events + 1, trials - events)

    def lower(events, trials, confidence):
        return stats.beta.ppf(1 - confidence, events, trials - events + 1)

    labelled, caught = Proportion(30, 10_000), Proportion(90, 100)
    alone = GoldCheck(caught).true_upper(labelled)
    assert alone == pytest.approx(upper(30, 10_000, 0.975) / lower(90, 100, 0.975))
    alarms = Proportion(10, 10_000)
    both = GoldCheck(caught, alarms).true_upper(labelled)
    shown, false = upper(30, 10_000, 0.975), lower(10, 10_000, 0.9875)
    assert both == pytest.approx((shown - false) / (lower(90, 100, 0.9875) - false))
    assert both < alone


def test_judges_who_catch_next_to_nothing_bound_nothing():
    assert GoldCheck(Proportion(0, 100)).true_upper(Proportion(1, 1000)) == 1.0
    assert GoldCheck(Proportion(0, 0)).true_upper(Proportion(0, 1000)) == 1.0


def test_false_alarms_that_the_labels_deny_are_refused():
    with pytest.raises(UserError, match="leave alarms out"):
        GoldCheck(Proportion(99, 100), Proportion(50, 100)).true_upper(Proportion(0, 1000))


LABELS = np.array(
    [[1, 1, MISSING], [1, 0, MISSING], [0, 1, MISSING], [0, 0, MISSING], [MISSING, 1, 1], [0, 0, 1]]
)


def test_each_judge_is_checked_on_what_another_saw():
    panel = panel_of(LABELS)
    assert panel.labelled == Proportion(5, 6)
    # The first labelled four texts that others called catastrophic or not: of texts 1, 3 and 6 it saw one.
    assert panel.agreed == (Proportion(1, 3), Proportion(2, 4), Proportion(1, 1))
    assert panel.sets == ((1, 2), (0, 1), (0, 1, 2))


def test_the_worst_checked_set_of_judges_counts():
    assert caught_by_any([0.5, 0.8, 0.9], ((0, 1), (1, 2))) == pytest.approx(1 - 0.5 * 0.2)
    assert caught_by_any([0.5, 0.8], ((0,), (0, 1))) == pytest.approx(0.5)


def test_a_panel_s_limit_holds_where_judges_err_by_themselves():
    random = np.random.default_rng(3)
    truth = random.random(40_000) < 0.01
    labels = (truth[:, None] & (random.random((40_000, 3)) < [0.7, 0.8, 0.6])).astype(int)
    labels[np.arange(40_000), np.arange(40_000) % 3] = MISSING
    panel = panel_of(labels)
    assert truth.mean() <= panel.true_upper() < 0.02
    assert panel.labelled.events < truth.sum()
    assert panel.caught_lower(0.95) <= 1 - 0.3 * 0.4


@pytest.mark.parametrize(
    ("labels", "says"),
    [
        ([[1], [0]], "checked by nobody"),
        ([[1, 0], [MISSING, MISSING]], "text 2 has no label"),
        ([[1, 3]], "of 1, 0, and -1"),
        ([1, 0], "a table of texts by judges"),
    ],
)
def test_what_is_no_panel_is_refused(labels, says):
    with pytest.raises(UserError, match=says):
        panel_of(labels)
