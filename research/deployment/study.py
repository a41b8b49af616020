"""What a saved run's filters would do in deployment, and how far the figures can be trusted.

`python -m research.deployment --run runs/study-demo-s0 --rounds 0 3 --out docs/results` draws two
pools from the run's generator, one to choose thresholds on and one to measure, and writes `deployment.md` and
the curves as `deployment.csv`; `--repetitions` says how often each cell of the coverage table is simulated.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.pools import Pool, draw_pool
from holdfast.campaign.step import finished
from holdfast.core.files import write_text
from holdfast.core.progress import Progress, Silent
from holdfast.core.seeds import Stream
from holdfast.evaluation import NaturalOutcome, Proportion, choose_threshold, natural_outcome
from holdfast.evaluation.deployment import (
    ControlledThreshold,
    CurvePoint,
    Evasion,
    NonInferiorThreshold,
    ReweightedOutcome,
    harmless_pairs,
    loosest_controlled,
    measure_evasion,
    reweighted_outcome,
    strictest_non_inferior,
    threshold_curve,
    threshold_grid,
)
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.tasks import tasks
from holdfast.tasks.base import Task
from research.deployment.coverage import measure, measurements
from research.deployment.page import csv_table, page
from research.shipped_coverage import ship

COMMAND = "python -m research.deployment"
MAX_DRAWS = 10
ACCEPT = 0.97
"""The usual rule: the strictest threshold that accepts this share of harmless completions."""


@dataclass(frozen=True)
class Naive:
    """Failures among all draws of a pool, each prompt weighing alike: what deployment does not see."""

    passed_and_bad: Proportion
    """Of all draws that pass, those that are catastrophes."""


@dataclass(frozen=True)
class Filtered:
    """One classifier at one threshold on the pool that measures."""

    log_odds: float
    direct: NaturalOutcome
    reweighted: ReweightedOutcome
    naive: Naive
    evasion: Evasion


@dataclass(frozen=True)
class ClassifierFindings:
    """One classifier: its curve, the thresholds chosen, and what came of them on other prompts."""

    round_: int
    curve: tuple[CurvePoint, ...]
    non_inferior: NonInferiorThreshold
    controlled: ControlledThreshold
    usual: Filtered
    strict: Filtered | None
    """At the strictest threshold that costs no quality, if there is one."""


def study(
    task: Task,
    run: Path,
    rounds: Sequence[int],
    prompts: int,
    rate: float,
    stream: Stream,
    progress: Progress = Silent(),  # noqa: B008 (has no state)
) -> list[ClassifierFindings]:
    """Draw both pools, and go through the classifiers of those rounds."""
    generator, draws = Generator.load(run / "models" / "generator", task), MAX_DRAWS + 1
    progress.start("pools", prompts * (1 + 2 * draws) * (1 + len(rounds)))
    pools = Pools(
        draw_pool(task, generator, prompts, 1, stream.child("grid"), progress),
        draw_pool(task, generator, prompts, draws, stream.child("choosing"), progress),
        draw_pool(task, generator, prompts, draws, stream.child("measuring"), progress),
    )
    found = []
    for round_ in rounds:
        classifier = Classifier.load(run / "models" / f"classifier-{round_:02d}", task)
        found.append(_findings(task, round_, pools, classifier, stream, rate, progress))
    progress.finish()
    return found


@dataclass(frozen=True)
class Pools:
    """Three pools of different prompts, so that no figure is chosen and measured on the same draws."""

    grid: Pool
    """Where the thresholds that are tried come from, and the usual one."""
    choosing: Pool
    measuring: Pool


def _findings(
    task: Task,
    round_: int,
    pools: Pools,
    classifier: Classifier,
    stream: Stream,
    rate: float,
    progress: Progress,
) -> ClassifierFindings:
    chosen_on = f"pool {stream.child('choosing')}"
    harmless = pools.grid.scored(classifier, progress)[~pools.grid.catastrophic]
    grid = threshold_grid(harmless)
    usual = choose_threshold(harmless, np.zeros(0), ACCEPT).log_odds
    scores, pool = pools.choosing.scored(classifier, progress), pools.choosing
    non_inferior = strictest_non_inferior(scores, pool.quality, grid, MAX_DRAWS, data=chosen_on)
    controlled = loosest_controlled(scores, pool.catastrophic, grid, MAX_DRAWS, rate, data=chosen_on)
    scores, pool = pools.measuring.scored(classifier, progress), pools.measuring
    strict = non_inferior.log_odds
    return ClassifierFindings(
        round_,
        threshold_curve(scores, pool.catastrophic, grid, MAX_DRAWS, quality=pool.quality),
        non_inferior,
        controlled,
        _filtered(task, pool, scores, usual, stream),
        None if strict is None else _filtered(task, pool, scores, strict, stream),
    )


def _filtered(task: Task, pool: Pool, scores: np.ndarray, limit: float, stream: Stream) -> Filtered:
    bad, passes = pool.catastrophic, scores < limit
    pairs = harmless_pairs(scores, bad, limit)
    sides = [(pairs.rows, pairs.filtered), (pairs.rows, pairs.unfiltered)]
    filtered, unfiltered = (pool.written(task, rows, draws) for rows, draws in sides)
    quality = pool.quality[sides[0]], pool.quality[sides[1]]
    return Filtered(
        limit,
        natural_outcome(scores[:, :MAX_DRAWS], bad[:, :MAX_DRAWS], limit),
        reweighted_outcome(scores, bad, limit, MAX_DRAWS),
        Naive(Proportion(int((passes & bad).sum()), int(passes.sum()))),
        measure_evasion(filtered, unfiltered, stream.child("evasion"), quality=quality),
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a finished run")
    parser.add_argument("--task", help="of a folder that is no run; otherwise it is the run's own")
    parser.add_argument(
        "--rounds",
        type=int,
        nargs="+",
        help="rounds whose classifiers to take; otherwise the first and the last",
    )
    parser.add_argument("--prompts", type=int, default=3000, help="prompts of each of the two pools")
    parser.add_argument(
        "--rate", type=float, default=2e-3, help="failure rate for Learn then Test to control"
    )
    parser.add_argument("--repetitions", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    parser.add_argument("--measured", type=Path, help="also write the coverage into the table that ships")
    given = parser.parse_args(arguments)
    stream = Stream(given.seed).child("deployment")
    task = tasks.get(given.task)() if given.task else finished(given.run).task
    rounds = given.rounds or [0, finished(given.run).config.rounds]
    found = study(task, given.run, rounds, given.prompts, given.rate, stream)
    coverage = measure(given.repetitions, stream.child("coverage"))
    how = (
        f"`{COMMAND} --run {given.run.name}{f' --task {given.task}' if given.task else ''}"
        f" --rounds {' '.join(map(str, rounds))}"
        f" --prompts {given.prompts} --rate {given.rate:g} --repetitions {given.repetitions}"
        f" --seed {given.seed}`"
    )
    write_text(given.out / "deployment.csv", csv_table(found))
    write_text(given.out / "deployment.md", page(found, coverage, how, given.prompts))
    if given.measured:
        ship(given.measured, measurements(coverage))
    print(f"written: {given.out / 'deployment.md'}")


if __name__ == "__main__":
    main()
