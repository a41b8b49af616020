import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import optimize

from holdfast.core.errors import UserError
from holdfast.evaluation import AdaptiveAudit, Proportion, lower_limits, upper_limits
from holdfast.evaluation.adaptive import average_evidence, least_spent, worst_evidence

WEIGHTS = (0.7, 0.2, 0.1)


def audit(counts, weights=WEIGHTS):
    return AdaptiveAudit(tuple(Proportion(*count) for count in counts), weights)


@pytest.mark.parametrize("count", [(0, 1000), (2, 100_000), (9, 40)])
def test_one_stratum_is_the_confidence_sequence(count):
    one = audit([count], (1.0,))
    assert one.average_upper() == pytest.approx(float(upper_limits(*count)), rel=1e-6)
    assert one.worst_upper() == float(upper_limits(*count))
    assert one.worst_lower() == pytest.approx(float(lower_limits(*count)), rel=1e-6)


def test_draws_by_weight_cost_nothing():
    """The limit is that of one stream, as the worst case fails alike everywhere."""
    found = audit([(1, 70_000), (1, 20_000), (0, 10_000)]).average_upper()
    assert found == pytest.approx(float(upper_limits(2, 100_000)), rel=1e-5)


def test_a_stratum_without_trials_may_fail_wholly():
    assert 0.2 < audit([(0, 10_000), (0, 0), (0, 10_000)]).average_upper() < 0.202
    assert audit([(0, 10_000), (0, 0), (0, 10_000)]).worst_upper() == 1.0
    assert AdaptiveAudit.of(3, WEIGHTS).average_upper() == 1.0


def test_the_worst_stratum_needs_no_correction_for_their_number():
    counts = [(0, 1000), (3, 1000), (1, 2000)]
    assert audit(counts).worst_upper() == float(upper_limits(3, 1000))


def test_a_hunt_that_fails_everywhere_a_little_proves_by_the_pooled_count():
    spread = audit([(2, 100)] * 10, (0.1,) * 10)
    assert spread.worst_lower() > max(float(lower_limits(2, 100, 1 - 0.05 / 10)), 0)
    assert spread.worst_lower() < 0.02 < spread.worst_upper()
    assert audit([(0, 100)] * 3).worst_lower() == 0.0


@settings(deadline=None, max_examples=30)
@given(
    st.lists(st.tuples(st.integers(1, 10**5), st.floats(0.05, 1)), min_size=2, max_size=4),
    st.floats(1e-6, 0.9),
    st.floats(0.01, 0.9999),
)
def test_the_least_evidence_is_that_of_a_general_optimiser(strata, rate, loss):
    trials = np.array([float(n) for n, _ in strata])
    weights = np.array([w for _, w in strata])
    weights /= weights.sum()
    found = least_spent(trials, weights, np.array([loss]), rate)[0]
    at = optimize.minimize(
        lambda p: -(trials * np.log1p(-loss * p)).sum() / trials.sum(),
        np.full(len(weights), rate),
        jac=lambda p: trials * loss / (1 - loss * p) / trials.sum(),
        bounds=[(0, 1)] * len(weights),
        constraints={"type": "ineq", "fun": lambda p: (weights * p).sum() - rate, "jac": lambda p: weights},
        options={"ftol": 1e-15, "maxiter": 500},
    )
    alike = -(trials * np.log1p(-loss * rate)).sum()
    assert found <= alike * (1 + 1e-6)
    assert found <= at.fun * trials.sum() * (1 + 1e-5) + 1e-9
    if at.success:
        assert found >= at.fun * trials.sum() * (1 - 1e-3) - 1e-6


@settings(deadline=None, max_examples=30)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(10, 10**6)), min_size=3, max_size=3))
def test_limits_are_where_the_evidence_says_and_failures_raise_them(counts):
    made = audit(counts)
    limit = made.average_upper()
    assert made.add(0, 1, 1).average_upper() >= limit * (1 - 1e-9)
    assert made.worst_lower() <= made.worst_upper()
    if limit < 0.99:
        events, trials = (np.array(column, dtype=float) for column in zip(*counts, strict=True))
        found = average_evidence(events, trials, np.array(WEIGHTS), limit)
        assert found == pytest.approx(math.log(20), abs=1e-2)


def expected(rates, steps, choose, evidence):
    """E[exp(evidence)] after so many draws, over all courses, by the auditor's rule; exact."""
    courses = {((0, 0, 0), (0, 0, 0)): 1.0}
    for _ in range(steps):
        after = {}
        for (failures, trials), chance in courses.items():
            stratum = choose(failures, trials)
            for failed, share in ((1, rates[stratum]), (0, 1 - rates[stratum])):
                key = tuple(
                    tuple(c + more * (i == stratum) for i, c in enumerate(column))
                    for column, more in ((failures, failed), (trials, 1))
                )
                after[key] = after.get(key, 0.0) + chance * share
        courses = after
    return sum(
        chance * math.exp(evidence(np.array(f, dtype=float), np.array(n, dtype=float)))
        for (f, n), chance in courses.items()
    )


@pytest.mark.parametrize(
    "choose",
    [
        lambda failures, trials: min(range(3), key=lambda i: (failures[i] - 0.3 * trials[i], i)),
        lambda failures, trials: max(range(3), key=lambda i: (failures[i] - 0.3 * trials[i], i)),
        lambda failures, trials: sum(failures) % 3,
    ],
    ids=["flees failures", "hunts them", "goes round"],
)
def test_the_evidence_is_fair_money_however_strata_are_chosen(choose):
    """Exact expectations over all courses of 12 draws: never more than what one began with."""
    rates, weights = (0.2, 0.4, 0.1), np.array(WEIGHTS)
    average, worst = float(np.dot(rates, weights)), max(rates)
    above = expected(rates, 12, choose, lambda f, n: worst_evidence(f, n, worst))
    below = expected(rates, 12, choose, lambda f, n: average_evidence(f, n, weights, average))
    assert above <= 1 + 1e-9
    assert below <= 1 + 1e-9


def test_what_is_no_audit_is_refused():
    for weights, says in (
        ((0.5, 0.2, 0.1), "sum to 1"),
        ((0.5, 0.5), "one each"),
        ((1.0, 0.0, 0.0), "posit"),
    ):
        with pytest.raises(UserError, match=says):
            AdaptiveAudit.of(3, weights)
    with pytest.raises(UserError, match="at least one stratum"):
        AdaptiveAudit(())
    with pytest.raises(UserError, match="needs their weights"):
        AdaptiveAudit.of(3).average_upper()
    with pytest.raises(UserError, match="no stratum 3"):
        AdaptiveAudit.of(3).add(3, 0, 1)
    with pytest.raises(UserError, match="between 0 and 1"):
        AdaptiveAudit.of(3, WEIGHTS).average_upper(1.0)
