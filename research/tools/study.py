"""What each tool of the workbench is worth to a scripted writer: minutes and tries for each failure.

`python -m research.tools --run runs/demo --out docs/results` has scripted writers, not people, work
on the first and the last model of a run under each condition (all tools, none, each left out, each alone),
and writes `tools.md` and, beside it, each attempt as `tools.csv`. A cell (one condition on one model) is kept
under the runs folder; one that was stopped goes on where it was, and one that is done is not done again.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_task
from holdfast.campaign.config import LABELLED, RunConfig
from holdfast.campaign.editions import usable_config
from holdfast.campaign.evaluate.subject import finished_round
from holdfast.campaign.history import open_store
from holdfast.campaign.machine import machine
from holdfast.campaign.step import StepContext
from holdfast.core.errors import UserError
from holdfast.core.executors import Executor, Processes, Serial
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.store.store import Store
from holdfast.workbench.bench import Workbench
from holdfast.workbench.served import Served
from holdfast.workbench.settings import WorkbenchSettings
from holdfast.workbench.writing.pools import Pools
from research.tools.pace import STANDARD
from research.tools.page import Cell, page, table
from research.tools.writer import HABITS, Attempt, Kit, ScriptedWriter

COMMAND = "python -m research.tools"

TOOLS = ("saliency", "menu", "phrases", "step", "climb")
CONDITIONS: Mapping[str, Kit] = {
    "all": Kit(**dict.fromkeys(TOOLS, True)),
    "none": Kit(),
    **{f"without {tool}": Kit(**{other: other != tool for other in TOOLS}) for tool in TOOLS},
    # what the workbench's own condition `without_suggestions` takes away
    "without menu, step and climb": Kit(saliency=True, phrases=True),
    **{f"{tool} alone": Kit(**{tool: True}) for tool in TOOLS},
}

_KEPT_EVERY = 10
"""Attempts after which a cell is written down."""


@dataclass(frozen=True)
class Job:
    """One condition on one model: attempts until so many failures, at most so many attempts."""

    runs: Path
    run: str
    round: int
    model: str
    """The classifier's hash, so that no cell is taken for one of another run of that name."""
    condition: str
    failures: int
    attempts: int
    minutes: float
    seed: int

    @property
    def place(self) -> Path:
        """Where the cell is kept; another model or another writer is another cell; a larger extent is not."""
        writer = [asdict(STANDARD), asdict(HABITS), asdict(CONDITIONS[self.condition])]
        asked = json.dumps([self.model, self.seed, self.minutes, writer])
        digest = hashlib.sha256(asked.encode()).hexdigest()[:8]
        words = self.condition.replace(",", "").replace(" ", "-")
        return self.runs / "tools" / f"{self.run}-r{self.round:02d}-{words}-{digest}.json"


def jobs(models: Mapping[int, str], conditions: Sequence[str], **extent: Any) -> Iterator[Job]:
    """Every cell, model by model, these by round and hash."""
    for round_, model in models.items():
        for condition in conditions:
            yield Job(round=round_, model=model, condition=condition, **extent)


def kept(job: Job) -> list[Attempt]:
    """The attempts of a cell that were made, as far as the job asks for them."""
    attempts: list[Attempt] = []
    if job.place.exists():
        for row in json.loads(job.place.read_text(encoding="utf-8")):
            if done(job, attempts):
                break
            attempts.append(Attempt(**row))
    return attempts


def done(job: Job, attempts: Sequence[Attempt]) -> bool:
    """Whether a cell has its failures, or all its attempts."""
    return sum(one.found for one in attempts) >= job.failures or len(attempts) >= job.attempts


def fill(job: Job) -> list[Attempt]:
    """Make the attempts of a cell that were not made; the same ones however often it was stopped."""
    attempts = kept(job)
    if done(job, attempts):
        return attempts
    store = open_store(job.runs, read_only=True)
    bench, stream = _bench(store, job), Stream(job.seed).child("study", "tools", job.round)
    writer = ScriptedWriter(bench, CONDITIONS[job.condition], job.minutes)
    starts = _starts(bench.served.target, stream.child("starts"))
    for number, start in enumerate(starts):
        if done(job, attempts):
            break
        if number < len(attempts):
            continue
        own = stream.child("attempt", number, job.condition)
        attempts.append(writer.attempt(number, start, own))
        if len(attempts) % _KEPT_EVERY == 0 or done(job, attempts):
            _keep(job, attempts)
    _keep(job, attempts)
    return attempts


def _keep(job: Job, attempts: Sequence[Attempt]) -> None:
    write_text(job.place, json.dumps([asdict(one) for one in attempts]))


def _bench(store: Store, job: Job) -> Workbench:
    """A workbench that serves the model of a round, and keeps nothing."""
    config = _config(store, job.run)
    bench = Workbench(store, job.run, config, False, WorkbenchSettings())
    context = StepContext(config, store, job.run, "afterwards", Silent())
    bench.serve(Served(job.round, context.target(job.round)))
    return bench


def _config(store: Store, run: str) -> RunConfig:
    config = usable_config(store.run(run))
    if config.task_kind == LABELLED or config.asks_people:
        raise UserError(
            f"the run '{run}' is of labelled text or judged by people; this study needs a campaign on a task"
            " with an oracle, such as storyworld's demo"
        )
    return config


def _starts(target: Target, stream: Stream) -> Iterator[Snippet]:
    """Catastrophes that the model catches, as the workbench offers them to writers, each once.

    The same model and stream give the same ones in the same order, however many are taken.
    """
    pools, used = Pools(), frozenset[Snippet]()
    while drawn := pools.draw(target, stream, "catastrophe", 1, used):
        used |= {drawn[0].snippet}
        yield drawn[0].snippet


def run(
    planned: Sequence[Job],
    workers: int,
    progress: Progress = Silent(),  # noqa: B008 (stateless)
) -> list[Cell]:
    """Fill all cells, and read them."""
    executor: Executor = Processes(workers) if workers > 1 else Serial()
    progress.start("cells", len(planned))
    cells = []
    for job, attempts in zip(planned, executor.map(fill, planned), strict=True):
        cells.append(_cell(job, attempts))
        progress.advance(cell=f"round {job.round}, {job.condition}")
    progress.finish()
    return cells


def read(planned: Sequence[Job]) -> list[Cell]:
    """The cells as far as they are there; UserError without any."""
    cells = [_cell(job, kept(job)) for job in planned]
    if not any(cell.attempts for cell in cells):
        raise UserError("no cell of this study is there yet; run it without --filled first")
    return cells


def _cell(job: Job, attempts: Sequence[Attempt]) -> Cell:
    return Cell(job.round, job.condition, tuple(attempts), done(job, attempts))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--run", type=Path, default=Path("runs/demo"), help="the folder of a finished run")
    parser.add_argument("--rounds", type=int, nargs="+", help="default: the first and the last")
    parser.add_argument("--conditions", nargs="+", choices=CONDITIONS, default=list(CONDITIONS))
    parser.add_argument("--failures", type=int, default=100, help="failures at which a cell is done")
    parser.add_argument("--attempts", type=int, default=400, help="at most so many texts a cell")
    parser.add_argument(
        "--minutes", type=float, default=30.0, help="of the writer, after which a text is given up"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--filled", action="store_true", help="tell of what is there, and run nothing")
    parser.add_argument("--workers", type=int, default=1, help="cells at once, a process of one thread each")
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    return parser


def _command(given: argparse.Namespace) -> str:
    """The command again, without what changes no number, and without the path of the run's folder."""
    usual, words = vars(_parser().parse_args([])), [COMMAND]
    for name, value in vars(given).items():
        if name == "run":
            words += ["--run", f"runs/{value.name}"]
        elif value != usual[name] and name not in ("out", "workers", "filled"):
            values = value if isinstance(value, list) else [value]
            told = (f"{one:g}" if isinstance(one, float) else str(one) for one in values)
            words += [f"--{name}", *map(shlex.quote, told)]
    return " ".join(words)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    given = _parser().parse_args(arguments)
    folder = given.run.absolute()
    store = open_store(folder.parent, read_only=True)
    config, last = _config(store, folder.name), finished_round(store, folder.name)
    rounds = [finished_round(store, folder.name, one) for one in given.rounds or dict.fromkeys((0, last))]
    extent = {name: getattr(given, name) for name in ("failures", "attempts", "minutes", "seed")}
    hashes = {row.round: row.hash for row in store.models(folder.name) if row.kind == "classifier"}
    models = {round_: hashes[round_] for round_ in rounds}
    planned = list(jobs(models, given.conditions, runs=folder.parent, run=folder.name, **extent))
    cells = read(planned) if given.filled else run(planned, given.workers)
    how = f"`{_command(given)}`, on {machine()}"
    subject = f"{build_task(config.task).name}, the run's preset `{config.preset}`, seed {config.seed}"
    write_text(given.out / "tools.csv", table(cells))
    write_text(given.out / "tools.md", page(cells, subject, given.minutes, given.failures, how))
    print(f"written: {given.out / 'tools.md'}")


if __name__ == "__main__":
    main()
