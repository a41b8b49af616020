"""Krippendorff's alpha: his published examples, a slow implementation of its definition, and properties."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.seeds import Stream
from holdfast.evaluation.agreement import interval_agreement, nominal_agreement

STREAM = Stream(7)


def by_item(*raters: str) -> list[list[int]]:
    """Rows of raters, a character an item and `.` where one is missing, as items."""
    return [[ord(x) - ord("0") for x in column if x != "."] for column in zip(*raters, strict=True)]


# K. Krippendorff, 'Computing Krippendorff's Alpha-Reliability' (2011), examples A to C; the last is also
# table 4 of Hayes and Krippendorff's exposition (2007), with its published alpha of interval data.
BINARY = by_item("0100000010", "1110010000")
NOMINAL = by_item("112243335441", "212223335444")
MISSING = by_item("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


@pytest.mark.parametrize(
    ("measure", "items", "alpha"),
    [
        (nominal_agreement, BINARY, 0.095),
        (nominal_agreement, NOMINAL, 0.692),
        (nominal_agreement, MISSING, 0.743),
        (interval_agreement, MISSING, 0.849),
    ],
)
def test_published_examples(measure, items, alpha):
    assert measure(items, STREAM).alpha == pytest.approx(alpha, abs=5e-4)


def test_an_item_with_one_rating_says_nothing():
    found = nominal_agreement(MISSING, STREAM)
    assert (found.items, found.ratings) == (11, 40)
    assert found == nominal_agreement([item for item in MISSING if len(item) > 1], STREAM)


def slow_alpha(items, distance):
    """The definition: mean distance within items over the mean distance of any two ratings."""
    rated = [item for item in items if len(item) > 1]
    everything = [x for item in rated for x in item]
    if not everything:
        return None
    n = len(everything)
    within = (
        sum(sum(distance(a, b) for a, b in permutations(item, 2)) / (len(item) - 1) for item in rated) / n
    )
    between = sum(distance(a, b) for a, b in permutations(everything, 2)) / (n * (n - 1))
    return None if between == 0 else 1 - within / between


RATINGS = st.lists(st.lists(st.integers(0, 4), max_size=4), max_size=8)


@given(RATINGS)
def test_it_is_what_the_definition_says(items):
    for measure, distance in (
        (nominal_agreement, lambda a, b: float(a != b)),
        (interval_agreement, lambda a, b: float((a - b) ** 2)),
    ):
        expected = slow_alpha(items, distance)
        found = measure(items, STREAM).alpha
        assert found is None if expected is None else found == pytest.approx(expected, abs=1e-9)


@given(RATINGS, st.floats(0.1, 10), st.floats(-100, 100))
def test_scale_and_origin_of_numbers_do_not_matter(items, scale, origin):
    moved = [[scale * x + origin for x in item] for item in items]
    before, after = interval_agreement(items, STREAM).alpha, interval_agreement(moved, STREAM).alpha
    assert after is None if before is None else after == pytest.approx(before, abs=1e-6)


def test_perfect_agreement_is_one_and_equal_ratings_are_undefined():
    assert nominal_agreement([["a", "a"], ["b", "b"]], STREAM).alpha == 1.0
    assert nominal_agreement([["a", "a"], ["a", "a"]], STREAM).alpha is None
    assert interval_agreement([[3.3, 3.3]] * 5, STREAM).alpha is None
    assert nominal_agreement([], STREAM).alpha is None


def test_the_interval_holds_the_estimate_narrows_with_items_and_repeats():
    few, many = nominal_agreement(BINARY * 4, STREAM), nominal_agreement(BINARY * 40, STREAM)
    assert few.interval is not None
    assert many.interval is not None
    assert few.alpha in few.interval
    assert many.interval.upper - many.interval.lower < few.interval.upper - few.interval.lower
    assert few == nominal_agreement(BINARY * 4, STREAM)
    assert few.interval != nominal_agreement(BINARY * 4, STREAM, 0.5).interval


def test_the_interval_covers_the_truth_about_as_often_as_it_says():
    """Two raters who copy the truth with chance 0.8 and else toss a coin: alpha is 0.64."""
    random = np.random.default_rng(1)
    covered = 0
    for turn in range(100):
        truth = random.integers(0, 2, size=(150, 1))
        guess = random.integers(0, 2, size=(150, 2))
        labels = np.where(random.random((150, 2)) < 0.8, truth, guess)
        interval = nominal_agreement(labels.tolist(), STREAM.child(turn)).interval
        covered += interval is not None and 0.64 in interval
    assert 85 <= covered <= 100


def test_a_confidence_of_one_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        nominal_agreement(BINARY, STREAM, 1.0)
