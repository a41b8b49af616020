"""The figures of an attack report, and the tables behind everything it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, fields
from typing import Any

import numpy as np

from holdfast.attacks.results import Attempt
from holdfast.campaign.analysis import AttackFindings
from holdfast.core.budget import Spend
from holdfast.evaluation import AttackSummary, CensoredMedian, Tactic
from holdfast.report.drawing import SERIES, Drawing, count_axis, percent_axis, spread, style
from holdfast.report.figure_data import Cell, Data
from holdfast.report.figures import Panel

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
    """One table a part of the report; None is an empty cell."""
    return (
        Data("attacks", _SUMMARY_HEADER, tuple(_summary(one) for one in findings.summaries)),
        _attempts(findings),
        _failures(findings),
        Data("tactics", _TACTIC_HEADER, tuple(_tactic(one) for one in findings.tactics)),
        _overlaps(findings),
    )


_MEDIANS = ("queries", "seconds", "flops")
_SUMMARY_HEADER = (
    "attack",
    "target",
    "seeds",
    "broken",
    "broken_lower",
    "broken_upper",
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


def _attempts(findings: AttackFindings) -> Data:
    rows = (
        _attempt(name, place, one)
        for name, result in findings.results.items()
        for place, one in enumerate(result.attempts)
    )
    return Data("attempts", _ATTEMPT_HEADER, tuple(rows))


_ATTEMPT_HEADER = (
    "attack",
    "seed",
    "outcome",
    "clean_miss",
    "skipped_because",
    "queries",
    "first_failure_query",
    "first_failure_seconds",
    "failures",
    "seed_prompt",
    "seed_completion",
    "failure_prompt",
    "failure_completion",
    "failure_score",
)


def _attempt(attack: str, place: int, one: Attempt) -> tuple[Cell, ...]:
    best = one.best
    return (
        attack,
        place,
        one.outcome,
        one.clean_miss,
        one.skipped,
        one.queries,
        one.first_failure_query,
        one.first_failure_seconds,
        len(one.failures),
        one.seed.prompt,
        one.seed.completion,
        None if best is None else best.snippet.prompt,
        None if best is None else best.snippet.completion,
        None if best is None else best.score,
    )


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
            Panel(
                "broken", _BROKEN[0], _broken(findings).svg(_BROKEN[0]), _BROKEN[1], f"{folder}/attempts.csv"
            )
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
