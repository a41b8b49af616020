import itertools
import math

import numpy as np
import pytest
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.monitor import Monitor, Standing
from holdfast.evaluation.planner import effort, label_floor, plan, plan_monitor


def test_fixed_plans_are_the_known_ones():
    """Samples of the exact bound at 1e-5; at a true rate of 1e-6, none allowed passes 74 %, two 97 %."""
    made = plan(1e-5, 0.95, 1e-6)
    assert [(one.allowed_failures, one.samples) for one in made.fixed] == [
        (0, 299_572),
        (1, 474_385),
        (2, 629_578),
        (5, 1_051_301),
    ]
    assert [round(one.pass_probability, 2) for one in made.fixed[:3]] == [0.74, 0.92, 0.97]
    assert made.chosen == made.fixed[1]
    assert plan(1e-5, 0.95, 1e-6, power=0.97).chosen == made.fixed[2]


@pytest.mark.parametrize(("target", "true_rate"), [(0.2, 0.1), (1e-3, 2e-4), (1e-5, 5e-6)])
def test_the_chosen_plan_is_the_first_that_passes_often_enough(target, true_rate):
    chosen = plan(target, 0.9, true_rate, power=0.8).chosen
    assert chosen is not None
    assert chosen.pass_probability >= 0.8
    assert Proportion(chosen.allowed_failures, chosen.samples).upper(0.9) <= target
    assert Proportion(chosen.allowed_failures + 1, chosen.samples).upper(0.9) > target
    fewer = plan(target, 0.9, true_rate, power=0.8, cap=None).fixed
    assert all(one.pass_probability < 0.8 for one in fewer if one.allowed_failures < chosen.allowed_failures)


def test_a_model_that_never_fails_passes():
    made = plan(1e-4)
    assert made.chosen is not None
    assert (made.chosen.allowed_failures, made.chosen.pass_probability) == (0, 1.0)
    assert made.monitor.pass_probability == pytest.approx(1.0)
    assert made.monitor.expected_samples == made.monitor.samples_without_failure
    assert made.greatest_saving < 0.12


def test_expected_samples_at_the_reference_rate():
    """Another mixture needed 463,000 samples on average at a true rate of 1e-6, and 970,000 at 3e-6."""
    assert plan_monitor(1e-5, 0.95, 1e-6, 10**7).expected_samples == pytest.approx(463_000, rel=0.03)
    assert plan_monitor(1e-5, 0.95, 3e-6, 10**7).expected_samples == pytest.approx(970_000, rel=0.05)


@pytest.mark.parametrize("rate", [0.0, 0.004, 0.012, 0.05])
def test_the_monitor_does_what_the_plan_says(rate):
    """Against monitors run on simulated streams; rates above the target too."""
    target, cap, streams = 0.02, 1500, 1500
    planned = plan_monitor(target, 0.9, rate, cap)
    random = np.random.default_rng(3)
    ends = [Monitor(target, 0.9).observe(random.random(cap) < rate) for _ in range(streams)]
    for standing, chance in (
        (Standing.CERTIFIED, planned.pass_probability),
        (Standing.REFUTED, planned.refute_probability),
    ):
        seen = sum(end.standing is standing for end in ends)
        assert stats.binomtest(seen, streams, min(1.0, chance)).pvalue > 1e-4
    trials = np.array([end.trials for end in ends])
    error = 4 * trials.std() / streams**0.5 + 1e-9
    if planned.refute_probability < 0.01:
        assert planned.expected_samples == pytest.approx(trials.mean(), abs=error + 0.01 * cap)
    assert planned.expected_samples >= trials.mean() - error


def test_the_floor_is_that_of_the_logarithm():
    assert label_floor(1e-5) == 299_572
    assert label_floor(1e-6, 0.99) == pytest.approx(np.log(100) / 1e-6, rel=1e-5)


def test_effort_is_time_and_money():
    assert effort(1000, 10, 0.5).seconds == 100
    assert effort(1000, 10, 0.5).money == 500
    assert (effort(7).seconds, effort(7).money) == (None, None)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((0.0,), "target rate must lie between"),
        ((0.1, 1.0), "confidence must lie between"),
        ((0.1, 0.9, 0.0, 1.0), "chance of passing must lie between"),
        ((0.1, 0.9, 0.1), "below the target"),
        ((0.1, 0.9, -0.1), "below the target"),
        ((1e-5, 0.95, 1e-6, 0.9, 1000), "cannot certify before 333,632"),
    ],
)
def test_impossible_plans_are_refused(arguments, says):
    with pytest.raises(UserError, match=says):
        plan(*arguments)


@pytest.mark.parametrize(("per_second", "label_cost"), [(0, None), (None, -1)])
def test_impossible_prices_are_refused(per_second, label_cost):
    with pytest.raises(UserError):
        effort(10, per_second, label_cost)


@pytest.mark.parametrize("target", [0.9, 0.99, 0.5])
def test_high_targets_end_with_what_counting_every_case_gives(target):
    plan(target, true_rate=0.1)
    cap = 12
    watch, passes, refuses = plan_monitor(target, 0.95, 0.1, cap), 0.0, 0.0
    for outcomes in itertools.product((0, 1), repeat=cap):
        weight = math.prod(0.1 if failed else 0.9 for failed in outcomes)
        standing = Monitor(target).observe(outcomes).standing
        passes += weight * (standing is Standing.CERTIFIED)
        refuses += weight * (standing is Standing.REFUTED)
    assert watch.pass_probability == pytest.approx(passes)
    assert watch.refute_probability == pytest.approx(refuses)


@pytest.mark.parametrize("options", [{"target": 1e-300}, {"target": 1e-13}, {"confidence": 1 - 1e-15}])
def test_what_nobody_can_draw_is_refused_in_words(options):
    with pytest.raises(UserError, match="more samples than can be planned"):
        plan(**{"target": 1e-5, **options})
