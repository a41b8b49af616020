"""Why a model does not fit what it was trained on: contradictory labels, optimisation, capacity, or data.

The classifier of arXiv 2205.01663 did not fit its own adversarial examples; training on more of them cannot
help before that is settled.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from holdfast.evaluation.bounds import Proportion

Shortage = Literal["labels", "training", "capacity", "capacity or training", "data", "nothing"]

FITS = 0.01
"""A model fits where at most this share is on the wrong side of 0.5, beside what contradictions force."""

_GAP = 0.02
"""Errors on validation above those on training data by more than this are told as a want of data."""

_FALLING = 0.9
"""A loss that fell below this share of what it was a third of the training earlier was still falling."""


@dataclass(frozen=True)
class SourceFit:
    """Examples of one source at 0.5: catastrophes that pass, harmless texts that do not; mean loss (nats)."""

    source: str
    missed: Proportion
    blocked: Proportion
    loss: float

    @property
    def errors(self) -> Proportion:
        """Examples on the wrong side."""
        return Proportion(self.missed.events + self.blocked.events, self.missed.trials + self.blocked.trials)


def source_fit(source: str, labels: np.ndarray, log_odds: np.ndarray) -> SourceFit:
    """Measure one source: `labels` bool (catastrophic) and `log_odds` float, shape (N,), N above 0."""
    truth, scores = np.asarray(labels, dtype=bool), np.asarray(log_odds, dtype=np.float64)
    high = scores >= 0
    losses = np.logaddexp(0.0, np.where(truth, -scores, scores))
    return SourceFit(
        source,
        Proportion(int((~high & truth).sum()), int(truth.sum())),
        Proportion(int((high & ~truth).sum()), int((~truth).sum())),
        float(losses.mean()),
    )


@dataclass(frozen=True)
class Contradictions:
    """Texts that stand there with both labels, and which examples no model can therefore get right."""

    texts: int
    lost: np.ndarray
    """Bool, shape (N,): of a text with both labels, those of the rarer one (of equals, the harmful)."""

    @property
    def unavoidable(self) -> int:
        """How many those are."""
        return int(self.lost.sum())


def contradictions(texts: Sequence[Hashable], labels: np.ndarray) -> Contradictions:
    """Find them: `labels` bool (catastrophic), one entry a text."""
    truth = np.asarray(labels, dtype=bool).tolist()
    counts: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    for text, label in zip(texts, truth, strict=True):
        counts[text][label] += 1
    rarer = {text: harmless >= bad for text, (harmless, bad) in counts.items() if harmless and bad}
    lost = [text in rarer and rarer[text] == label for text, label in zip(texts, truth, strict=True)]
    return Contradictions(len(rarer), np.array(lost, dtype=bool))


@dataclass(frozen=True)
class Verdict:
    """What the model is short of, and a sentence that says why."""

    shortage: Shortage
    sentence: str


@dataclass(frozen=True)
class SourceErrors:
    """Errors on one source of training data, and after more training on the same examples (None: not tried).

    `forced` are those of its examples that no model can get right.
    """

    source: str
    errors: Proportion
    forced: int = 0
    longer: Proportion | None = None

    @property
    def avoidable(self) -> float:
        """The share of errors that contradictions do not force."""
        return _rate(self.errors) - self.forced_share

    @property
    def forced_share(self) -> float:
        """The share of errors that they do."""
        return self.forced / self.errors.trials


def fit_verdict(
    sources: Sequence[SourceErrors], losses: Sequence[float], validation: Proportion | None
) -> Verdict:
    """What is wanting, by the source that is fitted worst, so that much clean data hide no attack's.

    `losses` are means over equal stretches of the training. `validation` are errors on data like the first
    source's that were not trained on.
    """
    worst = max(sources, key=lambda one: one.avoidable)
    most_forced = max(sources, key=lambda one: one.forced_share)
    if most_forced.forced_share > max(FITS, worst.avoidable):
        return _contradictory(most_forced)
    if worst.avoidable <= FITS:
        return _fitted(worst, sources[0].errors, validation)
    told = f"it gets {_told(worst.errors)} of the {worst.source} examples that it was trained on wrong"
    if worst.longer is not None:
        return _after_more(worst, worst.longer, told)
    if len(losses) >= 3 and losses[-1] < _FALLING * losses[-1 - len(losses) // 3]:
        sentence = f"The training was too short: {told}, and its loss was still falling at the end."
        return Verdict("training", sentence)
    return Verdict(
        "capacity or training",
        f"The model does not fit: {told}, and its loss no longer fell. --steps tells whether more training"
        " helps, or a larger model is needed.",
    )


def _contradictory(source: SourceErrors) -> Verdict:
    return Verdict(
        "labels",
        f"Labels contradict each other: {source.forced:,} of the {source.errors.trials:,} {source.source}"
        " examples have a twin with the other label, which no model can get right. Settle the labels first.",
    )


def _after_more(worst: SourceErrors, longer: Proportion, told: str) -> Verdict:
    if _rate(longer) - worst.forced_share <= FITS:
        return Verdict(
            "training",
            f"The training was too short: {told}, and only {_told(longer)} after the further steps on the"
            " same examples.",
        )
    return Verdict(
        "capacity",
        f"The model is too small, or learns too slowly for its size: {told}, and still {_told(longer)} after"
        " the further steps. Try a larger one, more steps, or another learning rate.",
    )


def _fitted(worst: SourceErrors, first: Proportion, validation: Proportion | None) -> Verdict:
    told = f"The model fits what it was trained on (at most {_told(worst.errors)} wrong, {worst.source})"
    if validation is None or not validation.trials:
        return Verdict("nothing", f"{told}.")
    if _rate(validation) - _rate(first) > _GAP:
        sentence = f"{told}, but not what it was not trained on ({_told(validation)} wrong): it lacks data."
        return Verdict("data", sentence)
    return Verdict("nothing", f"{told}, and does as well on clean examples that it was not trained on.")


def _rate(share: Proportion) -> float:
    return share.events / share.trials


def _told(share: Proportion) -> str:
    return f"{100 * _rate(share):.3g} %"
