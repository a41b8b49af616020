"""The failure predictor against an independent fit, and the estimate's lack of bias, however wrong it is."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import expit, logit

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.rare import checkpoint_features, fit_predictor, predictor_estimate

DRAW = np.random.default_rng(3)
HIDDEN = DRAW.normal(0, 1, 10_000)
FAILS = DRAW.random(10_000) < expit(3 * HIDDEN - 9)
"""What a draw's failing hangs on; 1.5 % fail."""


def newton(rows, outcomes, ridge, steps=30):
    """Penalised logistic regression by iteratively reweighted least squares, on standardised columns."""
    inputs = np.column_stack([(rows - rows.mean(0)) / rows.std(0), np.ones(len(rows))])
    penalty = np.diag([ridge] * rows.shape[1] + [0.0])
    weights = np.zeros(inputs.shape[1])
    for _ in range(steps):
        p = expit(inputs @ weights)
        hessian = inputs.T @ (inputs * (p * (1 - p))[:, None]) + penalty
        weights += np.linalg.solve(hessian, inputs.T @ (outcomes - p) - penalty @ weights)
    return weights


def test_the_logistic_fit_is_newtons():
    rows = DRAW.normal(2, 3, (4000, 3))
    failed = DRAW.random(4000) < expit(rows @ [0.5, -0.3, 0.0] - 3)
    found = fit_predictor(rows, failed, ridge=2.0)
    assert [*found.weights, found.bias] == pytest.approx(newton(rows, failed, 2.0), abs=2e-3)


def test_chances_rise_with_the_logits_and_agree_with_what_failed():
    features = np.column_stack([HIDDEN + DRAW.normal(0, 0.3, len(HIDDEN)), DRAW.normal(size=len(HIDDEN))])
    found = fit_predictor(features, FAILS)
    chances = found.predict(features)
    order = np.argsort(features @ (found.weights / found.scale))
    assert (np.diff(chances[order]) >= -1e-12).all()
    assert chances.min() > 0
    assert chances.sum() == pytest.approx(FAILS.sum(), rel=0.15)
    assert np.corrcoef(logit(chances), 3 * HIDDEN - 9)[0, 1] > 0.6


@given(arrays(np.float64, (4, 6), elements=st.floats(-9, 9)), st.integers(1, 2))
def test_features_read_no_later_checkpoint(log_odds, checkpoint):
    later = log_odds.copy()
    later[checkpoint + 1 :] = 1e6
    found = checkpoint_features(log_odds, checkpoint, cheap=np.arange(6.0)[:, None])
    assert found.shape == (6, 6)
    assert (found == checkpoint_features(later, checkpoint, cheap=np.arange(6.0)[:, None])).all()
    assert (found[:, 0] == log_odds[checkpoint]).all()
    assert (found[:, 4] <= found[:, 2] + 1e-9).all()
    assert (found[:, 2] <= found[:, 3] + 1e-9).all()


@pytest.mark.parametrize("checkpoint", [0, 4, -1])
def test_the_first_checkpoint_has_no_features(checkpoint):
    with pytest.raises(ValueError, match="needs one before"):
        checkpoint_features(np.zeros((4, 3)), checkpoint)


def estimates(chances, count, **options):
    return [
        predictor_estimate(chances, lambda places: FAILS[places], 500, Stream(seed), target="pool", **options)
        for seed in range(count)
    ]


@pytest.mark.parametrize(
    "chances",
    [expit(3 * HIDDEN - 9), np.full(len(HIDDEN), 0.1), expit(-3 * HIDDEN - 9)],
    ids=["right", "blind", "the wrong way round"],
)
def test_unbiased_and_covering_however_wrong_the_prediction_is(chances):
    found = estimates(chances, 200)
    values = np.array([estimate.value for estimate in found])
    error = values.std(ddof=1) / np.sqrt(len(values))
    assert abs(values.mean() - FAILS.mean()) < 3.5 * error
    assert np.mean([FAILS.mean() in estimate.interval for estimate in found]) >= 0.95


def test_a_right_prediction_beats_uniform_labels():
    values = np.array([e.value for e in estimates(expit(3 * HIDDEN - 9), 100)])
    assert values.var() < 0.3 * FAILS.mean() * (1 - FAILS.mean()) / 500


def test_the_proposal_is_the_square_root_of_the_chance_beside_the_uniform_share():
    """Half the pool at four times the chance of the other half: (0.2 + 0.8 · 4/3) : (0.2 + 0.8 · 2/3)."""
    chances = np.repeat([0.04, 0.01], 50_000)
    seen = []
    predictor_estimate(chances, lambda p: seen.append(p) or np.zeros(len(p), bool), 10_000, Stream(0))
    first = np.count_nonzero(seen[0] < 50_000) / len(seen[0])
    assert first == pytest.approx((0.2 + 0.8 * 4 / 3) / 2, abs=0.03)


def test_a_draw_that_comes_twice_is_judged_once():
    (found,) = estimates(np.where(HIDDEN > 3.2, 1.0, 1e-12), 1)
    assert found.labels < 300
    assert found.method == "sampling by a failure predictor"
    assert found.queries == 10_000


def test_asymptotic_intervals_are_narrower_and_marked():
    exact, rough = (
        estimates(expit(3 * HIDDEN - 9), 1, interval_kind=kind)[0] for kind in ("finite-sample", "asymptotic")
    )
    assert (exact.interval_kind, rough.interval_kind) == ("finite-sample", "asymptotic")
    assert rough.interval.upper < exact.interval.upper
    assert rough.value == exact.value


@pytest.mark.parametrize("failed", [np.zeros(5, bool), np.ones(5, bool)])
def test_nothing_to_learn_from_is_told(failed):
    with pytest.raises(UserError, match="score-stratified"):
        fit_predictor(np.arange(10.0).reshape(5, 2), failed)


@pytest.mark.parametrize(
    ("chances", "labels", "options", "message"),
    [
        ([], 10, {}, "no draws"),
        ([0.5], 0, {}, "cannot estimate"),
        ([0.5], 10, {"uniform_share": 0.0}, "uniform share"),
        ([0.5], 10, {"interval_kind": "bootstrap"}, "finite-sample and asymptotic"),
    ],
)
def test_wrong_use_is_told_what_to_do(chances, labels, options, message):
    with pytest.raises(UserError, match=message):
        predictor_estimate(np.array(chances), lambda p: np.zeros(len(p), bool), labels, Stream(0), **options)


def test_impossible_chances_are_refused():
    with pytest.raises(ValueError, match="above 0"):
        predictor_estimate(np.array([0.0, 0.5]), lambda p: np.zeros(len(p), bool), 5, Stream(0))
