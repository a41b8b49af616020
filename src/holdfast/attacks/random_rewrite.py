"""Random rewrites: try random edits and keep what improves; the baseline that other attacks must beat.

A stochastic hill climb over uniform random edits, the text form of the random search that image attacks use
as their baseline (Square Attack's skeleton, arXiv 1912.00049); the random-token attack of arXiv 2407.18213
with free places.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Search
from holdfast.attacks.proposals.mask import Mask
from holdfast.attacks.proposals.words import uniform_edit
from holdfast.core.snippet import Units


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class RandomRewrite(Attack):
    """Each step tries `width` rewrites of 1 to `most_edits` uniform edits and moves to the best if it is
    better.

    After `patience` steps in a row without gain it starts again from its seed, up to `restarts` times, or
    ends if it has found a failure.
    """

    name: ClassVar[str] = "random_rewrite"

    width: Annotated[int, Field(ge=1)] = 16
    most_edits: Annotated[int, Field(ge=1)] = 3
    patience: Annotated[int, Field(ge=1)] = 40
    restarts: Annotated[int, Field(ge=0)] = 50

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        for _ in attempt.climbs(self.restarts):
            yield from self._climb(attempt)

    def _climb(self, attempt: LiveAttempt) -> Search:
        current, stale = attempt.start, 0
        mask, alphabet = attempt.mask, attempt.shared.alphabet.tolist()
        while stale < self.patience:
            candidates = [self._rewrite(current.units, mask, alphabet, attempt) for _ in range(self.width)]
            best = yield from attempt.better(candidates, than=current)
            current, stale = (current, stale + 1) if best is None else (best, 0)

    def _rewrite(self, units: Units, mask: Mask, alphabet: list[int], attempt: LiveAttempt) -> Units:
        draw = attempt.random
        for _ in range(1 + int(draw.random() * self.most_edits)):
            units = uniform_edit(units, mask, alphabet, attempt.limits, draw) or units
        return units
