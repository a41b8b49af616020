"""What a failure costs: total over failures, and ratios whose limits hold the truth as often as they say."""

import math

import numpy as np
import pytest

from holdfast.evaluation.per_failure import Efforts, cost_limits, cost_ratio


def drawn(mean, cap, count, draw):
    times = draw.exponential(mean, count)
    return Efforts(
        tuple(np.minimum(times, cap).tolist()), tuple((times <= cap).tolist()), tuple(range(count))
    )


def test_what_is_given_up_counts_too():
    efforts = Efforts((1.0, 3.0, 10.0), (True, True, False), ("a", "b", "c"))
    assert efforts.failures == 2
    assert efforts.each == 7.0


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Efforts((), (), ()), Efforts((1.0,), (True,), ("a",))),
        (Efforts((5.0,), (False,), ("a",)), Efforts((1.0,), (True,), ("a",))),
        (Efforts((1.0,), (True,), ("a",)), Efforts((5.0,), (False,), ("a",))),
        (Efforts((0.0,), (True,), ("a",)), Efforts((5.0,), (True,), ("a",))),
    ],
    ids=["no attempts", "none found before", "none found after", "nothing spent"],
)
def test_nothing_is_said_where_nothing_is_known(before, after):
    found = cost_ratio(before, after)
    assert found.ratio is None
    assert (found.limits.lower, found.limits.upper) == (0.0, math.inf)
    assert not found.tells_apart


def test_too_few_starts_have_no_limits():
    few = Efforts((1.0, 2.0, 3.0), (True,) * 3, (0, 1, 2))
    assert cost_limits(few).upper == math.inf
    assert cost_ratio(few, few).ratio == 1.0
    assert cost_ratio(few, few).limits.upper == math.inf


def test_a_ratio_is_told_from_1_more_surely_where_starts_are_shared():
    draw = np.random.default_rng(3)
    scales = np.exp(draw.normal(0, 1, 60))
    times = draw.gamma(20, 1 / 20, 60) * scales
    before = Efforts(tuple(times.tolist()), (True,) * 60, tuple(range(60)))
    slower = tuple((1.5 * times).tolist())
    shared = cost_ratio(before, Efforts(slower, (True,) * 60, tuple(range(60))))
    apart = cost_ratio(before, Efforts(slower, (True,) * 60, tuple(range(60, 120))))
    assert shared.ratio == pytest.approx(1.5)
    assert apart.ratio == pytest.approx(1.5)
    assert shared.limits.lower > apart.limits.lower
    assert shared.limits.upper < apart.limits.upper


def test_limits_hold_the_true_ratio_about_as_often_as_they_say():
    """Exponential times given up at a cap: a failure then costs the mean of the times, whatever the cap."""
    draw, held = np.random.default_rng(5), 0
    for _ in range(400):
        before, after = drawn(1.0, 2.0, 100, draw), drawn(2.0, 4.0, 100, draw)
        held += 2.0 in cost_ratio(before, after).limits
    assert 0.90 <= held / 400 <= 0.99


@pytest.mark.parametrize(
    ("spent", "found", "starts", "words"),
    [
        ((1.0,), (True, False), ("a",), "unequal lengths"),
        ((-1.0,), (True,), ("a",), "finite number"),
        ((math.inf,), (True,), ("a",), "finite number"),
    ],
)
def test_amounts_that_cannot_be_are_refused(spent, found, starts, words):
    with pytest.raises(ValueError, match=words):
        Efforts(spent, found, starts)
