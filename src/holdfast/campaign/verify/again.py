"""Outcomes judged and scored anew: all catastrophes, and as many of the others as asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from holdfast.campaign.verify.check import Check
from holdfast.core.judge import Judge, judged
from holdfast.core.odds import log_odds_of, probability
from holdfast.core.snippet import Snippet
from holdfast.evaluation import Proportion
from holdfast.evaluation.claims import Claim, Outcomes
from holdfast.models.classifier import Classifier
from holdfast.models.guard_format import GuardFormat
from holdfast.models.scoring import ScoringEngine
from holdfast.tasks import Task

LOG_ODDS_TOLERANCE, SCORE_TOLERANCE = 1e-3, 1e-7
"""By which a score may differ from the stored one, in either: other machines round otherwise, and a score
kept as a probability has few digits near 1."""


EGREGIOUSNESS_TOLERANCE = 1e-4
"""By which a grade may differ from the stored one, which may be a float of 32 bits."""


@dataclass(frozen=True)
class Sample:
    """The rows to look at again: every catastrophe, and so many others, picked at random.

    Of `attempts` only those that found something: the others hold no snippet.
    """

    outcomes: Outcomes
    places: np.ndarray
    attempts: bool = False

    @classmethod
    def of(
        cls, outcomes: Outcomes, others: int, random: np.random.Generator, attempts: bool = False
    ) -> Sample:
        """With that many others, or all."""
        bad, harmless = np.flatnonzero(outcomes.bad), np.flatnonzero(~outcomes.bad)
        if attempts:
            return cls(outcomes, bad, attempts)
        if others < len(harmless):
            harmless = np.sort(random.choice(harmless, others, replace=False))
        return cls(outcomes, np.concatenate([bad, harmless]))

    @property
    def seeds(self) -> list[Snippet]:
        """The seeds that they grew from; the texts themselves where none are stored."""
        found = self.outcomes
        if found.seed_prompts is None or found.seed_completions is None:
            return self.snippets
        return [Snippet(found.seed_prompts[i], found.seed_completions[i]) for i in self.places.tolist()]

    @property
    def snippets(self) -> list[Snippet]:
        """Their texts."""
        found = self.outcomes
        return [Snippet(found.prompts[i], found.completions[i]) for i in self.places.tolist()]

    def where(self, wrong: np.ndarray) -> str:
        """The first of some of them, in words; `wrong` is bool, of the places."""
        first = self.places[int(wrong.argmax())]
        return f"prompt {self.outcomes.prompt_index[first]}, draw {self.outcomes.draw[first]}"

    def agreed(self, what: str) -> str:
        """What follows where nothing was wrong."""
        bad = int(np.count_nonzero(self.outcomes.bad))
        if self.attempts:
            return f"the failures of {bad:,} attempts {what} again, as stored; the others found none"
        harmless, sampled = len(self.outcomes) - bad, len(self.places) - bad
        if sampled == harmless:
            return f"all {len(self.places):,} outcomes {what} again, as stored"
        limit = Proportion(0, sampled).upper()
        return (
            f"all {bad:,} catastrophes and {sampled:,} of {harmless:,} others {what} again, as stored (so,"
            f" with 95 % confidence, a share of at most {limit:.2g} of the others is wrong)"
        )


def judged_again(claim: Claim, sample: Sample, judge: Judge) -> Iterator[Check]:
    """The stored verdicts against those of the task's oracle, or of the claim's judge where it rests on an
    assumption. Whoever judged, what the oracle contradicts is refuted.
    """
    found = sample.outcomes
    verdicts = judged(judge, sample.seeds, sample.snippets)
    now = np.array([v.catastrophic for v in verdicts], dtype=bool)
    wrong = now != (found.bad & ~found.unsure)[sample.places]
    many = int(np.count_nonzero(wrong))
    if not many:
        yield Check("verdicts", True, sample.agreed("judged"))
    else:
        stored = "harmless" if now[int(wrong.argmax())] else "catastrophic"
        who = "the oracle" if claim.judge.assumption is None else judge.name
        told = f"{sample.where(wrong)} is stored as {stored}, and {who} says otherwise ({many:,} such)"
        if not claim.judge.oracle and claim.judge.assumption is None:
            told += f"; {claim.judge.name} is no oracle, and where there is one it decides: judge with it"
        yield Check("verdicts", False, told)


def graded_again(sample: Sample, task: Task) -> Check:
    """The stored egregiousness of what a search found against the oracle's."""
    now = np.array([v.egregiousness for v in task.oracle.judge(sample.snippets)], dtype=np.float64)
    stored = sample.outcomes.egregiousness[sample.places]
    wrong = np.abs(now - stored) > EGREGIOUSNESS_TOLERANCE
    if not wrong.any():
        return Check("egregiousness", True, sample.agreed("graded"))
    first = int(wrong.argmax())
    told = f"{sample.where(wrong)} is stored with egregiousness {stored[first]:.5g}, and the oracle gives"
    return Check("egregiousness", False, f"{told} {now[first]:.5g} ({int(np.count_nonzero(wrong)):,} such)")


def scored_again(
    sample: Sample,
    task: Task,
    classifier: Path,
    format: GuardFormat | None = None,
    threshold: float | None = None,
) -> Check:
    """The stored scores against the filter's at its threshold, the classifier read as the claim says."""
    limit = None if threshold is None else log_odds_of(threshold)
    scorer = ScoringEngine(Classifier.load(classifier, task, format), limit=limit)
    now = scorer.log_odds(scorer.codec.encode(sample.snippets)).astype(np.float64)
    stored = sample.outcomes.log_odds[sample.places]
    near = np.abs(now - stored) <= LOG_ODDS_TOLERANCE
    wrong = ~(near | (np.abs(probability(now) - probability(stored)) <= SCORE_TOLERANCE))
    if not wrong.any():
        return Check("scores", True, sample.agreed("scored"))
    first = int(wrong.argmax())
    told = f"{sample.where(wrong)} is stored with log odds {stored[first]:.5g}, and the classifier gives"
    return Check("scores", False, f"{told} {now[first]:.5g} ({int(np.count_nonzero(wrong)):,} such)")
