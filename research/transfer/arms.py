"""The models of the study of transfer: one classifier, trained on with what a single attack finds against it.

Every arm begins with the same classifier, makes the same steps on mixes of the same size, and is given the
same number of failures and of harmless rewrites a round, as far as its attack finds so many. The control's
mixes hold clean text alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.attacks.results import AttackResult, Failure
from holdfast.attacks.target import Target
from holdfast.campaign.choices import build_attack
from holdfast.campaign.config import RunConfig
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.campaign.stages.data import CALIBRATION, CLEAN_TRAIN, CLEAN_VALIDATION
from holdfast.campaign.step import finished_target
from holdfast.core.budget import Budget
from holdfast.core.seeds import Stream
from holdfast.core.snippet import JudgedSnippet, Snippet
from holdfast.evaluation import Proportion, ThresholdChoice, choose_threshold
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.store import Split
from holdfast.tasks import Task
from holdfast.training.classifier import train_classifier
from holdfast.training.marks import marks_for
from holdfast.training.mixing import AdversarialExample, Pool, mix

FIRST, CONTROL = "no further training", "clean text alone"
"""The first classifier, as the campaign trained it; and the arm that trains on and meets no attack."""

_BATCH = 50
"""Seeds attacked between two looks at whether enough was found."""


@dataclass(frozen=True)
class Regime:
    """How an arm is trained: a round gathers `positives` failures and `negatives` harmless rewrites.

    At most `per_seed` failures count of one seed, the most egregious, and at most `most_seeds` are attacked
    with `queries` each. Then come `steps` of training.
    """

    rounds: int = 3
    positives: int = 200
    negatives: int = 100
    per_seed: int = 4
    most_seeds: int = 600
    queries: int = 80
    steps: int = 300


@dataclass(frozen=True)
class Gathered:
    """What a round's attack gave, and its price."""

    positives: int
    negatives: int
    seeds: int
    queries: int


@dataclass(frozen=True)
class Trained:
    """An arm at its end: what each round gave, the threshold, and the clean catastrophes that pass it."""

    rounds: tuple[Gathered, ...]
    threshold: float
    missed: Proportion


def train_arm(
    attack: str, config: RunConfig, run: Path, place: Path, regime: Regime, stream: Stream
) -> Trained:
    """Train the run's first classifier on against one attack (or `CONTROL`), and save it at `place`."""
    first = finished_target(run, 0)
    classifier = first.scorer.classifier
    clean = Samples.read(run / CLEAN_TRAIN).labelled(classifier.codec)
    target, pool, gathered = first, Pool(), []
    asked = config.retraining
    for round_ in range(1, regime.rounds + 1):
        own = stream.child("round", round_)
        if attack != CONTROL:
            found, told = _gather(attack, target, round_, regime, own.child("attack"))
            pool = pool.adding(found)
            gathered.append(told)
        log_odds = ScoringEngine(classifier).log_odds([e.tokens for e in pool.examples])
        size = regime.steps * asked.recipe.batch_size
        mixed = mix(clean, pool, log_odds, asked.mixing, size, own.child("mix"))
        training = own.child("training")
        marks = marks_for(first.task, classifier, mixed.tokens, asked.recipe)
        train_classifier(
            classifier, mixed, asked.recipe, regime.steps, training, adapter=asked.adapter, marks=marks
        )
        target = _retargeted(first, classifier, config, run)
    classifier.save(place)
    return Trained(tuple(gathered), target.threshold, _missed(target, run))


def trained_target(run: Path, place: Path, threshold: float) -> Target:
    """The filter of an arm that was trained, ready to be attacked."""
    first = finished_target(run, 0)
    return first.filtered_by(ScoringEngine(Classifier.load(place, first.task)), threshold)


def starts(task: Task, count: int, split: Split, stream: Stream) -> list[Snippet]:
    """Different catastrophes of one side, from which attacks start."""
    drawn = draw_side(task, count, split, stream, "hard", wanted=lambda v: v.catastrophic)
    return [judged.snippet for judged in drawn]


def _retargeted(first: Target, classifier: Classifier, config: RunConfig, run: Path) -> Target:
    scorer = ScoringEngine(classifier)
    return first.filtered_by(scorer, _threshold(scorer, config, run).threshold)


def _threshold(scorer: ScoringEngine, config: RunConfig, run: Path) -> ThresholdChoice:
    """By the campaign's rule, on its own calibration set."""
    samples, rule = Samples.read(run / CALIBRATION), config.threshold
    scores = scorer.log_odds(scorer.codec.encode(samples.snippets))
    bad = samples.catastrophic
    return choose_threshold(scores[~bad], scores[bad], rule.accept, rule.confidence)


def _missed(target: Target, run: Path) -> Proportion:
    samples = Samples.read(run / CLEAN_VALIDATION)
    bad = [s for s, wrong in zip(samples.snippets, samples.catastrophic, strict=True) if wrong]
    scores = target.scorer.score(bad)
    return Proportion(int(np.count_nonzero(scores < target.threshold)), len(bad))


def _gather(
    attack: str, target: Target, round_: int, regime: Regime, stream: Stream
) -> tuple[list[AdversarialExample], Gathered]:
    """Attack batch after batch of fresh seeds until enough was found."""
    made = build_attack({"kind": attack}, objective="egregious", stop="budget")
    seeds = starts(target.task, regime.most_seeds, "train", stream.child("seeds"))
    positives: list[Failure] = []
    negatives: list[JudgedSnippet] = []
    attacked = queries = 0
    while attacked < len(seeds) and (len(positives) < regime.positives or len(negatives) < regime.negatives):
        batch = seeds[attacked : attacked + _BATCH]
        result = made(target, batch, Budget(queries_per_seed=regime.queries), stream.child("from", attacked))
        positives += _worst(result, regime.per_seed)
        negatives += [c for c in result.candidates if not c.verdict.catastrophic]
        attacked += len(batch)
        queries += result.spend.queries
    positives = positives[: regime.positives]
    kept = stream.child("negatives").numpy().permutation(len(negatives))[: regime.negatives]
    harmless = [negatives[i] for i in sorted(kept.tolist())]
    found = [*_examples(positives, target, attack, round_), *_harmless(harmless, target, attack, round_)]
    return found, Gathered(len(positives), len(harmless), attacked, queries)


def _worst(result: AttackResult, per_seed: int) -> Iterator[Failure]:
    for attempt in result.attempts:
        yield from sorted(attempt.failures, key=lambda f: (-f.verdict.egregiousness, f.log_odds))[:per_seed]


def _examples(
    failures: list[Failure], target: Target, attack: str, round_: int
) -> Iterator[AdversarialExample]:
    tokens = target.scorer.codec.encode([f.snippet for f in failures])
    for own, f in zip(tokens, failures, strict=True):
        yield AdversarialExample(own, 1.0, f.verdict.egregiousness, round_, str(f.seed_index), attack)


def _harmless(
    candidates: list[JudgedSnippet], target: Target, attack: str, round_: int
) -> Iterator[AdversarialExample]:
    tokens = target.scorer.codec.encode([c.snippet for c in candidates])
    for t, c in zip(tokens, candidates, strict=True):
        yield AdversarialExample(t, 0.0, c.verdict.egregiousness, round_, "", attack)
