"""Does training on one attack defend against another? A classifier trained on each, attacked by each.

`python -m research.transfer --runs runs --out docs/results` takes the first classifiers of the demo
campaigns (which are run if they have not been), trains each on against one attack alone, and on clean text
alone, and attacks every model by every attack: anew, and with the failures that the attack found on the first
classifier. It writes `transfer.md` and, beside it, all counts as `transfer.csv`. A cell (a model, and what
attacks did to it) is kept in `transfer/rows.jsonl` under the runs folder, and not done again
(`holdfast.campaign.study`); so is a model, whose attacks may be others.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from holdfast.campaign.choices import build_attack
from holdfast.campaign.loop import Campaign
from holdfast.campaign.machine import machine
from holdfast.campaign.step import finished_target
from holdfast.campaign.study.plan import Cell, Endpoint, StudyPlan
from holdfast.campaign.study.rows import CellResult, StudyRows
from holdfast.campaign.study.running import run_study
from holdfast.cli.progress import showing
from holdfast.core.budget import Budget
from holdfast.core.errors import UserError
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from research.attacks import study as demo_models
from research.transfer.arms import (
    CONTROL,
    FIRST,
    Gathered,
    Regime,
    Trained,
    starts,
    train_arm,
    trained_target,
)
from research.transfer.counts import Attacked
from research.transfer.page import page, table

ATTACKS = ("random_rewrite", "greedy_rewrite", "word_importance", "genetic", "hotflip", "phrase_fill")
TASKS = ("storyworld", "brackets")
COMMAND = "python -m research.transfer"


ENDPOINT = Endpoint(
    says="share of starts from which greedy_rewrite breaks brackets",
    where={"attack": "greedy_rewrite"},
    column="broken",
    better="lower",
    control=CONTROL,
    treated="random_rewrite",
    budget="brackets",
)
"""Named before the study runs: whether training on the weakest attack defends against a strong one."""


@dataclass(frozen=True)
class Job:
    """A model to train, and attacks to run on it: from `starts`, `queries` each, until the first failure."""

    task: str
    seed: int
    arm: str
    attacks: tuple[str, ...]
    runs: Path
    regime: Regime
    starts: int
    queries: int

    @property
    def run(self) -> Path:
        """The campaign whose first classifier it begins with."""
        return demo_models.folder(self.task, self.seed, self.runs)

    @property
    def model(self) -> Path:
        """Where the trained classifier is kept; another regime is another model."""
        digest = hashlib.sha256(json.dumps(asdict(self.regime)).encode()).hexdigest()[:8]
        name = f"{self.task}-s{self.seed}-{self.arm.replace(' ', '-')}-{digest}"
        return self.runs / "transfer" / name

    @property
    def cell(self) -> Cell:
        """Its cell of the study, whichever folder of runs it lies in."""
        declared = {name: value for name, value in asdict(self).items() if name != "runs"}
        return Cell(self.arm, self.seed, self.task, {**declared, "attacks": list(self.attacks)})


def jobs(
    tasks: Sequence[str], seeds: Sequence[int], attacks: Sequence[str], runs: Path, **extent: Any
) -> Iterator[Job]:
    """Every model of the study, the first classifiers before those trained from them."""
    for task in tasks:
        for arm in (FIRST, CONTROL, *attacks):
            for seed in seeds:
                yield Job(task, seed, arm, tuple(attacks), runs, **extent)


@dataclass(frozen=True)
class Transfers:
    """Trains the model of a cell in a folder of runs, and attacks it; a row for each attack."""

    runs: Path

    def __call__(self, cell: Cell, progress: Progress) -> list[dict[str, Any]]:
        """What each attack did, each row with how the model was trained."""
        job = _job(cell, self.runs)
        trained = None if job.arm == FIRST else _trained(job)
        shared = {"trained": trained and asdict(trained)}
        return [{"attack": attack, **_attacked(job, attack, trained), **shared} for attack in job.attacks]


def _job(cell: Cell, runs: Path) -> Job:
    values = dict(cell.declared)
    regime, attacks = Regime(**values.pop("regime")), tuple(values.pop("attacks"))
    return Job(**values, attacks=attacks, runs=runs, regime=regime)


def _trained(job: Job) -> Trained:
    told = job.model.with_name(f"{job.model.name}.json")
    if not told.exists():
        (config,) = demo_models.campaigns([job.seed])[job.task]
        stream = Stream(job.seed).child("study", "transfer", job.task, job.arm)
        found = train_arm(job.arm, config, job.run, job.model, job.regime, stream)
        write_text(told, json.dumps(asdict(found)))
    return _trained_of(json.loads(told.read_text()))


def _trained_of(values: Mapping[str, Any]) -> Trained:
    rounds = tuple(Gathered(**round_) for round_ in values["rounds"])
    return Trained(rounds, values["threshold"], Proportion(**values["missed"]))


def _attacked(job: Job, attack: str, trained: Trained | None) -> dict[str, Any]:
    target = (
        finished_target(job.run, 0)
        if trained is None
        else trained_target(job.run, job.model, trained.threshold)
    )
    made = build_attack({"kind": attack}, objective="egregious", stop="first")
    # The same snippets and the same stream for every model, so that models can be compared pair by pair.
    stream = Stream(job.seed).child("study", "transfer", job.task)
    seeds = starts(target.task, job.starts, "evaluation", stream.child("seeds"))
    budget = Budget(queries_per_seed=job.queries)
    result = made(target, seeds, budget, stream.child("attack", attack))
    found = [attempt.first_failure for attempt in result.attempts]
    queries = list(result.first_failure_queries)
    return {
        "broken": sum(query is not None for query in queries) / len(queries),
        "queries": queries,
        "failures": [f and [f.snippet.prompt, f.snippet.completion] for f in found],
    }


def attacked_of(result: CellResult) -> list[Attacked]:
    """What the attacks did to the model of a cell that is done."""
    found = []
    for row in result.rows:
        failures = tuple(text and Snippet(*text) for text in row["failures"])
        kept = None if row["trained"] is None else _trained_of(row["trained"])
        queries = tuple(row["queries"])
        found.append(Attacked(result.budget, result.seed, result.arm, row["attack"], queries, failures, kept))
    return found


def with_replays(job: Job, filled: Sequence[Attacked], first: Sequence[Attacked]) -> list[Attacked]:
    """The cells of a model, with which of the failures found on the first classifier still pass."""
    trained = filled[0].trained
    if trained is None:
        return list(filled)
    target = trained_target(job.run, job.model, trained.threshold)
    done = []
    for own, before in zip(filled, first, strict=True):
        shown = [failure for failure in before.failures if failure is not None]
        passed = int((target.scorer.score(shown) < target.threshold).sum()) if shown else 0
        done.append(replace(own, replayed=Proportion(passed, len(shown))))
    return done


def run(
    planned: Sequence[Job],
    workers: int,
    progress: Progress = Silent(),  # noqa: B008 (stateless)
) -> list[Attacked]:
    """Run the campaigns, train and attack all models, and show each the first classifier's failures."""
    runs = planned[0].runs
    for task, seed in dict.fromkeys((job.task, job.seed) for job in planned):
        (config,) = demo_models.campaigns([seed])[task]
        Campaign(config, demo_models.folder(task, seed, runs)).run(progress)
    done = run_study(plan(planned), _rows(runs), Transfers(runs), workers=workers, progress=progress)
    return _shown(planned, done)


def _shown(planned: Sequence[Job], done: Mapping[Cell, CellResult]) -> list[Attacked]:
    """What was done to every model, with what of the first classifier's failures still passes."""
    filled: dict[tuple[str, int, str], list[Attacked]] = {}
    for job in planned:
        cells = attacked_of(done[job.cell])
        first = filled.get((job.task, job.seed, FIRST), cells)
        filled[job.task, job.seed, job.arm] = with_replays(job, cells, first)
    return [cell for cells in filled.values() for cell in cells]


def plan(planned: Sequence[Job]) -> StudyPlan:
    """The study's cells; one whose tasks or attacks leave out the endpoint's has one of its own."""
    tasks = list(dict.fromkeys(job.task for job in planned))
    attacks = planned[0].attacks
    endpoint = ENDPOINT
    if ENDPOINT.budget not in tasks or not {ENDPOINT.treated, ENDPOINT.where["attack"]} <= set(attacks):
        where, treated = {"attack": attacks[-1]}, attacks[0]
        says = f"share of starts from which {attacks[-1]} breaks {tasks[0]}"
        update = {"says": says, "where": where, "treated": treated, "budget": tasks[0]}
        endpoint = ENDPOINT.model_copy(update=update)
    return StudyPlan("transfer", endpoint, tuple(job.cell for job in planned))


def _rows(runs: Path) -> Path:
    return runs / "transfer" / "rows.jsonl"


def finished(planned: Sequence[Job]) -> list[Attacked]:
    """What was found of the campaigns of which every cell was filled; UserError without any."""
    done = StudyRows(_rows(planned[0].runs)).done(plan(planned))
    missing = {(job.task, job.seed) for job in planned if job.cell not in done}
    left = [job for job in planned if (job.task, job.seed) not in missing]
    if not left:
        raise UserError("no campaign's models are all done; run the study without --filled first")
    return _shown(left, done)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=list(TASKS))
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2], help="of the campaigns")
    parser.add_argument("--attacks", nargs="+", default=list(ATTACKS))
    parser.add_argument("--starts", type=int, default=40, help="snippets from which each attack starts")
    parser.add_argument(
        "--budgets", type=int, nargs="+", default=[50, 300], help="queries for each of them, at which to tell"
    )
    for name, value in asdict(Regime()).items():
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, default=value, dest=f"regime_{name}")
    parser.add_argument(
        "--filled", action="store_true", help="tell of the campaigns whose models are all done, and run none"
    )
    parser.add_argument("--workers", type=int, default=1, help="models at once, a process of one thread each")
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    return parser


def _command(given: argparse.Namespace) -> str:
    """The command again, without what changes no number."""
    usual, words = vars(_parser().parse_args([])), [COMMAND]
    for name, value in vars(given).items():
        if value != usual[name] and name not in ("runs", "out", "workers"):
            values = [] if value is True else value if isinstance(value, list) else [value]
            words += [f"--{name.removeprefix('regime_').replace('_', '-')}", *map(str, values)]
    return " ".join(words)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    given = _parser().parse_args(arguments)
    regime = Regime(**{name: getattr(given, f"regime_{name}") for name in asdict(Regime())})
    extent = {"regime": regime, "starts": given.starts, "queries": max(given.budgets)}
    planned = list(jobs(given.tasks, given.seeds, given.attacks, given.runs.absolute(), **extent))
    with showing(sys.stdout) as progress:
        found = finished(planned) if given.filled else run(planned, given.workers, progress)
    how = f"`{_command(given)}`, on {machine()}"
    write_text(given.out / "transfer.csv", table(found, given.budgets))
    write_text(given.out / "transfer.md", page(found, regime, given.budgets, how))
    print(f"written: {given.out / 'transfer.md'}")


if __name__ == "__main__":
    main()
