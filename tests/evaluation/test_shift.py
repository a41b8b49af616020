import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.evaluation import Proportion
from holdfast.evaluation.shift import deployment_rate, shifted_upper


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), st.floats(1, 20), st.integers(0, 2**32 - 1))
def test_no_deployment_within_the_bound_fails_more_often(rates, most, seed):
    """Any density ratio up to the bound makes the rate in deployment at most that many times as large."""
    random = np.random.default_rng(seed)
    tested = random.dirichlet(np.ones(len(rates)))
    deployed = np.minimum(tested * random.uniform(0, most, len(rates)), 1)
    # What is missing to 1 goes where the bound leaves room.
    room = tested * most - deployed
    missing = 1 - deployed.sum()
    deployed = deployed + room * missing / room.sum() if missing > 0 else deployed / deployed.sum()
    if (deployed <= tested * most * (1 + 1e-9)).all():
        assert deployed @ rates <= shifted_upper(tested @ rates, most) + 1e-9


def test_a_limit_is_multiplied_and_stays_a_rate():
    assert shifted_upper(1e-5, 3) == pytest.approx(3e-5)
    assert shifted_upper(0.4, 3) == 1.0
    assert shifted_upper(0.4, 1) == 0.4


def test_equal_weights_are_a_plain_sample():
    """Betting costs some of what the exact limit gives, and never goes below it here."""
    failed = np.zeros(10_000, dtype=bool)
    failed[:3] = True
    found = deployment_rate(np.ones(10_000), failed, largest=1.0)
    exact = Proportion(3, 10_000).upper()
    assert exact <= found.upper <= 2 * exact
    assert (found.rate, found.effective) == (pytest.approx(3e-4), pytest.approx(10_000))


def test_without_a_failure_the_largest_weight_decides():
    """The label floor: a prompt of the largest weight may fail and not have been drawn."""
    weights = np.array([0.8, 0.8, 0.8, 1.6] * 1000)
    found = deployment_rate(weights, np.zeros(4000, dtype=bool), largest=5.0)
    floor = 5.0 * math.log(20) / 4000
    assert floor <= found.upper <= 1.5 * floor
    assert found.effective < 4000


@pytest.mark.parametrize(
    ("weights", "largest", "says"),
    [
        ([0.5, 0.5, 0.5] * 400, 2.0, "the weights have mean 0.5"),
        ([3.0, 0.0, 0.0], 2.0, "from 0 to 3"),
        ([-1.0, 3.0, 1.0], 3.0, "run from -1"),
        ([float("nan"), 1.0, 1.0], 3.0, "weights run"),
        ([1.0], 2.0, "1 weights for"),
    ],
)
def test_what_is_no_density_ratio_is_refused(weights, largest, says):
    failed = np.zeros(max(3, len(weights)), dtype=bool)
    with pytest.raises(UserError, match=says):
        deployment_rate(weights, failed, largest)


@pytest.mark.parametrize("most", [0.5, math.inf, math.nan])
def test_a_bound_that_bounds_nothing_is_refused(most):
    with pytest.raises(UserError, match="a number from 1"):
        shifted_upper(0.1, most)
