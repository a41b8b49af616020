"""Every string of brackets of one length, scored once by every checkpoint of a campaign: exact rates.

Two distributions are laid over the strings. `mostly_balanced` draws a balanced string with probability 0.99
and any string otherwise, so that most draws are harmless, as in deployment. `independent_tokens` opens each
bracket with probability 0.8 by itself, so that near misses are rare and no string is likely, which is what
estimators that need a density per token ask for (arXiv 2410.13211).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from holdfast.core.files import replacing
from holdfast.core.progress import Progress, Silent
from holdfast.core.snippet import Tokens
from holdfast.evaluation.rare.chain import RareFailure
from holdfast.evaluation.rare.guided import word_gains
from holdfast.evaluation.rare.token_independent import TokenIndependent
from holdfast.models.classifier import Classifier
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks.brackets import Brackets, enumerate_snippets
from research.estimates.problems import FinitePool, Flags, Floats, threshold_for
from research.estimates.searches import Search

BALANCED_SHARE = 0.99
OPENING = 0.8
_BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Enumerated:
    """All K = 2 ** length strings, in the order of `holdfast.tasks.brackets.enumerate_snippets`.

    `log_odds` (checkpoints, K); `catastrophic` (K,); `gains` (K, length, 2): how much an opening and a
    closing bracket at each place would raise the newest checkpoint's margin, to first order.
    """

    length: int
    log_odds: Floats
    catastrophic: Flags
    gains: NDArray[np.float32]

    @classmethod
    def read(cls, place: Path, models: Sequence[Path], length: int, progress: Progress) -> Enumerated:
        """Read what was scored before, or score it with these models, the newest last, and keep it."""
        if not place.exists():
            whole = cls.score([Classifier.load(model, Brackets()) for model in models], length, progress)
            with replacing(place) as temporary, temporary.open("wb") as file:
                np.savez(file, log_odds=whole.log_odds, catastrophic=whole.catastrophic, gains=whole.gains)
        with np.load(place, allow_pickle=False) as kept:
            return cls(length, kept["log_odds"], kept["catastrophic"], kept["gains"])

    @classmethod
    def score(
        cls,
        classifiers: Sequence[Classifier],
        length: int,
        progress: Progress = Silent(),  # noqa: B008 (stateless)
    ) -> Enumerated:
        """Score every string."""
        snippets = list(enumerate_snippets(length))
        verdicts = Brackets.oracle.judge(snippets)
        engines = [ScoringEngine(classifier) for classifier in classifiers]
        log_odds = np.empty((len(engines), len(snippets)))
        gains = np.empty((len(snippets), length, 2), dtype=np.float32)
        progress.start("scoring strings", len(snippets))
        for first in range(0, len(snippets), _BLOCK):
            tokens = engines[-1].codec.encode(snippets[first : first + _BLOCK])
            rows = slice(first, first + len(tokens))
            for place, engine in enumerate(engines):
                log_odds[place, rows] = engine.exact_log_odds(tokens)
            words = engines[-1].codec.encode_text("()")
            gains[rows] = np.array(word_gains(engines[-1])(tokens))[:, :, words]
            progress.advance(len(tokens))
        progress.finish()
        return cls(length, log_odds, np.array([v.catastrophic for v in verdicts], dtype=bool), gains)

    def places(self, states: Sequence[Tokens]) -> NDArray[np.intp]:
        """Where strings of 0 (opening) and 1 (closing) stand in the enumeration."""
        bits = np.array([(*s.prompt, *s.completion) for s in states], dtype=np.intp)
        found: NDArray[np.intp] = bits @ (1 << np.arange(self.length)[::-1])
        return found


def mostly_balanced(whole: Enumerated, rate: float) -> FinitePool:
    """Balanced strings at 0.99 together, and every string alike for the rest."""
    count = len(whole.catastrophic)
    chances = np.full(count, (1 - BALANCED_SHARE) / count)
    chances[~whole.catastrophic] += BALANCED_SHARE / np.count_nonzero(~whole.catastrophic)
    return FinitePool("brackets, mostly balanced", chances, whole.log_odds, whole.catastrophic, rate)


def independent_tokens(whole: Enumerated, rate: float) -> Search:
    """Every bracket by itself, opening at 0.8."""
    opening = math.log(OPENING), math.log1p(-OPENING)
    distribution = TokenIndependent(np.tile(np.array(opening), (whole.length, 1)), whole.length // 2)
    opened = whole.length - np.bitwise_count(np.arange(len(whole.catastrophic))).astype(np.int64)
    chances = np.exp(opened * opening[0] + (whole.length - opened) * opening[1])
    newest = whole.log_odds[-1]
    threshold = threshold_for(chances, newest, whole.catastrophic, rate)
    return Search(
        task="brackets, independent tokens",
        rate=float(chances[whole.catastrophic & (newest < threshold)].sum()),
        passing=float(chances[newest < threshold].sum()),
        event=RareFailure(
            distribution,
            lambda states: newest[whole.places(states)],
            lambda states: whole.catastrophic[whole.places(states)],
            threshold,
        ),
        tiltable=distribution,
        gains=lambda states: list(whole.gains[whole.places(states)].astype(np.float64)),
    )
