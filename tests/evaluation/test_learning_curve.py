"""Learning curves, and what limits a model, in worlds where it is known."""

import warnings

import numpy as np
import pytest
from scipy import stats

from holdfast.core.errors import UserError
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.diagnosis import diagnose
from holdfast.evaluation.learning_curve import CurvePoint, doubling, loss_trend


def point(
    train: float, held_out: float, examples=1000, steps=1000, parameters=10_000, trials=2000
) -> CurvePoint:
    rates = (Proportion(round(rate * trials), trials) for rate in (train, held_out))
    return CurvePoint(examples, steps, parameters, *rates)


OWN = point(0.20, 0.22)
CASES = [
    # what was tried, and the answers on optimisation, capacity and data
    ([], ("not measured", "not measured", "undecided")),
    ([point(0.10, 0.20, steps=3000)], ("yes", "not measured", "undecided")),
    ([point(0.20, 0.20, steps=3000, trials=80_000)], ("undecided", "not measured", "undecided")),
    ([point(0.10, 0.20, parameters=40_000)], ("not measured", "yes", "undecided")),
    ([point(0.21, 0.10, examples=4000)], ("not measured", "not measured", "yes")),
    ([point(0.30, 0.32, steps=500)], ("yes", "not measured", "undecided")),
    ([point(0.10, 0.10, steps=3000, parameters=40_000)], ("not measured", "not measured", "undecided")),
    ([point(0.10, 0.10, steps=1100)], ("not measured", "not measured", "undecided")),
]


@pytest.mark.parametrize(("tried", "answers"), CASES)
def test_one_thing_is_changed_at_a_time(tried, answers):
    found = diagnose(OWN, tried)
    assert tuple(each.answer for each in found.answers) == answers
    assert found.limited_by == tuple(
        thing
        for thing, answer in zip(("optimisation", "capacity", "data"), answers, strict=True)
        if answer == "yes"
    )


def test_a_model_that_fits_what_it_learnt_lacks_data_alone():
    found = diagnose(point(0.001, 0.15))
    assert [each.answer for each in found.answers] == ["no", "no", "yes"]
    assert found.limited_by == ("data",)
    assert found.sentence == "limited by data"


def test_many_examples_settle_that_nothing_is_short():
    own = point(0.001, 0.002, trials=50_000)
    assert diagnose(own).sentence.startswith("neither")
    big = point(0.2, 0.2, trials=200_000)
    same = point(0.2, 0.2, steps=5000, trials=200_000)
    assert diagnose(big, [same]).answers[0].answer == "no"


def test_more_is_preferred_to_less_and_the_nearest_to_the_farthest():
    tried = [point(0.3, 0.3, steps=200), point(0.05, 0.2, steps=4000), point(0.15, 0.2, steps=2000)]
    optimisation = diagnose(OWN, tried).answers[0]
    assert optimisation.fall == pytest.approx(0.05)
    assert optimisation.because == "training error from 1,000 to 2,000 steps"


def test_the_three_answers_are_wrong_together_as_seldom_as_promised():
    """Nothing would help: any yes is an error. Rates just at the margin are the worst case of the rule."""
    generator, wrong = np.random.default_rng(1), 0
    for _ in range(300):
        drawn = [
            Proportion(int(generator.binomial(400, rate)), 400) for rate in (0.2, 0.19, 0.19, 0.2, 0.2, 0.2)
        ]
        own = CurvePoint(100, 100, 100, drawn[0], drawn[3])
        tried = [CurvePoint(100, 200, 100, drawn[1], drawn[4]), CurvePoint(100, 100, 200, drawn[2], drawn[5])]
        wrong += bool(diagnose(own, tried).limited_by)
    assert wrong <= 15


def test_wrong_use_is_told_what_to_do():
    with pytest.raises(UserError, match="measure both"):
        diagnose(CurvePoint(1, 1, 1, Proportion(0, 0), Proportion(0, 5)))
    with pytest.raises(UserError, match="margin"):
        diagnose(OWN, margin=0)
    with pytest.raises(ValueError, match="at least one example"):
        CurvePoint(0, 1, 1, Proportion(0, 1), Proportion(0, 1))


def power_law(seed: int, exponent: float, noise: float = 0.0) -> list[CurvePoint]:
    generator, points = np.random.default_rng(seed), []
    for examples in (250, 500, 1000, 2000, 4000, 8000):
        rate = min(0.3 * (examples / 250) ** -exponent * np.exp(generator.normal(0, noise)), 0.9)
        points.append(
            CurvePoint(
                examples, 1, 1, Proportion(0, 1), Proportion(int(generator.binomial(3000, rate)), 3000)
            )
        )
    return points


def test_the_power_law_is_that_of_statsmodels():
    sm = pytest.importorskip("statsmodels.api")
    points = power_law(3, 0.5, 0.2)
    events = np.array([[p.held_out.events, p.held_out.trials - p.held_out.events] for p in points])
    design = sm.add_constant(np.log2([p.examples for p in points]))
    family = sm.families.Binomial(sm.families.links.Log())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that a log link may leave [0, 1]
        theirs = sm.GLM(events, design, family).fit(start_params=[-1.0, -0.1], tol=1e-12)
    found = doubling(points, "examples")
    assert np.log2(found.factor) == pytest.approx(theirs.params[1] / np.log(2), abs=1e-4)
    # The scatter is worked out here, as statsmodels' own (scale="X2") leaves out the numbers of trials.
    expected = theirs.mu * events.sum(axis=1)
    scatter = ((events[:, 0] - expected) ** 2 / (expected * (1 - theirs.mu))).sum() / 4
    assert scatter > 1
    spread = np.log(found.limits.upper / found.limits.lower) / 2
    assert spread == pytest.approx(stats.t.ppf(0.975, 4) * theirs.bse[1] * np.sqrt(scatter), rel=1e-3)


@pytest.mark.parametrize("noise", [0.0, 0.15])
def test_limits_of_a_doubling_cover(noise):
    kept = sum(2**-0.5 in doubling(power_law(seed, 0.5, noise), "examples").limits for seed in range(150))
    assert kept >= 135  # of 142 expected


def test_no_curve_without_three_amounts_or_errors():
    assert doubling(power_law(1, 0.5)[:2], "examples") is None
    assert doubling(power_law(1, 0.5), "steps") is None
    assert doubling(power_law(1, 0.5), "examples", "train") is None
    assert doubling(power_law(1, 0.0), "examples").falls is False


def test_the_loss_is_still_falling_or_done():
    generator = np.random.default_rng(2)
    falling = np.linspace(1.0, 0.5, 50) + generator.normal(0, 0.01, 50)
    found = loss_trend(falling.tolist())
    assert found.still_falling
    assert found.fall == pytest.approx(0.5, abs=0.1)  # another 25 stretches take 0.255 off 0.5
    flat = np.exp(-np.arange(50) / 3) + 0.4 + generator.normal(0, 0.01, 50)
    assert not loss_trend(flat.tolist()).still_falling
    assert loss_trend([1.0] * 9) is None
