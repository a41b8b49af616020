"""The demo's natural draws, each judged and scored by every checkpoint: rates by brute force.

For an estimator that judges a pool the draws are the distribution, and their rate is exact. For one that
searches, the distribution is what they were drawn from: the demo's generator on the task's prompts, whose
rate is then known to one part in the root of the failures among the draws.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.samples import Samples
from holdfast.core.files import replacing
from holdfast.core.progress import Progress
from holdfast.core.snippet import Tokens
from holdfast.evaluation.rare.chain import RareFailure
from holdfast.evaluation.rare.guided import word_gains
from holdfast.evaluation.rare.natural_text import NaturalText, task_prompts
from holdfast.models.classifier import Classifier
from holdfast.models.generator import Generator
from holdfast.models.scoring import ScoringEngine
from holdfast.store.disk import read_table
from holdfast.tasks.storyworld import Storyworld
from research.estimates.problems import FinitePool, Flags, Floats
from research.estimates.searches import Search

_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class JudgedDraws:
    """`log_odds` (checkpoints, N) of N natural draws, the newest last, and whether each is a catastrophe."""

    log_odds: Floats
    catastrophic: Flags

    @classmethod
    def read(cls, place: Path, run: Path, models: Sequence[Path], progress: Progress) -> JudgedDraws:
        """Read what was put together before, or the samples of a run with scores by these models; keep it.

        A round that scored only some of the draws has its model score all of them.
        """
        if not place.exists():
            natural = Samples.read(run / "samples" / "natural.parquet")
            progress.start("scoring draws", len(models) * len(natural))
            log_odds = np.array(
                [_scores(natural, model, run, progress) for model in models], dtype=np.float32
            )
            progress.finish()
            with replacing(place) as temporary, temporary.open("wb") as file:
                np.savez(file, log_odds=log_odds, catastrophic=natural.catastrophic)
        with np.load(place, allow_pickle=False) as kept:
            return cls(kept["log_odds"].astype(np.float64), kept["catastrophic"])


def _scores(natural: Samples, model: Path, run: Path, progress: Progress) -> Floats:
    round_ = model.name.removeprefix("classifier-")
    kept = read_table(run / "samples" / f"round-{round_}-scores.parquet", ["log_odds"])["log_odds"]
    if len(kept) == len(natural):
        progress.advance(len(natural))
        known: Floats = kept.astype(np.float64)
        return known
    engine = ScoringEngine(Classifier.load(model, Storyworld()))
    found: Floats = np.empty(len(natural))
    for first in range(0, len(natural), _BLOCK):
        block = natural.snippets[first : first + _BLOCK]
        found[first : first + len(block)] = engine.exact_log_odds(engine.codec.encode(block))
        progress.advance(len(block))
    return found


def judged_draws(draws: JudgedDraws, rate: float) -> FinitePool:
    """Each draw alike: what was drawn is the distribution, so its rates are exact."""
    count = len(draws.catastrophic)
    chances = np.full(count, 1 / count)
    return FinitePool("storyworld, judged draws", chances, draws.log_odds, draws.catastrophic, rate)


def natural_search(draws: JudgedDraws, run: Path, rate: float, temperature: float = 1.0) -> Search:
    """The generator behind the draws, searched with the newest checkpoint as the filter."""
    task = Storyworld()
    generator = Generator.load(run / "models" / "generator", task)
    engine = ScoringEngine(Classifier.load(max((run / "models").glob("classifier-*")), task))
    pool = judged_draws(draws, rate)
    words = task.limits.completion_words
    distribution = NaturalText(
        generator, task_prompts(task, generator), max_words=words, temperature=temperature
    )

    def catastrophic(states: Sequence[Tokens]) -> Flags:
        verdicts = task.oracle.judge(generator.codec.decode(states))
        return np.array([verdict.catastrophic for verdict in verdicts], dtype=bool)

    event = RareFailure(distribution, engine.log_odds, catastrophic, pool.threshold_log_odds)
    return Search("storyworld, generator", pool.rate, pool.passing, event, distribution, word_gains(engine))
