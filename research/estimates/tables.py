"""The tables of the study of estimates."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from holdfast.evaluation.rare.calibration import Calibration
from holdfast.evaluation.rare.measured import Measurement
from research.estimates.methods import PLAIN

_COLUMNS = (
    "task method interval rate confidence repetitions declined bias bias_error relative_error within_tenfold"
    " covered intervals coverage_lower coverage_upper forwards labels forwards_saved labels_saved"
).split()


def table(scored: Sequence[Calibration]) -> str:
    """Every number, as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in scored:
        limits = one.coverage.interval(0.95)
        saved = (one.forwards_saved, one.labels_saved) if _tells(one) else ("", "")
        writer.writerow(
            (
                one.task,
                one.method,
                one.interval_kind,
                one.rate,
                one.confidence,
                one.within_tenfold.trials,
                one.declined,
                one.bias,
                one.bias_error,
                one.squared_error**0.5,
                one.within_tenfold.events,
                one.coverage.events,
                one.coverage.trials,
                limits.lower,
                limits.upper,
                one.forwards,
                one.labels,
                *saved,
            )
        )
    return text.getvalue()


def measurements(scored: Sequence[Calibration]) -> list[Measurement]:
    """What the package ships: how often intervals of each method held the truth."""
    return [
        Measurement(one.method, one.interval_kind, one.confidence, one.measured)
        for one in scored
        if one.measured is not None and one.method != PLAIN
    ]


def page(scored: Sequence[Calibration], command: str, machine: str) -> str:
    """The page: what each estimator is worth, task by task."""
    tasks = list(dict.fromkeys(one.task for one in scored))
    usual = max((_repetitions(one) for one in scored), default=0)
    lines = [
        "# Estimates of rare failures, where the truth is known",
        "",
        "What each estimator of `holdfast.evaluation.rare` is worth on problems whose failure rate is exact."
        f" An estimate is never a claim; this is how far each may be believed. Every row is of {usual}"
        " repetitions unless it says otherwise.",
        "",
        "- **bias**: the mean of estimate / truth − 1, with its standard error.",
        "- **error**: the root of the mean of (estimate / truth − 1)². At 1 an estimator is no better than"
        " always saying 0.",
        "- **coverage**: the share of nominal 95 % intervals of that kind that held the truth, with exact"
        " 95 % limits on that share, bold where even the upper limit is below 95 %. Where a repetition met no"
        " failure there is no asymptotic interval, and a finite-sample one is given instead; such repetitions"
        " count in the rows of the latter only. Those in which the method *declined* to estimate count"
        " nowhere else.",
        "- **saved**: how many times the forwards, and the judge calls, plain Monte Carlo needs for the same"
        " error. Below 1 it needs fewer. Nothing stands where the mean estimate misses most of the rate, for"
        " squared error rewards an estimator that says 0.",
        "",
    ]
    for task in tasks:
        lines += [f"## {task[0].upper()}{task[1:]}", "", _HEAD, "|---|---|---|---|---|---|---|---|---|---|"]
        lines += [_row(one, usual) for one in scored if one.task == task]
        lines.append("")
    lines += [f"Made by `{command}` on {machine}. All numbers: [estimates.csv](estimates.csv).", ""]
    return "\n".join(lines)


_HEAD = (
    "| method | interval | true rate | bias | error | within tenfold | coverage | forwards | judged"
    " | forwards, judged saved |"
)


def _repetitions(one: Calibration) -> int:
    return one.within_tenfold.trials + one.declined


def _row(one: Calibration, usual: int) -> str:
    fewer = "" if _repetitions(one) == usual else f", {_repetitions(one)} repetitions"
    near = one.within_tenfold.rate or 0.0
    saved = f"{one.forwards_saved:.2g}×, {one.labels_saved:.2g}×" if _tells(one) else "–"
    cells = (
        f"{one.method}{fewer}",
        one.interval_kind,
        f"{one.rate:.2e}",
        f"{100 * one.bias:+.0f} ± {100 * one.bias_error:.0f} %",
        f"{one.squared_error**0.5:.2g}",
        f"{100 * near:.0f} %",
        _coverage(one),
        f"{one.forwards:,.0f}",
        f"{one.labels:,.0f}",
        saved,
    )
    return f"| {' | '.join(cells)} |"


def _tells(one: Calibration) -> bool:
    return one.bias > -0.5


def _coverage(one: Calibration) -> str:
    declined = f"; {one.declined} declined" if one.declined else ""
    if not one.coverage.trials:
        return f"never given{declined}"
    limits = one.coverage.interval(0.95)
    share = f"{100 * (one.coverage.rate or 0.0):.1f} %"
    shown = f"**{share}**" if limits.upper < one.confidence else share
    few = one.within_tenfold.trials - one.coverage.trials
    other = f"; of {one.coverage.trials}" if few else ""
    return f"{shown} ({100 * limits.lower:.0f} to {100 * limits.upper:.0f}{other}{declined})"
