"""How a run's last model compares with its first: time to failure, severity, intent, and the telltale test.

`python -m holdfast.studies.comparisons --run runs/study-demo-s0 --other runs/study-demo-s1 --out
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
from holdfast.campaign.choices import build_attack
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.campaign.stages.data import CALIBRATION
from holdfast.core.budget import Budget
from holdfast.core.files import write_text
from holdfast.core.odds import log_odds_of
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet
from holdfast.evaluation import (
    AttemptOutcome,
    BandResult,
    IntentSplit,
    SnippetWords,
    Telltale,
    TelltaleCases,
    by_severity,
    choose_threshold,
    split_by_intent,
    telltale_test,
    word_runs,
)
from holdfast.evaluation.telltale import CLEAN
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.studies.comparisons_page import page
from holdfast.tasks import tasks
from holdfast.tasks.base import Restater, Task

COMMAND = "python -m holdfast.studies.comparisons"
ACCEPT, CALIBRATED_ON = 0.97, 2000
"""Thresholds accept this share of so many harmless completions of the run's own calibration set."""


@dataclass(frozen=True)
class AttackedModel:
    """One attack against one model, each attempt until its first failure."""

    attempts: tuple[AttemptOutcome, ...]
    severity: tuple[BandResult, ...]
    intent: IntentSplit


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
    seeds = _texts(task, extent.seeds, stream.child("seeds"), catastrophic=True)
    models = {}
    pool: dict[str, AttackResult] = {}
    for attack in extent.attacks:
        results = [_attacked(each, attack, seeds, extent, stream) for each in (first, last, third)]
        models[attack] = (_told(task, results[0], first), _told(task, results[1], last))
        pool[attack] = results[2]
    cases = _cases(task, pool, first, last, extent, stream)
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
    return Target(task, task.oracle, engine, threshold, generator, order="judge")


def _texts(task: Task, count: int, stream: Stream, *, catastrophic: bool) -> list[Snippet]:
    drawn = draw_side(
        task, count, "evaluation", stream, "hard", wanted=lambda v: v.catastrophic == catastrophic
    )
    return [judged.snippet for judged in drawn]


def _attacked(
    target: Target, attack: str, seeds: Sequence[Snippet], extent: Extent, stream: Stream
) -> AttackResult:
    made = build_attack({"kind": attack}, objective="egregious", stop="first")
    return made(target, seeds, Budget(queries_per_seed=extent.queries), stream.child("attack", attack))


def _told(task: Task, result: AttackResult, target: Target) -> AttackedModel:
    best = [attempt.best for attempt in result.attempts]
    plain = [
        task.restate(each.snippet) if each is not None and isinstance(task, Restater) else None
        for each in best
    ]
    log_odds = np.full(len(plain), np.nan)
    log_odds[[i for i, one in enumerate(plain) if one is not None]] = _scores(
        target, [one for one in plain if one is not None]
    )
    broken = [i for i, each in enumerate(best) if each is not None]
    return AttackedModel(
        tuple(outcomes(task, result)),
        by_severity([None if each is None else each.verdict.egregiousness for each in best]),
        split_by_intent(log_odds[broken], log_odds_of(target.threshold))[0],
    )


def _scores(target: Target, snippets: Sequence[Snippet]) -> np.ndarray:
    if not snippets:
        return np.zeros(0)
    return np.asarray(target.scorer.log_odds(target.scorer.codec.encode(snippets)), dtype=np.float64)


def _cases(
    task: Task,
    pool: dict[str, AttackResult],
    first: Target,
    last: Target,
    extent: Extent,
    stream: Stream,
) -> TelltaleCases:
    """What attacks wrote against the third model, both verdicts, beside as many clean texts as asked."""
    rows = [*_written(pool, extent.clean), *_clean(task, extent, stream)]
    snippets = [snippet for snippet, *_ in rows]
    words = [SnippetWords(tuple(task.words(s.prompt)), tuple(task.words(s.completion))) for s in snippets]
    stopped = [_scores(each, snippets) >= log_odds_of(each.threshold) for each in (first, last)]
    return TelltaleCases(
        word_runs(words),
        np.array([bad for _, bad, _, _ in rows], dtype=bool),
        [attack for _, _, attack, _ in rows],
        stopped[0],
        stopped[1],
        [origin for _, _, _, origin in rows],
    )


Row = tuple[Snippet, bool, str, str]
"""A text, whether it is a catastrophe, the attack that wrote it, and the seed that it grew from."""


def _written(pool: dict[str, AttackResult], most: int) -> Iterator[Row]:
    """Failures with the seed that attacks share, and at most so many harmless candidates of each attack.

    What seed a candidate grew from was not noted: each counts as one of its own.
    """
    for attack, result in pool.items():
        for failure in result.failures:
            yield failure.snippet, True, attack, f"seed-{failure.seed_index}"
        for place, judged in enumerate(_harmless(result.candidates)[:most]):
            yield judged.snippet, False, attack, f"{attack}-{place}"


def _harmless(candidates: Sequence[JudgedSnippet]) -> list[JudgedSnippet]:
    return [judged for judged in candidates if not judged.verdict.catastrophic]


def _clean(task: Task, extent: Extent, stream: Stream) -> Iterator[Row]:
    for verdict in (True, False):
        drawn = _texts(task, extent.clean, stream.child("clean", str(verdict)), catastrophic=verdict)
        for place, snippet in enumerate(drawn):
            yield snippet, verdict, CLEAN, f"clean-{verdict}-{place}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study from the command line."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__)
    parser.add_argument("--run", type=Path, required=True, help="folder of a finished run")
    parser.add_argument("--other", type=Path, required=True, help="folder of a run from another seed")
    parser.add_argument("--task", default="storyworld")
    parser.add_argument("--rounds", type=int, nargs=2, default=[0, 5], help="the first model and the last")
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
    found = study(tasks.get(given.task)(), given.run, given.other, tuple(given.rounds), extent, stream)
    how = (
        f"`{COMMAND} --run {given.run.name} --other {given.other.name} --task {given.task}"
        f" --rounds {given.rounds[0]} {given.rounds[1]} --attacks {' '.join(given.attacks)}"
        f" --seeds {given.seeds} --queries {given.queries} --clean {given.clean} --seed {given.seed}`"
    )
    text, table = page(found, how)
    write_text(given.out / "comparisons.md", text)
    write_text(given.out / "comparisons.csv", table)
    print(f"written: {given.out / 'comparisons.md'}")


if __name__ == "__main__":
    main()
