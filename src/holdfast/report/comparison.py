"""The first model against the last, measure by measure: everything that the answer rests on."""

from __future__ import annotations

from dataclasses import dataclass

from holdfast.campaign.records import AttackRecord, CampaignRecord, RateRecord, RoundRecord
from holdfast.core.errors import UserError
from holdfast.evaluation import (
    AttackSuccess,
    FailureTimes,
    HazardRatio,
    LogRank,
    RateRatio,
    TimesHarder,
    hazard_ratio,
    log_rank,
    rate_ratio,
    summarise_attempts,
    times_harder,
)
from holdfast.evaluation.attack_summary import Unit
from holdfast.report.numbers import proportion


@dataclass(frozen=True)
class AttackComparison:
    """One attack, run afresh against both models."""

    attack: str
    held_out: bool
    first: AttackSuccess
    last: AttackSuccess
    harder: TimesHarder
    log_rank: LogRank
    hazard: HazardRatio
    before: AttackRecord
    after: AttackRecord

    @property
    def label(self) -> str:
        """The attack's name, marked when training never saw it."""
        return f"{self.attack} (held out)" if self.held_out else self.attack


@dataclass(frozen=True)
class Comparison:
    """The first round's model against the last one's; the same model twice when there is only one round."""

    first: RoundRecord
    last: RoundRecord
    natural: RateRatio
    attacks: tuple[AttackComparison, ...]

    @property
    def single(self) -> bool:
        """Whether there is only one model, so nothing to compare."""
        return self.first.index == self.last.index


def compare(campaign: CampaignRecord) -> Comparison:
    """Compare the first and the last round's models; raises UserError without a round."""
    if not campaign.rounds:
        raise UserError(f"run '{campaign.run}' has no finished round yet, so there is nothing to report")
    first, last = campaign.rounds[0], campaign.rounds[-1]
    return Comparison(
        first,
        last,
        rate_ratio(proportion(first.natural.failures), proportion(last.natural.failures)),
        tuple(
            _compare_attack(before, after)
            for after in last.attacks
            for before in first.attacks
            if before.attack == after.attack and before.first_failure_queries and after.first_failure_queries
        ),
    )


def _compare_attack(before: AttackRecord, after: AttackRecord) -> AttackComparison:
    runs = (
        before.first_failure_queries,
        before.queries_per_seed,
        after.first_failure_queries,
        after.queries_per_seed,
    )
    return AttackComparison(
        after.attack,
        after.held_out,
        summarise_attempts(*runs[:2]),
        summarise_attempts(*runs[2:]),
        times_harder(*runs),
        log_rank(*runs),
        hazard_ratio(FailureTimes.within(*runs[:2]), FailureTimes.within(*runs[2:])),
        before,
        after,
    )


def first_failures(one: AttackRecord, unit: Unit) -> FailureTimes | None:
    """When its attempts found their first failure; None where the record has no times in that unit."""
    if unit == "queries":
        return FailureTimes.within(one.first_failure_queries, one.queries_per_seed)
    times = one.seconds if unit == "seconds" else one.flops
    return None if times is None else FailureTimes.until(times.first_failure, times.spent, unit)


def recall(one: RoundRecord, dataset: str) -> RateRecord | None:
    """Recall at 0.5 on a labelled set, or None where the round has no such set or it holds no positives."""
    for fit in one.fit:
        if fit.dataset == dataset and fit.recall_at_half.trials:
            return fit.recall_at_half
    return None


def apart(one: RateRecord, other: RateRecord) -> bool:
    """Whether two rates' 95 % limits do not overlap (a cautious sign that they differ)."""
    return one.upper < other.lower or other.upper < one.lower
