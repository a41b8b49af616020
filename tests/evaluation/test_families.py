import math
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation import Proportion
from holdfast.evaluation.families import certified, certified_by_evidence, family_upper, holm, rate_p_value
from holdfast.evaluation.spending import share_of_error


def test_holm():
    """The usual worked example: 0.01, 0.04, 0.03, 0.005 become 0.03, 0.06, 0.06, 0.02."""
    adjusted = holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert list(adjusted) == ["a", "b", "c", "d"]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.5, 0.999))
def test_holm_rejects_what_its_steps_do(p_values, confidence):
    error, left = 1 - confidence, len(p_values)
    steps = 0
    for p_value in sorted(p_values):
        if p_value * left > error:
            break
        steps, left = steps + 1, left - 1
    adjusted = holm({str(i): p for i, p in enumerate(p_values)})
    assert sum(p <= error for p in adjusted.values()) == steps


def test_limits_of_a_family_are_at_equal_shares():
    seen = [Proportion(0, 1000), Proportion(4, 5000)]
    assert family_upper(seen) == pytest.approx([one.upper(0.975) for one in seen])
    assert family_upper(seen[:1]) == pytest.approx([seen[0].upper(0.95)])


@given(st.integers(0, 5), st.integers(1, 200), st.floats(0.001, 0.5))
def test_the_p_value_is_scipys(events, more, target):
    seen = Proportion(events, events + more)
    expected = stats.binomtest(events, events + more, target, alternative="less").pvalue
    assert rate_p_value(seen, target) == pytest.approx(expected, rel=1e-8)


def test_one_model_is_certified_where_its_limit_says_so():
    target = Proportion(2, 10_000).upper(0.95)
    assert certified({"one": Proportion(2, 10_000)}, target * 1.001) == ("one",)
    assert certified({"one": Proportion(2, 10_000)}, target * 0.999) == ()
    assert certified({"none drawn": Proportion(0, 0)}, 0.5) == ()


def test_what_is_certified_surely_makes_room_for_the_others():
    """0 of 299 has a p-value just below 0.05: enough beside a certified model, not beside a poor one."""
    sure, near = Proportion(0, 1000), Proportion(0, 299)
    assert certified({"sure": sure, "near": near}, 0.01) == ("sure", "near")
    assert certified({"poor": Proportion(9, 300), "near": near}, 0.01) == ()


@given(st.lists(st.floats(-5, 12), min_size=1, max_size=6), st.floats(0.8, 0.99))
def test_e_bh_is_the_largest_set_that_supports_itself(evidence, confidence):
    """By its definition: the most of which each has at least m/(k δ), found by trying every set."""
    error, count = 1 - confidence, len(evidence)
    best = 0
    for chosen in product([False, True], repeat=count):
        size = sum(chosen)
        if size and all(
            e >= math.log(count / (size * error)) for e, c in zip(evidence, chosen, strict=True) if c
        ):
            best = max(best, size)
    named = certified_by_evidence({str(i): e for i, e in enumerate(evidence)}, confidence)
    assert len(named) == best


@given(st.integers(1, 30), st.integers(1, 6))
def test_all_shares_together_are_at_most_the_whole(families, evaluations):
    shares = [share_of_error(number, families) for number in range(1, evaluations + 1)]
    assert sum(share * families for share in shares) <= 1 + 1e-12
    assert share_of_error(None, families) * families == pytest.approx(1.0)


def test_what_is_no_family_is_refused():
    with pytest.raises(UserError, match="at least one rate"):
        family_upper([])
    with pytest.raises(UserError, match="between 0 and 1"):
        certified({"a": Proportion(0, 10)}, 0.1, confidence=1.0)
    with pytest.raises(UserError, match="the target must lie"):
        certified({"a": Proportion(0, 10)}, 1.5)
