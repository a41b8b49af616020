"""Red language model: a copy of the generator, trained to write what the filter passes.

Expert iteration after the red teaming of arXiv 2202.03286, whose language models were first prompted, then
trained on what they had found, and by reinforcement: the copy writes completions, the best of them by the
objective, rarer kinds first, are what it is trained on, and it writes again. It begins with catastrophes of
the task, for a generator seldom writes one of itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar

import numpy as np
from pydantic import Field
from pydantic.dataclasses import dataclass

from holdfast.attacks.base import CLOSED, Attack
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.niche import Niche, niche_of
from holdfast.attacks.engine.requests import Scored, Search
from holdfast.attacks.engine.session import Session
from holdfast.attacks.target import Target
from holdfast.core.errors import UserError
from holdfast.core.snippet import Tokens, Units

if TYPE_CHECKING:
    from holdfast.models.generator import Generator


@dataclass(frozen=True, kw_only=True, config=CLOSED)
class RedLM(Attack):
    """Draws `draws` completions of each seed's prompt at a time; after `round` draws in all the copy is
    trained for `steps` batches, up to `rounds` times.

    It learns from the best share `elite` of all catastrophes met, the better ones more often; what counts is
    the value by the objective divided by how many of its niche came before. A share `anchor` of what it is
    trained on are stories of the untrained generator, so that it goes on writing the language. The first
    training is on the seeds and on catastrophes among `donors` hard snippets and stories. A query is a draw,
    as for `best_of_n`. Needs a generator, and a target that can `tune` it; against a filtered generator,
    which writes its completions itself, it has nothing to say.
    """

    name: ClassVar[str] = "red_lm"
    scores_seeds: ClassVar[bool] = False
    independent: ClassVar[bool] = False
    arm: ClassVar[bool] = False  # it must be trained for seconds before its first draw

    draws: Annotated[int, Field(ge=1)] = 16
    round: Annotated[int, Field(ge=1)] = 512
    rounds: Annotated[int, Field(ge=0)] = 40
    elite: Annotated[float, Field(gt=0, le=1)] = 0.1
    anchor: Annotated[float, Field(ge=0, lt=1)] = 0.2
    steps: Annotated[int, Field(ge=1)] = 30
    examples: Annotated[int, Field(ge=1)] = 512
    donors: Annotated[int, Field(ge=0)] = 1024
    temperature: Annotated[float, Field(gt=0)] = 1.0

    def suits(self, target: Target) -> bool:
        """Whether there is a generator, somebody to train it, and completions for the copy to write."""
        return target.generator is not None and target.tune is not None and target.draws is None

    def _prepare(self, session: Session) -> Pupil:
        return Pupil(session, self)

    def _search(self, attempt: LiveAttempt, prepared: Pupil) -> Search:
        prompt = attempt.start.units.prompt
        while True:
            scored = yield from attempt.draw(prompt, self.draws, self.temperature, prepared.writer)
            prepared.learn(attempt, scored)


class Pupil:
    """The copy in training, and what it has written; shared by all attempts of a call."""

    def __init__(self, session: Session, attack: RedLM) -> None:
        target = session.target
        if target.generator is None or target.tune is None:
            raise UserError("red_lm needs a generator and a target that can tune it; give it both")
        if target.draws is not None:
            raise UserError(
                "red_lm writes completions, and the filtered generator writes its own; leave out draws"
            )
        self._tune = target.tune
        self._generator: Generator = target.generator
        self._session = session
        self._attack = attack
        self._draw = session.stream.child("red_lm").numpy()
        self._written: dict[Units, float] = {}
        self._niches: dict[Niche, int] = {}
        self._drawn = 0
        self._rounds = 0
        anchors = max(1, round(attack.examples * attack.anchor))
        self._anchors: list[Tokens] = self._generator.tell(anchors, session.stream.child("red_lm", "anchors"))
        begin = [*(attempt.origin for attempt in session.attempts), *session.donors(attack.donors)]
        self.writer = self._trained(begin)

    def learn(self, attempt: LiveAttempt, scored: Scored) -> None:
        """Remember what was written for an attempt, and train when there is enough of it."""
        self._drawn += self._attack.draws
        for candidate, verdict in zip(scored.candidates(), scored.verdicts, strict=True):
            if candidate.units not in self._written:
                niche = niche_of(attempt.origin, candidate.units, verdict)
                self._niches[niche] = self._niches.get(niche, 0) + 1
                self._written[candidate.units] = self._worth(candidate.value) / self._niches[niche]
        if self._drawn >= self._attack.round and self._rounds < self._attack.rounds and self._written:
            self._drawn = 0
            self._rounds += 1
            self.writer = self._trained(self._elite())

    def _worth(self, value: float) -> float:
        """A value that more is better for and that may be divided; `lowest_score` counts in log odds."""
        return float(np.exp(min(value, 50.0))) if self._session.rules.objective == "lowest_score" else value

    def _elite(self) -> list[Units]:
        ranked = sorted(self._written, key=lambda units: -self._written[units])
        return ranked[: max(1, round(len(ranked) * self._attack.elite))]

    def _trained(self, stories: list[Units]) -> Generator:
        """The generator as it was, trained on some stories, the first more often, and on its own."""
        count = self._attack.examples - len(self._anchors)
        ranks = np.minimum(
            self._draw.integers(len(stories), size=count), self._draw.integers(len(stories), size=count)
        )
        own = self._session.tokens_of_generator([stories[i] for i in ranks.tolist()])
        mixed = [*own, *self._anchors]
        stream = self._session.stream.child("red_lm", "round", self._rounds)
        trained, spend = self._tune(self._generator, mixed, self._attack.steps, stream)
        self._session.share_cost(spend)
        return trained
