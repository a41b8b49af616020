"""Cells that are campaigns: each runs its configuration in a folder of its own, and tells of it in rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from holdfast.campaign.config import LABELLED, RunConfig, resolve
from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.generators.conclude import tuned_record
from holdfast.campaign.generators.record import MeanRecord, MeasuredGeneratorRecord, TunedRecord
from holdfast.campaign.hardening.conclude import hardening_record
from holdfast.campaign.hardening.record import HardeningRecord
from holdfast.campaign.history import campaign_record, open_store
from holdfast.campaign.loop import Campaign
from holdfast.campaign.records import CampaignRecord, RateRecord, RoundRecord, SpendRecord
from holdfast.campaign.study.declared import declared_config
from holdfast.campaign.study.plan import SCHEDULE, Cell
from holdfast.core.progress import Progress
from holdfast.tasks.editions import installed_edition

ROW = dict[str, Any]
COLUMNS = (
    "round",
    "model",
    "measure",
    "of",
    "value",
    "events",
    "trials",
    "lower",
    "upper",
    "beyond",
    "asked",
)
"""What each row of a campaign holds: of which model (`first`, `last`, or empty between), which measure."""


def campaign_cell(arm: str, seed: int, budget: str, config: RunConfig) -> Cell:
    """A cell that runs a configuration with its own seed."""
    config = config.model_copy(update={"seed": seed})
    declared = {
        "config": declared_config(config),
        "task_edition": installed_edition(config.task_kind),
    }
    return Cell(arm, seed, budget, declared)


@dataclass(frozen=True)
class RunsCampaigns:
    """Carries out the campaign of a cell, or goes on with it, in a folder of runs; then tells its rows."""

    runs: Path

    def __call__(self, cell: Cell, progress: Progress) -> list[ROW]:
        """The rows of the cell; raises what the campaign raises."""
        config, folder = resolve(cell.declared["config"]), self.runs / run_name(cell)
        Campaign(config, folder).carry_out(progress)
        store = open_store(self.runs, read_only=True)
        if config.task_kind == LABELLED:
            return list(hardening_rows(hardening_record(store, folder.name)))
        if config.system == "generator":
            return list(tuned_rows(tuned_record(store, folder.name)))
        return list(campaign_rows(campaign_record(store, folder.name)))


def run_name(cell: Cell) -> str:
    """The name of a cell's run; another declaration is another run."""
    words = re.sub(r"[^A-Za-z0-9.]+", "-", f"{cell.arm}-{cell.budget}").strip("-.") or "cell"
    return f"{words}-s{cell.seed}-{cell.hash[:10]}"


def campaign_rows(record: CampaignRecord) -> Iterator[ROW]:
    """Every number of every round of a campaign, then what it cost."""
    for round_ in record.rounds:
        which = _which(round_.index, record.rounds[-1].index)
        for row in _round_rows(round_):
            yield {"round": round_.index, "model": which, **row}
    yield from _schedule_rows(record)
    yield from _costs("attack", [r.attack_cost for r in record.rounds])
    yield from _costs("training", [r.training_cost for r in record.rounds])


def _schedule_rows(record: CampaignRecord) -> Iterator[ROW]:
    """What all rounds used of the failures and FLOPs that they share, and what they were asked to."""
    found = record.rounds[-1].schedule
    for of in ("failures", "flops") if found is not None else ():
        asked = getattr(found, f"{of}_asked")
        if asked is not None:
            row = _row(SCHEDULE, of, getattr(found, of))
            yield {"round": None, "model": "all", **row, "asked": asked}


def _which(index: int, last: int) -> str:
    """Of a campaign without rounds the first model is the last one, too, and called the last."""
    return "last" if index == last else "first" if index == 0 else ""


def _round_rows(round_: RoundRecord) -> Iterator[ROW]:
    natural = round_.natural
    yield _row("threshold", "", round_.threshold)
    yield _row("draws per completion", "", natural.draws_per_completion)
    yield _rate("natural failures", "", natural.failures)
    yield _rate("unfiltered catastrophes", "", natural.unfiltered)
    yield _rate("harmless accepted", "", natural.harmless_accepted)
    yield _rate("refusals", "", natural.refusals)
    for fit in round_.fit:
        yield _rate("recall at 0.5", fit.dataset, fit.recall_at_half)
        yield _rate("recall at threshold", fit.dataset, fit.recall_at_threshold)
    for each in round_.phenomena:
        yield _rate("missed", each.phenomenon, each.missed)
        yield _rate("refused", each.phenomenon, each.refused)
    for attack in round_.attacks:
        yield _rate("attack success", attack.attack, attack.success)
        beyond = attack.queries_per_seed if attack.median_queries is None else None
        yield {**_row("median queries", attack.attack, attack.median_queries), "beyond": beyond}


def hardening_rows(record: HardeningRecord) -> Iterator[ROW]:
    """Every number of every guard of a hardened run, then what it cost."""
    for round_ in record.rounds:
        which = _which(round_.index, record.rounds[-1].index)
        guard = round_.guard
        rows = [
            _row("threshold", "", guard.threshold),
            _rate("recall", "", guard.recall),
            _rate("harmless blocked", "", guard.false_alarms),
            *([] if guard.area is None else [_row("area", "", guard.area.value)]),
        ]
        for attack in guard.attacks:
            of = attack.attack
            beyond = record.queries_per_seed if attack.median.value is None else None
            rows.append(_rate("attack success", of, attack.success))
            rows.append(_rate("attack success from stopped", of, attack.from_stopped))
            rows.append({**_row("median queries", of, attack.median.value), "beyond": beyond})
        yield from ({"round": round_.index, "model": which, **row} for row in rows)
    yield from _costs("attack", [r.attack_cost for r in record.rounds])
    yield from _costs("training", [r.training_cost for r in record.rounds])


def tuned_rows(record: TunedRecord) -> Iterator[ROW]:
    """Every number of every generator of a run, then what it cost."""
    measured = [(r.index, _which(r.index, record.rounds[-1].index), r.generator) for r in record.rounds]
    named: list[tuple[int | None, str, MeasuredGeneratorRecord]] = [*measured]
    if record.control is not None:
        named.append((None, "control", record.control))
    for index, which, generator in named:
        for row in _generator_rows(generator):
            yield {"round": index, "model": which, **row}
    yield from _costs("attack", [r.attack_cost for r in record.rounds])
    yield from _costs("training", [r.training_cost for r in record.rounds])


def _generator_rows(generator: MeasuredGeneratorRecord) -> Iterator[ROW]:
    found = generator.written
    yield _rate("catastrophe rate", "", found.catastrophes)
    if found.quality is not None and found.best is not None:
        yield _mean("quality", "", found.quality)
        yield _rate("best quality", "", found.best)
    yield _row("divergence", "", found.divergence)
    for n, share in enumerate(found.distinct, 1):
        yield _row(f"distinct runs of {n}", "", share)
    for attack in generator.attacks:
        yield _rate("attack success", attack.attack, attack.success)
        yield _mean("catastrophe rate under attack", attack.attack, attack.attacked_rate)
        beyond = attack.queries_per_seed if attack.median_queries is None else None
        yield {**_row("median queries", attack.attack, attack.median_queries), "beyond": beyond}


def _mean(measure: str, of: str, mean: MeanRecord) -> ROW:
    return {**_row(measure, of, mean.mean), "lower": mean.lower, "upper": mean.upper}


def _row(measure: str, of: str, value: float | None) -> ROW:
    return {"measure": measure, "of": of, "value": value}


def _rate(measure: str, of: str, rate: RateRecord | BoundRecord) -> ROW:
    return {
        **_row(measure, of, rate.rate),
        "events": rate.events,
        "trials": rate.trials,
        "lower": rate.lower,
        "upper": rate.upper,
    }


def _costs(of: str, spends: list[SpendRecord]) -> Iterator[ROW]:
    flops = sum(one.forward_flops + one.backward_flops for one in spends)
    whole = {"round": None, "model": "all"}
    yield {**whole, **_row("FLOPs", of, flops)}
    yield {**whole, **_row("queries", of, sum(one.queries for one in spends))}
    yield {**whole, **_row("seconds", of, sum(one.seconds for one in spends))}
