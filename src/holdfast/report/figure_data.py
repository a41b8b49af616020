"""The data behind each figure, as tables that are written beside the report."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from holdfast.campaign.records import CampaignRecord, RateRecord, SpendRecord
from holdfast.core.csv_text import csv_text
from holdfast.evaluation import FailureTimes, hazard_ratio, summarise_attempts
from holdfast.evaluation.attack_success import median_limits
from holdfast.evaluation.attack_summary import Unit
from holdfast.report.comparison import first_failures
from holdfast.report.hardness import severity_of

Cell = str | int | float | bool | None
_RATE = ("events", "trials", "rate", "lower", "upper", "upper_one_sided")


@dataclass(frozen=True)
class Data:
    """A table named as its figure is; None is an empty cell, true and false are `true` and `false`."""

    name: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def csv(self) -> str:
        """The table as CSV text."""
        return csv_text(self.header, self.rows)


def all_data(campaign: CampaignRecord) -> tuple[Data, ...]:
    """One table a figure, empty ones too."""
    return (
        _natural(campaign),
        _success(campaign),
        _medians(campaign),
        _quality(campaign),
        _fit(campaign),
        _survival(campaign),
        _phenomena(campaign),
        _egregiousness(campaign),
        _hardness(campaign),
        _severity(campaign),
        _objectives(campaign),
        _cost(campaign),
        _training_loss(campaign),
    )


def _cells(rate: RateRecord) -> tuple[Cell, ...]:
    return tuple(getattr(rate, name) for name in _RATE)


def _data(name: str, header: Iterable[str], rows: Iterable[tuple[Cell, ...]]) -> Data:
    return Data(name, tuple(header), tuple(rows))


def _natural(campaign: CampaignRecord) -> Data:
    rows = (
        (one.index, which, *_cells(rate))
        for one in campaign.rounds
        for which, rate in (("filtered", one.natural.failures), ("unfiltered", one.natural.unfiltered))
    )
    return _data("natural-failure-rate", ("round", "completions", *_RATE), rows)


def _success(campaign: CampaignRecord) -> Data:
    rows = (
        (one.index, each.attack, each.held_out, *_cells(each.success))
        for one in campaign.rounds
        for each in one.attacks
    )
    return _data("attack-success", ("round", "attack", "held_out", *_RATE), rows)


def _medians(campaign: CampaignRecord) -> Data:
    rows = []
    for one in campaign.rounds:
        for each in one.attacks:
            if each.first_failure_queries:
                result = summarise_attempts(each.first_failure_queries, each.queries_per_seed)
                bounds = median_limits(each.first_failure_queries, each.queries_per_seed)
                upper = bounds.upper if bounds.upper < float("inf") else None
                row = (result.median_or_none, result.budget, bounds.lower, upper, result.restricted_mean)
                rows.append((one.index, each.attack, each.held_out, *row))
    header = ("round", "attack", "held_out", "median", "budget", "lower", "upper", "restricted_mean")
    return _data("median-queries", header, rows)


def _quality(campaign: CampaignRecord) -> Data:
    rows = (
        (
            one.index,
            *_cells(one.natural.harmless_accepted),
            one.natural.refusals.rate,
            one.natural.draws_per_completion,
        )
        for one in campaign.rounds
    )
    return _data("harmless-acceptance", ("round", *_RATE, "refusals", "draws_per_completion"), rows)


def _fit(campaign: CampaignRecord) -> Data:
    rows = (
        (one.index, each.dataset, at, *_cells(rate), each.loss)
        for one in campaign.rounds
        for each in one.fit
        for at, rate in (("0.5", each.recall_at_half), ("threshold", each.recall_at_threshold))
    )
    return _data("fit", ("round", "dataset", "at", *_RATE, "loss"), rows)


def _survival(campaign: CampaignRecord) -> Data:
    rows = []
    for one in campaign.rounds[:1] + campaign.rounds[1:][-1:]:
        for each in one.attacks:
            if each.first_failure_queries:
                curve = summarise_attempts(each.first_failure_queries, each.queries_per_seed).curve
                points = zip(curve.times, curve.survival, curve.lower, curve.upper, strict=True)
                rows += [(each.attack, each.held_out, one.index, *point) for point in points]
    header = ("attack", "held_out", "round", "queries", "survival", "lower", "upper")
    return _data("survival", header, rows)


def _hardness(campaign: CampaignRecord) -> Data:
    """Each later round's model against the first, attack by attack, in each unit that was recorded."""
    first = {one.attack: one for one in campaign.rounds[0].attacks if one.first_failure_queries}
    units: tuple[Unit, ...] = ("queries", "seconds", "flops")
    rows = [
        (one.index, each.attack, each.held_out, unit, *_ratio(before, after))
        for one in campaign.rounds[1:]
        for each in one.attacks
        if each.attack in first and each.first_failure_queries
        for unit in units
        if (before := first_failures(first[each.attack], unit)) is not None
        and (after := first_failures(each, unit)) is not None
    ]
    numbers = ("hazard_ratio", "lower", "upper", "p_value", "failures_first", "failures")
    return _data("hardness", ("round", "attack", "held_out", "unit", *numbers), rows)


def _ratio(before: FailureTimes, after: FailureTimes) -> tuple[Cell, ...]:
    found = hazard_ratio(before, after)
    finite = [
        None if value is None or math.isinf(value) else value for value in (found.ratio, found.limits.upper)
    ]
    return (finite[0], found.limits.lower, finite[1], found.p_value, *found.failures)


def _severity(campaign: CampaignRecord) -> Data:
    """The share of attempts whose best failure is at least as bad as each band."""
    rows = []
    for one in campaign.rounds:
        for each in one.attacks:
            for result in severity_of(each) if each.success.trials else ():
                share, limits = result.at_least, result.at_least.interval()
                row = (share.events, share.trials, share.rate, limits.lower, limits.upper)
                rows.append(
                    (one.index, each.attack, each.held_out, result.band.name, result.band.lower, *row)
                )
    numbers = ("events", "trials", "rate", "lower", "upper")
    return _data("severity", ("round", "attack", "held_out", "band", "at_least", *numbers), rows)


def _phenomena(campaign: CampaignRecord) -> Data:
    rows = (
        (one.index, each.phenomenon, error, *_cells(rate))
        for one in campaign.rounds
        for each in one.phenomena
        for error, rate in (("missed", each.missed), ("refused", each.refused))
    )
    return _data("phenomena", ("round", "phenomenon", "error", *_RATE), rows)


def _egregiousness(campaign: CampaignRecord) -> Data:
    rows = (
        (one.index, each.attack, value)
        for one in campaign.rounds
        for each in one.attacks
        for value in each.egregiousness
    )
    return _data("egregiousness", ("round", "attack", "egregiousness"), rows)


def _objectives(campaign: CampaignRecord) -> Data:
    """One row an attempt, with empty cells where it found nothing."""
    rows = (
        (one.round, one.objective, one.attack, attempt, grade, score, one.threshold)
        for one in campaign.objectives
        for attempt, (grade, score) in enumerate(zip(one.egregiousness, one.scores, strict=True))
    )
    header = ("round", "objective", "attack", "attempt", "egregiousness", "score", "threshold")
    return _data("objectives", header, rows)


def _cost(campaign: CampaignRecord) -> Data:
    names = tuple(SpendRecord.model_fields)
    rows = (
        (one.index, part, *(getattr(cost, name) for name in names))
        for one in campaign.rounds
        for part, cost in (
            ("attack", one.attack_cost),
            ("training", one.training_cost),
            ("evaluation", one.evaluation_cost),
        )
    )
    return _data("cost", ("round", "part", *names), rows)


def _training_loss(campaign: CampaignRecord) -> Data:
    rows = ((one.index, step, loss) for one in campaign.rounds for step, loss in enumerate(one.training_loss))
    return _data("training-loss", ("round", "stretch", "loss"), rows)
