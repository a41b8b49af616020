from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon
from scipy.stats import binom, entropy

from holdfast.core.errors import UserError
from holdfast.core.seeds import Stream
from holdfast.evaluation.deployment import Preference, Written, harmless_pairs, measure_evasion
from holdfast.evaluation.deployment.evasion import mcnemar
from holdfast.evaluation.deployment.exchange import Divergence, PairedCounts, exchanges
from holdfast.evaluation.deployment.text_measures import (
    distinct_share,
    entropy_bits,
    jensen_shannon,
    squared_distance,
)

WORDS = tuple("abcdefghij")


def write(rng, count, shares=None, length=6, phenomenon=0.3):
    """Texts of independent words, one phenomenon in some of them."""
    return [
        Written(
            tuple(rng.choice(WORDS, size=length, p=shares).tolist()),
            frozenset({"near_miss"} if rng.random() < phenomenon else ()),
        )
        for _ in range(count)
    ]


def test_a_filter_that_changes_nothing_is_seldom_accused():
    rng = np.random.default_rng(1)
    accused = sum(
        bool(measure_evasion(write(rng, 25), write(rng, 25), Stream(i), permutations=199).changed)
        for i in range(150)
    )
    assert accused <= 15  # 7.5 at most are expected; three standard deviations above


DULL = (0.55, *(0.05,) * 9)


@pytest.mark.parametrize(
    ("options", "must_change"),
    [
        ({"length": 4}, "words"),
        ({"shares": DULL}, "word_divergence"),
        ({"shares": DULL}, "entropy"),
        ({"shares": DULL}, "phrase_distance"),
        ({"shares": DULL}, "distinct_pairs"),
        ({"shares": DULL}, "told_apart"),
        ({"phenomenon": 0.02}, "phenomenon_divergence"),
    ],
)
def test_each_kind_of_evasion_is_seen(options, must_change):
    rng = np.random.default_rng(2)
    found = measure_evasion(write(rng, 300, **options), write(rng, 300), Stream(1), permutations=299)
    assert must_change in found.changed
    (shift,) = found.phenomena
    assert (shift.p_value < 1e-6) == (must_change == "phenomenon_divergence")
    assert found.pairs == 300
    assert found.preference is None


def test_the_figures_are_what_they_say():
    filtered = [Written(("a", "b", "a", "b")), Written(("a", "b"), frozenset({"x"}))]
    unfiltered = [Written(("a", "c"), frozenset({"x"})), Written(("a", "c"), frozenset({"x", "y"}))]
    quality = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    found = measure_evasion(filtered, unfiltered, Stream(1), quality=quality, permutations=19)
    assert (found.words.filtered, found.words.unfiltered) == (3, 2)
    assert (found.distinct_pairs.filtered, found.distinct_pairs.unfiltered) == (2 / 4, 1 / 2)
    assert (found.distinct_texts.filtered, found.distinct_texts.unfiltered) == (1, 1 / 2)
    assert found.preference == Preference(1, 1, 0)
    assert [(s.phenomenon, s.filtered.events, s.unfiltered.events) for s in found.phenomena] == [
        ("x", 1, 2),
        ("y", 0, 1),
    ]
    assert found.phenomenon_divergence.value == pytest.approx(jensenshannon([1, 1, 0], [0, 2, 1], 2) ** 2)
    assert found.told_apart.correct.trials + found.told_apart.ties == 1
    # ab, ba, ab and ab against ac and ac: mean shares (5/6, 1/6, 0) and (0, 0, 1)
    assert found.phrase_distance.value == pytest.approx((5 / 6) ** 2 + (1 / 6) ** 2 + 1)


def test_the_same_stream_gives_the_same_result():
    rng = np.random.default_rng(3)
    sides = write(rng, 20), write(rng, 20)
    assert measure_evasion(*sides, Stream(5), permutations=49) == measure_evasion(
        *sides, Stream(5), permutations=49
    )


@given(st.integers(0, 2**32 - 1), st.integers(2, 8), st.integers(1, 9))
def test_an_exchange_is_an_exchange(seed, pairs, cells):
    """Against exchanging the texts themselves and counting anew."""
    rng = np.random.default_rng(seed)
    first, second = (
        [rng.choice(WORDS, size=rng.integers(0, 5)).tolist() for _ in range(pairs)] for _ in range(2)
    )
    signs = exchanges(pairs, 6, rng)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("holdfast.evaluation.deployment.exchange._CELLS", cells)
        found = PairedCounts.of(first, second).under_exchange(signs, jensen_shannon)
    for column, value in zip(signs.T, found, strict=True):
        sides = [[], []]
        for sign, one, other in zip(column, first, second, strict=True):
            sides[0] += one if sign > 0 else other
            sides[1] += other if sign > 0 else one
        counts = np.array([[Counter(side)[w] for w in WORDS] for side in sides], dtype=float)
        if counts.sum(axis=1).all():
            expected = jensenshannon(*counts, base=2) ** 2
            assert value == pytest.approx(expected, abs=1e-9)
    assert (signs[:, 0] == 1).all()


@given(st.lists(st.integers(0, 30), min_size=2, max_size=9).filter(lambda c: sum(c) > 0))
def test_measures_against_scipy(counts):
    counts = np.array(counts, dtype=float)
    kinds = np.count_nonzero(counts)
    assert entropy_bits(counts) == pytest.approx(
        entropy(counts, base=2) + (kinds - 1) / (2 * counts.sum() * np.log(2))
    )
    other = counts[::-1] + 1
    assert jensen_shannon(counts, other) == pytest.approx(jensenshannon(counts, other, 2) ** 2)
    assert distinct_share(counts) == kinds / counts.sum()
    assert squared_distance(counts, other) == pytest.approx(((counts - other) ** 2).sum())


def test_the_corrected_divergence_is_near_the_true_one():
    """Plain Jensen–Shannon between samples is too large; less its mean under exchange it is nearly right."""
    rng = np.random.default_rng(4)
    dull = np.array((0.2, *(0.8 / 9,) * 9))
    truth = jensenshannon(dull, np.full(10, 0.1), 2) ** 2
    plain, corrected, none = [], [], []
    for _ in range(60):
        one, two, three = (
            [t.words for t in write(rng, 40, shares)] for shares in (dull, np.full(10, 0.1), np.full(10, 0.1))
        )
        signs = exchanges(40, 99, rng)
        found = Divergence.of(PairedCounts.of(one, two).under_exchange(signs, jensen_shannon))
        plain.append(found.value)
        corrected.append(found.corrected)
        same = Divergence.of(PairedCounts.of(two, three).under_exchange(signs, jensen_shannon))
        none.append(same.corrected)
    error = np.std(corrected) / np.sqrt(60)
    assert abs(np.mean(corrected) - truth) < 4 * error
    assert np.mean(plain) - truth > 6 * error
    assert abs(np.mean(none)) < 4 * np.std(none) / np.sqrt(60)


@pytest.mark.parametrize(
    ("only_first", "only_second", "expected"),
    [(0, 0, 1.0), (5, 5, 1.0), (0, 6, 2 / 64), (1, 9, 2 * binom.cdf(1, 10, 0.5))],
)
def test_mcnemar(only_first, only_second, expected):
    assert mcnemar(only_first, only_second) == pytest.approx(expected)


def pairs_by_hand(log_odds, catastrophic, threshold):
    half = log_odds.shape[1] // 2
    for row, (scores, labels) in enumerate(zip(log_odds, catastrophic, strict=True)):
        unfiltered = [i for i in range(half) if not labels[i]]
        filtered = [i for i in range(half, len(scores)) if not labels[i] and scores[i] < threshold]
        if unfiltered and filtered:
            yield row, filtered[0], unfiltered[0]


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(0, 12), st.integers(2, 7))
def test_pairs_are_of_one_prompt_and_of_independent_draws(seed, prompts, draws):
    rng = np.random.default_rng(seed)
    log_odds, catastrophic = rng.normal(size=(prompts, draws)), rng.random((prompts, draws)) < 0.5
    found = harmless_pairs(log_odds, catastrophic, 0.3)
    expected = list(pairs_by_hand(log_odds, catastrophic, 0.3))
    assert list(zip(found.rows, found.filtered, found.unfiltered, strict=True)) == expected
    assert found.left_out == prompts - len(expected)


def test_mistakes_are_named():
    one = Written(("a",))
    with pytest.raises(ValueError, match="no pairs"):
        measure_evasion([one], [one, one], Stream(1))
    with pytest.raises(UserError, match="draw more prompts"):
        measure_evasion([one], [one], Stream(1))
    with pytest.raises(ValueError, match="2 draws"):
        harmless_pairs(np.zeros((3, 1)), np.zeros((3, 1)), 0.0)
