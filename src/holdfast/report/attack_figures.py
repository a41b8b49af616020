"""The figures of an attack report, and the tables behind everything it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np

from holdfast.attacks.results import Attempt
from holdfast.campaign.analysis import AttackFindings
from holdfast.campaign.attempt_rows import Columns, attempt_columns
from holdfast.core.budget import Spend
from holdfast.evaluation import AttackSummary, CensoredMedian, Tactic
from holdfast.report.drawing import SERIES, Drawing, count_axis, percent_axis, spread, style
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel
from holdfast.report.prompt_shares import prompt_shares

ATTEMPTS = "attempts.csv"
"""The file of the attempts, among the tables."""

_LINES = ("-", "--", ":", "-.")
_BROKEN = (
    "Seeds broken, by queries spent on each",
    "The share of seeds on which the attack has found a failure once it has spent so many queries on each. "
    "Higher and further left is stronger. The horizontal axis is logarithmic; a line ends at the most "
    "queries that the attack spent on one seed.",
)
_GRADES = (
    "How bad the failures are",
    "Egregiousness of the distinct failures of each attack: one dot each, with a box from the first to the "
    "third quartile, the median in it, and whiskers at 5 and 95 %.",
)


def attack_tables(findings: AttackFindings) -> tuple[Data, ...]:
    """One table a part of the report but the attempts; None is an empty cell."""
    return (
        Data("attacks", _SUMMARY_HEADER, tuple(_summary(one) for one in findings.summaries)),
        _failures(findings),
        Data("tactics", _TACTIC_HEADER, tuple(_tactic(one) for one in findings.tactics)),
        _overlaps(findings),
        *_prompts(findings),
    )


_MEDIANS = ("queries", "seconds", "flops")
_SUMMARY_HEADER = (
    "attack",
    "target",
    "seeds",
    "broken",
    "broken_lower",
    "broken_upper",
    "pending",
    *(f"median_{name}{end}" for name in _MEDIANS for end in ("", "_lower", "_upper")),
    "failures",
    "distinct_failures",
    "distinct_per_second",
    "worst_egregiousness",
    "mean_egregiousness",
    *(f"spent_{field.name}" for field in fields(Spend)),
)


def _summary(one: AttackSummary) -> tuple[Cell, ...]:
    limits = one.success.interval()
    return (
        one.attack,
        one.target,
        one.success.trials,
        one.success.events,
        limits.lower,
        limits.upper,
        one.pending,
        *(cell for median in (one.queries, one.seconds, one.flops) for cell in _median(median)),
        one.failures,
        one.distinct,
        one.distinct_per_second,
        one.worst_egregiousness,
        one.mean_egregiousness,
        *astuple(one.spend),
    )


def _median(median: CensoredMedian) -> tuple[Cell, Cell, Cell]:
    return median.value, _finite(median.limits.lower), _finite(median.limits.upper)


def _finite(value: float) -> float | None:
    return value if np.isfinite(value) else None


def attempt_tables(findings: AttackFindings) -> list[Columns]:
    """The attempts of each attack, with the seconds to each first failure."""
    return [_with_seconds(name, result.attempts) for name, result in findings.results.items()]


def _with_seconds(attack: str, attempts: Sequence[Attempt]) -> Columns:
    firsts = [attempt.first_failure_seconds for attempt in attempts]
    return {
        **attempt_columns(attack, attempts),
        "first_failure_seconds": np.array(firsts, dtype=np.float64),
    }


def _failures(findings: AttackFindings) -> Data:
    rows = (
        (
            place,
            one.attack,
            one.failure.seed_index,
            one.failure.query,
            one.failure.seconds,
            one.failure.flops,
            one.failure.verdict.egregiousness,
            one.failure.score,
            one.first,
            one.like,
            one.tactic,
        )
        for place, one in enumerate(findings.findings)
    )
    names = "failure attack seed query seconds flops egregiousness score distinct like tactic"
    return Data("failures", tuple(names.split()), tuple(rows))


_TACTIC_HEADER = (
    "tactic",
    "distinct_failures",
    "share",
    "seeds",
    "mean_egregiousness",
    "worst_egregiousness",
    "attacks",
    "exemplar",
)


def _tactic(one: Tactic) -> tuple[Cell, ...]:
    attacks = "; ".join(f"{attack} {count}" for attack, count in one.attacks)
    grades = (one.mean_egregiousness, one.worst_egregiousness)
    return (one.name, one.size, one.share, one.seeds, *grades, attacks, one.exemplar)


def _prompts(findings: AttackFindings) -> tuple[Data, ...]:
    """Of attempts on a generator, fresh draws of the best prompt; no table where none wrote."""
    rows = []
    for one in prompt_shares(findings):
        limits = one.share.interval()
        counts = (one.share.events, one.share.trials, limits.lower, limits.upper)
        rows.append((one.attack, one.seed, *counts, one.worst, one.prompt))
    header = "attack seed failed drawn lower upper worst_egregiousness prompt"
    return (Data("prompts", tuple(header.split()), tuple(rows)),) if rows else ()


def _overlaps(findings: AttackFindings) -> Data:
    rows = (
        (one.by, attack, other, one.shared[i][j], one.only[i] if i == j else None)
        for one in findings.overlaps
        for i, attack in enumerate(one.attacks)
        for j, other in enumerate(one.attacks)
    )
    return Data("overlap", ("of", "attack", "other", "both_found", "found_alone"), tuple(rows))


def attack_panels(findings: AttackFindings, folder: str) -> list[Panel]:
    """The figures, whose tables lie in `folder`; one without data is left out."""
    with style():
        panels = [
            Panel("broken", _BROKEN[0], _broken(findings).svg(_BROKEN[0]), _BROKEN[1], f"{folder}/{ATTEMPTS}")
        ]
        if findings.findings:
            drawing = _grades(findings).svg(_GRADES[0])
            panels.append(Panel("grades", _GRADES[0], drawing, _GRADES[1], f"{folder}/failures.csv"))
    return panels


def _broken(findings: AttackFindings) -> Drawing:
    lines = 1 + (len(findings.results) - 1) // 3
    drawing = Drawing("broken", "queries", "seeds broken", height=2.8 + 0.18 * lines)
    axes = drawing.axes
    for number, (name, result) in enumerate(findings.results.items()):
        firsts = sorted(query for query in result.first_failure_queries if query is not None)
        last = max((attempt.queries for attempt in result.made), default=0)
        seeds = max(len(result.made), 1)
        axes.step(
            [0.8, *firsts, max(last, *firsts, 1)],
            [share / seeds for share in (*range(len(firsts) + 1), len(firsts))],
            where="post",
            color=SERIES[number % len(SERIES)],
            linestyle=_LINES[number // len(SERIES) % len(_LINES)],
            label=name,
        )
    axes.set_xscale("log")
    axes.set_xlim(left=0.8)
    axes.set_ylim(-0.02, 1.04)
    percent_axis(axes)
    count_axis(axes.xaxis)
    drawing.legend(3)
    return drawing


def _grades(findings: AttackFindings) -> Drawing:
    by_attack: dict[str, list[float]] = {name: [] for name in findings.results}
    for finding in findings.findings:
        if finding.first:
            by_attack[finding.attack].append(finding.failure.verdict.egregiousness)
    drawing = Drawing("grades", "", "egregiousness, 0 to 10")
    for place, (_, values) in enumerate(by_attack.items()):
        if values:
            spread(drawing, place, values, SERIES[place % len(SERIES)], 0.55)
    names = list(by_attack)
    drawing.axes.set_xticks(range(len(names)), names, **_slant(names))
    drawing.axes.set_xlim(-0.6, len(names) - 0.4)
    drawing.axes.set_ylim(0, 10.3)
    return drawing


def _slant(names: Sequence[str]) -> dict[str, Any]:
    """Long rows of names lean, so that they do not run into each other."""
    return {"rotation": 35, "ha": "right"} if sum(map(len, names)) > 42 else {}
