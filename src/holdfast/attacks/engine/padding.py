"""Padding: units beside a seed of which nothing may be changed, for searches that exchange words."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.gate import Gate
from holdfast.attacks.engine.requests import Candidate, Score, Scored
from holdfast.attacks.proposals import edits
from holdfast.core.snippet import Units
from holdfast.core.surface import Surface

PADDING = 4
"""Units written beside such a seed; where the task says in which gap, as many as fit there."""


class Padding:
    """Writes some units beside the seeds that need it."""

    def __init__(self, surface: Surface, gate: Gate) -> None:
        self._surface = surface
        self._gate = gate

    def write(
        self,
        attempts: Sequence[LiveAttempt],
        scores: Callable[[list[tuple[LiveAttempt, Score]]], list[Scored]],
    ) -> None:
        """Let each search of a closed seed start from what is written, if that is still a catastrophe.

        It is scored, a query. If it is no catastrophe, for words beside a passage may take it out of its
        sentence, units are written on a line of their own at the end.
        """
        closed = [attempt for attempt in attempts if not len(attempt.mask.positions(attempt.origin))]
        for at_end in (False, True):
            asked = [(attempt, Score([self._padded(attempt, at_end)])) for attempt in closed]
            for attempt, scored in zip(closed, scores(asked), strict=True):
                if scored.units:
                    attempt.start = Candidate(scored.units[0], float(scored.values[0]))
            closed = [each for each in closed if not each.over and _may_end(each)]

    def _padded(self, attempt: LiveAttempt, at_end: bool) -> Units:
        draw, units = attempt.stream.child("padding").python(), attempt.origin
        alphabet = attempt.shared.alphabet
        room = attempt.limits.completion_words - len(units.completion)
        for _ in range((room if any(attempt.mask.ends) else PADDING) if len(alphabet) else 0):
            slots = attempt.mask.slots(units)
            slot = slots[-1] if at_end else draw.choice(slots)
            word = int(draw.choice(alphabet))
            if at_end and units == attempt.origin:
                word = self._on_a_new_line(word)
            written = edits.insert(units, slot, (word,), attempt.limits)
            if written is not None and self._gate.readable([written]):
                units = written
        return units

    def _on_a_new_line(self, unit: int) -> int:
        """The unit of the same word after a line's end; itself where the surface keeps no such gap."""
        (word,) = self._surface.words([unit])
        found = self._surface.number(word, like=self._surface.split("a\nb")[-1])
        return unit if found is None else found


def _may_end(attempt: LiveAttempt) -> bool:
    """Whether an attempt still starts from its seed, and units may be written at the end of that."""
    units = attempt.start.units
    return units == attempt.origin and attempt.mask.slots(units)[-1] == len(units) + 1
