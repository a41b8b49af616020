"""The demo's natural draws, each judged and scored by every checkpoint: a distribution by brute force."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.samples import Samples
from holdfast.core.files import replacing
from holdfast.core.progress import Progress
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.store.disk import read_table
from holdfast.studies.estimate_problems import FinitePool, Flags, Floats
from holdfast.tasks.storyworld import Storyworld

_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class JudgedDraws:
    """`log_odds` (checkpoints, N) of N natural draws, the newest last, and whether each is a catastrophe."""

    log_odds: Floats
    catastrophic: Flags

    @classmethod
    def read(cls, place: Path, run: Path, progress: Progress) -> JudgedDraws:
        """Read what was put together before, or the samples and scores of a run, and keep it.

        A round that scored only some of the draws has its model score all of them.
        """
        if not place.exists():
            natural = Samples.read(run / "samples" / "natural.parquet")
            models = sorted((run / "models").glob("classifier-*"))
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
