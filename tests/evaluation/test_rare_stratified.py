"""Score-stratified sampling: its plan, its lack of bias, and what its intervals hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import expit

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.rare import plan_strata, stratified_estimate

DRAW = np.random.default_rng(7)
SCORES = DRAW.normal(-6, 2, 20_000)
FAILS = DRAW.random(20_000) < 0.2 * expit(SCORES)
"""A score that knows where failures are, though not how many: 0.23 % of the pool fails."""
BLIND = DRAW.random(20_000) < 0.004
"""Failures of which the score knows nothing."""


def estimates(fails, count, labels=1000, **options):
    return [
        stratified_estimate(SCORES, lambda places: fails[places], labels, Stream(seed), **options)
        for seed in range(count)
    ]


@given(
    st.lists(st.floats(0, 1), min_size=1, max_size=400),
    st.integers(30, 500),
    st.floats(0.05, 0.6),
    st.integers(5, 50),
)
def test_a_plan_splits_the_pool_spends_the_labels_and_bounds_the_weights(chances, labels, share, smallest):
    strata = plan_strata(np.array(chances), labels, share, smallest)
    places = np.concatenate([stratum.places for stratum in strata])
    assert sorted(places.tolist()) == list(range(len(chances)))
    assert sum(stratum.labels for stratum in strata) == min(labels, len(chances))
    for stratum in strata:
        assert 1 <= stratum.labels <= len(stratum.places)
        weight = min(labels, len(chances)) * len(stratum.places) / (len(chances) * stratum.labels)
        assert weight <= 1 / share + 1e-9


def test_most_labels_go_where_failures_are_expected():
    strata = plan_strata(np.asarray(expit(SCORES)), 1000)
    density = [stratum.labels / len(stratum.places) for stratum in strata]
    assert density == sorted(density)
    assert density[-1] > 10 * density[0]


@pytest.mark.parametrize("fails", [FAILS, BLIND], ids=["the score knows", "the score knows nothing"])
def test_unbiased_whatever_the_score_knows(fails):
    values = np.array([estimate.value for estimate in estimates(fails, 200)])
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - fails.mean()) < 3.5 * error


def test_beats_uniform_labels_where_the_score_knows():
    values = np.array([estimate.value for estimate in estimates(FAILS, 100)])
    uniform = FAILS.mean() * (1 - FAILS.mean()) / 1000
    assert values.var() < 0.6 * uniform


@pytest.mark.parametrize("fails", [FAILS, BLIND, np.zeros(20_000, dtype=bool)])
def test_finite_sample_intervals_hold_the_pools_rate(fails):
    held = [fails.mean() in estimate.interval for estimate in estimates(fails, 100, target="pool")]
    assert np.mean(held) >= 0.95


def test_finite_sample_intervals_hold_the_rate_behind_the_pool():
    """Pools of 3000 draws whose score says nothing, at a rate of 0.5 %: both errors matter."""
    held = 0
    for seed in range(100):
        draw = np.random.default_rng(seed)
        scores, fails = draw.normal(-4, 1, 3000), draw.random(3000) < 0.005
        found = stratified_estimate(scores, lambda places, f=fails: f[places], 1500, Stream(seed))
        held += 0.005 in found.interval
    assert held >= 95


def test_the_label_floor_shows_in_the_interval():
    """Without failures the limit is that of as many draws as the most thinly judged stratum stands for."""
    (found,) = estimates(np.zeros(20_000, dtype=bool), 1, target="pool", interval_kind="asymptotic")
    thinnest = min(s.labels / len(s.places) for s in plan_strata(np.asarray(expit(SCORES)), 1000))
    floor = 1 - 0.025 ** (1 / (thinnest * 20_000))
    assert found.interval_kind == "finite-sample"
    assert floor < found.interval.upper < 1.4 * floor
    assert thinnest >= 0.2 * 1000 / 20_000


def test_judging_every_draw_leaves_only_the_pools_own_error():
    (found,) = estimates(FAILS, 1, labels=20_000)
    count = int(FAILS.sum())
    exact = stats.binomtest(count, 20_000).proportion_ci(0.975, "exact")
    assert found.value == count / 20_000
    assert (found.interval.lower, found.interval.upper) == pytest.approx((exact.low, exact.high))
    (own,) = estimates(FAILS, 1, labels=20_000, target="pool")
    assert own.interval.lower == own.interval.upper == found.value


def test_refused_draws_lower_the_rate_in_proportion():
    (passed,) = estimates(FAILS, 1, target="pool")
    (made,) = estimates(FAILS, 1, target="pool", draws=40_000)
    assert made.value == pytest.approx(passed.value / 2)
    assert made.interval.upper == pytest.approx(passed.interval.upper / 2)
    assert made.queries == 40_000


def test_each_draw_is_judged_once_and_counted():
    asked = []
    found = stratified_estimate(
        SCORES,
        lambda places: asked.append(places) or FAILS[places],
        700,
        Stream(1),
        interval_kind="asymptotic",
    )
    (places,) = asked
    assert len(set(places.tolist())) == len(places) == found.labels == 700
    assert found.method == "score-stratified sampling"
    assert found.interval_kind == "asymptotic"


@pytest.mark.parametrize(
    ("scores", "labels", "options", "message"),
    [
        ([], 10, {}, "no draws to judge"),
        (SCORES, 0, {}, "cannot estimate"),
        (SCORES, 5, {}, "give at least 13"),
        (SCORES, 100, {"uniform_share": 0.0}, "go uncounted"),
        (SCORES, 100, {"interval_kind": "bootstrap"}, "finite-sample and asymptotic"),
    ],
)
def test_wrong_use_is_told_what_to_do(scores, labels, options, message):
    with pytest.raises(UserError, match=message):
        stratified_estimate(np.array(scores), lambda p: np.zeros(len(p), bool), labels, Stream(0), **options)


@pytest.mark.parametrize("labels", range(11, 40))
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_fewest_labels_named_are_enough(labels, share):
    chances = np.linspace(0, 1, 20_000)
    try:
        plan_strata(chances, labels, share)
    except UserError as error:
        enough = int(str(error).split("give at least ")[1].split(",")[0])
        assert sum(stratum.labels for stratum in plan_strata(chances, enough, share)) == enough


def test_verdicts_must_match_what_was_asked():
    with pytest.raises(ValueError, match="verdicts"):
        stratified_estimate(SCORES, lambda places: np.zeros(3, bool), 100, Stream(0))
