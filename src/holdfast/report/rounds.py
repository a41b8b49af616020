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
    "queries to failure, validation",
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


def end_sentence(campaign: CampaignRecord) -> str | None:
    """Says with which round rounds ended by their rule; None without a rule, or before they have ended."""
    last = campaign.rounds[-1] if campaign.rounds else None
    if last is None or last.taken_from is None:
        return None
    ended, asked = last.index - 1, campaign.config["rounds"]
    when = "All rounds were done" if ended == asked else f"Rounds ended after round {ended} of {asked}"
    return (
        f"{when}. The last model is that of round {last.taken_from}, the hardest to break for"
        f" {_rule(campaign)} on validation seeds; it is measured again as round {last.index}."
    )


def _rule(campaign: CampaignRecord) -> str:
    found = [one.validation for one in campaign.rounds if one.validation is not None]
    return found[-1].attack if found else "an attack"


def _validated(one: RoundRecord) -> str:
    found = one.validation
    if found is None:
        return NONE
    over = "over " if found.broken == 0 else ""
    return f"{over}{found.queries:,.0f}; {found.broken} of {found.attempts} broken"


def _row(one: RoundRecord) -> Strings:
    kept, pool = recall(one, "adversarial-validation"), one.pool
    return (
        str(one.index) if one.taken_from is None else f"{one.index} (the model of {one.taken_from})",
        asked_queries(one.attacked),
        f"{pool.added_failures:,}" if pool else NONE,
        _validated(one),
        f"{pool.train_positives:,} + {pool.train_negatives:,} harmless" if pool else NONE,
        percent(kept.rate) if kept else NONE,
        percent(one.natural.failures.rate),
        percent(one.natural.harmless_accepted.rate),
    )
