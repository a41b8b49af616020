"""Every attack against the first and the last model of the demo campaign, on both tasks: what each is worth.

`python -m research.attacks --runs runs --out docs/results` runs the campaigns that have not been run,
attacks their models, and writes `attacks.md` and, beside it, all the numbers as `attacks.csv`. A cell (one
attack on one model) that is done is kept under the runs folder and not done again.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from holdfast.attacks import attack_from_config, attack_to_config
from holdfast.attacks.auto import default_arms
from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.analysis import outcomes
from holdfast.campaign.config import RunConfig
from holdfast.campaign.loop import Campaign
from holdfast.campaign.presets import preset
from holdfast.campaign.split import draw_side
from holdfast.campaign.step import finished_target
from holdfast.core.budget import Budget
from holdfast.core.executors import Processes, Serial
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation import distinct
from research import demo
from research.attacks.tables import Cell, Tried, page, table

SEEDS, KEEP = 15, 600
"""Seeds attacked on each model, and failures remembered of each."""

QUERIES: Mapping[str, int] = {"first": 300, "last": 600}
"""Queries for each seed: more for the model that is harder to break."""

FILTERED_DRAWS = 16
"""Completions by which a prompt is judged, where the filtered generator is the target."""

COMMAND = "python -m research.attacks"

GREEDY = {"kind": "greedy_rewrite", "phrases": 2}
ABLATIONS: Mapping[str, dict[str, Any]] = {
    "everything": GREEDY,
    "without saliency": {**GREEDY, "sharpness": 0.0},
    "without the language model's words": {**GREEDY, "uniform_share": 1.0},
    "without several passes": {**GREEDY, "passes": 1, "restarts": 0},
    "without phrase fill": {**GREEDY, "phrases": 0},
}
"""The rewriting tool of arXiv 2205.01663, phrases filled in, and what is left without each of its parts."""

FILTERED = ("random_rewrite", "greedy_rewrite", "genetic", "beam", "gcg")
"""Attacks tried on the filtered generator, whose prompt alone they write."""


@dataclass(frozen=True)
class Job:
    """A cell to be filled: an attack, and the run and round of the model that it attacks."""

    cell: Cell
    config: dict[str, Any]
    run: Path
    round: int

    @property
    def place(self) -> Path:
        """Where the cell is kept."""
        return self.run.parent / "attacks" / f"{self.cell.key}.json"


def campaigns(seeds: Sequence[int]) -> dict[str, list[RunConfig]]:
    """The demo campaigns of each task; storyworld's are those of the demo's own study."""
    brackets = preset("brackets", "demo")
    return {
        "storyworld": demo.plan(seeds),
        "brackets": [brackets.model_copy(update={"seed": seed, "threads": 1}) for seed in seeds],
    }


def folder(task: str, seed: int, runs: Path) -> Path:
    """Where the campaign of a task and seed lies."""
    return runs / (f"study-demo-s{seed}" if task == "storyworld" else f"study-attacks-{task}-s{seed}")


def jobs(seeds: Sequence[int], runs: Path) -> Iterator[Job]:
    """Every cell of the study."""
    everything = [*(attack_to_config(arm) for arm in default_arms()), {"kind": "red_lm"}, {"kind": "auto"}]
    for task, configs in campaigns(seeds).items():
        for config in configs:
            for model, round_ in (("first", 0), ("last", config.rounds)):
                place = (folder(task, config.seed, runs), round_)
                common: dict[str, Any] = {"task": task, "seed": config.seed, "model": model}
                for attack in everything:
                    yield Job(Cell(**common, part="attacks", label=attack["kind"]), attack, *place)
                if task == "storyworld":
                    for label, attack in ABLATIONS.items():
                        yield Job(Cell(**common, part="ablation", label=label), attack, *place)
                    for kind in FILTERED:
                        chosen = {"kind": kind, **({"loss": "likelihood"} if kind == "gcg" else {})}
                        yield Job(Cell(**common, part="filtered", label=kind), chosen, *place)


def fill(job: Job) -> Tried:
    """Run a cell that has not been run, or was run with another attack, or read it."""
    attack = replace(attack_from_config(job.config), stop="budget")
    config = json.dumps(attack_to_config(attack), sort_keys=True)
    if job.place.exists():
        kept = Tried.of(json.loads(job.place.read_text()))
        if kept.config == config:
            return kept
    target = finished_target(job.run, job.round)
    if job.cell.part == "filtered":
        target = replace(target, draws=FILTERED_DRAWS)
    seeds = _seeds(target, job.cell.seed)
    stream = Stream(job.cell.seed).child("study", "attacks", job.cell.label)
    result = attack(target, seeds, Budget(queries_per_seed=QUERIES[job.cell.model]), stream, keep=KEEP)
    tried = _tried(job.cell, config, target, result)
    job.place.parent.mkdir(exist_ok=True)
    write_text(job.place, json.dumps(asdict(tried)))
    return tried


def _seeds(target: Target, seed: int) -> list[Snippet]:
    """Catastrophes on the side that no training sees; the same for every attack on a task's models."""
    stream = Stream(seed).child("study", "attacks", "seeds")
    drawn = draw_side(target.task, SEEDS, "evaluation", stream, "hard", wanted=lambda v: v.catastrophic)
    return [judged.snippet for judged in drawn]


def _tried(cell: Cell, config: str, target: Target, result: AttackResult) -> Tried:
    attempts = outcomes(target.task, result)
    failures = [failure for attempt in attempts for failure in attempt.failures]
    firsts = [attempt.first for attempt in attempts]
    successes = [
        a.success.failures / a.success.passing if a.success and a.success.passing else 0.0
        for a in result.attempts
    ]
    return Tried(
        cell=cell,
        call=result.attack,
        config=config,
        queries=[None if first is None else first.query for first in firsts],
        seconds=[None if first is None else first.seconds for first in firsts],
        flops=[None if first is None else first.flops for first in firsts],
        failures=sum(attempt.found for attempt in result.attempts),
        distinct=len(distinct([failure.words for failure in failures])),
        worst=max((failure.egregiousness for failure in failures), default=None),
        success_of_prompts=successes if target.draws else [],
        spend=asdict(result.spend),
    )


def run(
    seeds: Sequence[int],
    runs: Path,
    workers: int,
    progress: Progress = Silent(),  # noqa: B008 (stateless)
) -> list[Tried]:
    """Run the campaigns and fill all cells."""
    for task, configs in campaigns(seeds).items():
        for config in configs:
            Campaign(config, folder(task, config.seed, runs)).run(progress)
    planned = list(jobs(seeds, runs))
    executor = Processes(workers) if workers > 1 else Serial()
    progress.start("cells", len(planned))
    filled = []
    for tried in executor.map(fill, planned):
        filled.append(tried)
        progress.advance()
    progress.finish()
    return filled


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument(
        "--workers", type=int, default=1, help="cells run at once, a process of one thread each"
    )
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    given = parser.parse_args(arguments)
    filled = run(given.seeds, given.runs.absolute(), given.workers)
    how = f"`{COMMAND} --seeds {' '.join(map(str, given.seeds))} --workers {given.workers}`"
    write_text(given.out / "attacks.csv", table(filled))
    write_text(given.out / "attacks.md", page(filled, how, SEEDS, QUERIES, FILTERED_DRAWS))
    print(f"written: {given.out / 'attacks.md'}")


if __name__ == "__main__":
    main()
