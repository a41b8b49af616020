from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.likeness import Gallery
from holdfast.evaluation.duplicates import SIMILARITY, SnippetWords, distinct

words = st.lists(st.sampled_from("abc"), max_size=8).map(tuple)
snippets = st.lists(st.builds(SnippetWords, words, words), max_size=25)
similarities = st.sampled_from([0.2, 0.5, 0.6, 0.75, 0.9, 1.0])

TEN = tuple("abcdefghij")
PROMPT = tuple("the old king slept in the hall .".split())


def runs(text):
    marked = ("<", *text, ">")
    width = min(3, len(marked))
    return Counter(marked[i : i + width] for i in range(len(marked) - width + 1))


def jaccard(one, other):
    one, other = runs(one), runs(other)
    return sum((one & other).values()) / sum((one | other).values())


def near(one, other, similarity):
    """The rule as the module's docstring tells it."""
    if similarity == 1 or one == other:
        return one == other
    return (jaccard(one[0], other[0]) + jaccard(one[1], other[1])) / 2 >= similarity


def slow_distinct(some, similarity):
    kept, of = [], []
    for i, snippet in enumerate(some):
        twin = next((k for k in kept if near(some[k], snippet, similarity)), i)
        if twin == i:
            kept.append(i)
        of.append(twin)
    return tuple(kept), tuple(of)


@given(snippets, similarities)
def test_it_is_the_rule_applied_one_by_one(some, similarity):
    found = distinct(some, similarity)
    assert [found.kept.index(k) for k in found.kept] == list(range(len(found)))
    kept, _ = slow_distinct(some, similarity)
    assert found.kept == kept
    for place, twin in enumerate(found.of):
        assert twin in kept
        assert near(some[twin], some[place], similarity)


@given(snippets, similarities)
def test_once_is_enough_and_the_first_is_kept(some, similarity):
    kept = distinct(some, similarity).kept
    assert distinct([some[i] for i in kept], similarity).kept == tuple(range(len(kept)))
    assert kept == tuple(sorted(kept))
    assert not some or kept[0] == 0


@given(snippets)
def test_at_one_all_different_ones_are_kept(some):
    assert len(distinct(some, 1.0)) == len(set(some))


@given(snippets, similarities)
def test_what_comes_later_changes_nothing_before(some, similarity):
    half = len(some) // 2
    whole = distinct(some, similarity)
    assert distinct(some[:half], similarity).of == whole.of[:half]


@pytest.mark.parametrize(
    ("other", "count"),
    [
        (TEN, 1),
        (("x", *TEN[1:]), 1),
        ((*TEN[:2], "x", *TEN[3:7], "x", *TEN[8:]), 1),  # two words in the middle
        ((*TEN[:1], "x", *TEN[2:4], "x", *TEN[5:7], "x", *TEN[8:]), 2),  # three
        (tuple("klmnopqrst"), 2),
    ],
)
def test_completions_of_ten_words_after_the_same_prompt(other, count):
    assert len(distinct([SnippetWords(PROMPT, TEN), SnippetWords(PROMPT, other)])) == count


def test_another_prompt_makes_another_failure():
    other = tuple("nobody was at home that day .".split())
    assert len(distinct([SnippetWords(PROMPT, TEN), SnippetWords(other, TEN)])) == 2


def test_repeats_count():
    long, short = SnippetWords((), ("a",) * 12), SnippetWords((), ("a",) * 4)
    assert len(distinct([long, short], 0.9)) == 2


@pytest.mark.parametrize("similarity", [0.0, -1.0, 1.01])
def test_other_similarities_are_refused(similarity):
    with pytest.raises(ValueError, match="similarity"):
        distinct([], similarity)


def test_the_rule_is_pinned():
    assert SIMILARITY == 0.6


parts = st.lists(st.integers(0, 2), max_size=6).map(tuple)


@given(st.lists(st.tuples(parts, parts), min_size=1, max_size=8))
def test_near_is_what_the_likeness_says(snippets):
    gallery = Gallery()
    for one in snippets:
        for least in (0.3, 0.5, 0.6, 1.0):
            expected = bool((gallery.likeness(*one) >= least).any())
            assert gallery.near(*one, least) == expected
        gallery.keep(*one)
