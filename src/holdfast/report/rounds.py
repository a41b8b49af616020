"""A campaign round by round, as plain strings: for `holdfast runs show` and for the page."""

from __future__ import annotations

from collections.abc import Sequence

from holdfast.campaign.records import CampaignRecord, RoundAttackRecord, RoundRecord
from holdfast.report.comparison import recall
from holdfast.report.numbers import NONE, percent

Strings = tuple[str, ...]

HEADER = (
    "round",
    "queries a seed",
    "failures found",
    "pool (training)",
    "recall at 0.5, adversarial validation",
    "natural failure rate",
    "harmless completions accepted",
)


def round_rows(campaign: CampaignRecord) -> list[Strings]:
    """One row a round, in the order of `HEADER`."""
    return [_row(one) for one in campaign.rounds]


def asked_queries(attacked: Sequence[RoundAttackRecord]) -> str:
    """The queries of each attack that a round trained on; one number where all had the same."""
    if not attacked:
        return NONE
    if len({one.queries_per_seed for one in attacked}) == 1:
        return f"{attacked[0].queries_per_seed:,} ({', '.join(one.label for one in attacked)})"
    return ", ".join(f"{one.queries_per_seed:,} {one.label}" for one in attacked)


def _row(one: RoundRecord) -> Strings:
    kept, pool = recall(one, "adversarial-validation"), one.pool
    return (
        str(one.index),
        asked_queries(one.attacked),
        f"{pool.added_failures:,}" if pool else NONE,
        f"{pool.train_positives:,} + {pool.train_negatives:,} harmless" if pool else NONE,
        percent(kept.rate) if kept else NONE,
        percent(one.natural.failures.rate),
        percent(one.natural.harmless_accepted.rate),
    )
