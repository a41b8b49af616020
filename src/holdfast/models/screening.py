"""Bounds on scores from a copy of the classifier in low precision.

The copy is an economy and never an authority: what it says is a range, and whatever could decide something is
scored in full precision. How far it strays cannot be proved for a network; it is measured on the snippets at
hand, widened `SAFETY` times, and measured again whenever a screened snippet is scored in full.
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

Screening = Literal["auto", "on", "off"]
"""`auto` screens where it was found to save time; what an attack finds is the same with each."""

SAFETY = 8.0
"""A margin is so many times the largest stray seen. Strays have heavy tails: of 37,000 rewrites of storyworld
seeds against a trained 2 x 64 filter, optimised and not, 11 lay outside at 4 times, 5 at 6 times, 1 at 8."""

RELATIVE_MARGIN = 2.0**-8
"""The part of a margin that grows with the score: one rounding of a bf16 number of its size."""

LEAST_MARGIN = 1e-3

CALIBRATION = 128
"""Snippets scored in both precisions before any range is given, and the most of one request."""

WORTHWHILE = 0.85
"""Where `auto` screens: the copy's seconds, and those of confirming, for each second of the exact model."""

TRIAL = 1024
"""Screened snippets after which `auto` asks again whether it is worthwhile."""

REST = 8 * TRIAL
"""New snippets that are scored at once after a trial that failed; twice as many after the next."""


def batched_log_odds(classifier: Classifier, tokens: Sequence[Tokens], tokens_per_batch: int) -> np.ndarray:
    """Log odds of any number of snippets, shape (B,), float32, in batches of near-equal length."""
    result = np.zeros(len(tokens), dtype=np.float32)
    lengths = classifier.layout.lengths(tokens)
    with torch.inference_mode():
        for rows in length_batches(lengths, tokens_per_batch):
            result[rows] = classifier.log_odds([tokens[i] for i in rows.tolist()])
    return result


def low_precision(classifier: Classifier) -> Classifier:
    """The classifier with bf16 weights, but for its last layer; buffers (positions) are kept as they are."""
    twin = copy.copy(classifier)
    twin.model = copy.deepcopy(classifier.model)
    with torch.no_grad():
        for weight in twin.model.parameters():
            weight.data = weight.data.to(torch.bfloat16)
    last = _last_layer(twin.model)
    if last is not None:
        # A score of 8 in bf16 has steps of 0.03, which would be most of the error.
        exact = _last_layer(classifier.model)
        last.float().load_state_dict(exact.state_dict())  # type: ignore[union-attr]
        last.register_forward_pre_hook(lambda _, inputs: (inputs[0].float(),))
    return twin


def _last_layer(model: torch.nn.Module) -> torch.nn.Linear | None:
    """The linear layer that gives the labels' logits."""
    labels = model.config.num_labels  # type: ignore[union-attr]
    layers = [m for m in model.modules() if isinstance(m, torch.nn.Linear) and m.out_features == labels]
    return layers[-1] if layers else None


@dataclass
class Observed:
    """What has been seen of the copy: snippets, seconds for the same work, and the largest stray."""

    pairs: int = 0
    largest: float = 0.0
    exact_seconds: float = 0.0
    rough_seconds: float = 0.0
    screened: int = 0
    confirmed: int = 0
    escaped: int = 0
    """Confirmed snippets whose exact score lay outside its range."""


class Screen:
    """The low-precision copy of one state of a classifier, with its margin and its worth."""

    def __init__(self, classifier: Classifier, screening: Screening, tokens_per_batch: int) -> None:
        self._classifier = classifier
        self._twin: Classifier | None = None
        self._screening = screening
        self._tokens_per_batch = tokens_per_batch
        self._resting = 0
        self._rest = REST
        self._trial = (0, 0)
        self.observed = Observed()

    @property
    def calibrating(self) -> bool:
        """Whether both precisions are still to be compared."""
        return self._screening != "off" and self.observed.pairs < CALIBRATION

    def wants(self, count: int) -> bool:
        """Whether so many new snippets should be screened."""
        if self._screening == "off" or self.calibrating:
            return False
        if self._screening == "on":
            return True
        if self._resting > 0:
            self._resting -= count
            return False
        return self._cost() < WORTHWHILE

    def log_odds(self, tokens: Sequence[Tokens]) -> np.ndarray:
        """The copy's scores, shape (B,), float32."""
        self.observed.screened += len(tokens)
        return self._rough(tokens)

    def bounds(self, rough: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The range about each of the copy's scores, float64; without end where it has none."""
        middle = rough.astype(np.float64)
        margin = SAFETY * self.observed.largest + RELATIVE_MARGIN * np.abs(middle) + LEAST_MARGIN
        sound = np.isfinite(middle)
        return np.where(sound, middle - margin, -np.inf), np.where(sound, middle + margin, np.inf)

    def confirm(self, rough: np.ndarray, exact: np.ndarray) -> None:
        """Learn from the exact scores of snippets that were screened."""
        low, high = self.bounds(rough)
        self.observed.escaped += int(((exact < low) | (exact > high)).sum())
        self.observed.confirmed += len(exact)
        self._learn(rough, exact)
        self._review()

    def calibrate(self, tokens: Sequence[Tokens]) -> None:
        """Score some of the snippets in both precisions, in turn, twice; the faster time counts."""
        step = -(-len(tokens) // CALIBRATION)
        sample = tokens[::step]
        seconds: dict[str, list[float]] = {"exact": [], "rough": []}
        for _ in range(2):
            began = perf_counter()
            exact = batched_log_odds(self._classifier, sample, self._tokens_per_batch)
            between = perf_counter()
            rough = self._rough(sample)
            seconds["exact"].append(between - began)
            seconds["rough"].append(perf_counter() - between)
        self.observed.pairs += len(sample)
        self.observed.exact_seconds += min(seconds["exact"])
        self.observed.rough_seconds += min(seconds["rough"])
        self._learn(rough, exact)

    def _rough(self, tokens: Sequence[Tokens]) -> np.ndarray:
        if self._twin is None:
            self._twin = low_precision(self._classifier)
        return batched_log_odds(self._twin, tokens, self._tokens_per_batch)

    def _learn(self, rough: np.ndarray, exact: np.ndarray) -> None:
        strays = np.abs(rough.astype(np.float64) - exact)
        self.observed.largest = max(self.observed.largest, float(strays[np.isfinite(strays)].max(initial=0)))

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
