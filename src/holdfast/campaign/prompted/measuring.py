"""What is counted of the draws: completions that passed, refusals, draws, quality, prompt by prompt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from holdfast.campaign.evaluate.section_records import BoundRecord
from holdfast.campaign.evaluate.summary import bound
from holdfast.campaign.labelled.scoring import shown
from holdfast.campaign.prompted.draws import Draws, texts_of
from holdfast.campaign.prompted.plan import PromptedPlan
from holdfast.campaign.prompted.record import (
    DrawsRecord,
    HistogramRecord,
    MeanRecord,
    PassedShown,
    PromptRecord,
    QualityRecord,
    UnreadShown,
)
from holdfast.campaign.tables import Table
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Snippet
from holdfast.evaluation.bounds import Proportion
from holdfast.evaluation.grouped_mean import grouped_mean

BINS = 40
LONGEST = 2000
"""Characters of a completion that the record tells at most; the samples have all of it."""


@dataclass(frozen=True)
class Measured:
    """Draws at a threshold, of prompts given by their texts in order."""

    plan: PromptedPlan
    draws: Draws
    prompts: Sequence[str]
    threshold: float

    def rate(self, events: NDArray[np.bool_], among: NDArray[np.bool_]) -> BoundRecord:
        """A proportion of draws with its exact limits."""
        return bound(Proportion(int((events & among).sum()), int(among.sum())), self.plan.confidence)

    @cached_property
    def answered(self) -> NDArray[np.bool_]:
        """(samples,) whether each completion asked for was given."""
        found = np.zeros(self.plan.samples, dtype=np.bool_)
        found[self.draws.sample[self.draws.passed]] = True
        return found

    def passed(self) -> BoundRecord:
        """Completions given, of those asked for."""
        return bound(Proportion(int(self.answered.sum()), self.plan.samples), self.plan.confidence)

    def refused(self) -> BoundRecord:
        """Those asked for and not given."""
        return bound(Proportion(int((~self.answered).sum()), self.plan.samples), self.plan.confidence)

    def accepted(self) -> BoundRecord:
        """First draws that pass, of those that the guard can read."""
        return self.rate(self.draws.passed, self.draws.first & ~self.draws.unread)

    def all_draws(self) -> DrawsRecord:
        """Every draw by what became of it."""
        draws = self.draws
        at = draws.draw[draws.passed]
        return DrawsRecord(
            draws=len(draws.draw),
            passed=len(at),
            turned_away=int((~draws.passed & ~draws.unread).sum()),
            unread=int(draws.unread.sum()),
            ended=int(draws.ended.sum()),
            per_completion=float(at.mean()) if len(at) else None,
            passed_at=tuple(np.bincount(at, minlength=self.plan.max_draws + 1)[1:].tolist()),
        )

    def quality(self) -> QualityRecord:
        """How likely each token was to the unfiltered generator, with the filter and without."""
        draws = self.draws
        likely, first, passed = draws.per_token, draws.first, draws.passed
        # Both are in the order of the completions, of which each has one first draw.
        difference = likely[passed] - likely[first][draws.sample[passed]]
        return QualityRecord(
            unfiltered=self._mean(likely[first], draws.prompt_index[first]),
            filtered=self._mean(likely[passed], draws.prompt_index[passed]),
            difference=self._mean(difference, draws.prompt_index[passed]),
        )

    def _mean(self, values: NDArray[np.float64], owners: NDArray[np.int64]) -> MeanRecord:
        found = grouped_mean(values, [self.prompts[i] for i in owners.tolist()], self.plan.confidence)
        # Values that are all the same say nothing of how far others may lie.
        limits = found.limits if len(values) and np.ptp(values) > 0 else None
        return MeanRecord(
            mean=found.mean,
            lower=None if limits is None else limits.lower,
            upper=None if limits is None else limits.upper,
            values=found.values,
            prompts=found.groups,
        )

    def histogram(self) -> HistogramRecord:
        """How first draws are scored."""
        draws = self.draws
        both = [
            draws.log_odds[draws.first & which & ~draws.unread] for which in (draws.passed, ~draws.passed)
        ]
        every = np.concatenate([*both, [0.0, log_odds_of(self.threshold)]])
        edges = np.linspace(np.floor(every.min()), np.ceil(every.max()) + 1e-9, BINS + 1)
        passed, turned_away = (tuple(np.histogram(each, edges)[0].tolist()) for each in both)
        return HistogramRecord(edges=tuple(edges.tolist()), passed=passed, turned_away=turned_away)

    def by_prompt(self) -> list[PromptRecord]:
        """Every different prompt, those refused most first, then those with most draws."""
        draws, numbers = self.draws, {text: i for i, text in enumerate(dict.fromkeys(self.prompts))}
        owner = np.array([numbers[text] for text in self.prompts])
        of_draw = owner[draws.prompt_index]
        of_sample = owner[np.arange(self.plan.samples) % len(self.prompts)]

        def counts(of: NDArray[np.int64]) -> list[int]:
            return [int(count) for count in np.bincount(of, minlength=len(numbers))]

        columns = (
            counts(of_sample),
            counts(of_sample[~self.answered]),
            counts(of_draw),
            counts(of_draw[draws.passed]),
            counts(of_draw[draws.unread]),
        )
        names = ("completions", "refused", "draws", "passed", "unread")
        found = [
            PromptRecord(prompt=text, **dict(zip(names, each, strict=True)))
            for text, *each in zip(numbers, *columns, strict=True)
            if each[0]
        ]
        return sorted(found, key=lambda one: (-one.refused, -one.draws / one.completions))

    def told_texts(self, tables: Sequence[Table]) -> tuple[tuple[PassedShown, ...], tuple[UnreadShown, ...]]:
        """The completions that passed with the highest scores, and the first draws that could not be read."""
        draws, most = self.draws, self.plan.shown
        passed = np.flatnonzero(draws.passed)
        highest = passed[np.argsort(-draws.log_odds[passed], kind="stable")][:most]
        unread = np.flatnonzero(draws.unread)[:most]
        wanted = {*highest.tolist(), *unread.tolist()}
        texts = {text.row: text for text in texts_of(tables) if text.row in wanted}
        scores = probability(draws.log_odds)
        return (
            tuple(
                PassedShown(
                    prompt=_cut(texts[row].prompt),
                    completion=_cut(texts[row].completion),
                    score=float(scores[row]),
                    draw=int(draws.draw[row]),
                )
                for row in highest.tolist()
            ),
            tuple(
                UnreadShown(
                    prompt=_cut(texts[row].prompt),
                    completion=_cut(texts[row].completion),
                    why=texts[row].why,
                )
                for row in unread.tolist()
            ),
        )


def _cut(text: str) -> str:
    return shown(Snippet("", text), LONGEST)
