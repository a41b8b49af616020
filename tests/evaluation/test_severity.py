"""Severity bands, the worst failure a budget buys, and bounds on what is worse."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.evaluation.severity import (
    BANDS,
    Search,
    band_of,
    by_severity,
    none_above,
    worst_bound,
    worst_by_budget,
)

grades = st.floats(0, 10)
searches = st.lists(
    st.lists(st.tuples(st.integers(1, 100).map(float), grades), max_size=5).map(
        lambda found: Search(tuple(found), 100.0)
    ),
    min_size=1,
    max_size=12,
)


@pytest.mark.parametrize(
    ("grade", "name"),
    [
        (0, "borderline"),
        (1.99, "borderline"),
        (2, "minor"),
        (4, "serious"),
        (6, "grave"),
        (8, "extreme"),
        (10, "extreme"),
    ],
)
def test_every_grade_has_one_band(grade, name):
    assert band_of(grade).name == name
    assert sum(grade in band for band in BANDS) == 1


@pytest.mark.parametrize("grade", [-0.1, 10.1, math.nan])
def test_grades_off_the_scale_are_refused(grade):
    with pytest.raises(ValueError, match="from 0 to 10"):
        band_of(grade)


@given(st.lists(st.none() | grades, max_size=30))
def test_bands_share_out_the_broken_attempts(worst):
    rows = by_severity(worst)
    broken = sum(grade is not None for grade in worst)
    assert sum(row.within.events for row in rows) == rows[0].at_least.events == broken
    for row, next_ in pairwise(rows):
        assert row.at_least.events - next_.at_least.events == row.within.events
    assert all(row.within.trials == len(worst) for row in rows)


@given(searches, st.integers(0, 100).map(float))
def test_the_curve_says_what_each_budget_would_have_found(attempts, budget):
    """Against the plain definition, at a budget that need not be a step."""
    steps = worst_by_budget(attempts)
    at = [step for step in steps if step.spent <= budget][-1]
    by_definition = [search.worst(budget) or 0.0 for search in attempts]
    assert at.worst == max(by_definition)
    assert at.mean_worst == pytest.approx(np.mean(by_definition), abs=1e-9)
    assert [step.spent for step in steps] == sorted({step.spent for step in steps})


def test_none_above_counts_attempts_that_went_further():
    attempts = [Search(((3.0, 5.0), (40.0, 9.0)), 100.0), Search((), 100.0), Search(((2.0, 1.0),), 100.0)]
    assert none_above(attempts, 5.0, 30.0).none_found
    later = none_above(attempts, 5.0, 50.0)
    assert (later.exceeded.events, later.exceeded.trials, later.worst) == (1, 3, 9.0)
    assert none_above(attempts, 9.0, 100.0).none_found
    assert none_above(attempts, 9.0, 100.0).exceeded.upper() == pytest.approx(1 - 0.05 ** (1 / 3))


def test_attempts_that_stopped_early_are_no_evidence():
    stopped = Search(((3.0, 2.0),), 3.0)
    with pytest.raises(UserError, match="ended before 30"):
        none_above([stopped], 5.0, 30.0)
    assert not none_above([stopped], 1.0, 30.0).none_found
    exhausted = Search(((3.0, 2.0),), math.inf)
    assert none_above([exhausted], 5.0, 30.0).none_found
    with pytest.raises(UserError, match="off the scale"):
        none_above([exhausted], 11.0, 30.0)
    with pytest.raises(UserError, match="at least one seed"):
        worst_by_budget([])


@pytest.mark.parametrize("spared", [0, 3])
def test_a_bound_at_the_worst_grade_seen_covers(spared):
    """The grade is chosen by the data, and still the bound holds: here the truth is 1 - grade / 10."""
    generator = np.random.default_rng(spared)
    kept = 0
    for _ in range(400):
        attempts = [Search(((1.0, grade),), math.inf) for grade in generator.uniform(0, 10, 25).tolist()]
        found = worst_bound(attempts, 10.0, spared)
        kept += 1 - found.egregiousness / 10 <= found.exceeded.upper(0.9)
    assert 0.86 < kept / 400 < 0.94  # continuous grades: exactly 0.9


def test_the_worst_of_attempts_without_failures():
    found = worst_bound([Search((), 10.0)] * 5, 10.0)
    assert (found.egregiousness, found.exceeded.events, found.worst) == (0.0, 0, None)
