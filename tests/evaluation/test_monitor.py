import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion, trials_needed
from holdfast.evaluation.confidence_sequence import ConfidenceSequence, lower_limits, upper_limits
from holdfast.evaluation.e_process import Side, log_evidence
from holdfast.evaluation.monitor import Monitor, Standing, certifying_trials

outcome_lists = st.lists(st.sampled_from([0, 0, 0, 0, 1]), max_size=60)
targets = st.sampled_from([1e-5, 0.01, 0.2, 0.5, 0.9])


def mixture_by_hand(failures, trials, rate, side):
    """The same mixture, one likelihood ratio after the other, by the textbook's formula."""
    weights = shares = None
    steps = [-12 + 0.1 * i for i in range(241)]
    shares = [1 / (1 + math.exp(-t)) for t in steps]
    weights = [x ** (1 / 3) * (1 / (1 + math.exp(t))) ** 2 for x, t in zip(shares, steps, strict=True)]
    total = 0.0
    for weight, x in zip(weights, shares, strict=True):
        odds = (x if side is Side.BELOW else 1 / x) * rate / (1 - rate)
        q = odds / (1 + odds)
        total += weight * (q / rate) ** failures * ((1 - q) / (1 - rate)) ** (trials - failures)
    return math.log(total / sum(weights))


@pytest.mark.parametrize("side", Side)
@pytest.mark.parametrize(
    ("failures", "trials", "rate"), [(0, 0, 0.3), (0, 20, 0.1), (3, 40, 0.05), (2, 900, 1e-3)]
)
def test_evidence_is_the_average_likelihood_ratio(failures, trials, rate, side):
    ours = log_evidence(failures, trials, rate, side)
    assert ours == pytest.approx(mixture_by_hand(failures, trials, rate, side), abs=1e-9)


@given(targets, st.integers(0, 30), st.integers(0, 200), st.floats(0, 1))
def test_evidence_is_a_fair_bet_at_the_rate_and_a_losing_one_on_the_wrong_side(rate, failures, others, where):
    trials = failures + others

    def growth(side, true_rate):
        here = log_evidence(failures, trials, rate, side)
        after = np.exp(log_evidence([failures + 1, failures], trials + 1, rate, side) - here)
        return true_rate * after[0] + (1 - true_rate) * after[1]

    for side in Side:
        assert growth(side, rate) == pytest.approx(1, abs=1e-8)
    assert growth(Side.BELOW, rate + where * (1 - rate)) <= 1 + 1e-8
    assert growth(Side.ABOVE, where * rate) <= 1 + 1e-8


def test_without_failures_it_costs_at_most_an_eighth_more_than_a_fixed_number():
    """The floor of a zero-failure claim is 299,572; a reference mixture certified at 334,167."""
    assert trials_needed(1e-5) == 299_572
    assert certifying_trials(1e-5, 0) == 333_632
    assert certifying_trials(1e-5, 0) <= 1.12 * 299_572


@pytest.mark.parametrize("target", [1e-2, 1e-4, 1e-6])
def test_cost_scales_with_the_target(target):
    assert certifying_trials(target, 0) * target == pytest.approx(3.336, rel=0.02)


def test_it_survives_failures_and_says_how_many_more_are_needed():
    zeros = np.zeros(200_000, dtype=int)
    monitor = Monitor(1e-5).observe([*zeros, 1])
    assert monitor.standing is Standing.UNDECIDED
    more = monitor.needed_without_failure
    assert more == certifying_trials(1e-5, 1) - 200_001
    assert monitor.add(0, more - 1).standing is Standing.UNDECIDED
    done = monitor.observe(np.zeros(2 * more, dtype=int))
    assert (done.standing, done.trials, done.failures) == (Standing.CERTIFIED, 200_001 + more, 1)
    assert done.needed_without_failure is None


@given(outcome_lists, outcome_lists, targets)
def test_any_split_of_the_stream_ends_alike(first, second, target):
    whole = Monitor(target, 0.8).observe([*first, *second])
    assert Monitor(target, 0.8).observe(first).observe(second) == whole
    single = Monitor(target, 0.8)
    for outcome in [*first, *second]:
        single = single.add(outcome, 1)
    assert single == whole


@given(outcome_lists, targets)
def test_the_state_comes_back(outcomes, target):
    monitor = Monitor(target).observe(outcomes)
    assert Monitor.from_json(monitor.to_json()) == monitor


def test_a_verdict_counts_no_more():
    refuted = Monitor(1e-3).observe([1, 1, 1, 0, 0])
    assert (refuted.standing, refuted.trials) == (Standing.REFUTED, 1)
    assert refuted.observe([0] * 100) is refuted


@pytest.mark.parametrize("rate", [0.9e-3, 1e-3, 2e-3])
def test_wrong_verdicts_are_as_rare_as_promised_with_a_peek_after_every_outcome(rate):
    random = np.random.default_rng(int(rate * 1e5))
    wrong = Standing.REFUTED if rate <= 1e-3 else Standing.CERTIFIED
    standings = [Monitor(1e-3, 0.8).observe(random.random(20_000) < rate).standing for _ in range(400)]
    times = standings.count(wrong)
    assert Proportion(times, len(standings)).lower(0.9999) <= 0.2


def test_it_is_steady_at_a_thousand_million():
    assert Monitor(1e-5).add(9_000, 10**9).standing is Standing.CERTIFIED
    assert Monitor(1e-5).add(11_000, 10**9).standing is Standing.REFUTED
    assert Monitor(1e-5).add(10_000, 10**9).standing is Standing.UNDECIDED
    assert Monitor(1e-12).add(0, 10**9).evidence_below == pytest.approx(6.6e-4, rel=0.3)


@pytest.mark.parametrize(("target", "confidence"), [(0, 0.95), (1, 0.95), (-0.1, 0.95), (0.1, 1), (0.1, 0)])
def test_rates_outside_the_open_interval_are_refused(target, confidence):
    with pytest.raises(UserError, match="must lie between 0 and 1"):
        Monitor(target, confidence)


@pytest.mark.parametrize("text", ["", "{}", "[]", json.dumps({"target": 0.1, "confidence": 0.9})])
def test_what_is_no_state_is_refused(text):
    with pytest.raises(UserError, match="not the state of a monitor"):
        Monitor.from_json(text)


@pytest.mark.parametrize("outcomes", [[0, 2], [[0, 1]], [0.5]])
def test_what_is_no_outcome_is_refused(outcomes):
    with pytest.raises(ValueError, match="0 and 1"):
        Monitor(0.1).observe(outcomes)


@given(st.integers(0, 40), st.integers(0, 10**7), st.sampled_from([0.9, 0.95, 0.999]))
def test_limits_are_where_the_evidence_suffices(failures, others, confidence):
    trials = failures + others
    needed = -math.log1p(-confidence)
    upper, lower = (f(failures, trials, confidence) for f in (upper_limits, lower_limits))
    assert 0 <= lower <= (failures / trials if trials else 0) <= upper <= 1
    if upper < 1:
        assert log_evidence(failures, trials, upper, Side.BELOW) == pytest.approx(needed, abs=1e-6)
    if lower > 0:
        assert log_evidence(failures, trials, lower, Side.ABOVE) == pytest.approx(needed, abs=1e-6)


def test_the_sequence_certifies_just_when_the_monitor_does():
    for failures in range(4):
        trials = certifying_trials(1e-5, failures)
        before, after = upper_limits(failures, [trials - 1, trials])
        assert after <= 1e-5 < before


def test_limits_are_tight_where_a_grid_would_be_blind():
    """After 300,000 trials without failures a grid of thousandths can say 0.001 at best; exact is 1.0e-5."""
    assert upper_limits(0, 300_000) == pytest.approx(1.112e-5, rel=1e-3)


def test_limits_never_widen():
    sequence = ConfidenceSequence().add(0, 1000)
    assert sequence.upper == pytest.approx(float(upper_limits(0, 1000, 0.975)))
    later = sequence.add(50, 50)
    assert later.upper == sequence.upper
    assert (later.trials, later.failures) == (1050, 50)
    assert later.lower > later.upper  # the rate has not been constant
    assert ConfidenceSequence(0.9).limits.upper == 1.0


@pytest.mark.parametrize("rate", [0.3, 0.01])
def test_the_sequence_holds_the_rate_at_all_times_as_often_as_promised(rate):
    """The rate lies within the limits just where neither side's evidence against it suffices."""
    fails = np.cumsum(np.random.default_rng(7).random((200, 250)) < rate, axis=1)
    evidence = np.maximum(*(log_evidence(fails, np.arange(1, 251), rate, side) for side in Side))
    missed = int(np.count_nonzero((evidence >= math.log(20)).any(axis=1)))
    assert Proportion(missed, 200).lower(0.9999) <= 0.1
