"""A filter that reads every short run of sentences by itself: what stands around a passage cannot hide it.

A classifier of whole texts is diluted: harmless sentences about a passage lower its score. Here each run of
up to so many sentences is scored alone, and the whole text too; the highest score counts. A text that holds a
passage of that many sentences is scored at least as high as the passage alone, whatever stands around it. It
is a guarantee against surroundings, in the manner of erase-and-check (arXiv 2309.02705), and against nothing
else. The threshold must be set on scores made so, for harmless texts have more runs the longer they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from holdfast.core.errors import UserError
from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.core.system import Ability, Answers, Identity
from holdfast.core.text_surface import sentence_places
from holdfast.models.scoring import ScoringEngine

SHOWN = 60
"""Characters of a passage that an error shows."""


@dataclass(frozen=True)
class PassageFilter:
    """A snippet passes when no run of up to `sentences` sentences of it scores `threshold` or more.

    The runs are of the completion, each after the prompt. What does not fit the classifier is cut by the rule
    that its format states; under `refuse`, a text that does not fit whole is read in runs alone, and a run
    that does not fit raises UserError, as less than one sentence does.
    """

    scorer: ScoringEngine
    threshold: float
    sentences: int = 3

    def __post_init__(self) -> None:
        if self.sentences < 1:
            raise UserError(f"a passage has at least one sentence, not {self.sentences}")

    @property
    def identity(self) -> Identity:
        """The classifier's content, and how many sentences are read at once."""
        content = f"{self.scorer.classifier.hash} read by {self.sentences} sentences"
        return Identity("passage filter", hashlib.sha256(content.encode()).hexdigest())

    @property
    def abilities(self) -> frozenset[Ability]:
        """A margin."""
        return frozenset({"margin"})

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """Decide from the text, in full precision."""
        margin = log_odds_of(self.threshold) - self.log_odds(snippets)
        return Answers(margin > 0, margin)

    def log_odds(self, snippets: Sequence[Snippet]) -> np.ndarray:
        """The highest log odds of each snippet's readings, shape (B,), float64."""
        fits = self.scorer.classifier.fits(self.scorer.codec.encode(snippets)).tolist()
        return self._highest(
            [
                [*self._runs(snippet), snippet] if fit else self._runs(snippet)
                for snippet, fit in zip(snippets, fits, strict=True)
            ]
        )

    def certified(self, snippets: Sequence[Snippet]) -> np.ndarray:
        """Whether each snippet stays stopped with any whole sentences around its completion, shape (B,).

        That is so where one of its own runs is stopped, for it is a run of every such text.
        """
        return self._highest([self._runs(snippet) for snippet in snippets]) >= log_odds_of(self.threshold)

    def _highest(self, readings: Sequence[Sequence[Snippet]]) -> np.ndarray:
        owner = np.repeat(np.arange(len(readings)), [len(each) for each in readings])
        every = [reading for each in readings for reading in each]
        tokens = self.scorer.codec.encode(every)
        for reading, why in zip(every, self.scorer.classifier.refusals(tokens), strict=True):
            if why is not None:
                raise UserError(self._too_long(reading.completion, why))
        found = np.full(len(readings), -np.inf)
        np.maximum.at(found, owner, self.scorer.log_odds(tokens).astype(np.float64))
        return found

    def _runs(self, snippet: Snippet) -> list[Snippet]:
        """The runs, each as it stands and once; a text without any sentence is one."""
        text, places = snippet.completion, sentence_places(snippet.completion)
        runs = {
            text[start : places[last][1]].strip(): None
            for first, (start, _) in enumerate(places)
            for last in range(first, min(first + self.sentences, len(places)))
        }
        return [Snippet(snippet.prompt, run) for run in runs] or [snippet]

    def _too_long(self, run: str, why: str) -> str:
        """What to do about a run that the classifier refuses."""
        if not run.strip():
            return "a text without any sentence has no score; leave out empty texts"
        shown = run if len(run) <= SHOWN else f"{run[:SHOWN].rstrip()}…"
        sentences = "one sentence" if self.sentences == 1 else f"up to {self.sentences} sentences"
        remedy = "shorten the sentence" if self.sentences == 1 else "read fewer sentences at once"
        return (
            f"the passage filter reads {sentences} at once, and the passage “{shown}” does not fit the"
            f" classifier: {why}; {remedy}, or let the classifier read a part of a longer text (overflow:"
            " head,"
            " tail or window)"
        )

    def fresh(self) -> Self:
        """The same filter, which remembers no score."""
        return replace(self, scorer=self.scorer.fresh())
