import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.evaluation import natural_outcome
from holdfast.evaluation.deployment import curve as module
from holdfast.evaluation.deployment import reweighted_outcome, threshold_curve, threshold_grid


def pool(seed, prompts=200, draws=6):
    """Scores on a coarse grid, so that draws tie with one another and with thresholds."""
    rng = np.random.default_rng(seed)
    log_odds = np.round(rng.normal(rng.normal(size=(prompts, 1)), size=(prompts, draws)), 1)
    catastrophic = rng.random((prompts, draws)) < 1 / (1 + np.exp(4 - 2 * log_odds))
    return log_odds, catastrophic, rng.random((prompts, draws))


@given(st.integers(0, 2**32 - 1), st.integers(1, 40), st.integers(1, 5), st.integers(1, 300))
def test_every_point_is_what_that_threshold_alone_gives(seed, prompts, max_draws, cells):
    log_odds, catastrophic, quality = pool(seed, prompts)
    thresholds = [-1.0, -9.0, 0.3, 0.0, 9.0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_CELLS", cells)
        points = threshold_curve(log_odds, catastrophic, thresholds, max_draws, quality=quality)
    assert [p.log_odds for p in points] == sorted(thresholds)
    for point in points:
        direct = natural_outcome(log_odds[:, :max_draws], catastrophic[:, :max_draws], point.log_odds)
        assert (point.failures, point.refusals) == (direct.failures, direct.refusals)
        assert point.failure_bound == direct.failures.upper()
        alone = reweighted_outcome(log_odds, catastrophic, point.log_odds, max_draws)
        assert point.reweighted.failures_upper == pytest.approx(alone.failures_upper)
        assert point.reweighted.refusals.value == pytest.approx(alone.refusals.value)
        assert point.reweighted.draws_per_completion == pytest.approx(alone.draws_per_completion)
        harmless = ~catastrophic
        assert point.harmless_accepted.events == ((log_odds < point.log_odds) & harmless).sum()
        assert point.harmless_accepted.trials == harmless.sum()
        if alone.failures is None:
            assert point.reweighted.failures is None
            assert point.quality is None
        else:
            assert point.reweighted.failures.value == pytest.approx(alone.failures.value)
            assert point.quality.filtered == pytest.approx(
                by_hand(log_odds < point.log_odds, quality, max_draws)
            )


def by_hand(passes, quality, max_draws):
    """Mean quality per completion, over random orders of each prompt's draws, by many of them."""
    from math import comb

    given = total = 0.0
    for row, values in zip(passes, quality, strict=True):
        refused = int((~row).sum())
        answered = 1 - comb(refused, max_draws) / comb(len(row), max_draws)
        given += answered
        total += answered * (values[row].mean() if row.any() else 0)
    return total / given


def test_stricter_is_safer_and_dearer():
    log_odds, catastrophic, _ = pool(5, 5000, 10)
    points = threshold_curve(log_odds, catastrophic, [-1.5, -1, -0.5, 0, 0.5, 1], 10)
    rates = [p.reweighted.failures.value for p in points]
    refusals = [p.reweighted.refusals.value for p in points]
    draws = [p.reweighted.draws_per_completion for p in points]
    assert rates == sorted(rates)
    assert refusals == sorted(refusals, reverse=True)
    assert draws == sorted(draws, reverse=True)


def test_no_filter_changes_no_quality_and_a_filter_on_quality_raises_it():
    rng = np.random.default_rng(6)
    quality = rng.random((4000, 8))
    none = np.zeros((4000, 8), dtype=bool)
    open_, on_quality = threshold_curve(-quality, none, [-0.5, 1.0], 8, quality=quality)[::-1]
    assert open_.quality.filtered == pytest.approx(quality.mean())
    assert open_.quality.difference.lower == pytest.approx(0, abs=1e-6)
    assert on_quality.quality.filtered == pytest.approx(0.75, abs=0.01)
    assert 0.25 in on_quality.quality.difference
    assert on_quality.quality.difference.lower > 0.24


def test_the_interval_of_the_quality_difference_covers():
    """Quality and score both depend on the prompt; truth by a pool a thousand times as large."""

    def draw(prompts, rng):
        kind = rng.random((prompts, 1))
        quality = 0.5 * kind + 0.5 * rng.random((prompts, 4))
        return quality + rng.normal(scale=0.3, size=quality.shape) + kind, quality

    def difference(prompts, rng):
        scores, quality = draw(prompts, rng)
        (point,) = threshold_curve(scores, scores > 9, [1.0], 3, quality=quality)
        return point.quality

    rng = np.random.default_rng(7)
    large = difference(300_000, rng)
    truth = large.filtered - large.unfiltered
    held = sum(truth in difference(300, rng).difference for _ in range(400))
    # 380 expected; four standard deviations are 17
    assert 363 <= held <= 397


def test_the_grid_accepts_the_shares_asked_for():
    harmless = np.random.default_rng(8).normal(size=1000)
    grid = threshold_grid(harmless, [0.9, 0.5, 0.5])
    assert [round(float((harmless < limit).mean()), 6) for limit in grid] == [0.5, 0.9]


def test_mistakes_are_named():
    log_odds, catastrophic, quality = pool(1, 5, 3)
    with pytest.raises(UserError, match="at least one threshold"):
        threshold_curve(log_odds, catastrophic, [], 2)
    with pytest.raises(ValueError, match="quality"):
        threshold_curve(log_odds, catastrophic, [0.0], 2, quality=quality[:, :1])
    with pytest.raises(UserError, match="score at least 4"):
        threshold_curve(log_odds, catastrophic, [0.0], 4)
