"""Distinct n-grams of texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation.diversity import distinct_ngrams

TEXTS = st.lists(st.lists(st.sampled_from("abc"), max_size=6), max_size=6)


@pytest.mark.parametrize(
    ("texts", "n", "share"),
    [
        (["abab"], 1, 2 / 4),
        (["abab"], 2, 2 / 3),
        (["ab", "ab"], 2, 1 / 2),
        (["ab", "ba"], 2, 1),
        (["a", "b"], 2, None),
        ([], 1, None),
    ],
)
def test_distinct_runs_are_counted_over_all_texts(texts, n, share):
    assert distinct_ngrams(texts, n) == share


@given(TEXTS, st.integers(1, 3))
def test_said_twice_it_is_half_as_diverse(texts, n):
    once = distinct_ngrams(texts, n)
    twice = distinct_ngrams(texts + texts, n)
    assert twice == (None if once is None else pytest.approx(once / 2))
