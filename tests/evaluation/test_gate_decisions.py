"""What a gate decides of its limits, and that it errs no more often than it says, by enumeration."""

import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, binomtest, multinomial

from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.differences import Pairs
from holdfast.evaluation.gate import Decision, PairedLimit, RateLimit, decide, holm, overall

PASSED, FAILED, UNKNOWN = Decision.PASSED, Decision.FAILED, Decision.COULD_NOT_TELL


def rate(events, trials, limit, at_least=True, missing=0, confidence=0.95):
    return RateLimit(Proportion(events, trials), limit, at_least, confidence, missing)


def pairs(count, first, second, margin=0.05, **options):
    return PairedLimit(Pairs(count, 0, first, second), margin, 0.95, **options)


CASES = {
    # recall: 59 of 59 is the fewest that shows 95 %
    "recall shown": (rate(59, 59, 0.95), PASSED),
    "one row too few": (rate(58, 58, 0.95), UNKNOWN),
    "recall shown to be too low": (rate(40, 60, 0.95), FAILED),
    "recall at the limit": (rate(95, 100, 0.95), UNKNOWN),
    "no rows": (rate(0, 0, 0.95), UNKNOWN),
    "a row that could not be scored": (rate(500, 500, 0.95, missing=1), UNKNOWN),
    "broken whatever the missing rows are": (rate(40, 60, 0.95, missing=2), FAILED),
    "broken only if the missing rows are bad": (rate(40, 60, 0.95, missing=300), UNKNOWN),
    "few false alarms": (rate(0, 59, 0.05, at_least=False), PASSED),
    "many false alarms": (rate(30, 60, 0.05, at_least=False), FAILED),
    "some false alarms": (rate(3, 60, 0.05, at_least=False), UNKNOWN),
    "pairs that agree": (pairs(200, 0, 0), PASSED),
    "too few pairs": (pairs(20, 0, 0), UNKNOWN),
    "worse": (pairs(200, 30, 5), FAILED),
    "better": (pairs(200, 5, 30), PASSED),
    "worse, by less than the margin": (pairs(5000, 60, 20), PASSED),
    "no pairs": (pairs(0, 0, 0), UNKNOWN),
    "the same guard": (pairs(3, 0, 0, same=True), PASSED),
    "the same guard, not all measured": (pairs(3, 0, 0, same=True, missing=1), UNKNOWN),
    "rows of the baseline that are gone": (pairs(200, 0, 0, missing=4), UNKNOWN),
}


@pytest.mark.parametrize("name", CASES)
def test_each_limit_by_itself(name):
    limit, decision = CASES[name]
    (decided,) = decide([limit], 0.95)
    assert decided.decision is decision


@pytest.mark.parametrize(
    ("decisions", "all_"),
    [
        ([PASSED, PASSED], PASSED),
        ([PASSED, UNKNOWN], UNKNOWN),
        ([UNKNOWN, FAILED, PASSED], FAILED),
        ([], UNKNOWN),
    ],
)
def test_all_limits_together(decisions, all_):
    assert overall(decisions) is all_


COUNTS = st.tuples(st.integers(0, 400), st.integers(1, 400)).map(lambda pair: (min(pair), pair[1]))


@given(COUNTS, st.floats(0.01, 0.99), st.booleans())
def test_a_passed_limit_is_the_one_sided_binomial_test(counts, limit, at_least):
    """An independent reference: scipy's exact test rejects the other side."""
    side = "greater" if at_least else "less"
    p_value = binomtest(*counts, limit, alternative=side).pvalue
    if abs(p_value - 0.05) > 1e-9:
        assert rate(*counts, limit, at_least).kept == (p_value < 0.05)


@given(st.integers(0, 60), st.integers(0, 60))
def test_pairs_are_tested_by_mcnemars_exact_test(first, second):
    """An independent reference: scipy's binomial test among the pairs that differ."""
    expected = binomtest(first, first + second, alternative="greater").pvalue if first + second else 1.0
    assert pairs(200, first, second).p_value == pytest.approx(expected)


@given(COUNTS, st.floats(0.01, 0.99), st.booleans())
def test_the_rows_needed_settle_it_and_are_more(counts, limit, at_least):
    one = rate(*counts, limit, at_least)
    (decided,) = decide([one], 0.95)
    if decided.decision is not UNKNOWN or decided.needed is None:
        return
    assert decided.needed > one.counted.trials
    share = one.counted.events * decided.needed / one.counted.trials
    settled = [
        decide([rate(events, decided.needed, limit, at_least)], 0.95)[0].decision
        for events in {math.floor(share), math.ceil(share)}
    ]
    assert all(each is not UNKNOWN for each in settled)


@pytest.mark.parametrize("at_least", [True, False])
@pytest.mark.parametrize("limit", [0.02, 0.1, 0.5, 0.9, 0.97])
@pytest.mark.parametrize("trials", [1, 7, 60])
def test_at_the_limit_neither_error_is_more_frequent_than_stated(trials, limit, at_least):
    """Every count by its probability where the true rate is the limit itself."""
    chance = dict.fromkeys(Decision, 0.0)
    for events in range(trials + 1):
        (decided,) = decide([rate(events, trials, limit, at_least)], 0.95)
        chance[decided.decision] += binom.pmf(events, trials, limit)
    assert chance[PASSED] <= 0.05 + 1e-12
    assert chance[FAILED] <= 0.05 + 1e-12


@pytest.mark.parametrize(("recall", "alarms"), [(0.8, 0.3), (0.5, 0.5), (0.95, 0.1)])
def test_a_release_that_just_keeps_all_limits_seldom_fails_and_one_that_breaks_one_seldom_passes(
    recall, alarms
):
    """Two limits on rows of their own: all pairs of counts."""
    trials, failed, passed = 15, 0.0, 0.0
    for one, other in product(range(trials + 1), repeat=2):
        decided = decide([rate(one, trials, recall), rate(other, trials, alarms, at_least=False)], 0.95)
        decision = overall([each.decision for each in decided])
        weight = binom.pmf(one, trials, recall) * binom.pmf(other, trials, alarms)
        failed += weight * (decision is FAILED)
        # The second limit is kept with certainty, the worst case for a pass.
        best = binom.pmf(one, trials, recall) * (other == 0)
        passed += best * (decision is PASSED)
    assert failed <= 0.05 + 1e-12
    assert passed <= 0.05 + 1e-12


def test_pairs_fail_a_guard_that_is_no_worse_and_pass_one_at_the_margin_as_seldom_as_stated():
    """All tables of 8 pairs, under the worst cases: no difference, and one of just the margin."""
    count, margin = 8, 0.5
    decided = {
        (first, second): decide([pairs(count, first, second, margin)], 0.95)[0].decision
        for first in range(count + 1)
        for second in range(count + 1 - first)
    }

    def chance(of, first, second):
        law = multinomial(count, [first, second, 1 - first - second])
        return sum(law.pmf([a, b, count - a - b]) for (a, b), found in decided.items() if found is of)

    assert PASSED in decided.values()
    for differing in (0.05, 0.2, 0.5):
        assert chance(FAILED, differing, differing) <= 0.05 + 1e-9
    for second in (0.0, 0.1, 0.25):
        assert chance(PASSED, second + margin, second) <= 0.05 + 1e-9


@pytest.mark.parametrize("differing", [(0, 0), (4, 1), (1, 0)])
def test_the_pairs_needed_settle_it(differing):
    one = pairs(40, *differing)
    (decided,) = decide([one], 0.95)
    assert decided.decision is UNKNOWN
    assert decided.needed > 40
    scale = decided.needed / 40
    many = pairs(decided.needed, *(round(each * scale) for each in differing))
    assert decide([many], 0.95)[0].decision is not UNKNOWN


@pytest.mark.parametrize(
    ("p_values", "adjusted"),
    [
        ([0.01, 0.04, 0.03, 0.005], [0.03, 0.06, 0.06, 0.02]),  # by hand: 4, 3, 2 and 1 times, never falling
        ([0.04], [0.04]),
        ([0.9, 0.8], [1.0, 1.0]),
        ([], []),
    ],
)
def test_holms_correction(p_values, adjusted):
    assert holm(p_values) == pytest.approx(adjusted)
