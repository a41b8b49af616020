"""No option takes infinity, or what is no number."""

import pytest

OPTIONS = [
    ("evaluate", "x", "--temperature"),
    ("evaluate", "x", "--threshold"),
    ("evaluate", "x", "--confidence"),
    ("evaluate", "x", "--monitor"),
    ("evaluate", "x", "--margin"),
    ("evaluate", "x", "--risk"),
    ("evaluate", "x", "--against-threshold"),
    ("evaluate", "x", "--telltale-threshold"),
    ("plan", "--target"),
    ("plan", "--target", "1e-3", "--confidence"),
    ("plan", "--target", "1e-3", "--true-rate"),
    ("plan", "--target", "1e-3", "--power"),
    ("plan", "--target", "1e-3", "--per-second"),
    ("plan", "--target", "1e-3", "--label-cost"),
    ("monitor", "--target"),
    ("monitor", "--target", "1e-3", "--confidence"),
    ("attack", "--threshold"),
    ("attack", "--confidence"),
]


@pytest.mark.parametrize("value", ["inf", "-inf", "nan", "1e999"])
@pytest.mark.parametrize("command", OPTIONS, ids=" ".join)
def test_it_is_refused_in_one_line(holdfast, command, value):
    *before, option = command
    done = holdfast(*before, f"{option}={value}")
    assert done.code == 2
    assert f"for {option}. Must be" in done.err
    assert len(done.err.strip().splitlines()) == 1


@pytest.mark.parametrize("budget", ["1e999q", "1.2.3q", "1e999s", "infq", "nans"])
def test_so_is_a_budget(holdfast, budget):
    done = holdfast("attack", "--task", "brackets", "--classifier", "none", "--budget", budget)
    assert done.code == 2
    assert f"budget '{budget}' is no number with a unit" in done.err
