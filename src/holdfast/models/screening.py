"""Bounds on scores from a copy of the classifier in low precision.

The copy is an economy and never an authority: what it says is a range, and whatever could decide something is
scored in full precision. How far it strays cannot be proved for a network; it is measured on the snippets at
hand, widened, and measured again whenever a screened snippet is scored in full.
"""

from __future__ import annotations

import copy
from collections.abc import Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Literal

import numpy as np
import torch

from holdfast.core.snippet import Tokens
from holdfast.models.classifier import Classifier
from holdfast.models.layout import length_batches
from holdfast.models.precision import to_bf16

Screening = Literal["auto", "on", "off"]
"""`auto` screens where it was found to save time. What an attack finds is the same with each as long as the
ranges hold: of 37,000 rewrites against a trained 2 x 64 filter, many of them optimised, one lay outside."""

SAFETY = 2.0
"""A margin is so many times the largest stray seen, where strays are of one size."""

LIGHT_TAIL = 4.0
"""Largest stray over root mean square up to which they are: some hundreds of Gaussian strays show 3.5."""

MOST_SAFETY = 8.0
"""The factor grows with the square of that ratio, up to this: one stray far off says that more will come."""

RELATIVE_MARGIN = 2.0**-8
"""The part of a margin that grows with the score: one rounding of a bf16 number of its size."""

LEAST_MARGIN = 1e-3

CALIBRATION = 256
"""Snippets scored in both precisions before any range is given, and the most of one request."""

TIMED = 64
"""Snippets of a request by which the two precisions are timed."""

WORTHWHILE = 0.85
"""Where `auto` screens: the copy's seconds, and those of confirming, for each second of the exact model."""

TRIAL = 256
"""Screened snippets after which `auto` asks again whether it is worthwhile."""

REST = 20_000
"""New snippets that `auto` scores at once before its first trial, so that a short attack pays for none, and
after one that failed; twice as many after the next. Most fail: on the plateaus of a trained classifier the
candidates of a request differ by less than a bf16 copy strays."""


def batched_log_odds(classifier: Classifier, tokens: Sequence[Tokens], tokens_per_batch: int) -> np.ndarray:
    """Log odds of any number of snippets, shape (B,), float32, in batches of near-equal length."""
    result = np.zeros(len(tokens), dtype=np.float32)
    with torch.inference_mode():
        for rows in length_batches(classifier.fitting.lengths(tokens), tokens_per_batch):
            result[rows] = classifier.log_odds([tokens[i] for i in rows.tolist()])
    return result


def low_precision(classifier: Classifier) -> Classifier:
    """The classifier with bf16 weights, but for its last layer; buffers (positions) are kept as they are."""
    twin = copy.copy(classifier)
    twin.model = copy.deepcopy(classifier.model)
    twin.exact = False
    to_bf16(twin.model)
    return twin


@dataclass
class Observed:
    """What has been seen of the copy: snippets, seconds for the same work, and how far it strays.

    `pairs` and `squares` are of calibration alone: what is confirmed later is no fair sample.
    """

    pairs: int = 0
    squares: float = 0.0
    largest: float = 0.0
    exact_seconds: float = 0.0
    rough_seconds: float = 0.0
    screened: int = 0
    confirmed: int = 0
    escaped: int = 0
    """Confirmed snippets whose exact score lay outside its range."""

    @property
    def margin(self) -> float:
        """How far the copy may stray by what has been seen."""
        typical = np.sqrt(self.squares / self.pairs) if self.squares else 1.0
        tail = self.largest / typical / LIGHT_TAIL
        return self.largest * float(np.clip(SAFETY * tail**2, SAFETY, MOST_SAFETY))


class Screen:
    """The low-precision copy of one state of a classifier, with its margin and its worth."""

    def __init__(self, classifier: Classifier, screening: Screening, tokens_per_batch: int) -> None:
        self._classifier = classifier
        self._twin: Classifier | None = None
        self._screening = screening
        self._tokens_per_batch = tokens_per_batch
        self._rest = REST
        self._resting = REST if screening == "auto" else 0
        self._trial = (0, 0)
        self.observed = Observed()

    @property
    def calibrating(self) -> bool:
        """Whether both precisions are still to be compared."""
        waiting = self._screening == "off" or self._resting > 0
        return not waiting and self.observed.pairs < CALIBRATION

    def wants(self, count: int) -> bool:
        """Whether so many new snippets should be screened."""
        if self._resting > 0:
            self._resting -= count
            return False
        if self._screening == "off" or self.calibrating:
            return False
        return self._screening == "on" or self._cost() < WORTHWHILE

    def log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """The copy's scores, shape (B,), float32."""
        self.observed.screened += len(tokens)
        return self._rough(tokens)

    def bounds(self, rough: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The range about each of the copy's scores, float64; without end where it has none."""
        middle = rough.astype(np.float64)
        margin = self.observed.margin + RELATIVE_MARGIN * np.abs(middle) + LEAST_MARGIN
        sound = np.isfinite(middle)
        return np.where(sound, middle - margin, -np.inf), np.where(sound, middle + margin, np.inf)

    def confirm(self, rough: np.ndarray, exact: np.ndarray) -> None:
        """Learn from the exact scores of snippets that were screened."""
        low, high = self.bounds(rough)
        self.observed.escaped += int(((exact < low) | (exact > high)).sum())
        self.observed.confirmed += len(exact)
        self._strays(rough, exact)
        if self._screening == "auto":
            self._review()

    def calibrate(self, tokens: Sequence[Tokens], exact: np.ndarray) -> None:
        """Screen some snippets whose exact scores are known, and time both precisions on a few of them."""
        step = -(-len(tokens) // CALIBRATION)
        rough = self._rough(tokens[::step])
        strays = self._strays(rough, exact[::step])
        self.observed.pairs += len(strays)
        self.observed.squares += float(np.square(strays).sum())
        few, seconds = tokens[:: -(-len(tokens) // TIMED)], np.zeros((2, 2))
        for i in range(2):
            began = perf_counter()
            batched_log_odds(self._classifier, few, self._tokens_per_batch)
            between = perf_counter()
            self._rough(few)
            seconds[i] = between - began, perf_counter() - between
        self.observed.exact_seconds += float(seconds[:, 0].min())
        self.observed.rough_seconds += float(seconds[:, 1].min())

    def _strays(self, rough: np.ndarray, exact: np.ndarray) -> np.ndarray:
        """The distances between the copy's scores and the exact ones, the largest of which is remembered."""
        strays: np.ndarray = np.abs(rough.astype(np.float64) - exact)
        strays = strays[np.isfinite(strays)]
        self.observed.largest = max(self.observed.largest, float(strays.max(initial=0)))
        return strays

    def _rough(self, tokens: Sequence[Tokens]) -> np.ndarray:
        if self._twin is None:
            self._twin = low_precision(self._classifier)
        return batched_log_odds(self._twin, tokens, self._tokens_per_batch)

    def _cost(self, confirmed_share: float = 0.0) -> float:
        return self.observed.rough_seconds / self.observed.exact_seconds + confirmed_share

    def _review(self) -> None:
        """Rest for a while where so much had to be confirmed that screening cost more than it saved."""
        screened, confirmed = self._trial
        count = self.observed.screened - screened
        if count >= TRIAL:
            share = (self.observed.confirmed - confirmed) / count
            if self._cost(share) >= WORTHWHILE:
                self._resting, self._rest = self._rest, 2 * self._rest
            self._trial = (self.observed.screened, self.observed.confirmed)
