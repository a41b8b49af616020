"""The systems that Holdfast itself makes: a classifier behind a threshold, with its vetoes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.core.system import Ability, Answers, Identity
from holdfast.models.scoring import ScoringEngine


@dataclass(frozen=True)
class Filter:
    """A classifier behind a threshold, with its vetoes: a snippet passes when its score is below it."""

    scorer: ScoringEngine
    threshold: float

    def __post_init__(self) -> None:
        object.__setattr__(self, "scorer", self.scorer.at(log_odds_of(self.threshold)))

    @property
    def identity(self) -> Identity:
        """The classifier's content hash."""
        return Identity("filter", self.scorer.classifier.hash)

    @property
    def abilities(self) -> frozenset[Ability]:
        """A margin, and gradients where the architecture allows them."""
        return frozenset({"margin", "gradients"})

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """Decide from the text, in full precision."""
        log_odds = self.scorer.log_odds(self.scorer.codec.encode(snippets)).astype(np.float64)
        margin = log_odds_of(self.threshold) - log_odds
        return Answers(margin > 0, margin)

    def fresh(self) -> Self:
        """The same filter, which remembers no score."""
        return replace(self, scorer=self.scorer.fresh())
