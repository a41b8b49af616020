"""A service as the system under test: it passes what scores below a threshold, or what it says passes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from holdfast.core.odds import log_odds_of
from holdfast.core.snippet import Snippet
from holdfast.core.system import Ability, Answers, Identity
from holdfast.models.endpoints.service import Service


@dataclass(frozen=True)
class Endpoint:
    """A service behind a threshold on its scores; one that gives decisions alone has no margin.

    Its identity is the user's word: nobody can see from here which weights answer.
    """

    service: Service
    threshold: float = 0.5

    @property
    def identity(self) -> Identity:
        """The hash of its settings and its stated version, and its address."""
        return Identity("endpoint", self.service.hash, self.service.settings.url)

    @property
    def abilities(self) -> frozenset[Ability]:
        """A margin where it gives scores; never gradients."""
        return frozenset() if self.service.settings.decides_only else frozenset({"margin"})

    @property
    def unconfirmed(self) -> int:
        """How many texts could not be asked about a second time."""
        return self.service.unconfirmed

    def answer(self, snippets: Sequence[Snippet]) -> Answers:
        """Ask what is not known yet; errors of the service are raised."""
        return self._decided(self.service.log_odds(snippets))

    def confirm(self, snippets: Sequence[Snippet]) -> Answers:
        """Ask a second time, as far as spending goes."""
        return self._decided(self.service.confirmed(snippets))

    def refusals(self, snippets: Sequence[Snippet]) -> list[str | None]:
        """Why a snippet is not sent, in words; None where it is."""
        return self.service.refusals(snippets)

    def _decided(self, log_odds: object) -> Answers:
        import numpy as np

        margin = log_odds_of(self.threshold) - np.asarray(log_odds, dtype=np.float64)
        return Answers(margin > 0, None if self.service.settings.decides_only else margin)
