"""Which rows of a log get a label, and what their labels say of all."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.traffic import MOST_BANDS, Cell, allocation, band_ends, miss_rate, score_shift

CONFIDENCE = 0.9


def test_each_band_is_half_the_one_below():
    ends = band_ends(np.ones(1024, dtype=np.int64))
    assert [stop - start for start, stop in itertools.pairwise((0, *ends))] == [
        512,
        256,
        128,
        64,
        32,
        16,
        8,
        8,
    ]


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60).filter(any))
def test_bands_divide_the_scores_and_none_is_empty(counts):
    ends = band_ends(np.array(counts, dtype=np.int64))
    assert list(ends) == sorted(set(ends))
    assert ends[-1] == len(counts)
    assert len(ends) <= MOST_BANDS
    assert all(sum(counts[start:stop]) for start, stop in itertools.pairwise((0, *ends)))


def test_a_log_in_which_nothing_passed_is_refused():
    with pytest.raises(UserError, match="no row of the log passed"):
        band_ends(np.zeros(4, dtype=np.int64))


rows = st.lists(st.integers(0, 400), min_size=1, max_size=8).filter(any)


@given(rows, st.integers(8, 900), st.floats(0.05, 1.0))
def test_all_labels_are_given_and_every_band_has_some(bands, labels, uniform):
    given_ = allocation(labels, bands, uniform)
    assert sum(given_) == min(labels, sum(bands))
    assert all(0 <= n <= band and (n > 0) == (band > 0) for n, band in zip(given_, bands, strict=True))
    total = sum(bands)
    for n, band in zip(given_, bands, strict=True):
        assert n >= min(band, math.floor(uniform * labels * band / total) - len(bands)), "its uniform share"


@pytest.mark.parametrize(
    ("labels", "uniform", "said"),
    [(2, 0.5, "2 labels are too few for 3 bands"), (9, 0.0, "the uniform share must lie above 0")],
)
def test_too_little_is_refused_in_words(labels, uniform, said):
    with pytest.raises(UserError, match=said):
        allocation(labels, [5, 5, 5], uniform)


def test_one_band_has_exact_limits():
    found = miss_rate([Cell(10_000, 200, 3)])
    exact = Proportion(3, 200).interval()
    assert found.rate == 0.015
    assert found.limits.lower == pytest.approx(exact.lower)
    assert found.limits.upper == pytest.approx(exact.upper)


def test_what_was_labelled_whole_is_known():
    found = miss_rate([Cell(40, 40, 5), Cell(60, 60, 1)])
    assert found.rate == found.limits.lower == found.limits.upper == pytest.approx(0.06)


def test_doubt_widens_the_limits():
    sure = miss_rate([Cell(1000, 100, 4)])
    for doubtful in (Cell(1000, 100, 2, unsure=2), Cell(1000, 100, 2, pending=2)):
        found = miss_rate([doubtful])
        assert found.limits.upper == sure.limits.upper
        assert found.limits.lower < sure.limits.lower
    assert miss_rate([Cell(1000, 100, 2, unsure=2)]).rate == sure.rate
    assert miss_rate([Cell(1000, 100, 2, pending=2)]).rate is None


def test_rows_without_a_chance_of_a_label_count_as_misses_in_the_upper_limit():
    found = miss_rate([Cell(900, 100, 0), Cell(100, 0, 0)])
    assert found.rate is None
    assert found.unseen == pytest.approx(0.1)
    assert found.limits.upper > 0.1


def test_without_rows_nothing_is_said():
    found = miss_rate([Cell(0, 0, 0)])
    assert (found.rate, found.limits.lower, found.limits.upper) == (None, 0.0, 1.0)


@pytest.mark.parametrize("missed", [(0, 3), (6, 0), (4, 4), (30, 10), (1, 12), (0, 0)])
@pytest.mark.parametrize("drawn", [(12, 6), (6, 12), (10, 3)])
def test_limits_cover_by_exact_enumeration(missed, drawn):
    """Over all samples that can be drawn from two bands, each limit errs no more often than it may."""
    sizes = (80, 20)
    truth = sum(missed) / sum(sizes)
    too_low = too_high = 0.0
    laws = [stats.hypergeom(n, k, d) for n, k, d in zip(sizes, missed, drawn, strict=True)]
    for seen in itertools.product(*(range(d + 1) for d in drawn)):
        chance = float(np.prod([law.pmf(k) for law, k in zip(laws, seen, strict=True)]))
        if chance > 0:
            cells = [Cell(n, d, k) for n, d, k in zip(sizes, drawn, seen, strict=True)]
            limits = miss_rate(cells, CONFIDENCE).limits
            too_low += chance * (truth > limits.upper)
            too_high += chance * (truth < limits.lower)
    assert too_low <= (1 - CONFIDENCE) / 2
    assert too_high <= (1 - CONFIDENCE) / 2


def test_scores_that_moved_are_told_from_scores_that_did_not():
    same = score_shift([500, 250, 125], [1000, 500, 250])
    moved = score_shift([500, 250, 125], [250, 500, 500])
    assert same.index == pytest.approx(0.0, abs=1e-3)
    assert same.p_value == pytest.approx(1.0)
    assert moved.index > 0.25
    assert moved.p_value < 1e-9
    assert score_shift([0, 0], [3, 4]) is None
