import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.evaluation import AtLeast, log_rank, summarise_attempts, times_harder
from holdfast.evaluation.attack_success import median_limits

# Remission in weeks under placebo: Freireich et al., Blood 21 (1963), the standard example of Kalbfleisch and
# Prentice (1980). Only this arm is used: the other's patients left at different times, and attempts do not.
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]

attempts = st.lists(st.none() | st.integers(1, 50), min_size=1, max_size=40)


def test_the_placebo_arm_has_its_published_median_and_survival():
    result = summarise_attempts(PLACEBO, 30)
    assert result.median == 8
    curve = dict(zip(result.curve.times, result.curve.survival, strict=True))
    assert curve[8] == pytest.approx(8 / 21)  # 0.381, Kalbfleisch and Prentice
    assert curve[22] == pytest.approx(1 / 21)
    assert curve[23] == 0


@given(attempts)
def test_without_other_censoring_survival_is_a_share(queries):
    curve = summarise_attempts(queries, 50).curve
    for time, share in zip(curve.times, curve.survival, strict=True):
        alive = np.mean([q is None or q > time for q in queries])
        assert share == pytest.approx(alive, abs=1e-12)
    assert all(
        low <= share <= high + 1e-12
        for low, share, high in zip(curve.lower, curve.survival, curve.upper, strict=True)
    )
    assert curve.times[-1] == 50


@given(attempts)
def test_a_median_beyond_the_budget_is_a_lower_bound(queries):
    result = summarise_attempts(queries, 50)
    if sum(q is None for q in queries) > len(queries) / 2:
        assert result.median == AtLeast(50.0)
        assert result.median_or_none is None
    elif sum(q is None for q in queries) < len(queries) / 2:
        assert not isinstance(result.median, AtLeast)
    assert 1 <= result.restricted_mean <= 50


@pytest.mark.parametrize(
    ("count", "ranks"),
    # Ranks of the 95 % order-statistic (sign-test) interval of a median, as textbooks tabulate them;
    # 6 is the least n that has one.
    [(6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33))],
)
def test_median_limits_stand_at_the_published_ranks(count, ranks):
    limits = median_limits(list(range(1, count + 1)), 100)
    assert (limits.lower, limits.upper) == ranks


def test_few_attempts_bound_nothing():
    assert median_limits([1, 2, 3, 4, 5], 10).upper == math.inf


@pytest.mark.parametrize("count", [6, 9, 30])
def test_median_limits_cover_by_enumeration(count):
    """Of n draws, B ~ binomial(n, 1/2) lie below the true median; the limits miss it by B alone."""
    kept = sum(
        stats.binom.pmf(below, count, 0.5)
        for below in range(count + 1)
        if 500 in median_limits([1] * below + [999] * (count - below), 1000)
    )
    assert 0.95 <= kept <= 1


def test_times_harder_in_its_three_cases():
    soft, hard = [5] * 30, [60] * 30
    plain = times_harder(soft, 100, hard, 100)
    assert plain.ratio == 12
    assert plain.tells_apart
    beyond = times_harder(soft, 100, [None] * 30, 400)
    assert beyond.ratio == AtLeast(80.0)
    assert beyond.limits.lower == 80
    assert beyond.limits.upper == math.inf
    unknown = times_harder([None] * 30, 100, hard, 100)
    assert unknown.ratio is None
    assert not times_harder(hard, 100, hard, 100).tells_apart


def test_times_harder_keeps_its_promise():
    generator = np.random.default_rng(1)
    kept = 0
    for _ in range(300):
        before = np.ceil(generator.exponential(1000, 40) + 1e-9).astype(int).tolist()
        after = np.ceil(generator.exponential(5000, 40)).astype(int)
        late = [int(q) if q <= 8000 else None for q in after]
        kept += 5.0 in times_harder([q if q <= 8000 else None for q in before], 8000, late, 8000).limits
    assert kept >= 0.93 * 300


def test_a_failure_after_the_budget_is_refused():
    with pytest.raises(ValueError, match="beyond the budget"):
        summarise_attempts([11], 10)
    with pytest.raises(ValueError, match="no attempt"):
        summarise_attempts([], 10)


def test_log_rank_is_that_of_scipy_and_needs_failures():
    after = [None] * 8 + [6, 6, 6, 7, 10, 13, 16, 22, 23]
    ours = log_rank(PLACEBO, 30, after, 30)
    right = [30] * 8
    theirs = stats.logrank(
        stats.CensoredData(PLACEBO), stats.CensoredData([q for q in after if q is not None], right=right)
    )
    assert ours.statistic == pytest.approx(theirs.statistic**2, rel=1e-9)
    assert ours.p_value == pytest.approx(theirs.pvalue, rel=1e-6)
    assert ours.hazard_ratio < 1
    assert log_rank([None], 5, [None], 5).hazard_ratio is None


def test_curves_and_log_rank_are_those_of_lifelines():
    lifelines = pytest.importorskip("lifelines")
    from lifelines.statistics import logrank_test

    generator = np.random.default_rng(2)
    times = generator.integers(1, 60, 80)
    queries = [int(t) if t <= 40 else None for t in times]
    capped, found = np.minimum(times, 40), times <= 40
    fitted = lifelines.KaplanMeierFitter().fit(capped, found)
    curve = summarise_attempts(queries, 40).curve
    theirs = fitted.confidence_interval_.reindex(curve.times).to_numpy()
    assert curve.survival == pytest.approx(fitted.survival_function_at_times(curve.times).to_numpy())
    assert np.column_stack([curve.lower, curve.upper])[1:] == pytest.approx(theirs[1:])
    other = [int(t) for t in generator.integers(1, 30, 50)]
    test = logrank_test(capped, other, found, np.ones(50))
    assert log_rank(queries, 40, other, 40).statistic == pytest.approx(test.test_statistic)
