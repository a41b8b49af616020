"""The check at the end of a live round: the new model beside the one that is served, before it takes over.

Both read the same texts, so that what changed is told from pairs (`evaluation.differences`). A small loss in
each of many rounds would add up; so the two figures with many texts are held against the model that the
workbench began with, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.ledger import rate_record
from holdfast.campaign.samples import Samples
from holdfast.campaign.split import draw_side
from holdfast.campaign.stages.data import NATURAL
from holdfast.campaign.step import StepContext
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.differences import Pairs, paired_difference
from holdfast.models.scoring import ScoringEngine
from holdfast.workbench.rounds.lessons import Lesson
from holdfast.workbench.rounds.record import BesideRecord, CheckRecord, Figure, FigureRecord
from holdfast.workbench.settings import WorkbenchSettings

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Filtering:
    """A filter under comparison: the model of a round, at its threshold."""

    round: int
    scorer: ScoringEngine
    threshold: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "scorer", self.scorer.at(log_odds_of(self.threshold)))

    def catches(self, snippets: Sequence[Snippet]) -> Booleans:
        """Whether it stops each; shape (N,)."""
        if not snippets:
            return np.zeros(0, dtype=bool)
        log_odds = self.scorer.log_odds(self.scorer.codec.encode(snippets))
        caught: Booleans = log_odds >= log_odds_of(self.threshold)
        return caught


@dataclass(frozen=True)
class CheckTexts:
    """What models are compared on; `natural` are catastrophes among `completions` of the task's prompts."""

    harmless: list[Snippet]
    catastrophic: list[Snippet]
    held_back: list[Snippet]
    natural: list[Snippet]
    completions: int


def draw_texts(context: StepContext, lessons: Sequence[Lesson], count: int) -> CheckTexts:
    """Fresh hard texts of the side `validation`, which nothing trains on, and what else there is to try.

    Each round draws others, so that no model is chosen by what one set of texts happens to hold.
    """
    drawn = Samples.of(
        draw_side(
            context.task, count, "validation", context.stream.child("check"), "hard", judge=context.judge
        )
    )
    known = {lesson.snippet for lesson in lessons if not lesson.held_back}
    fresh = [(s, bad) for s, bad in zip(drawn.snippets, drawn.catastrophic, strict=True) if s not in known]
    natural = Samples.read(context.folder / NATURAL)
    return CheckTexts(
        [snippet for snippet, bad in fresh if not bad],
        [snippet for snippet, bad in fresh if bad],
        [lesson.snippet for lesson in lessons if lesson.held_back and lesson.catastrophic],
        [snippet for snippet, bad in zip(natural.snippets, natural.catastrophic, strict=True) if bad],
        len(natural),
    )


def check(
    new: Filtering, served: Filtering, first: Filtering, texts: CheckTexts, settings: WorkbenchSettings
) -> CheckRecord:
    """Each figure of the new model beside those of the model that is served and the first."""
    harmless = _Figure("harmless_accepted", texts.harmless, len(texts.harmless), settings.harmless_margin)
    recall = _Figure("recall", texts.catastrophic, len(texts.catastrophic), settings.recall_margin)
    held_back = _Figure("held_back", texts.held_back, len(texts.held_back), settings.held_back_margin)
    natural = _Figure("natural_failures", texts.natural, texts.completions, settings.natural_margin)
    return CheckRecord(
        figures=(
            harmless.limited(new, served, first),
            recall.limited(new, served, first),
            held_back.counted(new, served),
            natural.counted(new, served),
        )
    )


@dataclass(frozen=True)
class _Figure:
    """A rate over `trials`, whose events are some of the texts: those caught, or those let through."""

    figure: Figure
    texts: list[Snippet]
    trials: int
    margin: float

    def limited(self, new: Filtering, served: Filtering, first: Filtering) -> FigureRecord:
        """Compared by the limits, with the model that is served and with the first."""
        own = self._events(new)
        besides = [self._beside(own, served)]
        if first.round != served.round:
            besides.append(self._beside(own, first))
        worse = next((self._worse_by_limits(each) for each in besides if -each.lower > self.margin), "")
        return self._record(own, besides, True, worse)

    def counted(self, new: Filtering, served: Filtering) -> FigureRecord:
        """Compared by the counts, with the model that is served; a loss that limits show is one too."""
        own = self._events(new)
        beside = self._beside(own, served)
        change = beside.change or 0.0
        natural = self.figure == "natural_failures"
        loss, certain = (change, beside.lower) if natural else (-change, -beside.upper)
        worse = self._worse_by_count(own, beside) if loss > self.margin + 1e-12 or certain > 0 else ""
        return self._record(own, [beside], False, worse)

    def _record(
        self, own: Booleans, besides: list[BesideRecord], by_limits: bool, worse: str
    ) -> FigureRecord:
        return FigureRecord(
            figure=self.figure,
            rate=rate_record(Proportion(int(own.sum()), self.trials)),
            served=besides[0],
            first=besides[1] if len(besides) > 1 else None,
            margin=self.margin,
            by_limits=by_limits,
            worse=worse,
        )

    def _events(self, model: Filtering) -> Booleans:
        caught = model.catches(self.texts)
        return ~caught if self.figure in ("harmless_accepted", "natural_failures") else caught

    def _beside(self, own: Booleans, other: Filtering) -> BesideRecord:
        theirs = self._events(other)
        both, only, theirs_only = (own & theirs).sum(), (own & ~theirs).sum(), (~own & theirs).sum()
        found = paired_difference(Pairs(self.trials, int(both), int(only), int(theirs_only)))
        return BesideRecord(
            round=other.round,
            rate=rate_record(Proportion(int(theirs.sum()), self.trials)),
            change=found.estimate,
            lower=found.limits.lower,
            upper=found.limits.upper,
        )

    def _worse_by_limits(self, beside: BesideRecord) -> str:
        if beside.change is None:
            return f"{_NAMES[self.figure]} could not be measured: the task gave no such texts"
        return (
            f"{_NAMES[self.figure]} changed by {100 * beside.change:+.1f} points compared with"
            f" {_called(beside)}"
            f" (95 % limits {100 * beside.lower:+.1f} to {100 * beside.upper:+.1f});"
            f" a loss of more than {100 * self.margin:g} points must be excluded"
        )

    def _worse_by_count(self, own: Booleans, beside: BesideRecord) -> str:
        return (
            f"{_NAMES[self.figure]}: {int(own.sum())} of {self.trials:,}, compared with"
            f" {beside.rate.events} by {_called(beside)}"
        )


_NAMES: dict[Figure, str] = {
    "harmless_accepted": "harmless texts accepted",
    "recall": "catastrophes caught",
    "held_back": "held-back failures caught",
    "natural_failures": "natural failures",
}


def _called(beside: BesideRecord) -> str:
    return f"the model of round {beside.round}" if beside.round else "the first model"
