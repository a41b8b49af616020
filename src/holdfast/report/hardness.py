"""How much harder the last model is to break, and how bad its failures are: two tables, as plain strings."""

from __future__ import annotations

import math
from dataclasses import dataclass

from holdfast.campaign.records import AttackRecord, CampaignRecord
from holdfast.evaluation import BANDS, BandResult, HazardRatio, by_severity
from holdfast.report.comparison import AttackComparison, compare
from holdfast.report.numbers import NONE, factor_limits, percent, queries, times

SEVERITY_HEADER = tuple((band.name, f"{band.lower:g} or more") for band in BANDS)
"""Each band with where it begins."""


@dataclass(frozen=True)
class HardnessRow:
    """One attack, run afresh against the first and the last model."""

    attack: str
    by_hazard: str
    hazard_limits: str
    by_median: str
    median_limits: str
    p_value: str


@dataclass(frozen=True)
class SeverityCell:
    """The share of attempts whose best failure is at least so bad, with its limits."""

    share: str
    limits: str


@dataclass(frozen=True)
class SeverityRow:
    """One attack against one model; a cell for each band, mildest first."""

    attack: str
    model: str
    cells: tuple[SeverityCell, ...]


def hardness_rows(campaign: CampaignRecord) -> tuple[HardnessRow, ...]:
    """One row an attack; none where there is one model alone."""
    comparison = compare(campaign)
    return () if comparison.single else tuple(_hardness(one) for one in comparison.attacks)


def _hardness(one: AttackComparison) -> HardnessRow:
    return HardnessRow(
        one.label,
        _times_harder(one.hazard),
        factor_limits(one.hazard.times_harder_limits),
        f"{queries(one.first.median)} → {queries(one.last.median)}",
        factor_limits(one.harder.limits),
        "below 0.001" if one.hazard.p_value < 0.001 else f"{one.hazard.p_value:.2g}",
    )


def _times_harder(hazard: HazardRatio) -> str:
    harder = hazard.times_harder
    if harder is None:
        return NONE
    return "never broken" if math.isinf(harder) else times(harder)


def severity_rows(campaign: CampaignRecord) -> tuple[SeverityRow, ...]:
    """Each attack against the first model and the last, where it made any attempt."""
    comparison = compare(campaign)
    models = [("first", comparison.first), ("last", comparison.last)]
    rows = []
    for one in comparison.last.attacks:
        for name, round_ in models[: 1 if comparison.single else 2]:
            for record in round_.attacks:
                if record.attack == one.attack and record.success.trials:
                    label = f"{record.attack} (held out)" if record.held_out else record.attack
                    rows.append(SeverityRow(label, name, tuple(map(_cell, severity_of(record)))))
    return tuple(rows)


def severity_of(record: AttackRecord) -> tuple[BandResult, ...]:
    """The bands of one attack's attempts, by the best failure of each."""
    unbroken = record.success.trials - len(record.egregiousness)
    return by_severity([*record.egregiousness, *[None] * unbroken])


def _cell(result: BandResult) -> SeverityCell:
    limits = result.at_least.interval()
    return SeverityCell(percent(result.at_least.rate), f"{percent(limits.lower)} to {percent(limits.upper)}")
