"""The rows that tell how attacks compare, as plain strings: for the terminal, the page and the studies."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from holdfast.evaluation import AttackSummary, CensoredMedian, Interval, Overlap, Tactic
from holdfast.report.numbers import NONE, flops, percent, seconds, significant

HEADER = (
    "attack",
    "seeds broken",
    "queries to first",
    "seconds to first",
    "compute to first",
    "distinct failures",
    "distinct a second",
    "worst",
)


@dataclass(frozen=True)
class Cell:
    """A figure, and beneath it its limits or what it is made of; empty where there are none."""

    value: str
    below: str = ""


def attack_rows(summaries: Sequence[AttackSummary]) -> tuple[tuple[Cell, ...], ...]:
    """One row an attack, in the order of `HEADER`."""
    return tuple(_row(one) for one in summaries)


def _row(one: AttackSummary) -> tuple[Cell, ...]:
    limits = one.success.interval()
    return (
        Cell(one.attack),
        Cell(
            f"{one.success.events:,} of {one.success.trials:,}",
            "; ".join([_between(percent(limits.lower), percent(limits.upper)), *_apart(one)]),
        ),
        _median(one.queries, lambda value: f"{value:,.0f}"),
        _median(one.seconds, seconds),
        _median(one.flops, flops),
        Cell(f"{one.distinct:,}", f"of {one.failures:,}"),
        Cell(significant(one.distinct_per_second), f"in {seconds(one.spend.seconds)}"),
        Cell(
            NONE if one.worst_egregiousness is None else f"{one.worst_egregiousness:.1f}",
            "" if one.mean_egregiousness is None else f"mean {one.mean_egregiousness:.1f}",
        ),
    )


def _apart(one: AttackSummary) -> list[str]:
    """What is counted apart: seeds that passed as they stand, that could not be attacked, or that wait for
    people."""
    clean = f"{one.clean_misses:,} passed unchanged" if one.clean_misses else ""
    skipped = f"{one.skipped:,} more skipped" if one.skipped else ""
    pending = f"{one.pending:,} more pending" if one.pending else ""
    return [words for words in (clean, skipped, pending) if words]


def _median(median: CensoredMedian, told: Callable[[float], str]) -> Cell:
    return Cell("not half" if median.value is None else told(median.value), _limits(median.limits, told))


def _limits(limits: Interval, told: Callable[[float], str]) -> str:
    """Two-sided limits, one-sided ones where an end is open, or nothing."""
    if limits.lower <= 0 or math.isinf(limits.lower):
        return ""
    if math.isinf(limits.upper):
        return f"{told(limits.lower)} or more"
    return _between(told(limits.lower), told(limits.upper))


def _between(lower: str, upper: str) -> str:
    """A range, with its unit once where both ends have the same."""
    number, _, unit = lower.rpartition(" ")
    return f"{number if number and upper.endswith(f' {unit}') else lower} to {upper}"


TACTIC_HEADER = ("tactic", "distinct", "share", "seeds", "mean", "worst", "found by")


def tactic_rows(tactics: Sequence[Tactic], shown: int) -> tuple[tuple[str, ...], ...]:
    """The largest tactics, and the rest in one row."""
    rows = [
        (
            tactic.name,
            f"{tactic.size:,}",
            percent(tactic.share),
            f"{tactic.seeds:,}",
            f"{tactic.mean_egregiousness:.1f}",
            f"{tactic.worst_egregiousness:.1f}",
            ", ".join(f"{attack} {count:,}" for attack, count in tactic.attacks),
        )
        for tactic in tactics[:shown]
    ]
    rest = tactics[shown:]
    if rest:
        size = sum(tactic.size for tactic in rest)
        worst = max(tactic.worst_egregiousness for tactic in rest)
        mean = sum(tactic.size * tactic.mean_egregiousness for tactic in rest) / size
        share = percent(sum(tactic.share for tactic in rest))
        others = f"{len(rest):,} smaller one{'s' if len(rest) > 1 else ''}"
        rows.append((others, f"{size:,}", share, "", f"{mean:.1f}", f"{worst:.1f}", ""))
    return tuple(rows)


def only_header(overlaps: Sequence[Overlap]) -> tuple[str, ...]:
    """What `only_rows` tells."""
    return ("attack", *(part for one in overlaps for part in (one.by, "it alone")))


def only_rows(overlaps: Sequence[Overlap]) -> tuple[tuple[str, ...], ...]:
    """For each attack what it found of each kind, and how much of that no other attack found; then all."""
    if not overlaps:
        return ()
    rows = [
        (attack, *(f"{count:,}" for one in overlaps for count in (one.found[i], one.only[i])))
        for i, attack in enumerate(overlaps[0].attacks)
    ]
    return (*rows, ("all", *(cell for one in overlaps for cell in (f"{one.total:,}", ""))))
