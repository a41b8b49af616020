"""The tables of the study of comparisons."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from holdfast.campaign.machine import machine
from holdfast.evaluation import (
    AreaUnderCurve,
    FailureTimes,
    Gain,
    HazardRatio,
    Interval,
    Proportion,
    SurvivingShare,
    censored_median,
    failure_times,
    median_ratio,
)
from holdfast.evaluation.attack_summary import Unit
from holdfast.evaluation.attacked import AttackedModel, times_harder_of

if TYPE_CHECKING:
    from research.comparisons.study import Findings

UNITS: tuple[Unit, ...] = ("queries", "seconds", "flops")


def page(found: Findings, how: str) -> tuple[str, str]:
    """All of it as Markdown, and what each attempt took as CSV."""
    lines = [
        "# The last model against the first",
        "",
        f"Made by {how}, on {machine()}. What the methods are: [comparisons](../evaluation.md#comparisons)."
        " Seconds are of this machine, shared with other work; queries and FLOPs repeat exactly. What each"
        " attempt took is in [comparisons.csv](comparisons.csv).",
        "",
        *_hardness(found),
        *_severity(found),
        *_intent(found),
        *_telltale(found),
    ]
    return "\n".join(lines).rstrip() + "\n", _attempts(found)


def _hardness(found: Findings) -> Iterator[str]:
    yield "## Times harder to break"
    yield ""
    yield (
        "By medians of all attempts, those without a failure being beyond any time; 95 % limits that hold"
        " whatever the distributions. The hazard ratio (last over first; Cox's partial likelihood, Efron's"
        " ties, limits from the likelihood ratio) says how fast failures come at any moment, and is no ratio"
        " of times; p is of the log-rank test."
    )
    yield ""
    yield (
        "| attack | unit | first, median | last, median | times harder | 95 % limits | hazard ratio"
        " | 95 % limits | log-rank p |"
    )
    yield "|---|---|---|---|---|---|---|---|---|"
    for attack, (first, last) in found.models.items():
        for unit in UNITS:
            before, after = (failure_times(each.attempts, unit) for each in (first, last))
            harder = times_harder_of({attack: first}, {attack: last}, unit)
            hazard, test = harder.hazard, harder.test
            medians = [_median(each) for each in (before, after)]
            unbroken = [time for time, found in zip(after.observed, after.found, strict=True) if not found]
            watched = min(unbroken, default=0.0)
            ratio = median_ratio(_amounts(before), _amounts(after), watched=watched)
            yield (
                f"| {attack} | {unit} | {' | '.join(medians)} | {_times(ratio.ratio)} |"
                f" {_between(ratio.limits)} | {_hazard(hazard)} | {_between(hazard.limits)} |"
                f" {test.p_value:.2g} |"
            )
    yield ""


def _median(times: FailureTimes) -> str:
    """Of all attempts: one that ended without a failure is beyond any time."""
    value = censored_median(_amounts(times)).value
    if value is None:
        return "not half"
    return f"{value:.3g}" if times.unit == "flops" else f"{value:,.3g}"


def _amounts(times: FailureTimes) -> list[float | None]:
    """What the first failure of each attempt took; None where it found none."""
    return [time if found else None for time, found in zip(times.observed, times.found, strict=True)]


def _times(ratio: float | None) -> str:
    return "not half" if ratio is None else f"{_factor(ratio)}×"


def _hazard(hazard: HazardRatio) -> str:
    return "–" if hazard.ratio is None else "never broken" if not hazard.ratio else _factor(hazard.ratio)


def _between(limits: Interval) -> str:
    return f"{_factor(limits.lower)} to {'any' if math.isinf(limits.upper) else _factor(limits.upper)}"


def _factor(value: float) -> str:
    return f"{value:,.0f}" if value >= 10 else f"{value:.2g}"


def _severity(found: Findings) -> Iterator[str]:
    yield "## Severity"
    yield ""
    yield "Seeds whose first failure is at least so egregious, of all seeds, with exact 95 % limits."
    yield ""
    bands = [row.band for row in next(iter(found.models.values()))[0].severity]
    yield "| attack | model | " + " | ".join(f"{band.name}, {band.lower:g} or more" for band in bands) + " |"
    yield "|---|---" + "|---" * len(bands) + "|"
    for attack, model, one in _models(found):
        cells = " | ".join(_share(row.at_least) for row in one.severity)
        yield f"| {attack} | {model} | {cells} |"
    yield ""


def _intent(found: Findings) -> Iterator[str]:
    yield "## Capability or intent"
    yield ""
    yield (
        "Failures whose plain restatement passes the same filter are of capability; those whose plain"
        " restatement is stopped, of intent. One failure a seed; exact 95 % limits."
    )
    yield ""
    yield "| attack | model | failures | of capability | of intent | no plain telling |"
    yield "|---|---|---|---|---|---|"
    for attack, model, one in _models(found):
        split = one.intent
        yield (
            f"| {attack} | {model} | {split.failures} | {_share(split.capability)} | {_share(split.intent)} |"
            f" {split.untold} |"
        )
    yield ""


def _telltale(found: Findings) -> Iterator[str]:
    one = found.telltale
    yield "## The telltale test"
    yield ""
    yield (
        f"On {found.failures:,} failures that the attacks found against the first model of the other run:"
        " neither of the two models compared had a part in selecting them."
    )
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| discriminator's power (area under the curve) | {_area(one.power)} |"
    yield f"| ... on the failures that it takes for clean | {_area(one.power_unseen)} |"
    yield f"| stopped by the first model → the last | {_gain(one.gain)} |"
    yield f"| ... of those that it takes for clean | {_gain(one.gain_unseen)} |"
    yield f"| **share of the gain that survives** | **{_survives(one.surviving)}** |"
    yield f"| harmless texts with signs, refused | {_gain(one.false_alarms.with_signs)} |"
    yield f"| harmless texts without signs, refused | {_gain(one.false_alarms.without_signs)} |"
    if one.false_alarms.excess is not None:
        limits = one.false_alarms.limits
        yield (
            f"| rise in refusals for the signs alone | {100 * one.false_alarms.excess:+.1f} points"
            f" ({100 * limits.lower:+.1f} to {100 * limits.upper:+.1f}) |"
        )
    yield ""
    yield "Each attack against a discriminator that never saw a text of it:"
    yield ""
    yield "| attack | power | stopped by the first model → the last | share of its gain that survives |"
    yield "|---|---|---|---|"
    for each in one.held_out:
        yield (f"| {each.attack} | {_area(each.power)} | {_gain(each.gain)} | {_survives(each.surviving)} |")
    yield ""


def _models(found: Findings) -> Iterator[tuple[str, str, AttackedModel]]:
    for attack, (first, last) in found.models.items():
        yield attack, "first", first
        yield attack, "last", last


def _share(rate: Proportion) -> str:
    if rate.rate is None:
        return "–"
    limits = rate.interval()
    return f"{rate.events} of {rate.trials} ({100 * limits.lower:.0f} to {100 * limits.upper:.0f} %)"


def _area(area: AreaUnderCurve | None) -> str:
    if area is None:
        return "–"
    return f"{area.value:.2f} ({area.limits.lower:.2f} to {area.limits.upper:.2f})"


def _gain(gain: Gain | None) -> str:
    if gain is None:
        return "–"
    shares = [f"{100 * (each.rate or 0):.1f} %" for each in (gain.before, gain.after)]
    return (
        f"{shares[0]} → {shares[1]} of {gain.after.trials}"
        f" ({100 * gain.limits.lower:+.1f} to {100 * gain.limits.upper:+.1f} points)"
    )


def _survives(share: SurvivingShare) -> str:
    if share.share is None or share.limits is None:
        value = "" if share.share is None else f"{100 * share.share:.0f} %; "
        return value + share.why
    return f"{100 * share.share:.0f} % ({100 * share.limits.lower:.0f} to {100 * share.limits.upper:.0f} %)"


def _attempts(found: Findings) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("attack", "model", "attempt", "found", "queries", "flops", "egregiousness"))
    for attack, model, one in _models(found):
        for place, attempt in enumerate(one.attempts):
            first = attempt.first
            spent = (attempt.queries, attempt.flops) if first is None else (first.query, first.flops)
            grade = "" if first is None else first.egregiousness
            writer.writerow((attack, model, place, str(first is not None).lower(), *spent, grade))
    return text.getvalue()
