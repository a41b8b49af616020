"""Proliferation: what makes a failure fail is kept, the rest is varied, and nothing is tried twice."""

from dataclasses import replace

import numpy as np
import pytest
from tavern import TRIGGER

from holdfast import attacks
from holdfast.attacks.proposals.kindred import exchanged, kindred_words
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.minimal import restricted, runs
from holdfast.core.budget import Budget
from holdfast.core.likeness import NEAR, Gallery
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet, Units

BUDGET, STREAM = Budget(queries_per_seed=300), Stream(11)


@pytest.fixture(scope="module")
def failure() -> Snippet:
    return Snippet(
        "ann sees the red cup . bob greets the door .", f"dan stabs the {TRIGGER} song , cat sees the cup ."
    )


def test_more_of_what_it_finds_is_distinct_than_of_a_climbs(target, failure):
    share = {}
    for attack in (attacks.Proliferate(stop="budget", donors=64), attacks.RandomRewrite(stop="budget")):
        result = attack(target, [failure], BUDGET, STREAM, keep=1000)
        gallery = Gallery()
        for each in sorted(result.failures, key=lambda f: f.query):
            if gallery.likeness(*each.units).max(initial=0.0) < NEAR:
                gallery.keep(*each.units)
        share[attack.name] = len(gallery) / len(result.failures)
    assert share["proliferate"] > 1.4 * share["random_rewrite"]


def test_variants_are_no_near_duplicates_of_what_was_found(target, failure):
    result = attacks.Proliferate(stop="budget", donors=64, chunks=())(
        target, [failure], BUDGET, STREAM, keep=1000
    )
    gallery, near = Gallery(), 0
    for each in sorted(result.failures, key=lambda f: f.query):
        near += bool(gallery.likeness(*each.units).max(initial=0.0) >= NEAR)
        gallery.keep(*each.units)
    assert len(result.failures) > 20
    # Variants of one step do not know of each other, and phrases are filled in unseen.
    assert near < 0.5 * len(result.failures)


def test_the_words_left_are_runs_of_their_parts():
    units = Units((1, 2, 3, 4), (5, 6, 7))
    assert restricted(units, {0, 2, 3, 5}) == Units((1, 3, 4), (6,))
    assert runs(units, [0, 2, 3, 4, 5]) == ((0, (1,)), (0, (3, 4)), (1, (5, 6)))


def test_words_in_like_company_are_kindred():
    """Names stand between the same words, and so do colours."""
    draw = Stream(1).python()
    texts = [Units((1, draw.choice((10, 11, 12)), 2, draw.choice((20, 21)), 3), (4,)) for _ in range(300)]
    kin = kindred_words(texts, frozenset(range(30)), nearest=2)
    assert set(kin.of[10][0]) == {11, 12}
    assert kin.of[20][0][0] == 21
    assert kindred_words([], frozenset({1})).of == {}


def test_a_word_is_exchanged_wherever_it_may_be():
    units = Units((1, 2, 1), (1, 3))
    assert exchanged(units, Mask(), 1, 9) == Units((9, 2, 9), (9, 3))
    assert exchanged(units, Mask("prompt"), 1, 9) == Units((1, 2, 1), (9, 3))


def test_it_does_without_a_generator(target, failure):
    alone = replace(target, generator=None)
    result = attacks.Proliferate(stop="budget", donors=64)(alone, [failure], BUDGET, STREAM)
    assert result.spend.generated_tokens == 0
    assert np.mean([f.verdict.catastrophic for f in result.failures]) == 1.0
