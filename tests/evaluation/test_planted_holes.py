"""What no failure says: limits against scipy, classes, and next steps."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from holdfast.evaluation.planted_holes import (
    HoleAttacked,
    HoleClass,
    detections,
    left_out,
    next_steps,
    time_to_find,
)
from holdfast.evaluation.silence import ASSUMPTION, what_silence_says

FLAT, SLOPE = HoleClass("phrase", "flat"), HoleClass("phrase", "slope")


def holes(firsts, of=FLAT, rarity=0.1, attack="genetic", watched=1000.0):
    """A row for each hole: found after so many queries, or None."""
    return [
        HoleAttacked(f"{of.way}-{rarity}-{number}", of, rarity, attack, first, watched)
        for number, first in enumerate(firsts)
    ]


@given(
    firsts=st.lists(st.none() | st.integers(1, 1000), min_size=1, max_size=80), queries=st.integers(0, 1200)
)
def test_the_chance_is_the_exact_lower_limit_of_a_binomial(firsts, queries):
    (found,) = detections(holes(firsts), ["genetic"], queries)
    within = sum(first is not None and first <= queries for first in firsts)
    assert (found.found.events, found.found.trials) == (within, len(firsts))
    reference = binomtest(within, len(firsts), alternative="greater").proportion_ci(0.95, method="exact")
    assert found.at_least() == pytest.approx(reference.low, abs=1e-9)


def test_commonest_rarities_come_first():
    rows = [row for rarity in (0.01, 0.1, 0.001) for row in holes([1], rarity=rarity)]
    assert [each.rarity for each in detections(rows, ["genetic"], 10)] == [0.1, 0.01, 0.001]


def test_several_attacks_find_what_any_of_them_finds_of_the_holes_that_all_tried():
    rows = holes([5, None, None]) + holes([None, 7], attack="mcmc")
    (found,) = detections(rows, ["genetic", "mcmc"], 100)
    assert (found.found.events, found.found.trials) == (2, 2)
    assert detections(rows, ["genetic", "hotflip"], 100) == ()


@pytest.mark.parametrize(
    ("found_at", "rarity"),
    [
        ({0.1: 60, 0.01: 60, 0.001: 60}, 0.001),
        ({0.1: 60, 0.01: 60, 0.001: 59}, 0.01),
        ({0.1: 60, 0.01: 40, 0.001: 60}, 0.1),  # a fixed sequence ends at the first that fails
        ({0.1: 59, 0.01: 60, 0.001: 60}, None),
    ],
)
def test_what_is_left_out_goes_down_to_the_first_rarity_that_fails(found_at, rarity):
    rows = [
        row
        for share, count in found_at.items()
        for row in holes([1] * count + [None] * (60 - count), rarity=share)
    ]
    (found,) = left_out(rows, ["genetic"], 100)
    assert found.rarity == rarity
    assert (found.chance >= 0.95) == (rarity is not None)
    assert found.deciding.rarity >= (rarity or 0.1)


def test_fifty_nine_of_fifty_nine_are_the_fewest_that_leave_anything_out():
    for count, rarity in ((58, None), (59, 0.1)):
        (found,) = left_out(holes([1] * count), ["genetic"], 100)
        assert found.rarity == rarity


@given(firsts=st.lists(st.none() | st.integers(1, 500), min_size=1, max_size=40))
def test_more_queries_never_leave_out_less(firsts):
    chances = [left_out(holes(firsts), ["genetic"], queries)[0].chance for queries in (1, 10, 100, 500, 900)]
    assert chances == sorted(chances)


def test_holes_without_a_find_are_censored():
    rows = [*holes([100, 200, None, None]), *holes([300], watched=400.0)]
    curve = time_to_find(rows)
    assert [curve.at(query) for query in (99, 100, 250)] == pytest.approx([1, 0.8, 0.6])
    assert curve.at(300) == pytest.approx(0.4)
    assert curve.times[-1] == 1000


@pytest.mark.parametrize(
    ("rows", "kind", "attacks", "queries"),
    [
        (holes([None] * 5) + holes([3] * 5, attack="mcmc"), "attack", ("mcmc",), 100),
        (holes([900] * 5) + holes([None] * 5, attack="mcmc"), "budget", ("genetic",), 1000),
        (holes([3] * 5) + holes([3] * 5, attack="mcmc"), "all", ("genetic",), 100),
        (holes([None] * 5) + holes([None] * 5, attack="mcmc"), "none", ("genetic",), 100),
    ],
)
def test_the_next_step_is_what_finds_more(rows, kind, attacks, queries):
    (step,) = next_steps(rows, ["genetic"], 100)
    assert (step.kind, step.attacks, step.queries) == (kind, attacks, queries)
    assert (step.finds is None) == (kind in ("none", "all"))


@pytest.mark.parametrize(
    ("fields", "says"),
    [((0, 0.1), "found after 0"), ((1001, 0.1), "found after 1001"), ((None, 0.0), "a rarity")],
)
def test_what_cannot_be_is_refused(fields, says):
    first, rarity = fields
    with pytest.raises(ValueError, match=says):
        holes([first], rarity=rarity)


def test_the_sentences_name_search_limits_and_assumption():
    rows = (
        holes([1] * 60)
        + holes([None] * 60, of=SLOPE)
        + holes([900] * 60, of=SLOPE, attack="mcmc", watched=5e3)
    )
    said = what_silence_says(rows, ["genetic"], 1000)
    assert said.heading == "No failure in 1,000 queries of genetic"
    flat, slope = said.leaves_out
    assert "0.1 of the catastrophes or more" in flat
    assert "60 of 60, at least 95.1 %" in flat
    assert "nothing is left out at 95 %" in slope
    assert "0 of 60, at least 0 %" in slope
    assert "all that were planted are found" in said.next_steps[0]
    assert "a stronger attack, 1,000 queries of mcmc, finds 60 of 60" in said.next_steps[1]
    assert said.assumption == ASSUMPTION
    assert what_silence_says(rows, ["beam"], 1000) is None
