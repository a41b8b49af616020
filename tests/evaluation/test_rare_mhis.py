"""MHIS on tasks whose truth is counted, and the mixture's weights against exact integrals."""

import math

import numpy as np
import pytest
from scipy.special import logsumexp

from holdfast.core.seeds import Stream
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.rare.chain import RareFailure
from holdfast.evaluation.rare.guided import GRADIENT_QUERIES, GradientGuided
from holdfast.evaluation.rare.mhis import MHISSettings, estimate_by_mhis
from holdfast.evaluation.rare.mixture_weights import find_log_normalisers, mixture_share
from holdfast.evaluation.rare.token_independent import TokenIndependent

BITS = TokenIndependent.uniform((0, 1), 14, 7)
FEWEST_ONES = 13


def ones(states):
    return np.array([sum(s.prompt) + sum(s.completion) for s in states], dtype=float)


def starts_with_one(states):
    return np.array([s.prompt[0] == 1 for s in states])


EVENT = RareFailure(BITS, lambda s: -ones(s), starts_with_one, 0.5 - FEWEST_ONES)
TRUTH = sum(math.comb(13, n - 1) for n in range(FEWEST_ONES, 15)) / 2**14
"""A first one, and at least twelve more: 14 of 16,384 strings."""


@pytest.mark.parametrize(
    "settings",
    [
        MHISSettings(200, 20, (2.0,), steps=120, burn_in=40),
        MHISSettings(200, 20, (3.0, 1.5), steps=60, burn_in=30),
        MHISSettings(200, 20, (2.0,), steps=120, burn_in=40, normaliser="chains"),
    ],
    ids=["bridge", "bridge of two", "as published"],
)
def test_finds_the_rate_of_a_counted_failure(settings):
    found = [estimate_by_mhis(EVENT, settings, Stream(1).child(i)) for i in range(16)]
    values = np.array([r.estimate.value for r in found])
    assert abs(values.mean() / TRUTH - 1) < 4 * values.std() / TRUTH / 4
    assert values.std() / TRUTH < 0.7
    assert sum(TRUTH in r.estimate.interval for r in found) >= 13
    assert np.mean([r.chain_failures for r in found]) > 4 * TRUTH
    assert all(r.diagnostics.acceptance > 0.2 for r in found)


def test_gradient_guided_chains_find_it_too_and_pay_for_their_gradients():
    slopes = np.tile([0.0, 1.0], (14, 1))
    settings = MHISSettings(200, 20, (2.0,), steps=100, burn_in=30)
    values = []
    for i in range(12):
        guide = GradientGuided(BITS, lambda states: [slopes] * len(states), 2.0)
        found = estimate_by_mhis(EVENT, settings, Stream(2).child(i), guide=guide)
        values.append(found.estimate.value)
        assert guide.queries == 2 * GRADIENT_QUERIES * 20 * 130
        assert found.estimate.queries > guide.queries
    mean, error = np.mean(values), np.std(values) / math.sqrt(12)
    assert abs(mean - TRUTH) < 4 * error


def test_the_same_stream_gives_the_same_and_costs_are_counted():
    asked = []

    def scorer(states):
        asked.append(len(states))
        return -ones(states)

    event = RareFailure(BITS, scorer, starts_with_one, 0.5 - FEWEST_ONES)
    settings = MHISSettings(100, 10, (2.0,), steps=20, burn_in=10)
    first = estimate_by_mhis(event, settings, Stream(5))
    assert first.estimate.queries == sum(asked)
    assert first.estimate.queries <= 100 + 10 * 30
    assert estimate_by_mhis(event, settings, Stream(5)) == first


def test_without_failures_the_limit_is_that_of_the_plain_draws():
    event = RareFailure(BITS, lambda s: -ones(s), starts_with_one, -20.0)
    found = estimate_by_mhis(event, MHISSettings(100, 4, (2.0,), steps=5, burn_in=0), Stream(5)).estimate
    assert (found.value, found.interval.lower) == (0.0, 0.0)
    assert found.interval.upper == pytest.approx(Proportion(0, 100).interval().upper)


def test_without_catastrophes_no_chain_starts():
    event = RareFailure(BITS, lambda s: -ones(s), lambda s: np.zeros(len(s), dtype=bool), -12.5)
    found = estimate_by_mhis(event, MHISSettings(draws=100), Stream(5))
    assert found.estimate.value == 0
    assert found.diagnostics.proposals == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"chains": 1},
        {"steps": 0},
        {"temperatures": ()},
        {"temperatures": (0.0,)},
        {"temperatures": (2.0, 1.0), "normaliser": "chains"},
    ],
)
def test_settings_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match=r"MHIS needs|temperature"):
        MHISSettings(**wrong)


def test_the_mixture_finds_normalisers_and_a_rare_share_known_exactly():
    """Energies -x of exponential x: tilted by rate r they are exponential of rate 1 + r... in reverse, here
    x is uniform on 0..20 and energies -x, so that Z_r = (1 - exp(-20 r)) / (20 r), and x < 0.01 is rare."""
    draw, rates = np.random.default_rng(6), np.array([0.0, 0.5, 3.0])
    counts = np.array([2000, 2000, 2000])
    levels = draw.random((3, 2000))
    x = [levels[0] * 20]
    x += [-np.log1p(-own * (1 - np.exp(-20 * r))) / r for own, r in zip(levels[1:], rates[1:], strict=True)]
    energies = -np.concatenate(x)
    found = find_log_normalisers(energies, rates, counts)
    exact = [0.0, *(math.log((1 - math.exp(-20 * r)) / (20 * r)) for r in (0.5, 3.0))]
    assert found == pytest.approx(exact, abs=0.1)
    shares = logsumexp(np.outer(energies, rates) + np.log(counts) - found, axis=1)
    assert np.exp(np.log(counts) + np.outer(energies, rates) - found - shares[:, None]).sum(
        axis=0
    ) == pytest.approx(counts, rel=1e-6)
    share = mixture_share(energies, energies > -0.01, rates, counts, found)
    assert share == pytest.approx(0.01 / 20, rel=0.3)
