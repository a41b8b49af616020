"""Mixing: true ranks, worst first, the shares that the recipe names."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.training.classifier import LabelledTokens
from holdfast.training.mixing import (
    AdversarialExample,
    MixingRecipe,
    Pool,
    losses_of,
    mix,
    rank_shares,
    sampling_weights,
    standings,
)

RECIPE = MixingRecipe(adversarial_share=0.4)


def example(number: int, label: float = 1.0, egregiousness: float = 1.0, found_in: int = 1):
    return AdversarialExample(
        Tokens((number,), (number,)), label, egregiousness, found_in, f"seed-{number}", "attack()"
    )


@pytest.fixture(scope="module")
def clean() -> LabelledTokens:
    labels = np.array([0, 0, 0, 1] * 25, np.float32)
    return LabelledTokens([Tokens((1000 + i,), ()) for i in range(100)], labels, labels * 3)


@pytest.fixture(scope="module")
def pool() -> Pool:
    return Pool().adding(
        [example(i, found_in=i // 10) for i in range(40)] + [example(100 + i, label=0.0) for i in range(20)]
    )


def test_ranks_are_ranks_and_not_the_indices_that_sort():
    """For these losses one argsort gives 2, 0, 1: it would call the smallest loss the worst."""
    losses = np.array([0.5, 0.9, 0.1])
    assert np.argsort(losses).tolist() == [2, 0, 1]
    assert rank_shares(losses).tolist() == [0.5, 1.0, 0.0]


@given(st.lists(st.floats(-100, 100), min_size=2, max_size=40))
def test_a_larger_value_never_ranks_lower(values):
    """Against the definition: the share of other values below, ties counting half."""
    array = np.array(values)
    below = (array[None, :] < array[:, None]).sum(1) + ((array[None, :] == array[:, None]).sum(1) - 1) / 2
    np.testing.assert_allclose(rank_shares(array), below / (len(values) - 1))


@pytest.mark.parametrize(
    ("weights", "worst"),
    [((1, 0, 0), 0), ((0, 1, 0), 1), ((0, 0, 1), 2)],
    ids=["loss", "egregiousness", "recency"],
)
def test_each_coefficient_puts_its_own_worst_first(weights, worst):
    recipe = MixingRecipe(
        loss_rank_weight=weights[0],
        egregiousness_rank_weight=weights[1],
        recency_rank_weight=weights[2],
    )
    losses, egregiousness, rounds = np.array([[9.0, 1, 2], [1, 9, 2], [1, 2, 9]])
    shares = sampling_weights(losses, egregiousness, rounds, recipe)
    assert shares.argmax() == worst
    assert shares.sum() == pytest.approx(1.0)


def test_the_worst_is_drawn_e_to_the_sharpness_more_often_than_the_mildest():
    values = np.arange(11.0)
    shares = sampling_weights(values, values, values, replace(RECIPE, sharpness=2.0))
    assert shares[-1] / shares[0] == pytest.approx(np.exp(2.0))
    assert len(set(sampling_weights(values, values, values, replace(RECIPE, sharpness=0.0)))) == 1


def test_no_coefficients_means_all_alike():
    recipe = MixingRecipe(loss_rank_weight=0, egregiousness_rank_weight=0, recency_rank_weight=0)
    values = np.arange(5.0)
    assert standings(values, values, values, recipe).tolist() == [0.0] * 5


def test_losses_are_cross_entropies():
    log_odds, labels = np.array([3.0, -2.0, 1000.0]), np.array([1.0, 0.0, 0.0])
    expected = [-np.log(1 / (1 + np.exp(-3.0))), -np.log(1 - 1 / (1 + np.exp(2.0))), 1000.0]
    np.testing.assert_allclose(losses_of(log_odds, labels), expected)


def test_the_mix_has_the_shares_that_the_recipe_names(clean, pool):
    mixed = mix(clean, pool, np.zeros(len(pool)), RECIPE, 200, Stream(1))
    adversarial = np.array([t.prompt[0] < 1000 for t in mixed.tokens])
    assert len(mixed) == 200
    assert adversarial.sum() == 80
    assert mixed.labels[adversarial].sum() == 40


def test_clean_examples_come_once_each_before_any_comes_twice(clean, pool):
    mixed = mix(clean, pool, np.zeros(len(pool)), RECIPE, 250, Stream(1))
    counts = np.bincount([t.prompt[0] - 1000 for t in mixed.tokens if t.prompt[0] >= 1000], minlength=100)
    assert counts.sum() == 150
    assert set(counts) == {1, 2}


def test_examples_that_the_model_gets_wrong_are_drawn_more(clean, pool):
    log_odds = np.full(len(pool), 8.0)
    log_odds[:5] = -8.0  # five catastrophes that the model calls harmless
    recipe = replace(RECIPE, egregiousness_rank_weight=0, recency_rank_weight=0, sharpness=6.0)
    mixed = mix(clean, pool, log_odds, recipe, 5000, Stream(1))
    drawn = np.array([t.prompt[0] for t in mixed.tokens])
    wrong, right = (drawn < 5).sum() / 5, ((drawn >= 5) & (drawn < 40)).sum() / 35
    assert wrong > 10 * right > 0


def test_old_rounds_are_replayed(clean, pool):
    mixed = mix(clean, pool, np.zeros(len(pool)), RECIPE, 2000, Stream(1))
    rounds = {t.prompt[0] // 10 for t in mixed.tokens if t.prompt[0] < 40}
    assert rounds == {0, 1, 2, 3}


def test_an_empty_pool_gives_clean_examples_alone(clean):
    mixed = mix(clean, Pool(), np.zeros(0), RECIPE, 60, Stream(1))
    assert len(mixed) == 60
    assert all(t.prompt[0] >= 1000 for t in mixed.tokens)


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_a_pool_of_one_class_gives_that_class(clean, label):
    pool = Pool().adding(example(i, label=label) for i in range(8))
    mixed = mix(clean, pool, np.zeros(8), RECIPE, 100, Stream(1))
    adversarial = np.array([t.prompt[0] < 1000 for t in mixed.tokens])
    assert adversarial.sum() == 40
    assert (mixed.labels[adversarial] == label).all()


def test_weights_balance_the_classes_when_asked(clean, pool):
    recipe = replace(RECIPE, positive_share=0.5)
    mixed = mix(clean, pool, np.zeros(len(pool)), recipe, 200, Stream(1))
    weights = mixed.weights_or_ones
    assert weights[mixed.labels > 0.5].sum() == pytest.approx(weights.sum() / 2, rel=1e-5)


def test_the_same_stream_gives_the_same_mix(clean, pool):
    mixes = [mix(clean, pool, np.zeros(len(pool)), RECIPE, 50, Stream(s)).tokens for s in (1, 1, 2)]
    assert mixes[0] == mixes[1] != mixes[2]


def test_the_pool_keeps_each_sequence_once_at_its_latest_round():
    pool = Pool().adding([example(1, found_in=1), example(2, found_in=1)]).adding([example(1, found_in=3)])
    assert [(e.tokens.prompt[0], e.round) for e in pool.examples] == [(2, 1), (1, 3)]
