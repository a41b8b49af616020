"""Capability failures and intent failures, counted apart."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.intent import split_by_intent

NONE = math.nan
scores = st.lists(st.floats(-5, 5) | st.just(NONE), max_size=25)


def test_a_plain_telling_that_passes_is_a_failure_of_capability():
    (row,) = split_by_intent(np.array([-2.0, -1.0, 3.0, NONE]), 0.0)
    assert (row.name, row.capability, row.intent, row.untold) == (
        "all",
        Proportion(2, 3),
        Proportion(1, 3),
        1,
    )


def test_the_threshold_decides_as_the_filter_does():
    """A completion passes when its score is below the threshold, so one at the threshold is stopped."""
    (row,) = split_by_intent(np.array([1.0]), 1.0)
    assert row.intent == Proportion(1, 1)


def test_groups_are_told_apart_and_seeds_counted_once():
    found = split_by_intent(
        np.array([-1.0, -1.0, 2.0, -1.0, 2.0]), 0.0, ["beam", "beam", "beam", "gcg", "gcg"], [7, 7, 8, 7, 9]
    )
    assert [(row.name, row.capability) for row in found] == [
        ("all", Proportion(1, 3)),
        ("beam", Proportion(1, 2)),
        ("gcg", Proportion(1, 2)),
    ]


@given(scores, st.floats(-5, 5))
def test_counts_add_up_and_limits_hold_either_way(plain, threshold):
    (row,) = split_by_intent(np.array(plain), threshold)
    assert row.capability.events + row.intent.events + row.untold == row.failures == len(plain)
    limits = row.capability_of_all()
    for guess in (0, row.untold):  # the untold are of intent, or of capability
        whole = Proportion(row.capability.events + guess, row.failures).interval()
        assert limits.lower <= whole.lower
        assert limits.upper >= whole.upper


def test_unequal_lengths_are_refused():
    with pytest.raises(ValueError, match="unequal lengths"):
        split_by_intent(np.zeros(3), 0.0, ["a"])
