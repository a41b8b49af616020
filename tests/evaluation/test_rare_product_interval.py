"""A share times a second factor: limits against both factors' own, and coverage by simulation."""

import math

import numpy as np
import pytest
from scipy.stats import gamma

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.product_interval import product_interval


def exactly(levels):
    return np.zeros(len(levels))


@pytest.mark.parametrize(("events", "trials"), [(0, 50), (3, 50), (50, 50), (24, 1000)])
def test_is_clopper_and_pearsons_where_the_second_factor_is_known(events, trials):
    share = Proportion(events, trials)
    found, exact = product_interval(share, exactly, exactly, 0.95), share.interval(0.95)
    assert found.lower == pytest.approx(exact.lower, rel=2e-3)
    assert found.upper == pytest.approx(exact.upper, rel=2e-3)


def test_holds_the_product_of_a_binomial_and_a_poisson_rate_at_least_as_often_as_it_says():
    """200 draws at 10 %, then walks whose jumps are Poisson with mean -N log(p), as splitting counts them."""
    draw, share, rest, walks = np.random.default_rng(4), 0.1, 1e-3, 20
    held = 0
    for _ in range(200):
        events = int(draw.binomial(200, share))
        jumps = int(draw.poisson(-walks * math.log(rest)))
        found = product_interval(
            Proportion(events, 200),
            lambda u, k=jumps: -gamma.ppf(1 - u, k + 1) / walks,
            lambda u, k=jumps: -gamma.ppf(1 - u, k) / walks,
            0.9,
        )
        held += share * rest in found
    assert Proportion(held, 200).upper(0.999) >= 0.9  # not below nominal
    assert held / 200 < 0.98  # nor so wide as to say nothing
