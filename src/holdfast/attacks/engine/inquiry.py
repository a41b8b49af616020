"""The inquiry: which passing candidates people are asked about, and what their word leads to.

Where people judge nobody can say of a candidate that passes whether it is a failure. So an attempt gathers
candidates that pass, and people are asked about the few most convincing ones: those of fewest edits, of
equals those of the widest margin. Once one is confirmed the attempt is broken; while none is, and one has no
verdict yet, it is pending, and ends; where all are rejected its search goes on.

Neither the search nor the choice of candidates looks at what people have said. So an attempt that is made
again, once they have said more, retraces its steps and goes on from there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from holdfast.attacks.constraints import edits_between
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.meter import Meter
from holdfast.attacks.engine.sample import Reservoir
from holdfast.attacks.results import Failure
from holdfast.core.budget import Spend
from holdfast.core.judge import DeferringJudge
from holdfast.core.snippet import Label, Units
from holdfast.core.surface import Surface

GATHERED = 4
"""Passing candidates that an attempt chooses from, for each text that people are asked about at a time."""

_MOST_EDITS = 64
"""Edits that are told apart: beyond so many, candidates are alike far from their seed."""


class Inquiry:
    """Gathers what passes, attempt by attempt, and asks people about some of it."""

    def __init__(
        self,
        judge: DeferringJudge,
        surface: Surface,
        meter: Meter,
        sample: Reservoir,
        record: Callable[[LiveAttempt, Failure, float], None],
    ) -> None:
        self._judge = judge
        self._asking = judge.asking
        self._surface = surface
        self._meter = meter
        self._sample = sample
        self._record = record

    def passed(self, attempt: LiveAttempt, failure: Failure) -> None:
        """Note a candidate that passes, and would be a failure if people call it catastrophic."""
        if self._words(failure.units) not in attempt.asked:
            attempt.passing.setdefault(failure.units, failure)

    def review(self, attempt: LiveAttempt, *, ended: bool = False) -> None:
        """Ask, as soon as enough has been gathered or the search has `ended`, and see what people have said.

        An attempt that has an answer, or waits for one, is over.
        """
        gathered = GATHERED * self._asking.at_once
        while attempt.passing and (ended or len(attempt.passing) >= gathered):
            if attempt.broken or attempt.waiting or self._spent(attempt):
                return
            self._ask(attempt)

    def _spent(self, attempt: LiveAttempt) -> bool:
        """Whether people have been asked as much as they are about one seed."""
        return len(attempt.asked) >= self._asking.in_all

    def _ask(self, attempt: LiveAttempt) -> None:
        chosen = self._most_convincing(attempt)
        snippets, seeds = [failure.snippet for failure in chosen], [attempt.seed] * len(chosen)
        verdicts = self._judge.judge_from(seeds, snippets)
        self._meter.count(Spend(judge_calls=len(chosen)))
        for failure, verdict in zip(chosen, verdicts, strict=True):
            told = replace(failure, verdict=verdict)
            if verdict.pending:
                attempt.waiting.append(told)
            elif verdict.label is not Label.UNSURE:
                self._sample.offer([told.snippet], [verdict], [attempt.seed])
            if verdict.catastrophic:
                self._record(attempt, told, verdict.egregiousness)
        attempt.over |= attempt.broken or bool(attempt.waiting) or self._spent(attempt)

    def _most_convincing(self, attempt: LiveAttempt) -> list[Failure]:
        """Those to ask about next, no two of the same words; they are no longer among what was gathered."""
        ranked = sorted(
            attempt.passing.values(),
            # Two scores that are the same on paper end in other digits in another batch.
            key=lambda one: (
                edits_between(attempt.origin, one.units, _MOST_EDITS),
                round(one.log_odds, 2),
                one.query,
            ),
        )
        chosen: list[Failure] = []
        most = min(self._asking.at_once, self._asking.in_all - len(attempt.asked))
        for failure in ranked:
            words = self._words(failure.units)
            if len(chosen) < most:
                if words not in attempt.asked:
                    attempt.asked.add(words)
                    chosen.append(failure)
                attempt.passing.pop(failure.units)
            elif words in attempt.asked:
                attempt.passing.pop(failure.units)
        return chosen

    def _words(self, units: Units) -> tuple[str, ...]:
        """The words of a candidate, whatever their case and the space between them."""
        words = (*self._surface.words(units.prompt), "\n", *self._surface.words(units.completion))
        return tuple(word.casefold() for word in words)
