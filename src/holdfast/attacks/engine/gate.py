"""The gate: lets through the candidates that keep to the mask, the limits and the constraints."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from holdfast.attacks.constraints import Constraints, edits_between, unparsed
from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.attacks.engine.meter import Meter
from holdfast.attacks.target import Target
from holdfast.core.snippet import Snippet, Units
from holdfast.core.surface import Surface, snippets_of
from holdfast.tasks.base import Stated

if TYPE_CHECKING:
    from holdfast.models.unit_scores import UnitScores
    from holdfast.models.unit_writer import UnitWriter


class Gate:
    """Lets through the candidates that keep to the mask, the limits and the constraints, and that can be
    read.
    """

    def __init__(
        self,
        target: Target,
        surface: Surface,
        scores: UnitScores,
        writer: Callable[[], UnitWriter],
        constraints: Constraints,
        meter: Meter,
    ) -> None:
        constraints.check(target.task, target.generator is not None)
        self._target = target
        self._surface = surface
        self._scores = scores
        self._writer = writer
        self._constraints = constraints
        self._meter = meter
        self._stated = target.task if isinstance(target.task, Stated) else None
        self._unread: dict[int, int] = {}

    def admitted(self, attempt: LiveAttempt, candidates: Sequence[Units]) -> list[Units]:
        """Those not asked about before that keep to mask and edits, and that the system can read."""
        return self.readable(self.allowed(attempt, attempt.unseen(candidates)))

    def readable(self, candidates: list[Units]) -> list[Units]:
        """Those within the limits of the surface and of the system."""
        if self._surface.closed and not self._scores.may_refuse(self._surface.limits):
            return candidates
        limits = self._surface.limits
        within = [units for units in candidates if limits.refusal(units) is None]
        return [u for u, why in zip(within, self._scores.refusals(within), strict=True) if why is None]

    def refusal(self, attempt: LiveAttempt) -> str | None:
        """Why no attempt can be made from a seed, in words; None where one can."""
        units = attempt.origin
        return self._surface.limits.refusal(units) or self._scores.refusals([units])[0]

    def allowed(self, attempt: LiveAttempt, candidates: list[Units]) -> list[Units]:
        """Those that keep to the mask and to the number of edits."""
        if attempt.mask.trivial and self._constraints.most_edits is None and self._stated is None:
            return candidates
        return [units for units in candidates if self.allows(attempt, units)]

    def allows(self, attempt: LiveAttempt, units: Units) -> bool:
        """Whether a candidate leaves alone what it must, and is near enough to its seed."""
        most = self._constraints.most_edits
        near = most is None or edits_between(attempt.origin, units, most) <= most
        return near and attempt.mask.allows(attempt.origin, units) and self._states_alike(attempt, units)

    def _states_alike(self, attempt: LiveAttempt, units: Units) -> bool:
        """Whether a candidate's prompt forbids what its seed's does, where the task lets prompts state it."""
        if self._stated is None or units.prompt == attempt.origin.prompt:
            return True
        return self._stated.states_alike(attempt.seed, snippets_of(self._surface, [units])[0])

    def natural(
        self,
        attempts: Sequence[LiveAttempt],
        owned: list[list[int]],
        units: Sequence[Units],
        snippets: Sequence[Snippet],
    ) -> list[list[int]]:
        """Of each attempt's indices those that the judge can read, and that the generator could write."""
        if self._constraints.parses:
            owned = [
                [i for i in own if unparsed(self._target.task, snippets[i]) <= self._of_seed(attempt)]
                for attempt, own in zip(attempts, owned, strict=True)
            ]
        least = self._constraints.log_prob
        if least is None:
            return owned
        at = [i for own in owned for i in own]
        means = self._mean_log_prob([units[i] for i in at])
        likely = {i for i, mean in zip(at, means, strict=True) if mean >= least}
        return [[i for i in own if i in likely] for own in owned]

    def _of_seed(self, attempt: LiveAttempt) -> int:
        if attempt.index not in self._unread:
            self._unread[attempt.index] = unparsed(self._target.task, attempt.seed)
        return self._unread[attempt.index]

    def _mean_log_prob(self, units: list[Units]) -> list[float]:
        lengths = [n - 1 for n in self._writer().lengths(units)]
        self._meter.generated(None, read=sum(lengths), written=0)
        found = self._writer().story_log_prob(units).tolist()
        return [log_prob / length for log_prob, length in zip(found, lengths, strict=True)]
