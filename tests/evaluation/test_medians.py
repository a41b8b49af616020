import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation.medians import censored_median, median_ratio, order_statistic_limits

amounts = st.lists(st.none() | st.floats(0, 1e6), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("given_amounts", "value"),
    [([], None), ([3.0], 3.0), ([None], None), ([1, 2, None], 2.0), ([1, None, None], None), ([4, 1], 1.0)],
)
def test_the_median_is_the_least_amount_that_half_need(given_amounts, value):
    assert censored_median(given_amounts).value == value


@given(amounts)
def test_half_got_there_within_it_and_less_than_half_before(values):
    median = censored_median(values)
    if median.value is None:
        assert sum(v is not None for v in values) < len(values) / 2
        return
    assert sum(v is not None and v <= median.value for v in values) >= len(values) / 2
    assert sum(v is not None and v < median.value for v in values) < len(values) / 2
    assert median.value in median.limits


RATIOS = [
    # before, after, watched, the ratio, its limits
    ([5.0] * 30, [60.0] * 30, 0.0, 12.0, (12.0, 12.0)),
    ([5.0] * 30, [None] * 30, 400.0, None, (80.0, math.inf)),
    ([5.0] * 30, [None] * 30, 0.0, None, (0.0, math.inf)),
    ([None] * 30, [60.0] * 30, 0.0, None, (0.0, math.inf)),
    ([], [1.0], 0.0, None, (0.0, math.inf)),
    ([0.0] * 30, [1.0] * 30, 0.0, None, (0.0, math.inf)),
]


@pytest.mark.parametrize(("before", "after", "watched", "ratio", "limits"), RATIOS)
def test_the_ratio_of_medians_says_what_is_known(before, after, watched, ratio, limits):
    found = median_ratio(before, after, watched=watched)
    assert (found.ratio, found.limits.lower, found.limits.upper) == (ratio, *limits)


@pytest.mark.parametrize("spread", [0.5, 2.5])
def test_where_every_attempt_takes_longer_the_medians_say_how_much(spread):
    random = np.random.default_rng(3)
    kept = 0
    for _ in range(200):
        before, after = np.exp(spread * random.standard_normal((2, 30)))
        kept += 9.5 in median_ratio(before.tolist(), (9.5 * after).tolist()).limits
    assert kept >= 190


# Ranks of the 95 % order-statistic (sign-test) interval of a median, as textbooks tabulate them.
@pytest.mark.parametrize(
    ("count", "ranks"), [(5, None), (6, (1, 6)), (10, (2, 9)), (20, (6, 15)), (50, (18, 33))]
)
def test_limits_stand_at_the_published_ranks(count, ranks):
    limits = order_statistic_limits([float(rank) for rank in range(1, count + 1)])
    assert (limits.lower, limits.upper) == (ranks or (0.0, math.inf))


def test_limits_hold_the_median_as_often_as_they_say():
    generator = np.random.default_rng(0)
    samples = generator.exponential(1.0, (2000, 25))
    held = [
        math.log(2) in censored_median([x if x < 1.5 else None for x in sample]).limits for sample in samples
    ]
    assert np.mean(held) >= 0.95 - 3 * math.sqrt(0.95 * 0.05 / 2000)
