"""Every attack against the first and the last model of the demo campaign, on both tasks: what each is worth.

`python -m research.attacks --runs runs --out docs/results` runs the campaigns that have not been run,
attacks their models, and writes `attacks.md` and, beside it, all the numbers as `attacks.csv`. A cell (one
attack on one model) is kept in `attacks/rows.jsonl` under the runs folder, and not done again
(`holdfast.campaign.study`).
"""

from __future__ import annotations

import argparse
import json
import sys
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
from holdfast.campaign.study.plan import Cell as StudyCell
from holdfast.campaign.study.plan import Endpoint, StudyPlan
from holdfast.campaign.study.rows import CellResult
from holdfast.campaign.study.running import run_study
from holdfast.cli.progress import showing
from holdfast.core.budget import Budget
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


ENDPOINT = Endpoint(
    says="share of starts from which storyworld's last model is broken",
    where={"measure": "attempts"},
    column="broken",
    better="higher",
    control="storyworld attacks random_rewrite",
    treated="storyworld attacks greedy_rewrite",
    budget="last",
)
"""Named before the study runs: whether the tool of arXiv 2205.01663 is worth more than random exchanges."""


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


def plan(seeds: Sequence[int]) -> StudyPlan:
    """Every cell of the study: an attack on the first or the last model of a campaign."""
    return StudyPlan("attacks", ENDPOINT, tuple(_cells(seeds)))


def _cells(seeds: Sequence[int]) -> Iterator[StudyCell]:
    everything = [*(attack_to_config(arm) for arm in default_arms()), {"kind": "red_lm"}, {"kind": "auto"}]
    for task, configs in campaigns(seeds).items():
        for config in configs:
            for model, round_ in (("first", 0), ("last", config.rounds)):
                common: dict[str, Any] = {"task": task, "seed": config.seed, "model": model}
                run = folder(task, config.seed, Path()).name
                for attack in everything:
                    own = Cell(**common, part="attacks", label=attack["kind"])
                    yield study_cell(own, attack, run, round_)
                if task == "storyworld":
                    for label, attack in ABLATIONS.items():
                        yield study_cell(Cell(**common, part="ablation", label=label), attack, run, round_)
                    for kind in FILTERED:
                        chosen = {"kind": kind, **({"loss": "likelihood"} if kind == "gcg" else {})}
                        yield study_cell(Cell(**common, part="filtered", label=kind), chosen, run, round_)


def study_cell(own: Cell, attack: dict[str, Any], run: str, round_: int) -> StudyCell:
    """A cell of the study: another attack, run or extent is another cell."""
    whole = attack_to_config(replace(attack_from_config(attack), stop="budget"))
    declared = {
        "cell": asdict(own),
        "attack": json.loads(json.dumps(whole)),
        "run": run,
        "round": round_,
        "seeds": SEEDS,
        "queries": QUERIES[own.model],
        "draws": FILTERED_DRAWS if own.part == "filtered" else None,
    }
    return StudyCell(f"{own.task} {own.part} {own.label}", own.seed, own.model, declared)


@dataclass(frozen=True)
class Attacks:
    """Carries out a cell on the model of a run in a folder of runs."""

    runs: Path

    def __call__(self, cell: StudyCell, progress: Progress) -> list[dict[str, Any]]:
        """One row: all that was tried, and the share of starts that were broken."""
        asked = cell.declared
        own = Cell(**asked["cell"])
        target = finished_target(self.runs / asked["run"], asked["round"])
        if asked["draws"]:
            target = replace(target, draws=asked["draws"])
        seeds = _seeds(target, own.seed, asked["seeds"])
        stream = Stream(own.seed).child("study", "attacks", own.label)
        attack, budget = attack_from_config(asked["attack"]), Budget(queries_per_seed=asked["queries"])
        result = attack(target, seeds, budget, stream, progress=progress, keep=KEEP)
        tried = _tried(own, json.dumps(asked["attack"], sort_keys=True), target, result)
        broken = sum(query is not None for query in tried.queries) / len(tried.queries)
        return [{"measure": "attempts", "broken": broken, **asdict(tried)}]


def tried_of(result: CellResult) -> Tried:
    """What a cell that is done tried."""
    (row,) = result.rows
    return Tried.of({name: value for name, value in row.items() if name not in ("measure", "broken")})


def _seeds(target: Target, seed: int, count: int) -> list[Snippet]:
    """Catastrophes on the side that no training sees; the same for every attack on a task's models."""
    stream = Stream(seed).child("study", "attacks", "seeds")
    drawn = draw_side(target.task, count, "evaluation", stream, "hard", wanted=lambda v: v.catastrophic)
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
    rows = runs / "attacks" / "rows.jsonl"
    found = run_study(plan(seeds), rows, Attacks(runs), workers=workers, progress=progress)
    return [tried_of(result) for result in found.values()]


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
    with showing(sys.stdout) as progress:
        filled = run(given.seeds, given.runs.absolute(), given.workers, progress)
    how = f"`{COMMAND} --seeds {' '.join(map(str, given.seeds))} --workers {given.workers}`"
    write_text(given.out / "attacks.csv", table(filled))
    write_text(given.out / "attacks.md", page(filled, how, SEEDS, QUERIES, FILTERED_DRAWS))
    print(f"written: {given.out / 'attacks.md'}")


if __name__ == "__main__":
    main()
