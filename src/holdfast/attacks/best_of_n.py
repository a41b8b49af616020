"""Best of n: draw many completions of a seed's prompt, and keep what passes and is catastrophic.

Rejection sampling against the filter (the unfiltered side of arXiv 2205.01663, section 3; `best-of-n` as in
arXiv 2412.03556 without its text noise): the naive cost that every cleverer attack is measured against.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Search
from holdfast.attacks.target import Target


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class BestOfN(Attack):
    """Draws in rounds of `first`, then twice as many each time up to `most`, until `draws` in all.

    A query is a *draw*, here alone: one that the judge calls harmless was never scored, but had to be drawn,
    so queries to the first failure compare with naive sampling. The seed gives its prompt; its own completion
    is not counted. Needs a generator.
    """

    name: ClassVar[str] = "best_of_n"
    scores_seeds: ClassVar[bool] = False
    guided: ClassVar[bool] = False
    by_margin: ClassVar[bool] = False

    first: Annotated[int, Field(ge=1)] = 32
    most: Annotated[int, Field(ge=1)] = 256
    draws: Annotated[int, Field(ge=1)] = 100_000
    temperature: Annotated[float, Field(gt=0)] = 1.0

    def suits(self, target: Target) -> bool:
        """Whether there is a generator to draw from, and its completions are the attack's to choose."""
        return target.generator is not None and target.draws is None

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        count = self.first
        while attempt.queries < self.draws:
            count = min(count, self.most, self.draws - attempt.queries)
            yield from attempt.draw(attempt.start.units.prompt, count, self.temperature)
            count *= 2
