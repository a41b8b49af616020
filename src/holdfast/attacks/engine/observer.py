"""Looking on while an attack runs: the best that each attempt has come to, and the means to end it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol, runtime_checkable

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.core.budget import Spend
from holdfast.core.errors import SpentError


class Observer(Protocol):
    """Sees every round of an attack's requests; it may look at the attempts, and change nothing."""

    def look(self, attempts: Sequence[LiveAttempt], spend: Spend) -> bool:
        """Called with the attempts that took part in a round; False ends the attack.

        An attack that is ended so reports and confirms what it has found, as when its budget is spent.
        """


class NoObserver:
    """Sees nothing, and lets every attack go on."""

    def look(self, attempts: Sequence[LiveAttempt], spend: Spend) -> bool:
        """Go on."""
        return True


@runtime_checkable
class SpendingObserver(Observer, Protocol):
    """An observer who keeps what was found once nothing more may be spent on the system.

    Without one, the attack raises the system's SpentError.
    """

    def spent(self, error: SpentError) -> None:
        """Called once; attempts that were not broken by then are skipped, never counted as withstood."""


def keep_what_was_found(attempts: Iterable[LiveAttempt], observer: Observer, error: SpentError) -> None:
    """End the attempts that a spent system cut short; raises the error where nobody takes it."""
    if not isinstance(observer, SpendingObserver):
        raise error
    for attempt in attempts:
        if not attempt.broken and not attempt.ended and attempt.skipped is None:
            attempt.skip("nothing more might be spent on the system")
    observer.spent(error)
