import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation.medians import censored_median, order_statistic_limits

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
