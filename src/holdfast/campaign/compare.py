"""Runs beside each other: what was asked of each, where that differs, and what came out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from holdfast.campaign.records import CampaignRecord, RateRecord, Record, RoundRecord
from holdfast.core.errors import UserError


class Setting(Record):
    """A key of the configuration that is not the same in all runs; None where a run lacks it."""

    key: str
    values: tuple[object, ...]


class AttackFigures(Record):
    """One attack against the first and the last model of a run; a median of None lies beyond the budget."""

    attack: str
    held_out: bool
    queries_per_seed: int
    success: tuple[RateRecord, RateRecord]
    median_queries: tuple[float | None, float | None]


class RunFigures(Record):
    """What came out of one run; pairs are of the first and the last model."""

    run: str
    task: str
    task_edition: int
    rounds: int
    natural_failures: tuple[RateRecord, RateRecord]
    harmless_accepted: tuple[RateRecord, RateRecord]
    attacks: tuple[AttackFigures, ...]
    attack_flops: float
    defence_flops: float


class RunsComparison(Record):
    """Two or more runs; the values of each setting stand in the order of the runs."""

    runs: tuple[RunFigures, ...]
    settings: tuple[Setting, ...]


def compare(records: Sequence[CampaignRecord]) -> RunsComparison:
    """Lay runs side by side; raises UserError for fewer than two, or for one without a finished round."""
    if len(records) < 2:
        raise UserError("name at least two runs to compare")
    for record in records:
        if not record.rounds:
            raise UserError(f"run '{record.run}' has no finished round yet, so there is nothing to compare")
    return RunsComparison(
        runs=tuple(_figures(record) for record in records),
        settings=tuple(_differences([record.config for record in records])),
    )


def _figures(record: CampaignRecord) -> RunFigures:
    first, last = record.rounds[0], record.rounds[-1]
    return RunFigures(
        run=record.run,
        task=record.task,
        task_edition=record.task_edition,
        rounds=len(record.rounds) - 1,
        natural_failures=(first.natural.failures, last.natural.failures),
        harmless_accepted=(first.natural.harmless_accepted, last.natural.harmless_accepted),
        attacks=tuple(_attacks(first, last)),
        attack_flops=sum(r.attack_cost.forward_flops + r.attack_cost.backward_flops for r in record.rounds),
        defence_flops=sum(
            r.training_cost.forward_flops + r.training_cost.backward_flops for r in record.rounds
        ),
    )


def _attacks(first: RoundRecord, last: RoundRecord) -> Iterator[AttackFigures]:
    for before, after in zip(first.attacks, last.attacks, strict=True):
        yield AttackFigures(
            attack=after.attack,
            held_out=after.held_out,
            queries_per_seed=after.queries_per_seed,
            success=(before.success, after.success),
            median_queries=(before.median_queries, after.median_queries),
        )


def _differences(configs: Sequence[Mapping[str, object]]) -> Iterator[Setting]:
    flat = [dict(_leaves(config, "")) for config in configs]
    for key in dict.fromkeys(key for each in flat for key in each):
        values = tuple(each.get(key) for each in flat)
        if any(value != values[0] for value in values):
            yield Setting(key=key, values=values)


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    below: Iterator[tuple[str, object]] | None = None
    if isinstance(value, Mapping):
        below = iter(value.items())
    elif isinstance(value, list | tuple):
        below = ((str(index), item) for index, item in enumerate(value))
    if below is None:
        yield path, value
        return
    for name, item in below:
        yield from _leaves(item, f"{path}.{name}" if path else name)
