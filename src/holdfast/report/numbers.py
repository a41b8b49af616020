"""Numbers as people read them."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Literal

from holdfast.campaign.records import RateRecord
from holdfast.evaluation import AtLeast, Interval, Proportion

NONE = "–"

Rounded = Literal["nearest", "up", "down"]


def significant(value: float, digits: int = 2) -> str:
    """Plain decimals with that many significant digits: 0.0031, 4.2, 310 (never 3.1e-03)."""
    if value == 0 or not math.isfinite(value):
        return "0" if value == 0 else "∞"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


def percent(rate: float | None) -> str:
    """A share in percent; close to 1 with the digits that tell it from 1."""
    if rate is None:
        return NONE
    if rate >= 0.9:
        return f"{100 * rate:.{2 if rate >= 0.98 else 1}f}".rstrip("0").rstrip(".") + " %"
    return significant(100 * rate, 3 if rate >= 0.1 else 2) + " %"


def bound(rate: float) -> str:
    """An upper bound in percent, rounded up, so that what is printed holds too."""
    if rate >= 1 or rate <= 0:
        return percent(rate)
    step = 10.0 ** (math.floor(math.log10(100 * rate)) - 1)
    return significant(min(math.ceil(100 * rate / step - 1e-9) * step, 100.0)) + " %"


def decimals_for(lower: float, upper: float) -> int:
    """Decimals in percent at which the two ends of an interval of rates differ by two digits."""
    width = 100 * (upper - lower)
    return min(8, max(0, 1 - math.floor(math.log10(width)))) if width > 0 else 2


def percent_to(rate: float | None, decimals: int, rounded: Rounded = "nearest") -> str:
    """A share in percent with so many decimals; one that bounds is rounded to where it still holds."""
    if rate is None:
        return NONE
    if rate in (0, 1):
        return f"{100 * rate:.0f} %"
    scaled = 100 * rate * 10**decimals
    whole = {"nearest": round(scaled), "up": math.ceil(scaled - 1e-9), "down": math.floor(scaled + 1e-9)}
    return f"{whole[rounded] / 10**decimals:.{decimals}f} %"


def limits(rate: RateRecord) -> str:
    """Two-sided limits in percent."""
    return f"{percent(rate.lower)} to {percent(rate.upper)}"


def counted(rate: RateRecord) -> str:
    """`3 of 200,000`."""
    return f"{rate.events:,} of {rate.trials:,}"


def times(value: float) -> str:
    """A factor: `12×`, `1.4×`."""
    return f"{significant(value, 2 if value < 100 else 3)}×"


def factor_limits(interval: Interval) -> str:
    """Limits of a factor, one-sided where one end is open."""
    if math.isinf(interval.upper) and interval.lower <= 0:
        return "none"
    if interval.lower <= 0:
        return f"{times(interval.upper)} or less"
    if math.isinf(interval.upper):
        return f"{times(interval.lower)} or more"
    return f"{times(interval.lower)} to {times(interval.upper)}"


def queries(value: float | AtLeast | None) -> str:
    """A number of queries; `over 2,000` when it lies beyond the budget."""
    if value is None:
        return NONE
    return f"over {value.value:,.0f}" if isinstance(value, AtLeast) else f"{value:,.0f}"


def duration(seconds: float) -> str:
    """`4.2 s`, `3 min 5 s`, `2 h 4 min`."""
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def seconds(value: float) -> str:
    """A length of time that may be very short: `3.1 ms`, `0.42 s`, then as `duration` has it."""
    if value < 0.1:
        return f"{significant(1000 * value)} ms"
    return f"{significant(value)} s" if value < 9.95 else duration(value)


def moment(when: str) -> str:
    """A time written as ISO 8601, to the minute: `2026-01-31 23:59 UTC`; any other text as it is."""
    try:
        time = datetime.fromisoformat(when)
    except ValueError:
        return when
    return f"{time.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if time.tzinfo else f"{time:%Y-%m-%d %H:%M}"


def flops(value: float) -> str:
    """Floating-point operations with a metric prefix: `3.1 TFLOP`."""
    for size, prefix in ((1e18, "E"), (1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M")):
        if value >= size:
            return f"{value / size:.3g} {prefix}FLOP"
    return f"{value:,.0f} FLOP"


def proportion(rate: RateRecord) -> Proportion:
    """The record's counts, ready to be computed with."""
    return Proportion(rate.events, rate.trials)
