"""Minimal pairs: the nearest harmless text, found as its definition has it, and drawn with each failure."""

from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Tokens
from holdfast.training.classifier import LabelledTokens
from holdfast.training.mixing import AdversarialExample, Pool, mix, partners
from holdfast.training.pairs import nearest
from holdfast.training.recipes import MixingRecipe

ids = st.lists(st.integers(0, 3), max_size=6).map(tuple)
texts = st.lists(st.builds(Tokens, ids, ids), min_size=1, max_size=12)
RECIPE = MixingRecipe(adversarial_share=0.5)


def likeness(one: Tokens, other: Tokens) -> float:
    """Jaccard's similarity of multisets, by its definition."""
    bags = [
        Counter((part, each) for part, own in enumerate(text) for each in (*own, *pairwise(own)))
        for text in (one, other)
    ]
    either = sum((bags[0] | bags[1]).values())
    return sum((bags[0] & bags[1]).values()) / either if either else 0.0


@settings(max_examples=40)
@given(texts, texts)
def test_nearest_is_the_most_alike_by_the_definition(asked, others):
    found = nearest(asked, others)
    assert len(found) == len(asked)
    for text, place in zip(asked, found.tolist(), strict=True):
        likenesses = [likeness(text, other) for other in others]
        assert likenesses[place] == pytest.approx(max(likenesses))


def test_a_text_is_nearest_to_itself_and_one_needs_something_to_be_near_to():
    some = [Tokens((i,), (i, i + 1)) for i in range(600)]  # more than one block
    assert nearest(some, some).tolist() == list(range(600))
    assert nearest([], some).tolist() == []
    with pytest.raises(ValueError, match="no other text"):
        nearest(some, [])


def example(words: tuple[int, ...], label: float, attack: str = "one", round_: int = 1) -> AdversarialExample:
    return AdversarialExample(Tokens(words, words), label, 1.0, round_, "", attack)


def pool_of(*examples: AdversarialExample) -> Pool:
    return Pool().adding(examples)


PAIRED = pool_of(
    example((1, 2, 3), 1.0),
    example((1, 2, 4), 0.0),
    example((7, 8, 9), 0.0),
    example((7, 8, 5), 1.0),
    example((1, 2, 6), 0.0, attack="other"),
    example((1, 2, 3, 9), 1.0, attack="third"),
)


def test_a_partner_is_of_the_same_making_where_that_left_one():
    assert partners(PAIRED, np.array([0, 3, 0])).tolist() == [1, 2, 1]
    assert partners(PAIRED, np.array([5])).tolist() in ([1], [4])


@settings(max_examples=20)
@given(st.integers(2, 60), st.integers(0, 5))
def test_with_pairs_every_harmless_example_drawn_is_a_partner(size, seed):
    clean = LabelledTokens([Tokens((100,), ())], np.zeros(1, np.float32), np.zeros(1, np.float32))
    recipe = replace(RECIPE, adversarial_share=1.0, minimal_pairs=True)
    mixed = mix(clean, PAIRED, np.zeros(len(PAIRED)), recipe, size, Stream(seed))
    bad = mixed.labels > 0.5
    place = {each.tokens: number for number, each in enumerate(PAIRED.examples)}
    drawn = np.array([place[tokens] for tokens in mixed.tokens])
    assert abs(int(bad.sum()) - size / 2) <= 0.5
    assert set(drawn[~bad].tolist()) <= set(partners(PAIRED, drawn[bad]).tolist())


def test_pairs_of_a_pool_without_harmless_examples_are_the_failures_alone():
    clean = LabelledTokens([Tokens((100,), ())], np.zeros(1, np.float32), np.zeros(1, np.float32))
    pool = pool_of(example((1,), 1.0), example((2,), 1.0))
    mixed = mix(clean, pool, np.zeros(2), replace(RECIPE, minimal_pairs=True), 10, Stream(0))
    assert mixed.labels.sum() == 5


def test_pairs_are_half_and_half():
    with pytest.raises(UserError, match=r"0\.5, not 0\.7"):
        MixingRecipe(minimal_pairs=True, adversarial_positive_share=0.7)


def attacks_of(data: LabelledTokens, label: float) -> list[int]:
    """Which attack wrote each example of one class: the first word says it."""
    return [t.prompt[0] for t, own in zip(data.tokens, data.labels.tolist(), strict=True) if own == label]


@settings(max_examples=20)
@given(st.lists(st.integers(1, 40), min_size=2, max_size=4))
def test_balanced_draws_are_even_over_attacks_whatever_each_found(counts):
    clean = LabelledTokens([Tokens((1000,), ())], np.zeros(1, np.float32), np.zeros(1, np.float32))
    found = [
        example((attack, number), float(bad), str(attack))
        for attack, count in enumerate(counts)
        for number in range(count)
        for bad in (number % 2,)
    ]
    pool = pool_of(*found)
    recipe = replace(RECIPE, adversarial_share=1.0, balanced_by="attack", sharpness=2.0)
    mixed = mix(clean, pool, np.zeros(len(pool)), recipe, 8000, Stream(1))
    for label in (0.0, 1.0):
        drawn = Counter(attacks_of(mixed, label))
        have = set(attacks_of(pool.labelled(), label))
        assert set(drawn) == have
        share = sum(drawn.values()) / max(1, len(have))
        assert all(abs(count - share) < 0.12 * sum(drawn.values()) for count in drawn.values())


def test_the_worst_come_first_within_each_attack():
    pool = pool_of(*(example((a, n), 1.0, str(a)) for a, count in ((0, 4), (1, 40)) for n in range(count)))
    log_odds = np.array([-8.0 if each.tokens.prompt[1] == 0 else 8.0 for each in pool.examples])
    recipe = replace(
        RECIPE,
        adversarial_share=1.0,
        balanced_by="attack",
        sharpness=6.0,
        egregiousness_rank_weight=0,
        recency_rank_weight=0,
    )
    clean = LabelledTokens([Tokens((1000,), ())], np.zeros(1, np.float32), np.zeros(1, np.float32))
    mixed = mix(clean, pool, log_odds, recipe, 4000, Stream(1))
    drawn = Counter(t.prompt for t in mixed.tokens)
    for attack, others in ((0, 3), (1, 39)):
        rest = sum(drawn[(attack, number)] for number in range(1, others + 1)) / others
        assert drawn[(attack, 0)] > 5 * rest > 0


def test_the_page_names_every_option_of_a_mix():
    page = (Path(__file__).parents[2] / "docs" / "rounds.md").read_text(encoding="utf-8")
    assert [each.name for each in fields(MixingRecipe) if f"`{each.name}`" not in page] == []
