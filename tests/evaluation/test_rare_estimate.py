"""An estimate prints as an estimate, and refuses parts that make no sense."""

import dataclasses

import pytest

from holdfast.evaluation.bounds import Interval, Proportion
from holdfast.evaluation.rare import Estimate, MeasuredCoverage


def estimate(**changes: object) -> Estimate:
    given = {
        "value": 2e-5,
        "interval": Interval(1e-5, 4e-5),
        "confidence": 0.95,
        "method": "splitting",
        "queries": 23_000,
        "labels": 40,
    }
    return Estimate(**{**given, **changes})


def test_prints_as_an_estimate_with_its_interval_and_costs():
    text = str(estimate())
    assert text.startswith("estimated 2.00e-05 (splitting; 0.95 asymptotic interval 1.00e-05 to 4.00e-05")
    assert "23,000 classifier forwards, 40 judged" in text
    assert "coverage not measured" in text
    assert "claim" not in text


def test_carries_its_measured_coverage_where_there_is_one():
    coverage = MeasuredCoverage(Proportion(166, 200), 1e-6, "brackets")
    text = str(estimate(coverage=coverage))
    assert "166 of 200 such intervals held the truth on brackets at 1.0e-06" in text
    assert "not measured" not in text


def test_without_an_interval_none_is_shown():
    assert "interval" not in str(estimate(interval=None))


@pytest.mark.parametrize(
    "changes",
    [
        {"value": -1e-9},
        {"value": float("nan")},
        {"confidence": 1.0},
        {"interval": Interval(0.2, 0.1)},
        {"queries": -1},
        {"labels": -1},
    ],
)
def test_refuses_impossible_parts(changes):
    with pytest.raises(ValueError, match=r"."):
        estimate(**changes)


@pytest.mark.parametrize(("covered", "rate"), [(Proportion(0, 0), 0.1), (Proportion(1, 2), 0.0)])
def test_refuses_coverage_that_says_nothing(covered, rate):
    with pytest.raises(ValueError, match=r"."):
        MeasuredCoverage(covered, rate, "toy")


def test_is_frozen():
    with pytest.raises(dataclasses.FrozenInstanceError):
        estimate().value = 0.0
