"""What the labels of a plan say: how often the filter missed, by slice and week, and what drifts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from holdfast.campaign.traffic.labels import Labels
from holdfast.campaign.traffic.plan import WEEK, Drawn, Plan
from holdfast.core.snippet import Label
from holdfast.evaluation.traffic import Cell, MissRate, ScoreShift, miss_rate, score_shift

SHIFTED = 0.1
"""A population stability index from which scores count as shifted; 0.25 is usually called a large shift."""
ALARM = 0.01
"""The chance of a false alarm, over all weeks together."""


@dataclass(frozen=True)
class Estimate:
    """The share of catastrophes among the rows that passed, with two-sided limits at `confidence`."""

    confidence: float
    overall: MissRate
    bands: tuple[MissRate, ...]
    slices: Mapping[str, Mapping[str, MissRate]]
    turned_away: int
    alarms: tuple[str, ...]
    """In sentences; empty where nothing drifts as far as can be seen."""


def estimate(plan: Plan, drawn: Sequence[Drawn], labels: Labels, confidence: float) -> Estimate:
    """What the labels say, so far as there are any."""
    bands = _cells(plan.rows, drawn, labels)
    slices = {
        name: {
            value: _cells(counts[:-1], [each for each in drawn if each.slices[name] == value], labels)
            for value, counts in values.items()
        }
        for name, values in plan.slices.items()
    }
    return Estimate(
        confidence,
        miss_rate(bands, confidence),
        tuple(miss_rate([cell], confidence) for cell in bands),
        {name: {v: miss_rate(cells, confidence) for v, cells in of.items()} for name, of in slices.items()},
        plan.turned_away,
        tuple(_alarms(plan.slices.get(WEEK, {}), slices.get(WEEK, {}))),
    )


def found(drawn: Sequence[Drawn], labels: Labels) -> list[Drawn]:
    """The rows that were missed for certain, with their label."""
    missed = (each for each in drawn if labels.get(each.id) is Label.CATASTROPHIC)
    return [each.model_copy(update={"label": Label.CATASTROPHIC.value}) for each in missed]


def _cells(rows: Sequence[int], drawn: Sequence[Drawn], labels: Labels) -> list[Cell]:
    counts: list[Counter[Label | None]] = [Counter() for _ in rows]
    for each in drawn:
        counts[each.band][labels.get(each.id)] += 1
    return [
        Cell(count, of.total(), of[Label.CATASTROPHIC], of[Label.UNSURE], of[None])
        for count, of in zip(rows, counts, strict=True)
    ]


def _alarms(counts: Mapping[str, Sequence[int]], cells: Mapping[str, Sequence[Cell]]) -> list[str]:
    """Each week beside all weeks before it: scores that shifted, and misses that became more frequent."""
    weeks = sorted(counts)
    told: list[str] = []
    error = ALARM / max(1, len(weeks) - 1) / 2
    for number, week in enumerate(weeks[1:], 1):
        before = weeks[:number]
        shift = score_shift([sum(c) for c in zip(*(counts[w] for w in before), strict=True)], counts[week])
        if shift is not None and shift.index >= SHIFTED and shift.p_value < error:
            told.append(_shifted(week, before, shift))
        now = miss_rate(cells[week], 1 - error).limits
        bands = zip(*(cells[w] for w in before), strict=True)
        earlier = miss_rate([sum(band, Cell(0, 0, 0)) for band in bands], 1 - error).limits
        if now.lower > earlier.upper:
            told.append(
                f"{week}: misses are more frequent, at least {now.lower:.3g} where the weeks before had at"
                f" most {earlier.upper:.3g}"
            )
    return told


def _shifted(week: str, before: Sequence[str], shift: ScoreShift) -> str:
    since = before[0] if len(before) == 1 else f"{before[0]} to {before[-1]}"
    return f"{week}: scores are not as in {since} (population stability index {shift.index:.2f})"
