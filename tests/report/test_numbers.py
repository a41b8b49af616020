"""Numbers as people read them: digits that tell apart, and bounds that hold as printed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.report.numbers import NONE, decimals_for, percent_to

shares = st.floats(0, 1)


@pytest.mark.parametrize(
    ("lower", "rate", "upper", "told"),
    [
        (0.000124, 0.000147, 0.000173, ("0.0124 %", "0.0147 %", "0.0173 %")),
        (0.9698, 0.97010, 0.9704, ("96.980 %", "97.010 %", "97.040 %")),
        (0.0, 0.0, 3e-6, ("0 %", "0 %", "0.00030 %")),
        (0.0, 0.5, 1.0, ("0 %", "50 %", "100 %")),
        (0.25, None, 0.25, ("25.00 %", NONE, "25.00 %")),
    ],
)
def test_an_interval_is_told_to_two_digits_of_its_width(lower, rate, upper, told):
    decimals = decimals_for(lower, upper)
    assert tuple(percent_to(value, decimals) for value in (lower, rate, upper)) == told


@given(shares, st.integers(0, 6))
def test_a_bound_holds_as_printed(rate, decimals):
    up, down = (float(percent_to(rate, decimals, to).split()[0]) for to in ("up", "down"))
    assert down - 1e-6 <= 100 * rate <= up + 1e-6
    assert up - down <= 10.0**-decimals * 1.001
