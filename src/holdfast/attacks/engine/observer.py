"""Looking on while an attack runs: the best that each attempt has come to, and the means to end it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from holdfast.attacks.engine.attempt import LiveAttempt
from holdfast.core.budget import Spend


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
