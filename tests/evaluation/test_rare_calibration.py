"""Scoring estimators where the truth is known, and handing what was measured to later estimates."""

import dataclasses
import math

import numpy as np
import pytest

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.deployment.reweighted import reweighted_outcome
from holdfast.evaluation.rare import (
    Estimate,
    MeasuredCoverage,
    Measurement,
    calibrate,
    plain_cost,
    with_measured_coverage,
)
from holdfast.evaluation.rare.measured import (
    measurements_merged,
    measurements_read,
    measurements_text,
    shipped_measurements,
)


def estimate(value, lower=0.0, upper=1.0, **changes):
    given = Estimate(
        value, Interval(lower, upper), 0.95, "some method", 1000, 100, interval_kind="asymptotic"
    )
    return dataclasses.replace(given, **changes)


def test_bias_error_coverage_and_cost_by_hand():
    """Ratios 0.5, 1 and 3: mean 1.5, mean squared error (0.25 + 0 + 4) / 3."""
    found = calibrate(
        [estimate(5e-4, 0, 8e-4), estimate(1e-3), estimate(3e-3, labels=400), None],
        1e-3,
        "toy",
        "asymptotic",
        passing=0.5,
    )
    assert found.bias == pytest.approx(0.5)
    assert found.bias_error == pytest.approx(math.sqrt((1 + 0.25 + 2.25) / 2 / 3))
    assert found.squared_error == pytest.approx(4.25 / 3)
    assert found.coverage == Proportion(2, 3)
    assert found.within_tenfold == Proportion(3, 3)
    assert found.declined == 1
    assert (found.forwards, found.labels) == (1000, 200)
    assert found.plain.forwards == pytest.approx(999 / (4.25 / 3))
    assert found.forwards_saved == pytest.approx(999 / (4.25 / 3) / 1000)
    assert found.labels_saved == pytest.approx(0.5 * 999 / (4.25 / 3) / 200)
    assert found.measured == MeasuredCoverage(Proportion(2, 3), 1e-3, "toy")


def test_plain_monte_carlo_saves_nothing_against_itself():
    """100,000 draws at 1e-3 have a relative squared error of 0.999 / 100."""
    assert plain_cost(1e-3, 0.999 / 100, passing=0.2).forwards == pytest.approx(100_000)
    assert plain_cost(1e-3, 0.999 / 100, passing=0.2).labels == pytest.approx(20_000)
    assert plain_cost(1e-3, 0.0).forwards == math.inf


def test_missing_intervals_count_as_misses_and_far_values_as_far():
    found = calibrate([estimate(1e-3, interval=None), estimate(0.5)], 1e-3, "toy", "asymptotic")
    assert found.coverage == Proportion(1, 2)
    assert found.within_tenfold == Proportion(1, 2)


@pytest.mark.parametrize(
    "estimates",
    [[], [None], [estimate(0.1), estimate(0.1, method="other")]],
    ids=["none", "declined", "mixed"],
)
def test_refuses_what_cannot_be_scored(estimates):
    with pytest.raises(ValueError, match="score"):
        calibrate(estimates, 1e-3, "toy", "asymptotic")


@pytest.mark.parametrize(("rate", "passing"), [(0.0, 1.0), (1.0, 1.0), (0.1, 0.0)])
def test_plain_cost_refuses_impossible_shares(rate, passing):
    with pytest.raises(ValueError, match="impossible"):
        plain_cost(rate, 0.1, passing)


def measured(rate, task="brackets", covered=190, **changes):
    row = Measurement(
        "some method", "asymptotic", 0.95, MeasuredCoverage(Proportion(covered, 200), rate, task)
    )
    return dataclasses.replace(row, **changes)


TABLE = [
    measured(1e-3),
    measured(1e-4, covered=150),
    measured(1e-4, "storyworld, judged draws", covered=180),
    measured(1e-4, "toy", covered=199),
    measured(1e-5, method="other"),
    measured(6e-3, "world one", covered=170),
    measured(6.1e-3, "world two", covered=140),
    measured(1e-6, interval_kind="bootstrap"),
]


@pytest.mark.parametrize(
    ("value", "task", "covered"),
    [
        (9e-4, None, 190),
        (1.1e-4, None, 150),
        (1.1e-4, "storyworld", 180),
        (2e-3, "storyworld", 190),
        (1e-5, None, 150),
        (9e-6, None, None),
        (6e-3, None, 140),
        (0.0, None, None),
    ],
)
def test_an_estimate_finds_the_coverage_measured_nearest_to_it(value, task, covered):
    found = with_measured_coverage(estimate(value), task, TABLE).coverage
    assert (found and found.covered.events) == covered


def test_the_shipped_table_reads_and_serves():
    rows = shipped_measurements()
    assert rows, "the package ships a table of measured coverage"
    assert {row.confidence for row in rows} == {0.95}
    assert {row.method for row in rows} >= {"score-stratified sampling", "extreme-value forecast"}
    assert all(r.coverage.covered.trials >= 200 for r in rows if r.interval_kind == "finite-sample")
    best = next(row for row in rows if row.method == "score-stratified sampling")
    asked = estimate(
        best.coverage.at_rate, method=best.method, interval_kind=best.interval_kind, confidence=0.95
    )
    assert with_measured_coverage(asked).coverage is not None


def test_another_confidence_was_not_measured():
    assert with_measured_coverage(estimate(1e-3, confidence=0.99), None, TABLE).coverage is None


def test_measurements_survive_as_plain_data():
    assert [Measurement.of_json(row.to_json()) for row in TABLE] == TABLE
    assert sorted(measurements_read(measurements_text(TABLE)), key=repr) == sorted(TABLE, key=repr)
    assert measurements_text(TABLE[::-1]) == measurements_text(TABLE)


def test_fresh_measurements_take_the_place_of_their_own_method_and_task_alone():
    fresh = [measured(2e-3, covered=188)]
    others = [row for row in TABLE if (row.method, row.coverage.task) != ("some method", "brackets")]
    assert measurements_merged(TABLE, fresh) == [*others, *fresh]
    assert len(others) == len(TABLE) - 3
    assert measurements_merged([], fresh) == fresh


def test_a_reweighted_rate_carries_the_coverage_measured_for_it():
    """Four of 2,000 prompts fail once in ten draws: about 2e-4."""
    rng = np.random.default_rng(8)
    scores, bad = rng.normal(size=(2000, 10)), np.zeros((2000, 10), dtype=bool)
    bad[:4, 0], scores[:4, 0] = True, -1.0
    found = reweighted_outcome(scores, bad, 1.5, 10)
    known = with_measured_coverage(found.failures, "storyworld")
    assert known.coverage.task.startswith("simulated prompts")
    assert 0.1 < known.coverage.at_rate / found.failures.value < 10
    refusals = with_measured_coverage(found.refusals, "storyworld").coverage
    assert refusals is None or refusals.at_rate != known.coverage.at_rate
