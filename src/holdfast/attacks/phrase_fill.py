"""Phrase fill: the generator rewrites spans of two to eight words where the score depends on them most.

The project of arXiv 2205.01663 found its rewriting tool held back by single words, and asked for one that
fills in longer phrases (its section on the tool). As in `greedy_rewrite` saliency draws the places and the
judge says whether the injury was kept; but what is tried at a place is a phrase, over a span of the snippet
or between its words.
"""

from __future__ import annotations

from collections.abc import Generator
from math import ceil
from typing import Annotated, Any, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Candidate, Request, Search
from holdfast.attacks.proposals.phrases import phrase_fills
from holdfast.attacks.proposals.words import places_by_weight
from holdfast.attacks.target import Target
from holdfast.core.snippet import Units


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class PhraseFill(Attack):
    """Each step writes `alternatives` phrases at one place and moves to the best candidate if it is better
    than the current one.

    A pass visits all places in an order drawn by saliency ** `sharpness`, the completion's end among them,
    until a step gains; after `passes` without gain the search starts again from its seed, up to `restarts`
    times, or ends if it has found a failure. An `insert_share` of the phrases goes between words, the others
    take the place of a span. Of a step's candidates the `likely_share` that the generator finds likeliest
    for their length go on to be judged and scored. Needs a generator.
    """

    name: ClassVar[str] = "phrase_fill"

    alternatives: Annotated[int, Field(ge=1)] = 12
    insert_share: Annotated[float, Field(ge=0, le=1)] = 0.5
    temperature: Annotated[float, Field(gt=0)] = 2.5
    likely_share: Annotated[float, Field(gt=0, le=1)] = 1.0
    sharpness: Annotated[float, Field(ge=0)] = 1.0
    passes: Annotated[int, Field(ge=1)] = 2
    restarts: Annotated[int, Field(ge=0)] = 50

    def suits(self, target: Target) -> bool:
        """Whether there is a generator to write phrases, a judge that lets them be, and saliency to place
        them by.
        """
        return target.generator is not None and target.takes_phrases and target.can("gradients")

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        for _ in attempt.climbs(self.restarts):
            yield from self._climb(attempt)

    def _climb(self, attempt: LiveAttempt) -> Search:
        """Go uphill from the seed until `passes` passes in a row bring nothing."""
        current, stale = attempt.start, 0
        while stale < self.passes:
            better = yield from self._pass(attempt, current)
            current, stale = (current, stale + 1) if better is None else (better, 0)

    def _pass(self, attempt: LiveAttempt, current: Candidate) -> Generator[Request, Any, Candidate | None]:
        """Visit the places, salient ones first, until one brings something better; None if none does."""
        units = current.units
        for position in (yield from self._order(attempt, units)):
            written = yield from phrase_fills(
                attempt, units, position, self.alternatives, self.temperature, self.insert_share
            )
            candidates = yield from self._likeliest(attempt, written)
            best = yield from attempt.better(candidates, than=current)
            if best is not None:
                return best
        return None

    def _order(self, attempt: LiveAttempt, units: Units) -> Generator[Request, Any, list[int]]:
        """The places that may be written at, in an order drawn by their saliency."""
        saliency = yield from attempt.saliency(units)
        places = list(attempt.mask.positions(units))
        weights = saliency[places] ** self.sharpness
        if len(units) + 1 in attempt.mask.slots(units):  # no word stands at the completion's end
            places.append(len(units))
            weights = np.append(weights, weights.mean() if len(weights) else 1.0)
        return [places[at] for at in places_by_weight(weights, attempt.numpy)]

    def _likeliest(
        self, attempt: LiveAttempt, candidates: list[Units]
    ) -> Generator[Request, Any, list[Units]]:
        """The share that the generator finds likeliest by the mean log-likelihood of their words."""
        kept = ceil(self.likely_share * len(candidates))
        if kept == len(candidates):
            return candidates
        log_likelihood = yield from attempt.log_likelihood(candidates)
        means = log_likelihood / [len(units) + 2 for units in candidates]
        return [candidates[i] for i in np.sort(np.argsort(-means, kind="stable")[:kept]).tolist()]
