"""Survival curves, log-rank tests and hazard ratios against published values, lifelines and scipy."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.evaluation.attack_summary import AttemptOutcome, FoundFailure, failure_times
from holdfast.evaluation.duplicates import SnippetWords
from holdfast.evaluation.hazard import harder_than_first, hazard_ratio, log_rank_test
from holdfast.evaluation.survival import FailureTimes, kaplan_meier, restricted_mean

# Weeks of remission of 42 children with leukaemia, under placebo and under 6-mercaptopurine: Freireich et
# al., Blood 21 (1963), as in Cox (1972); False: still in remission when last seen.
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]
DRUG = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
DRUG_RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
placebo = FailureTimes(tuple(map(float, PLACEBO)), (True,) * 21, 35.0, "weeks")
drug = FailureTimes(tuple(map(float, DRUG)), tuple(map(bool, DRUG_RELAPSED)), 35.0, "weeks")


def drawn(seed: int, count: int, scale: float, budget: float, ties: bool = False) -> FailureTimes:
    times = np.random.default_rng(seed).exponential(scale, count)
    times = np.ceil(times) if ties else times
    return FailureTimes.within([t if t <= budget else None for t in times.tolist()], budget)


some_times = st.lists(st.tuples(st.integers(0, 12), st.booleans()), min_size=1, max_size=30).map(
    lambda rows: FailureTimes(tuple(float(t) for t, _ in rows), tuple(f for _, f in rows), 12.0)
)


def test_the_drug_arm_has_its_published_survival():
    """Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, table 1.1 and section 1.4."""
    curve = kaplan_meier(drug)
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {time: round(curve.at(time), 3) for time in published} == published
    assert curve.median.value == 23


def test_freireich_hazard_ratio_and_log_rank_are_the_published_ones():
    """R's survdiff and coxph (Efron) on this data: χ² = 16.8; coefficient 1.572, likelihood ratio 16.35."""
    test = log_rank_test(drug, placebo)
    assert test.statistic == pytest.approx(16.79, abs=0.005)
    found = hazard_ratio(drug, placebo)
    assert math.log(found.ratio) == pytest.approx(1.5721, abs=5e-5)
    assert found.p_value == pytest.approx(stats.chi2.sf(16.35, 1), rel=0.01)
    assert found.failures == (9, 21)
    assert found.tells_apart


@pytest.mark.parametrize("ties", [False, True])
def test_cox_is_that_of_lifelines_in_strata(ties):
    lifelines = pytest.importorskip("lifelines")
    import pandas

    before = [drawn(seed, 25, 20, 60, ties) for seed in range(3)]
    after = [drawn(10 + seed, 30, 45, 60, ties) for seed in range(3)]
    rows = [
        {"time": time, "found": found, "after": side, "stratum": stratum}
        for side, sets in enumerate((before, after))
        for stratum, each in enumerate(sets)
        for time, found in zip(each.observed, each.found, strict=True)
    ]
    theirs = lifelines.CoxPHFitter().fit(pandas.DataFrame(rows), "time", "found", strata=["stratum"])
    ours = hazard_ratio(before, after)
    assert math.log(ours.ratio) == pytest.approx(theirs.params_["after"], abs=1e-5)
    assert ours.p_value == pytest.approx(theirs.log_likelihood_ratio_test().p_value, rel=1e-3)


@pytest.mark.parametrize("ties", [False, True])
def test_a_stratified_log_rank_sums_over_strata_as_lifelines_has_them(ties):
    """lifelines has no strata, but its excesses and variances by stratum are there to be summed."""
    lifelines = pytest.importorskip("lifelines")
    from lifelines.statistics import logrank_test

    del lifelines
    before = [drawn(seed, 25, 20, 60, ties) for seed in range(3)]
    after = [drawn(10 + seed, 30, 30, 60, ties) for seed in range(3)]
    excess = variance = 0.0
    for first, second in zip(before, after, strict=True):
        one = log_rank_test(first, second)
        theirs = logrank_test(first.observed, second.observed, first.found, second.found)
        assert one.statistic == pytest.approx(theirs.test_statistic)
        weight = log_variance(one)
        variance += weight
        excess += math.log(one.hazard_ratio) * weight
    assert log_rank_test(before, after).statistic == pytest.approx(excess**2 / variance)


def log_variance(test) -> float:
    """The hypergeometric variance, which Peto's interval is the inverse of."""
    width = math.log(test.limits.upper / test.limits.lower)
    return (2 * stats.norm.ppf(0.975) / width) ** 2


def test_the_curve_is_that_of_scipy_at_real_valued_times():
    times = drawn(3, 60, 10.0, 15.0)
    right = [t for t, f in zip(times.observed, times.found, strict=True) if not f]
    data = stats.CensoredData(times.failure_times(), right=np.array(right))
    theirs = stats.ecdf(data).sf
    curve = kaplan_meier(times)
    assert [curve.at(t) for t in theirs.quantiles] == pytest.approx(theirs.probabilities.tolist())
    limits = theirs.confidence_interval(0.95, method="log-log")
    inside = theirs.quantiles[theirs.probabilities > 0]
    lows = dict(zip(curve.times, curve.lower, strict=True))
    expected = dict(zip(limits.low.quantiles.tolist(), limits.low.probabilities.tolist(), strict=True))
    for time in set(inside.tolist()) & set(lows):
        assert lows[time] == pytest.approx(expected[time])


def test_the_restricted_mean_without_censoring_is_the_plain_mean():
    """Its Greenwood variance is then that of the mean of min(T, τ), with the divisor n."""
    times = np.random.default_rng(5).exponential(10, 80)
    found = restricted_mean(FailureTimes.within(times.tolist(), 200.0), 12.0)
    capped = np.minimum(times, 12.0)
    assert found.value == pytest.approx(capped.mean())
    spread = stats.norm.ppf(0.975) * capped.std() / math.sqrt(80)
    assert found.limits.upper - found.value == pytest.approx(spread)


def test_the_restricted_mean_is_that_of_lifelines_under_censoring():
    pytest.importorskip("lifelines")
    from lifelines import KaplanMeierFitter
    from lifelines.utils import restricted_mean_survival_time

    fitted = KaplanMeierFitter().fit(drug.observed, drug.found)
    assert restricted_mean(drug, 30.0).value == pytest.approx(restricted_mean_survival_time(fitted, 30))


@given(some_times, some_times)
def test_turning_the_comparison_round_inverts_it(first, second):
    one, two = hazard_ratio(first, second), hazard_ratio(second, first)
    assert one.p_value == pytest.approx(two.p_value, abs=1e-6)
    if one.ratio is None:
        assert two.ratio is None
        return
    assert one.times_slower == pytest.approx(two.ratio, rel=1e-5)
    assert one.times_slower_limits.lower == pytest.approx(two.limits.lower, rel=1e-4)
    assert one.times_slower_limits.upper == pytest.approx(two.limits.upper, rel=1e-4)
    assert one.ratio in one.limits


@given(some_times, some_times, st.floats(0.5, 3.0))
def test_a_ratio_knows_no_unit(first, second, scale):
    """Only the order of times counts, so that queries, seconds and FLOPs in proportion give the same."""
    grown = [
        FailureTimes(tuple(t * scale for t in each.observed), each.found, 12 * scale)
        for each in (first, second)
    ]
    assert hazard_ratio(*grown) == hazard_ratio(first, second)
    assert log_rank_test(*grown) == log_rank_test(first, second)


def test_the_median_and_its_limits_are_those_of_lifelines():
    pytest.importorskip("lifelines")
    from lifelines import KaplanMeierFitter
    from lifelines.utils import median_survival_times

    for times in (placebo, drug, drawn(4, 50, 30.0, 60.0), drawn(5, 50, 30.0, 25.0)):
        fitted = KaplanMeierFitter().fit(times.observed, times.found)
        lower, upper = median_survival_times(fitted.confidence_interval_).to_numpy()[0]
        median = kaplan_meier(times).median
        assert (median.value or math.inf) == fitted.median_survival_time_
        assert (median.limits.lower, median.limits.upper) == (lower, upper)


def test_no_failure_on_one_side_still_bounds_the_ratio():
    found = hazard_ratio(drawn(1, 40, 10, 50), FailureTimes.within([None] * 40, 50))
    assert found.ratio == 0
    assert found.times_slower == math.inf
    assert 0 < found.limits.upper < 0.2
    assert found.times_slower_limits.lower > 5
    assert hazard_ratio(FailureTimes.within([None], 5), FailureTimes.within([None], 5)).ratio is None


def test_limits_at_no_failure_are_exact():
    """The chance that all five failures fall on one side of ten: Clopper and Pearson's limit by hand."""
    before = FailureTimes.within([1, 2, 3, 4, 5], 10)
    found = hazard_ratio(before, FailureTimes.within([None] * 5, 10), 0.95)

    def chance(ratio: float) -> float:
        return math.prod(left / (left + 5 * ratio) for left in (5, 4, 3, 2, 1))

    assert chance(found.limits.upper) == pytest.approx(0.025, rel=1e-6)
    assert found.p_value == pytest.approx(2 * chance(1.0))
    turned = hazard_ratio(FailureTimes.within([None] * 5, 10), before, 0.95)
    assert turned.limits.lower == pytest.approx(1 / found.limits.upper)


def test_limits_at_no_failure_hold_as_often_as_they_say():
    """Where one side is all but never broken, likelihood-ratio limits hold in 85 % of cases on their side."""
    kept = tried = 0
    for seed in range(600):
        found = hazard_ratio(drawn(seed, 30, 10, 200), drawn(10_000 + seed, 30, 540, 40))
        if not found.failures[1]:
            tried += 1
            kept += found.limits.upper >= 1 / 54
    assert tried > 20
    assert stats.binom.cdf(kept, tried, 0.95) > 1e-3


def test_limits_of_the_hazard_ratio_cover():
    kept = 0
    for seed in range(200):
        before, after = drawn(seed, 30, 10, 60), drawn(1000 + seed, 30, 40, 60)
        kept += 0.25 in hazard_ratio(before, after).limits
    assert stats.binom.cdf(kept, 200, 0.95) > 1e-3


def test_strata_are_not_mixed():
    """Nothing changes in either stratum, but the easier has more attempts after: mixed, they mislead."""
    easy, hard = drawn(1, 60, 5, 100), drawn(2, 60, 200, 100)
    fewer = FailureTimes(hard.observed[:15], hard.found[:15], 100.0)
    less = FailureTimes(easy.observed[:15], easy.found[:15], 100.0)
    mixed = hazard_ratio(joined(less, hard), joined(easy, fewer))
    apart = hazard_ratio([less, hard], [easy, fewer])
    assert mixed.limits.lower > 1
    assert not apart.tells_apart


def joined(*parts: FailureTimes) -> FailureTimes:
    observed = tuple(time for part in parts for time in part.observed)
    return FailureTimes(observed, tuple(f for part in parts for f in part.found), 100.0)


def test_every_model_is_set_against_the_first():
    models = {
        name: [drawn(seed, 40, scale, 200) for seed in seeds]
        for name, scale, seeds in [("round 0", 10, (1, 2)), ("round 1", 10, (3, 4)), ("round 2", 60, (5, 6))]
    }
    rows = harder_than_first(models)
    assert [row.model for row in rows] == ["round 1", "round 2"]
    assert not rows[0].hazard.tells_apart
    assert rows[1].hazard.times_slower_limits.lower > 2
    assert rows[1].test.p_value < 1e-6


def test_attempts_are_timed_in_queries_seconds_and_flops():
    words = SnippetWords(("a",), ("b",))
    broken = FoundFailure(words, 3.0, query=7, seconds=0.5, flops=1e6)
    later = FoundFailure(words, 9.0, query=20, seconds=1.5, flops=3e6)
    attempts = [AttemptOutcome(50, (later, broken), 4.0, 9e6), AttemptOutcome(60, (), 5.0, 1e7)]
    assert failure_times(attempts).observed == (7, 60)
    assert failure_times(attempts, "seconds") == FailureTimes((0.5, 5.0), (True, False), 5.0, "seconds")
    assert failure_times(attempts, "flops").observed == (1e6, 1e7)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: FailureTimes((1.0,), (), 2.0), "unequal lengths"),
        (lambda: FailureTimes((math.nan,), (True,), 2.0), "finite"),
        (lambda: FailureTimes.within([3.0], 2.0), "beyond the budget"),
        (lambda: restricted_mean(placebo, 40.0), "needs attempts of that budget"),
        (lambda: hazard_ratio([placebo], [placebo, drug]), "strata"),
        (lambda: hazard_ratio(placebo, drawn(1, 5, 1, 9)), "different units"),
        (lambda: kaplan_meier(placebo, 1.5), "confidence"),
    ],
)
def test_wrong_use_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()
