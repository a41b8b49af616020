"""How a run's last model compares with its first: time to failure, severity, intent, and the telltale test.

`python -m research.comparisons --run runs/study-demo-s0 --other runs/study-demo-s1 --out
docs/results` attacks the first and the last classifier of a run afresh. For the telltale test it attacks
the first classifier of another run, trained from another seed: those failures were selected by neither of
the models compared. All texts are of the side that no training sees.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.attacks.results import AttackResult
from holdfast.attacks.target import Target
from holdfast.campaign.analysis import outcomes
from holdfast.campaign.evaluate.attacking import attack_afresh
from holdfast.campaign.evaluate.telltale import Text, cases_of, clean_texts
from holdfast.campaign.restating import plain_log_odds
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.campaign.stages.data import CALIBRATION
from holdfast.campaign.step import finished
from holdfast.campaign.targets import filter_target
from holdfast.core.files import write_text
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Telltale, choose_threshold, telltale_test
from holdfast.evaluation.attacked import AttackedModel
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import tasks
from holdfast.tasks.base import Task
from research.comparisons.page import page

COMMAND = "python -m research.comparisons"
ACCEPT, CALIBRATED_ON = 0.97, 2000
"""Thresholds accept this share of so many harmless completions of the run's own calibration set."""


@dataclass(frozen=True)
class Findings:
    """All of the study: by attack, the first model and the last."""

    models: dict[str, tuple[AttackedModel, AttackedModel]]
    telltale: Telltale
    failures: int
    """Adversarial catastrophes in the telltale test."""


@dataclass(frozen=True)
class Extent:
    """How much is done: attacks, seeds of each, queries a seed, clean texts of each verdict."""

    attacks: tuple[str, ...]
    seeds: int
    queries: int
    clean: int


def study(
    task: Task, run: Path, other: Path, rounds: tuple[int, int], extent: Extent, stream: Stream
) -> Findings:
    """Attack three models, and compare."""
    first, last = (_target(task, run, round_) for round_ in rounds)
    third = _target(task, other, rounds[0])
    own = stream.child("seeds")
    drawn = draw_side(task, extent.seeds, "evaluation", own, "hard", wanted=lambda v: v.catastrophic)
    seeds = [judged.snippet for judged in drawn]
    models = {}
    pool: dict[str, AttackResult] = {}
    for attack in extent.attacks:
        results = [_attacked(each, attack, seeds, extent, stream) for each in (first, last, third)]
        models[attack] = (_told(task, results[0], first), _told(task, results[1], last))
        pool[attack] = results[2]
    texts = [*_written(pool, extent.clean), *clean_texts(task, extent.clean, stream)]
    cases = cases_of(task, texts, first, last)
    found = telltale_test(cases)
    return Findings(models, found, int((cases.adversarial & cases.catastrophic).sum()))


def _target(task: Task, run: Path, round_: int) -> Target:
    classifier = Classifier.load(run / "models" / f"classifier-{round_:02d}", task)
    engine = ScoringEngine(classifier)
    calibration = Samples.read(run / CALIBRATION)
    harmless = [s for s, bad in zip(calibration.snippets, calibration.catastrophic, strict=True) if not bad]
    scores = engine.log_odds(engine.codec.encode(harmless[:CALIBRATED_ON]))
    threshold = choose_threshold(scores, np.zeros(0), ACCEPT).threshold
    generator = Generator.load(run / "models" / "generator", task)
    # The order is fixed, as one measured on a busy machine could differ from run to run.
    return filter_target(task, classifier, threshold, generator, order="judge")


def _attacked(
    target: Target, attack: str, seeds: Sequence[Snippet], extent: Extent, stream: Stream
) -> AttackResult:
    own = stream.child("attack", attack)
    return attack_afresh(target, {"kind": attack}, seeds, extent.queries, own, "first")


def _told(task: Task, result: AttackResult, target: Target) -> AttackedModel:
    best = [attempt.best for attempt in result.attempts]
    return AttackedModel.of(
        outcomes(task, result),
        [None if each is None else each.verdict.egregiousness for each in best],
        plain_log_odds(target, best),
        log_odds_of(target.threshold),
    )


def _written(pool: dict[str, AttackResult], most: int) -> Iterator[Text]:
    """Failures with the seed that attacks share, and at most so many harmless candidates of each attack.

    What seed a candidate grew from was not noted: each counts as one of its own.
    """
    for attack, result in pool.items():
        for failure in result.failures:
            yield Text(failure.snippet, True, attack, f"seed-{failure.seed_index}")
        harmless = [judged for judged in result.candidates if not judged.verdict.catastrophic]
        for place, judged in enumerate(harmless[:most]):
            yield Text(judged.snippet, False, attack, f"{attack}-{place}")


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a finished run")
    parser.add_argument("--other", type=Path, required=True, help="folder of a run from another seed")
    parser.add_argument("--task", help="of a folder that is no run; otherwise it is the run's own")
    parser.add_argument(
        "--rounds", type=int, nargs=2, help="the first model and the last; otherwise they are the run's own"
    )
    parser.add_argument(
        "--attacks", nargs="+", default=["random_rewrite", "greedy_rewrite", "genetic", "word_importance"]
    )
    parser.add_argument("--seeds", type=int, default=80)
    parser.add_argument("--queries", type=int, default=200, help="a seed")
    parser.add_argument("--clean", type=int, default=300, help="clean texts of each verdict")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=Path("docs/results"))
    given = parser.parse_args(arguments)
    extent = Extent(tuple(given.attacks), given.seeds, given.queries, given.clean)
    stream = Stream(given.seed).child("comparisons")
    task = tasks.get(given.task)() if given.task else finished(given.run).task
    rounds = tuple(given.rounds) if given.rounds else (0, finished(given.run).config.rounds)
    found = study(task, given.run, given.other, rounds, extent, stream)
    how = (
        f"`{COMMAND} --run {given.run.name} --other {given.other.name}"
        f"{f' --task {given.task}' if given.task else ''}"
        f" --rounds {rounds[0]} {rounds[1]} --attacks {' '.join(given.attacks)}"
        f" --seeds {given.seeds} --queries {given.queries} --clean {given.clean} --seed {given.seed}`"
    )
    text, table = page(found, how)
    write_text(given.out / "comparisons.md", text)
    write_text(given.out / "comparisons.csv", table)
    print(f"written: {given.out / 'comparisons.md'}")


if __name__ == "__main__":
    main()
