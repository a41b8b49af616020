"""How much harder the last model is to break, how bad its failures are, and whether it knew better."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from holdfast.campaign.records import AttackRecord, AttemptTimesRecord, CampaignRecord, IntentRecord
from holdfast.evaluation import (
    BANDS,
    AtLeast,
    BandResult,
    CensoredMedian,
    HazardRatio,
    IntentSplit,
    Proportion,
    by_severity,
    censored_median,
)
from holdfast.evaluation.attack_summary import Unit
from holdfast.report.comparison import AttackComparison, compare
from holdfast.report.numbers import (
    NONE,
    factor_limits,
    flops,
    percent,
    proportion,
    queries,
    seconds,
    times,
)

SEVERITY_HEADER = tuple((band.name, f"{band.lower:g} or more") for band in BANDS)
"""Each band with where it begins."""


@dataclass(frozen=True)
class HardnessRow:
    """One attack, run afresh against the first and the last model."""

    attack: str
    by_median: str
    median_limits: str
    medians: str
    hazard: str
    hazard_limits: str
    seconds: str
    compute: str
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
        _factor(one.harder.ratio),
        factor_limits(one.harder.limits),
        f"{queries(one.first.median)} → {queries(one.last.median)}",
        _hazard(one.hazard),
        NONE if one.hazard.ratio is None else factor_limits(one.hazard.limits),
        _medians(one, "seconds", seconds),
        _medians(one, "flops", flops),
        "below 0.001" if one.hazard.p_value < 0.001 else f"{one.hazard.p_value:.2g}",
    )


def _medians(one: AttackComparison, unit: Unit, told: Callable[[float], str]) -> str:
    """First → last over all attempts; a dash where either model's record has no times in that unit."""
    medians = [
        _median(record.seconds if unit == "seconds" else record.flops) for record in (one.before, one.after)
    ]
    if None in medians:
        return NONE
    return " → ".join("not half" if each.value is None else told(each.value) for each in medians if each)


def _median(times: AttemptTimesRecord | None) -> CensoredMedian | None:
    return None if times is None else censored_median(times.first_failure)


def _factor(ratio: float | AtLeast | None) -> str:
    """How many times the queries of the first median the last one is; a dash where the first is not known."""
    if ratio is None:
        return NONE
    return f"at least {times(ratio.value)}" if isinstance(ratio, AtLeast) else times(ratio)


def _hazard(hazard: HazardRatio) -> str:
    if hazard.ratio is None:
        return NONE
    if hazard.ratio == 0:
        return "never broken"
    return "first never broken" if math.isinf(hazard.ratio) else times(hazard.ratio)


def severity_rows(campaign: CampaignRecord) -> tuple[SeverityRow, ...]:
    """Each attack against the first model and the last, where it made any attempt."""
    return tuple(
        SeverityRow(label, model, tuple(map(_cell, severity_of(record))))
        for label, model, record in _attacked(campaign)
        if record.success.trials
    )


def _attacked(campaign: CampaignRecord) -> Iterator[tuple[str, str, AttackRecord]]:
    """Each attack of the last round with its name and the model that it was run against, first and last."""
    comparison = compare(campaign)
    models = [("first", comparison.first), ("last", comparison.last)]
    for one in comparison.last.attacks:
        for name, round_ in models[: 1 if comparison.single else 2]:
            for record in round_.attacks:
                if record.attack == one.attack:
                    yield f"{one.attack} (held out)" if one.held_out else one.attack, name, record


@dataclass(frozen=True)
class IntentRow:
    """The failures of one attack against one model, by whether the model stops them told plainly."""

    attack: str
    model: str
    failures: str
    capability: str
    intent: str
    untold: str


def intent_rows(campaign: CampaignRecord) -> tuple[IntentRow, ...]:
    """Each attack against the first model and the last, where there were failures, and some told plainly."""
    return tuple(
        _intent(label, model, record.intent)
        for label, model, record in _attacked(campaign)
        if record.intent is not None and record.intent.capability.trials + record.intent.untold
    )


def _intent(label: str, model: str, one: IntentRecord) -> IntentRow:
    split = IntentSplit(label, proportion(one.capability), one.untold)
    shares = (split.capability, split.intent)
    capability, intent = (
        f"{each.events:,} ({percent(each.rate)}; {_between(each)})" if each.trials else NONE
        for each in shares
    )
    return IntentRow(label, model, f"{split.failures:,}", capability, intent, f"{split.untold:,}")


def severity_of(record: AttackRecord) -> tuple[BandResult, ...]:
    """The bands of one attack's attempts, by the best failure of each."""
    unbroken = record.success.trials - len(record.egregiousness)
    return by_severity([*record.egregiousness, *[None] * unbroken])


def _cell(result: BandResult) -> SeverityCell:
    return SeverityCell(percent(result.at_least.rate), _between(result.at_least))


def _between(rate: Proportion) -> str:
    limits = rate.interval()
    return f"{percent(limits.lower)} to {percent(limits.upper)}"
