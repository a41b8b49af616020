"""An attack in one file: the same words in another order."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.requests import Search
from holdfast.attacks.proposals.edits import swap


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class Shuffle(Attack):
    """Swaps two words of the best snippet so far, over and over.

    Each step tries `width` swaps; an attempt ends when a step brings nothing better.
    """

    name: ClassVar[str] = "shuffle"

    width: Annotated[int, Field(ge=1)] = 32

    def _search(self, attempt: LiveAttempt, prepared: None) -> Search:
        current = attempt.start
        while True:
            places = attempt.mask.positions(current.units)
            pairs = [attempt.random.choices(places, k=2) for _ in range(self.width)]
            candidates = [swap(current.units, one, other) for one, other in pairs]
            better = yield from attempt.better(candidates, than=current)
            if better is None:
                return
            current = better
